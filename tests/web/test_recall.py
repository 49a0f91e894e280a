"""Taking back and correcting on the page of a seizure."""

from datetime import timedelta

import pytest

from exchanging import new_report
from fixtures_node import BY, Agencies
from fixtures_web import Officer, words_of
from hamkar.actions.node import Node
from hamkar.actions.release import release
from hamkar.actions.take_recall import hold
from hamkar.model.agreement import Purpose
from hamkar.model.recall import HoldGround
from hamkar.model.report import Report

REASON = "Synthetic slip"


@pytest.fixture
def given(agencies: Agencies, node: Node) -> Report:
    """An own report that a partner holds."""
    report = new_report(node)
    release(node, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    return report


def test_a_report_is_taken_back_and_the_page_says_what_became_of_each_copy(
    officer: Officer, agencies: Agencies, given: Report
) -> None:
    address = f"/seizures/{given.group}"
    form = {"record": str(given.id), "kind": "wrong", "reason": REASON, "sure": "yes"}
    page = words_of(officer.send(f"{address}/recall", **form).text)
    assert "Report 1: wrong. Synthetic slip" in page
    assert "Synthetic Police of Azerbaijan not reached yet" in page
    agencies.exchange()
    assert "Synthetic Police of Azerbaijan erased answered" in officer.read(address)


def test_who_is_not_sure_takes_nothing_back(officer: Officer, given: Report) -> None:
    form = {"record": str(given.id), "kind": "wrong", "reason": REASON}
    assert officer.send(f"/seizures/{given.group}/recall", **form).status_code == 400
    assert "wrong. Synthetic slip" not in officer.read(f"/seizures/{given.group}")


def test_a_field_is_corrected_and_the_earlier_version_stays_told(officer: Officer, given: Report) -> None:
    form = {"record": str(given.id), "field": "agency", "value": "Synthetic river post", "reason": REASON}
    page = words_of(officer.send(f"/seizures/{given.group}/corrections", **form).text)
    assert "Synthetic river post" in page
    assert "an earlier version: corrected by a newer version" in page


def test_another_agencys_report_is_not_offered(officer: Officer, agencies: Agencies, node: Node) -> None:
    theirs = new_report(agencies.azerbaijan)
    release(agencies.azerbaijan, theirs.id, "IR", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    form = {"record": str(theirs.id), "kind": "wrong", "reason": REASON, "sure": "yes"}
    answer = officer.send(f"/seizures/{theirs.group}/recall", **form)
    assert answer.status_code == 409
    assert "another agency's record" in words_of(answer.text)
    assert node.id != theirs.originator


def test_a_hold_and_a_late_holder_are_told_on_the_page_and_on_the_first_one(
    officer: Officer, agencies: Agencies, node: Node, given: Report
) -> None:
    az = agencies.azerbaijan
    hold(az, given.id, HoldGround.COURT_ORDER, az.today + timedelta(days=30), by=BY)
    form = {"record": str(given.id), "kind": "withdrawn", "reason": REASON, "sure": "yes"}
    officer.send(f"/seizures/{given.group}/recall", **form)
    late = new_report(node)
    release(node, late.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    officer.send(f"/seizures/{late.group}/recall", **(form | {"record": str(late.id)}))
    assert "kept out of use, because the law demands it: order of a court" in officer.read(f"/seizures/{given.group}")
    agencies.clock.turn(timedelta(hours=73))
    assert officer.sign_in().status_code == 303
    assert "overdue" in officer.read(f"/seizures/{late.group}")
    assert "1 holder of a recalled record is late with its answer" in officer.read("/")
    assert "1 answer to recalls overdue" in officer.read("/status")
