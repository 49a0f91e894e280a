"""Which amounts become grams, by whose figure, and which are refused."""

from decimal import Decimal

import pytest

from hamkar.errors import BadInput
from hamkar.vocab.factors import factor, factors, read_factors
from hamkar.vocab.units import units

_HEADER = "set_id,version,valid_from,substance,unit,low_g,central_g,high_g,source,note"


@pytest.mark.parametrize("unit", [each.code for each in units() if each.dimension == "mass"])
def test_every_unit_of_mass_is_exact_for_any_substance(unit: str) -> None:
    for substance in ("heroin", "mixed-unspecified", None):
        found = factor(substance, unit)
        assert found is not None
        assert found.is_exact
        assert found.unit == unit


def test_a_kilogram_is_a_thousand_grams() -> None:
    found = factor("heroin", "kg")
    assert found is not None
    assert found.central_g == 1_000


def test_a_litre_is_a_kilogram_by_convention_of_unodc() -> None:
    found = factor("cannabis-oil", "litre")
    assert found is not None
    assert (found.low_g, found.central_g, found.high_g) == (Decimal(1_000),) * 3
    assert "UNODC" in found.source


def test_a_litre_of_acetic_anhydride_may_weigh_more_than_the_convention_says() -> None:
    found = factor("acetic-anhydride", "litre")
    assert found is not None
    assert (found.central_g, found.high_g) == (Decimal(1_000), Decimal(1_080))


@pytest.mark.parametrize(
    ("substance", "unit", "low", "central", "high"),
    [
        ("captagon-tablet", "tablet", "0.09", "0.167", "0.3"),
        ("captagon-tablet", "pill", "0.09", "0.167", "0.3"),
        ("captagon-tablet", "thousand-tablets", "90", "167", "300"),
        ("methamphetamine", "tablet", "0.09", "0.09", "0.3"),
        ("mdma", "tablet", "0.09", "0.27", "0.3"),
    ],
)
def test_a_tablet_of_a_stimulant_weighs_within_the_published_range(
    substance: str, unit: str, low: str, central: str, high: str
) -> None:
    found = factor(substance, unit)
    assert found is not None
    assert (found.low_g, found.central_g, found.high_g) == (Decimal(low), Decimal(central), Decimal(high))


@pytest.mark.parametrize(
    ("substance", "unit"),
    [
        ("methadone", "tablet"),  # "M 40" is active content, not tablet mass
        ("psychotropic-tablets", "tablet"),
        ("captagon-tablet", "capsule"),
        ("heroin", "dose"),
        ("lsd", "blotter"),
        (None, "tablet"),
        ("no-such-slug", "tablet"),
        ("heroin", "no-such-unit"),
    ],
)
def test_what_nobody_weighed_is_refused(substance: str | None, unit: str) -> None:
    assert factor(substance, unit) is None


@pytest.mark.parametrize(
    "unit", [each.code for each in units() if each.dimension in {"plants", "area", "package", "unknown"}]
)
def test_what_has_no_mass_is_refused(unit: str) -> None:
    assert factor("captagon-tablet", unit) is None


def test_the_set_is_one_version_and_every_factor_names_its_source() -> None:
    assert {(each.set_id, each.version) for each in factors()} == {("hamkar-bulk-mass", "1")}
    assert all(each.source for each in factors())


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("s,1,2011-01-01,cokaine,g,1,1,1,SI,", "substance"),
        ("s,1,2011-01-01,heroin,kg,1,1,1,SI,", "unit"),
        ("s,1,2011-01-01,heroin,plant,1,1,1,guess,", "unit"),
        ("s,1,2011-01-01,heroin,package,1,1,1,guess,", "unit"),
        ("s,1,2011-01-01,heroin,g,2,1,3,SI,", "central_g"),
        ("s,1,2011-01-01,heroin,g,0,1,3,SI,", "low_g"),
        ("s,1,1 January,heroin,g,1,1,1,SI,", "valid_from"),
        ("s,1,2011-01-01,heroin,g,1,1,1,,", "source"),
    ],
)
def test_a_broken_factor_is_refused_at_its_place(row: str, column: str) -> None:
    with pytest.raises(BadInput, match=f"factors.csv, line 2, column {column}"):
        read_factors(f"{_HEADER}\n{row}\n", "factors.csv")


@pytest.mark.parametrize(
    ("row", "column"), [("s,2,2011-01-01,heroin,g,1,1,1,SI,", "version"), ("s,1,2011-01-01,*,g,1,1,1,SI,", "unit")]
)
def test_a_second_version_or_a_second_figure_is_refused(row: str, column: str) -> None:
    with pytest.raises(BadInput, match=f"factors.csv, line 3, column {column}"):
        read_factors(f"{_HEADER}\ns,1,2011-01-01,*,g,1,1,1,SI,\n{row}\n", "factors.csv")
