"""The table of jurisdictions: every line has a source, and nothing is proved by a line that nobody verified."""

from datetime import date
from decimal import Decimal

import pytest

from hamkar.errors import BadInput
from hamkar.vocab.jurisdictions import Aggravator, LawStatus, capital_laws, read_capital_laws, table_version

HEADER = (
    "version,country,status,substance_class,substances,threshold,unit,basis,aggravators,valid_from,valid_until,source,"
    "verified_by,verified_on,note\n"
)
IRAN = "1,IR,retentionist,processed,*,2,kg,bulk,firearm;leader,2017-11-14,,a source,somebody,2026-01-01,\n"


def test_every_line_names_its_source_and_the_one_version() -> None:
    assert all(law.source for law in capital_laws())
    assert {law.version for law in capital_laws()} == {table_version()}


def test_a_line_without_a_source_that_was_read_is_marked_as_not_verified() -> None:
    doubtful = {law.country for law in capital_laws() if law.source in {"none", "from memory"}}
    assert doubtful == {law.country for law in capital_laws() if not law.verified}


def test_iran_has_a_threshold_for_what_is_processed_and_one_for_what_is_natural() -> None:
    found = {law.substance_class: law.threshold for law in capital_laws() if law.country == "IR"}
    assert found == {"processed": Decimal(2000), "natural": Decimal(50_000)}
    assert all(set(law.aggravators) == set(Aggravator) for law in capital_laws() if law.country == "IR")


def test_the_neighbours_that_abolished_it_are_verified() -> None:
    found = {law.country for law in capital_laws() if law.status is LawStatus.ABOLISHED and law.verified}
    assert {"AZ", "AM", "GE", "TR"} <= found


def test_a_line_speaks_of_its_days_only() -> None:
    (law,) = read_capital_laws(HEADER + IRAN, "t.csv")
    assert not law.in_force(date(2017, 11, 13))
    assert law.in_force(date(2017, 11, 14))


WRONG = {
    "a country that is none": (IRAN.replace("IR", "QQ"), "country"),
    "a threshold that is no mass": (IRAN.replace(",kg,", ",tablet,"), "unit"),
    "a threshold of pure weight": (IRAN.replace(",bulk,", ",pure,"), "basis"),
    "an aggravator nobody knows": (IRAN.replace("leader", "captain"), "aggravators"),
    "a substance nobody knows": (IRAN.replace(",*,", ",moon-dust,"), "substances"),
    "no source": (IRAN.replace("a source", ""), "source"),
    "a second version": (IRAN + IRAN.replace("1,IR", "2,IR"), "version"),
}


@pytest.mark.parametrize(("text", "column"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_names_its_line_and_column(text: str, column: str) -> None:
    with pytest.raises(BadInput, match=rf"t\.csv, line \d, column {column}:"):
        read_capital_laws(HEADER + text, "t.csv")
