"""Which columns a file has."""

import pytest

from hamkar.errors import BadInput
from hamkar.formats.columns import canonical_columns, layout_names, layout_of

IDS_2011_TEXT = (
    "REGION;SUBREGION;COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;"
    "INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING"
)
IDS_2011 = IDS_2011_TEXT.split(";")
IDS_OTHER_RELEASE = (
    "REGION_OF_SEIZURE;SUBREGION_OF_SEIZURE;COUNTRY_OF_SEIZURE;SEIZURE_DATE;DRUG_NAME;AMOUNT_OF_DRUG;DRUG_UNIT"
)
IDS_CURRENT = (
    "Seizure Date,Country/Territory of Seizure,ISO3,Sub-region,Region,Drug/Substance,Quantity Seized,Measurement Unit,"
    "City,Administrative Region,Physical Seizure Location,Trafficking Mode of Transportation,Source,Reporting Channel"
)


def test_every_edition_of_the_seizures_is_the_same_layout() -> None:
    old = layout_of(IDS_2011, "a.csv")
    other = layout_of(IDS_OTHER_RELEASE.split(";"), "b.csv")
    current = layout_of(IDS_CURRENT.split(","), "c.xlsx")

    assert [layout.name for layout in (old, other, current)] == ["unodc-ids"] * 3
    assert [layout.edition for layout in (old, other, current)] == ["2011-2016", "2011-2016", "current"]
    assert [layout.unused for layout in (old, other, current)] == [()] * 3
    assert current.columns["SUBREGION"] == 3
    assert current.columns["PLACE"] == 8


def test_case_spaces_and_punctuation_of_headings_do_not_matter() -> None:
    layout = layout_of([" country or territory of seizure", "SEIZURE-DATE", "drug name", "Amount", "unit"], "a.csv")

    assert layout.columns == {"COUNTRY": 0, "SEIZURE_DATE": 1, "DRUG_NAME": 2, "AMOUNT": 3, "DRUG_UNIT": 4}


def test_columns_in_any_order_are_picked_by_name_and_missing_ones_are_empty() -> None:
    layout = layout_of(list(reversed(IDS_2011)), "a.csv")
    row = [f"{heading} cell" for heading in reversed(IDS_2011)]

    assert layout.picker("COUNTRY", "ISO3", "PLACE")(row) == ("COUNTRY cell", "", "PLACE cell")


def test_columns_nobody_reads_are_listed() -> None:
    assert layout_of([*IDS_2011, "PURITY", ""], "a.csv").unused == ("PURITY",)


def test_a_file_that_lacks_columns_is_told_which_and_what_it_has() -> None:
    with pytest.raises(BadInput, match="lacks SEIZURE_DATE, AMOUNT, DRUG_UNIT") as refusal:
        layout_of(["Country", "Drug name", "Weight"], "thesis.csv")
    assert "thesis.csv" in str(refusal.value)
    assert '"Country", "Drug name", "Weight"' in str(refusal.value)


def test_two_columns_for_one_thing_are_refused() -> None:
    with pytest.raises(BadInput, match='two columns for COUNTRY, "COUNTRY" and "Country of Seizure"'):
        layout_of([*IDS_2011, "Country of Seizure"], "a.csv")


def test_a_layout_asked_for_must_fit_and_exist() -> None:
    with pytest.raises(BadInput, match="as public-reports it lacks report_id"):
        layout_of(IDS_2011, "a.csv", "public-reports")
    with pytest.raises(BadInput, match="the layouts are unodc-ids, public-reports"):
        layout_of(IDS_2011, "a.csv", "csv")


@pytest.mark.parametrize("layout", layout_names())
def test_the_canonical_names_are_a_header_of_their_layout(layout: str) -> None:
    found = layout_of(canonical_columns(layout), "a.csv")

    assert found.name == layout
    assert tuple(found.columns) == canonical_columns(layout)
