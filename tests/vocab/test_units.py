"""Units, and which of them weigh something."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.ids_codes import ids_labels
from hamkar.vocab.units import Unit, read_units, unit, unit_of, units

_HEADER = "code,dimension,base,per_base,name,labels,basis"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Kilogram", "kg"),
        ("kgs", "kg"),
        ("кг", "kg"),
        ("کیلوگرم", "kg"),
        ("كيلو", "kg"),
        ("Ton", "tonne"),
        ("tonne", "tonne"),
        ("short ton", "short-ton"),
        ("long ton", "long-ton"),
        ("Gallons (US, liquid)", "gallon-us"),
        ("Gallons (UK)", "gallon-uk"),
        ("Ounce", "oz"),
        ("Viss", "viss"),
        ("Block (350gr)", "block-350g"),
        ("Paper (1/10 gm)", "paper-tenth-g"),
        ("Thousand of tablets", "thousand-tablets"),
        ("Thousand of doses", "thousand-doses"),
        ("Cc", "ml"),
        ("Cubic Centimeter", "ml"),
        ("Hectars", "hectare"),
        ("packages", "package"),
        ("lb", "lb"),
        ("other", "other"),
    ],
)
def test_a_label_leads_to_its_unit(label: str, code: str) -> None:
    assert unit_of(label) == code


@pytest.mark.parametrize("label", ["", "(blank)", "gallon", "Gallons", "sack", "grain", "m", "tonnage"])
def test_an_unknown_or_ambiguous_label_leads_nowhere(label: str) -> None:
    assert unit_of(label) is None


def test_every_ids_unit_has_a_code() -> None:
    labels = ids_labels("DRUG_UNIT")
    assert (sum(unit_of(label) is not None for label in labels), len(labels)) == (43, 43)


@pytest.mark.parametrize(
    ("code", "grams"),
    [
        ("kg", "1000"),
        ("tonne", "1000000"),
        ("short-ton", "907184.74"),
        ("long-ton", "1016046.9088"),
        ("lb", "453.59237"),
        ("oz", "28.349523125"),
        ("ug", "0.000001"),
        ("block-350g", "350"),
    ],
)
def test_a_unit_of_mass_is_so_many_grams(code: str, grams: str) -> None:
    found = unit(code)
    assert found is not None
    assert (found.grams, found.millilitres, found.dimension) == (Decimal(grams), None, "mass")


@pytest.mark.parametrize(
    ("code", "millilitres"), [("litre", "1000"), ("gallon-us", "3785.411784"), ("gallon-uk", "4546.09")]
)
def test_a_unit_of_volume_is_so_many_millilitres(code: str, millilitres: str) -> None:
    found = unit(code)
    assert found is not None
    assert (found.grams, found.millilitres, found.dimension) == (None, Decimal(millilitres), "volume")


def test_pounds_tons_and_ounces_agree_with_one_another() -> None:
    grams = {each.code: each.grams or Decimal(0) for each in units()}
    assert grams["short-ton"] == 2_000 * grams["lb"]
    assert grams["long-ton"] == 2_240 * grams["lb"]
    assert grams["lb"] == 16 * grams["oz"]


def test_what_is_counted_stays_apart() -> None:
    assert [(each.code, each.base) for each in units() if each.base == "tablet"] == [
        ("tablet", "tablet"),
        ("pill", "tablet"),
        ("thousand-tablets", "tablet"),
    ]


@pytest.mark.parametrize("each", units(), ids=lambda each: each.code)
def test_every_label_of_a_unit_leads_to_it_alone(each: Unit) -> None:
    assert {unit_of(label) for label in (each.code, each.name, *each.labels)} == {each.code}


@given(st.text())
def test_any_label_leads_to_a_known_unit_or_to_none(label: str) -> None:
    code = unit_of(label)
    assert code is None or unit(code) is not None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("kg,weight,kg,1,kilogram,,SI", "dimension"),
        ("kg,mass,g,1000,kilogram,,SI", "base"),
        ("kg,mass,kg,0,kilogram,,SI", "per_base"),
        ("kg,mass,kg,many,kilogram,,SI", "per_base"),
        ("kg,mass,kg,1,kilogram,,", "basis"),
    ],
)
def test_a_broken_unit_is_refused_at_its_place(row: str, column: str) -> None:
    with pytest.raises(BadInput, match=f"units.csv, line 2, column {column}"):
        read_units(f"{_HEADER}\n{row}\n", "units.csv")


def test_a_code_that_stands_twice_is_refused() -> None:
    row = "kg,mass,kg,1,kilogram,,SI"
    with pytest.raises(BadInput, match=r"units\.csv, line 3, column code"):
        read_units(f"{_HEADER}\n{row}\n{row}\n", "units.csv")
