"""Countries by code and by every spelling UNODC used."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.countries import country_name, country_of, read_country_aliases

_UNMAPPED = {"Unknown", "Other", "Multiple Countries", "Netherlands Antilles", "Kosovo under UNSCR 1244"}
_COLUMNS = ("COUNTRY", "PRODUCING_COUNTRY", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY")


@pytest.mark.parametrize(
    ("text", "alpha2"),
    [
        ("IR", "IR"),
        ("IRN", "IR"),
        (" AZ ", "AZ"),
        ("Iran, Islamic Republic of", "IR"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Iran", "IR"),
        ("Azerbaijan", "AZ"),
        ("Turkey", "TR"),
        ("TÜRKİYE", "TR"),
        ("Turkiye", "TR"),
        ("Libyan Arab Jamahiriya", "LY"),
        ("Macau, SAR of China", "MO"),
        ("Iraq (Kurdistan Region)", "IQ"),
        ("United Kingdom (England and Wales)", "GB"),
        ("Côte d'Ivoire", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("XZ", "XZ"),
        ("international waters", "XZ"),
        ("UN", "UN"),
        ("United Nations", "UN"),
    ],
)
def test_a_code_or_a_spelling_leads_to_its_country(text: str, alpha2: str) -> None:
    assert country_of(text) == alpha2


@pytest.mark.parametrize(
    "text", ["no", "is", "in", "ir", "ZZ", "XX", "AN", "Korea", "", "Atlantis", "364", *sorted(_UNMAPPED)]
)
def test_a_word_a_guess_or_a_state_that_is_no_more_leads_nowhere(text: str) -> None:
    assert country_of(text) is None


@pytest.mark.parametrize(
    ("alpha2", "name"),
    [("IR", "Iran, Islamic Republic of"), ("XZ", "International waters"), ("UN", "United Nations"), ("ZZ", None)],
)
def test_a_code_has_an_english_name(alpha2: str, name: str | None) -> None:
    assert country_name(alpha2) == name


@given(st.text())
def test_any_text_leads_to_a_named_code_or_to_none(text: str) -> None:
    alpha2 = country_of(text)
    assert alpha2 is None or country_name(alpha2) is not None


@pytest.mark.corpus
def test_every_country_label_of_the_ids_file_leads_somewhere_or_is_listed(corpus: Path) -> None:
    labels: dict[str, set[str]] = {column: set() for column in _COLUMNS}
    zipped = corpus / "unodc_ids" / "ids_2011_2016.zip"
    with zipfile.ZipFile(zipped) as archive, archive.open("drug-trafficking-unodc.csv") as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""), delimiter=";"):
            for column in _COLUMNS:
                labels[column].add(row[column])
    every = set().union(*labels.values()) - {""}
    assert (len(every), {label for label in every if country_of(label) is None}) == (193, _UNMAPPED)
    assert (len(labels["COUNTRY"]), all(map(country_of, labels["COUNTRY"]))) == (102, True)


@pytest.mark.parametrize(
    ("row", "column"), [("Persia,PE2,old", "alpha2"), ("Persia,IR,", "basis"), (",IR,old", "label")]
)
def test_a_broken_alias_is_refused_at_its_place(row: str, column: str) -> None:
    with pytest.raises(BadInput, match=f"countries.csv, line 2, column {column}"):
        read_country_aliases(f"label,alpha2,basis\n{row}\n", "countries.csv", frozenset({"IR"}))
