"""Provinces by code and name."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.provinces import province, province_of, provinces_of, read_province_aliases
from hamkar.vocab.resource import data_text


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("IR-11", "IR", "IR-11"),
        ("Sīstān va Balūchestān", "IR", "IR-11"),
        ("Sistan and Baluchestan", "IR", "IR-11"),
        ("سیستان و بلوچستان", "IR", "IR-11"),
        ("سيستان و بلوچستان", "IR", "IR-11"),
        ("Hormozgan", "IR", "IR-22"),
        ("Southern Khorassan", "IR", "IR-29"),
        ("Astara", "AZ", "AZ-AST"),
        ("Yardimli", "AZ", "AZ-YAR"),
        ("Djalilabad", "AZ", "AZ-CAL"),
        ("Hakkari", "TR", "TR-30"),
        ("Syuniq", "AM", "AM-SU"),
        ("Balochistan", "PK", "PK-BA"),
        ("ГБАО", "TJ", "TJ-GB"),
    ],
)
def test_a_code_or_name_leads_to_its_province(text: str, country: str, code: str) -> None:
    assert province_of(text, country) == code


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Lankaran", "AZ"),  # a town and a district
        ("Naxçıvan", "AZ"),  # a town and the republic around it
        ("Toshkent", "UZ"),  # a city and a region
        ("Punjab", "IR"),
        ("Van; Hakkari", "TR"),
        ("", "IR"),
        ("Hormozgan", "ZZ"),
        ("Hormozgan", ""),
    ],
)
def test_an_ambiguous_or_unknown_name_leads_nowhere(text: str, country: str) -> None:
    assert province_of(text, country) is None


def test_provinces_are_those_of_iso() -> None:
    assert len(provinces_of("IR")) == 31
    assert len(provinces_of("AZ")) == 78
    assert sum(each.parent == "AZ-NX" for each in provinces_of("AZ")) == 8
    assert provinces_of("ZZ") == ()


def test_a_province_is_found_by_its_code() -> None:
    found = province("IR-24")
    assert found is not None
    assert (found.country, found.name) == ("IR", "Ardabīl")
    assert province("IR-99") is None
    assert province("") is None


def test_exactly_these_many_lines_of_the_public_reports_name_a_known_province() -> None:
    reports = csv.DictReader(io.StringIO(data_text("public/public_seizure_reports.csv"), newline=""))
    named = [(row["admin1"], row["country"]) for row in reports if row["admin1"]]
    assert (sum(province_of(*each) is not None for each in named), len(named)) == (453, 473)


@given(st.text())
def test_any_text_leads_to_a_known_province_or_to_none(text: str) -> None:
    code = province_of(text, "IR")
    assert code is None or province(code) is not None


@pytest.mark.parametrize(
    ("row", "column"),
    [("IR,Baku,AZ-BA,wrong", "code"), ("IR,Tehran,IR-99,wrong", "code"), ("IR,Tehran,IR-23,", "basis")],
)
def test_a_broken_alias_is_refused_at_its_place(row: str, column: str) -> None:
    with pytest.raises(BadInput, match=f"provinces.csv, line 2, column {column}"):
        read_province_aliases(f"country,label,code,basis\n{row}\n", "provinces.csv")
