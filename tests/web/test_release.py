"""The release page: everything is seen before anything goes."""

from dataclasses import replace

import pytest

from fixtures_node import Agencies, file_reports
from fixtures_web import Officer, synthetic_reports, words_of
from hamkar.actions.inbox import list_received
from hamkar.actions.status import status
from hamkar.model.party import Party, PartyRole
from people import new_person
from reports import numbered


def test_who_would_get_which_field_and_why_stands_there_before_anything_goes(
    officer: Officer, agencies: Agencies, event: str
) -> None:
    before = status(agencies.iran)
    page = officer.read(f"/seizures/{event}/release")
    assert "Synthetic Police of Azerbaijan Azerbaijan, agency All 3 reports would go" in page
    assert "Notes The agreement does not grant this field. withheld a synthetic note" in page
    assert "Place The agreement grants this field. goes Azerbaijan" in page
    assert "After release, software cannot prevent misuse" in page
    assert status(agencies.iran) == before


def test_what_is_refused_says_its_rule_and_reason(officer: Officer, event: str) -> None:
    page = officer.read(f"/seizures/{event}/release?purpose=investigation")
    assert "Synthetic UN office United Nations, observer Nothing would go." in page
    assert "does not allow this purpose" in page
    statistics = officer.read(f"/seizures/{event}/release?purpose=statistics")
    assert "Synthetic UN office United Nations, observer All 3 reports would go" in statistics


def test_one_partner_can_be_looked_at_alone(officer: Officer, agencies: Agencies, event: str) -> None:
    page = officer.read(f"/seizures/{event}/release?to={agencies.observer.id}&purpose=statistics")
    assert "Release to Synthetic UN office for statistics" in page
    assert "Release to Synthetic Police of Azerbaijan" not in page


def test_releasing_queues_what_goes_and_shows_it(officer: Officer, agencies: Agencies) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran, 600))
    event = str(numbered(600))
    form = {"partner": agencies.azerbaijan.id, "purpose": "investigation"}
    page = words_of(officer.release(event, **form).text)
    assert page.count("Released; it waits to be sent.") == 3
    agencies.exchange()
    assert officer.read(f"/seizures/{event}").count("Delivered; the partner confirmed it.") == 3
    received = list_received(agencies.azerbaijan, limit=10, offset=0)
    assert [row.acceptance for row in received.rows if row.kind == "report"] == ["accepted"] * 3


def test_releasing_twice_sends_nothing_twice(officer: Officer, agencies: Agencies, event: str) -> None:
    form = {"partner": agencies.azerbaijan.id, "purpose": "investigation"}
    officer.release(event, **form)
    released = status(agencies.iran).released
    officer.release(event, **form)
    assert status(agencies.iran).released == released


def test_a_refusal_is_written_down_with_its_reason(officer: Officer, agencies: Agencies, event: str) -> None:
    form = {"partner": agencies.observer.id, "purpose": "training"}
    page = words_of(officer.release(event, **form).text)
    assert page.count("Refused: The agreement does not allow this purpose.") == 3
    assert "Refused" in officer.read(f"/seizures/{event}")


def test_people_are_counted_by_role_and_named_nowhere(officer: Officer, agencies: Agencies) -> None:
    node = agencies.iran
    reports = synthetic_reports(node, 500)
    first = replace(reports[0], parties=(Party(ref="p1", role=PartyRole.SUSPECT, count=2),))
    file_reports(node, first, *reports[1:])
    new_person(node, first.id, "Synthetic Person")
    event = str(numbered(500))
    page = officer.read(f"/seizures/{event}")
    assert "People and things held with these reports, not named here: Person, suspect: 1" in page
    offer = officer.read(f"/seizures/{event}/release")
    assert "Person or thing on record The agreement does not cover this kind of information." in offer
    assert "withheld suspect" in offer
    assert "Synthetic Person" not in page + offer


@pytest.mark.parametrize(
    ("form", "status_code"),
    [
        ({"partner": "a" * 32, "purpose": "investigation"}, 404),
        ({"partner": "", "purpose": "investigation"}, 400),
        ({"purpose": "investigation"}, 400),
        ({"partner": "a" * 32, "purpose": "gossip"}, 400),
    ],
)
def test_a_release_to_nobody_or_for_nothing_is_refused(
    officer: Officer, event: str, form: dict[str, str], status_code: int
) -> None:
    assert officer.release(event, **form).status_code == status_code


def test_a_report_that_came_after_the_page_was_shown_does_not_go_unseen(officer: Officer, agencies: Agencies) -> None:
    first, *later = synthetic_reports(agencies.iran, 700)
    file_reports(agencies.iran, first)
    event = str(first.group)
    shown = [str(first.id)]
    file_reports(agencies.iran, *later)
    form = {"partner": agencies.azerbaijan.id, "purpose": "investigation", "shown": shown}
    answer = officer.send(f"/seizures/{event}/release", **form)
    assert answer.status_code == 409
    assert "other reports than the page showed" in words_of(answer.text)
