"""Substances, their labels, and the names that are traps."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.classification import unodc_labels
from hamkar.vocab.ids_codes import ids_labels
from hamkar.vocab.substances import (
    Substance,
    is_precursor,
    read_aliases,
    read_substances,
    substance,
    substance_of,
    substances,
)

_PUBLIC_SLUGS = (
    "heroin opium opium-dross morphine methamphetamine cannabis-herb cannabis-resin cannabis-oil cannabis-unspecified "
    "cocaine captagon methadone pregabalin tramadol clonazepam zolpidem psychotropic-tablets synthetic-unspecified "
    "acetic-anhydride ammonium-hydroxide soda-ash precursor-unspecified mixed-unspecified"
)
_HEADER = (
    "slug,name_en,synonyms,unodc_wdr_group,unodc_wdr_subgroup,unodc_wdr_name,working_group,subgroup,convention,schedule,"
    "year_scheduled,cas,cas_form,cas_evidence,hs_2022,hs_basis,unit_mass_g,unit_mass_basis,name_fa,name_az,name_ru,name_tr,"
    "note"
)


def test_the_table_and_our_additions_are_all_there() -> None:
    assert len(substances()) == 174 + 8
    assert sum(each.is_reporting_category for each in substances()) == 6


def test_a_substance_carries_what_the_table_says() -> None:
    tablet = substance("captagon-tablet")
    assert tablet is not None
    assert (tablet.convention, tablet.unit_mass_g) == ("1971", Decimal("0.167"))
    assert tablet.unit_mass_basis == "press convention 6,000 tablets per kg"
    assert substance("no-such-slug") is None


@pytest.mark.parametrize("each", substances(), ids=lambda each: each.slug)
def test_a_slug_leads_to_itself(each: Substance) -> None:
    assert substance_of(each.slug) == each.slug


@pytest.mark.parametrize("slug", _PUBLIC_SLUGS.split())
def test_every_slug_of_the_public_reports_leads_somewhere(slug: str) -> None:
    found = substance_of(slug)
    assert found is not None
    assert substance(found) is not None


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Heroin", "heroin"),
        ("  HEROIN ", "heroin"),
        ("diacetylmorphine", "heroin"),
        ("Illicit morphine", "morphine"),
        ("amfetamine", "amphetamine"),
        ("“Yaba”", "methamphetamine-tablet"),
        ('"Crack" cocaine', "cocaine-crack"),
        ("kerack", "heroin-kerack"),
        ("Cocaine", "cocaine"),
        ("Cocaine HCL", "cocaine-hcl"),
        ("cannabis", "cannabis-unspecified"),
        ("esrar", "cannabis-unspecified"),
        ("شیشه", "methamphetamine"),
        ("ترياك", "opium"),
        ("героин", "heroin"),
        ("eroin", "heroin"),
        ("opium-dross", "opium-sukhteh"),
        ("سوخته", "opium-sukhteh"),
    ],
)
def test_an_evident_label_leads_to_its_substance(label: str, slug: str) -> None:
    assert substance_of(label) == slug


@pytest.mark.parametrize(
    "label", ["کراک", "كراك", "crack", "Crack", "کریستال", "كريستال", "crystal", "CRYSTAL", "crystals", "extract"]
)
def test_a_trap_leads_nowhere(label: str) -> None:
    assert substance_of(label) is None


def test_captagon_is_the_tablet_and_not_fenetylline() -> None:
    assert substance_of("Captagon") == substance_of('"Captagon"') == "captagon-tablet"
    assert substance_of("fenetylline") == "fenetylline"


@pytest.mark.parametrize(
    "label",
    [
        "Barbiturates",
        "Other hallucinogens",
        "Benzodiazepines",
        "Other substances not under int. control",
        "Non-specified stimulants",
        "GHB/GBL",
        "Acetone/Ethyl Ether",
        "PMK-glycidate",
        "CHLORMETHCATHINON",
        "Unknown",
        "Other",
    ],
)
def test_a_heading_or_an_either_or_leads_nowhere(label: str) -> None:
    assert substance_of(label) is None


def test_no_unodc_heading_leads_to_a_single_substance() -> None:
    for each in unodc_labels():
        slug = substance_of(each.name)
        if each.is_total or each.name.startswith(("Other ", "Non-specified ")):
            found = substance(slug) if slug else None
            assert found is None or found.is_reporting_category, each


def test_exactly_these_many_ids_labels_lead_to_a_substance() -> None:
    labels = ids_labels("DRUG_NAME")
    mapped = [label for label in labels if substance_of(label)]
    assert (len(mapped), len(labels)) == (105, 343)


@pytest.mark.parametrize("label", ["N-Methylephedrone", "JWH-122", "Taren", "Kitil", "Alcohol", "GABA", "Quinoline"])
def test_an_ids_label_without_an_entry_is_left_as_written(label: str) -> None:
    assert substance_of(label) is None


@pytest.mark.parametrize("slug", ["acetic-anhydride", "ephedra", "precursor-unspecified", "soda-ash"])
def test_a_precursor_is_one(slug: str) -> None:
    assert is_precursor(slug)


@pytest.mark.parametrize("slug", ["heroin", "gbl", "mixed-unspecified", "no-such-slug"])
def test_a_drug_a_mixture_or_an_unknown_slug_is_no_precursor(slug: str) -> None:
    assert not is_precursor(slug)


@given(st.text())
def test_any_label_leads_to_a_known_slug_or_to_none(label: str) -> None:
    slug = substance_of(label)
    assert slug is None or substance(slug) is not None


def test_a_slug_that_stands_twice_is_refused_at_its_line() -> None:
    row = "opium,Opium" + "," * (_HEADER.count(",") - 1)
    with pytest.raises(BadInput, match=r"substances\.csv, line 3, column slug"):
        read_substances(f"{_HEADER}\n{row}\n{row}\n", "substances.csv")


def test_a_unit_mass_that_is_no_number_is_refused_at_its_line() -> None:
    row = "opium,Opium" + "," * 15 + "light" + "," * 6
    with pytest.raises(BadInput, match=r'substances\.csv, line 2, column unit_mass_g: "light"'):
        read_substances(f"{_HEADER}\n{row}\n", "substances.csv")


@pytest.mark.parametrize(
    ("row", "column"), [("snow,cokaine,slang", "slug"), ("snow,heroin,", "basis"), (",heroin,slang", "label")]
)
def test_an_alias_without_slug_basis_or_label_is_refused(row: str, column: str) -> None:
    with pytest.raises(BadInput, match=f"aliases.csv, line 2, column {column}"):
        read_aliases(f"label,slug,basis\n{row}\n", "aliases.csv", ["heroin"])
