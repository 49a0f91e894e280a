"""Four public reports of one seizure that disagree: the case the claims model was made for."""

import json
from datetime import date
from decimal import Decimal

import pytest

from hamkar.model.place import Place
from hamkar.model.quantity import Qualifier
from hamkar.model.report import Report
from hamkar.model.seizure import EventDate, SeizureEvent, Status
from hamkar.model.stated_date import DateKind, Precision
from hamkar.seizures.derive import derive, disputed_fields
from hamkar.vocab.resource import data_bytes
from reports import claim, kilograms, line, on

SEED = json.loads(data_bytes("seed_case_reports.json"))
PUBLISHED = {report["id"]: report["published"] for report in SEED["reports"]}
MEETING = on(DateKind.CEREMONY, "2024-12-08")
SISTAN = Place(country="IR", country_text="Iran", admin1="IR-11", admin1_text="Sistan-Baluchestan")
FACTS = {
    "R1": ("mehr", kilograms("2400", Qualifier.OVER), "Ministry of Intelligence", ()),
    "R2": ("unodc", kilograms("2400"), "Border Guard", (on(DateKind.EVENT, "2024-09-10"), MEETING)),
    "R3": ("unodc", kilograms("2400"), "", (on(DateKind.EVENT, "2024-09-10"), MEETING)),
    "R4": (
        "unodc",
        kilograms("2400"),
        "",
        (on(DateKind.EVENT, "2024-09-01", "2024-09-30", precision=Precision.MONTH), MEETING),
    ),
}
"""What the file says of each report, as claims; the meeting it was mentioned at is a ceremony."""


def reports() -> list[Report]:
    """The four reports as claims."""
    made = []
    for number, (name, (lineage, quantity, agency, dates)) in enumerate(FACTS.items(), 1):
        published = on(DateKind.PUBLICATION, PUBLISHED[name])
        made.append(
            claim(
                number,
                lineage,
                line("methamphetamine", quantity),
                dates=(*dates, published),
                agency=agency,
                place=SISTAN,
            )
        )
    return made


@pytest.fixture(scope="module")
def event() -> SeizureEvent:
    """The event the four speak of."""
    return derive(reports()[0].group, reports())


def test_four_reports_are_one_event_of_two_lineages(event: SeizureEvent) -> None:
    assert len(event.reports) == 4
    assert event.lineages == SEED["independent_lineages"] == 2


def test_it_happened_on_10_september_2024_and_not_at_the_meeting(event: SeizureEvent) -> None:
    assert event.date.value == EventDate(earliest=date(2024, 9, 10), latest=date(2024, 9, 10))
    assert event.date.status is Status.AGREED


def test_it_cannot_be_later_than_its_first_publication(event: SeizureEvent) -> None:
    assert event.not_after == date(2024, 9, 11)


def test_the_agency_is_disputed_and_both_claims_are_kept(event: SeizureEvent) -> None:
    assert event.agency.status is Status.DISPUTED
    assert event.agency.value is None
    assert {one.value for one in event.agency.claims} == {"Ministry of Intelligence", "Border Guard"}
    assert disputed_fields(event) == ("agency",)


def test_over_and_exact_2400_kg_are_reconciled_and_nothing_is_summed(event: SeizureEvent) -> None:
    (only,) = event.lines
    assert only.quantity.status is Status.AGREED
    assert only.quantity.value is not None
    assert (only.quantity.value.amount, only.quantity.value.qualifier) == (Decimal(2400), Qualifier.AT_LEAST)
    assert {one.value.qualifier for one in only.quantity.claims} == {Qualifier.OVER, Qualifier.EXACT}


def test_a_meeting_misread_as_the_event_is_set_aside_with_a_sentence() -> None:
    misread = claim(9, "blog", dates=(on(DateKind.EVENT, "2024-12-01", "2024-12-31", precision=Precision.MONTH),))
    event = derive(misread.group, [*reports(), misread])
    assert event.date.value == EventDate(earliest=date(2024, 9, 10), latest=date(2024, 9, 10))
    assert event.problems == ("event date 2024-12-01 is set aside: the seizure was already known on 2024-09-11",)
