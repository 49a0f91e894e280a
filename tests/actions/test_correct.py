"""Correcting: a new version takes the place of the old one here and at everybody who had it, as policy allows today."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from exchanging import held, listed, new_report
from fixtures_node import BY, Agencies
from hamkar.actions import agreements
from hamkar.actions.correct import correct
from hamkar.actions.duties import do_duties
from hamkar.actions.events import show_event
from hamkar.actions.node import Node
from hamkar.actions.recall import Ground, recall
from hamkar.actions.release import release, releases_of
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.recall import RecallKind, RecallOutcome
from hamkar.model.release import Outcome
from hamkar.model.report import Report
from hamkar.store import agreements as agreements_store
from hamkar.store import entities, inbox, reports, set_aside
from hamkar.store.postgres.cluster import Cluster
from passing import Line, holds, kept_bytes, open_line, outcomes, released, standing
from people import new_person

SLIP = "Synthetic slip"


def given(agencies: Agencies) -> Report:
    """A report that the Iranian agency has given the Azerbaijani one."""
    report = new_report(agencies.iran)
    release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    return report


def event_of(node: Node, originator: Node, record: UUID) -> UUID:
    """The event under which a report is filed at a node."""
    with node.database.transaction() as connection:
        return reports.find_report(connection, record, prefer=originator.id)[1]


def in_force(agencies: Agencies) -> str:
    """The agreement in force between the two agencies."""
    standings = agreements.list_standing(agencies.azerbaijan)
    return next(s.row.id for s in standings if s.state is AgreementState.IN_FORCE)


def test_here_the_new_version_takes_the_place_of_the_old_which_is_kept_as_history(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    made = correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    shown = show_event(agencies.iran, report.group)
    assert [one.id for one in shown.reports] == [made.record.id]
    assert isinstance(made.record, Report)
    assert (made.record.supersedes, made.record.group, made.record.agency) == (
        report.id,
        report.group,
        "Synthetic river post",
    )
    assert shown.event.agency.value == "Synthetic river post"
    with agencies.iran.database.transaction() as connection:
        assert set_aside.is_set_aside(connection, agencies.iran.id, report.id)


def test_who_had_the_old_version_gets_the_new_one_and_nothing_of_the_old_stays(agencies: Agencies) -> None:
    report = given(agencies)
    first = correct(agencies.iran, report.id, {"agency": "Unmistakable first post"}, SLIP, by=BY)
    agencies.exchange()
    event = event_of(agencies.azerbaijan, agencies.iran, first.record.id)
    second = correct(agencies.iran, first.record.id, {"agency": "Synthetic second post"}, SLIP, by=BY)
    assert second.told == (agencies.azerbaijan.id,)
    agencies.exchange()
    arrived = held(agencies.azerbaijan, agencies.iran, second.record.id)
    assert arrived is not None
    assert (arrived.agency, arrived.parties, arrived.supersedes) == ("Synthetic second post", (), first.record.id)
    assert held(agencies.azerbaijan, agencies.iran, first.record.id) is None
    assert event_of(agencies.azerbaijan, agencies.iran, second.record.id) == event
    assert b"Unmistakable" not in kept_bytes(agencies.azerbaijan)
    assert outcomes(agencies.iran, first.record.id) == {"of Azerbaijan": RecallOutcome.CORRECTED}


def test_the_new_version_is_a_decision_of_its_own_and_can_be_recalled(agencies: Agencies) -> None:
    report = given(agencies)
    made = correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    agencies.exchange()
    told = [one for one in releases_of(agencies.iran, report.group) if one.release.record == made.record.id]
    assert [(one.release.outcome, one.delivery and one.delivery.verdict) for one in told] == [
        (Outcome.RELEASED, "accepted")
    ]
    recall(agencies.iran, made.record.id, Ground(kind=RecallKind.WRONG, reason=SLIP), by=BY)
    agencies.exchange()
    assert not holds(agencies.azerbaijan, agencies.iran, made.record.id)


def test_where_policy_no_longer_allows_the_new_version_the_old_one_is_taken_back(agencies: Agencies) -> None:
    report = given(agencies)
    agreement = in_force(agencies)
    agreements.suspend(agencies.azerbaijan, agreement, by=BY)
    agencies.exchange()
    made = correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    agencies.exchange()
    agreements.resume(agencies.azerbaijan, agreement, by=BY)
    agencies.exchange()
    assert not holds(agencies.azerbaijan, agencies.iran, report.id)
    assert not holds(agencies.azerbaijan, agencies.iran, made.record.id)
    assert outcomes(agencies.iran, report.id) == {"of Azerbaijan": RecallOutcome.ERASED}


def test_a_version_marked_too_high_for_its_agreement_does_not_go_and_the_old_one_is_taken_back(
    agencies: Agencies,
) -> None:
    report = given(agencies)
    higher: dict[str, object] = {"handling": {"code": "H2", "conditions": [], "delete_by": None, "restriction": ""}}
    made = correct(agencies.iran, report.id, higher, SLIP, by=BY)
    agencies.exchange()
    assert not holds(agencies.azerbaijan, agencies.iran, report.id)
    assert not holds(agencies.azerbaijan, agencies.iran, made.record.id)


def test_two_corrections_before_anything_is_delivered_leave_the_newest_alone(agencies: Agencies) -> None:
    report = given(agencies)
    first = correct(agencies.iran, report.id, {"agency": "Unmistakable interim post"}, SLIP, by=BY)
    second = correct(agencies.iran, first.record.id, {"agency": "Synthetic last post"}, SLIP, by=BY)
    agencies.exchange()
    az, ir = agencies.azerbaijan, agencies.iran
    assert [holds(az, ir, one) for one in (report.id, first.record.id, second.record.id)] == [False, False, True]
    assert b"Unmistakable" not in kept_bytes(az)
    assert standing(ir, report.id).holders[0].outcome is not None
    assert standing(ir, first.record.id).holders[0].outcome is not None


def test_a_version_recalled_before_its_correction_is_delivered_leaves_nothing_there(agencies: Agencies) -> None:
    report = given(agencies)
    made = correct(agencies.iran, report.id, {"agency": "Unmistakable interim post"}, SLIP, by=BY)
    recall(agencies.iran, made.record.id, Ground(kind=RecallKind.WITHDRAWN, reason=SLIP), by=BY)
    agencies.exchange()
    assert not holds(agencies.azerbaijan, agencies.iran, report.id)
    assert not holds(agencies.azerbaijan, agencies.iran, made.record.id)
    assert b"Unmistakable" not in kept_bytes(agencies.azerbaijan)


def test_the_people_of_a_report_stay_with_its_new_version(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    person = new_person(agencies.iran, report.id, "Nemuneh (synthetic)")
    made = correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    with agencies.iran.database.transaction() as connection:
        (tied,) = entities.entities_of(connection, [made.record.id])
    assert (tied.id, tied.report) == (person.id, made.record.id)


def test_a_name_is_corrected_like_a_report(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    person = new_person(agencies.iran, report.id, "Nemuneh (synthetic)")
    made = correct(
        agencies.iran, person.id, {"properties": [{"name": "name", "values": ["Nemune (synthetic)"]}]}, SLIP, by=BY
    )
    assert not holds(agencies.iran, agencies.iran, person.id)
    with agencies.iran.database.transaction() as connection:
        assert entities.find_entity(connection, made.record.id, prefer="").names == ("Nemune (synthetic)",)


def test_a_corrected_version_of_a_recalled_record_can_be_released_again(agencies: Agencies) -> None:
    report = given(agencies)
    recall(agencies.iran, report.id, Ground(kind=RecallKind.WRONG, reason=SLIP), by=BY)
    agencies.exchange()
    made = correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    assert made.recall is None
    (decided,) = release(agencies.iran, made.record.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert decided.release.outcome is Outcome.RELEASED
    agencies.exchange()
    assert holds(agencies.azerbaijan, agencies.iran, made.record.id)


def test_the_old_version_cannot_be_corrected_or_recalled_any_more(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    with pytest.raises(Refused, match="newest version") as refused:
        correct(agencies.iran, report.id, {"agency": "Synthetic sea post"}, SLIP, by=BY)
    assert refused.value.rule == "newest_version"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "nothing cannot be corrected"),
        ({"lineage": "mine"}, "lineage cannot be corrected; name one or more of source, grade, handling, dates"),
        ({"colour": "red"}, "colour cannot be corrected"),
        ({"lines": "much"}, "not a usable Report"),
        ({"notes": "x" * 10_001}, "cannot be filed"),
    ],
)
def test_what_makes_no_sound_record_is_turned_down_and_nothing_changes(
    agencies: Agencies, changes: dict[str, object], says: str
) -> None:
    report = new_report(agencies.iran)
    with pytest.raises(BadInput, match=says):
        correct(agencies.iran, report.id, changes, SLIP, by=BY)
    assert [one.id for one in show_event(agencies.iran, report.group).reports] == [report.id]


def test_only_an_own_record_is_corrected(agencies: Agencies) -> None:
    report = given(agencies)
    with pytest.raises(Refused, match="another agency's record"):
        correct(agencies.azerbaijan, report.id, {"agency": "Synthetic"}, SLIP, by=BY)
    with pytest.raises(NotFound):
        correct(agencies.iran, agencies.iran.new_id(), {"agency": "Synthetic"}, SLIP, by=BY)


def test_a_seizure_corrected_elsewhere_keeps_its_place_in_the_list(agencies: Agencies) -> None:
    report = given(agencies)
    before = event_of(agencies.azerbaijan, agencies.iran, report.id)
    correct(agencies.iran, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    agencies.exchange()
    assert before in listed(agencies.azerbaijan)


@pytest.fixture
def line(postgres: Cluster, tmp_path: Path) -> Iterator[Line]:
    """Two agencies of a test's own, whose agreement covers people."""
    with open_line(postgres, tmp_path, 2) as opened:
        yield opened


def do_all_duties(line: Line) -> None:
    """Let every node do its duties once, without a complaint."""
    complaints: list[str] = []
    for node in line.nodes:
        do_duties(node, complaints.append)
    assert complaints == []


def given_with_a_person(line: Line) -> tuple[Report, UUID]:
    """A report and who a party of it is, held by the second agency."""
    origin, holder = line.nodes
    report = new_report(origin)
    person = new_person(origin, report.id, "Nemuneh (synthetic)")
    released(origin, report.id, holder)
    released(origin, person.id, holder)
    line.exchange()
    return report, person.id


def test_a_wrong_version_goes_although_its_correction_is_held_back_and_the_new_one_comes_later(line: Line) -> None:
    origin, holder = line.nodes
    report, person = given_with_a_person(line)
    made = correct(origin, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    agreements.suspend(origin, line.agreement(0, 1), by=BY)
    do_all_duties(line)
    line.exchange()
    assert not holds(holder, origin, report.id)
    assert not holds(holder, origin, person)
    assert outcomes(origin, report.id) == {"AZ": RecallOutcome.ERASED}
    agreements.resume(origin, line.agreement(0, 1), by=BY)
    line.exchange()
    assert holds(holder, origin, made.record.id)
    with holder.database.transaction() as connection:
        (tied,) = entities.entities_of(connection, [made.record.id])
    assert tied.id == person
    assert outcomes(origin, report.id) == {"AZ": RecallOutcome.CORRECTED}


def test_people_wait_for_a_corrected_report_no_longer_than_its_recall_allows(line: Line) -> None:
    origin, holder = line.nodes
    report, _ = given_with_a_person(line)
    correct(origin, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    agreements.suspend(origin, line.agreement(0, 1), by=BY)
    do_all_duties(line)
    line.exchange()
    assert b"Nemuneh" in kept_bytes(holder)
    line.clock.turn(timedelta(hours=73))
    do_all_duties(line)
    assert b"Nemuneh" not in kept_bytes(holder)


def test_a_correction_emptied_by_its_own_date_of_deletion_still_takes_the_old_version_back(line: Line) -> None:
    origin, holder = line.nodes
    report = new_report(origin)
    released(origin, report.id, holder)
    line.exchange()
    ends = (origin.today + timedelta(days=1)).isoformat()
    handling: dict[str, object] = {"code": "H0", "conditions": [], "delete_by": ends, "restriction": ""}
    made = correct(origin, report.id, {"handling": handling}, SLIP, by=BY)
    line.clock.turn(timedelta(days=1))
    do_all_duties(line)
    line.exchange()
    assert not holds(holder, origin, made.record.id)
    assert not holds(holder, origin, report.id)


def test_a_correction_whose_new_version_is_refused_is_rejected_and_takes_the_old_one_back(line: Line) -> None:
    origin, holder = line.nodes
    report = new_report(origin)
    released(origin, report.id, holder)
    line.exchange()
    made = correct(origin, report.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    with holder.database.transaction() as connection:
        agreements_store.suspend(connection, line.agreement(0, 1), holder.id)
    line.exchange()
    assert not holds(holder, origin, report.id)
    assert not holds(holder, origin, made.record.id)
    with holder.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=1000, offset=0)
    (verdict,) = [(row.acceptance, row.rule) for row in rows if row.kind == "correction"]
    assert verdict == ("rejected", "agreement_in_force")
    assert outcomes(origin, report.id) == {"AZ": RecallOutcome.ERASED}


def test_nobody_is_named_in_a_report_that_was_recalled_or_corrected(agencies: Agencies) -> None:
    recalled, corrected = new_report(agencies.iran), new_report(agencies.iran)
    recall(agencies.iran, recalled.id, Ground(kind=RecallKind.WRONG, reason=SLIP), by=BY)
    correct(agencies.iran, corrected.id, {"agency": "Synthetic river post"}, SLIP, by=BY)
    for report in (recalled, corrected):
        with pytest.raises(Refused, match="has been recalled") as refused:
            new_person(agencies.iran, report.id, "Nemuneh (synthetic)")
        assert refused.value.rule == "not_recalled"
