"""What is looked into goes nowhere, and a made-up record is told from no other but by whoever laid it."""

import pytest

from exchanging import new_report
from fixtures_node import BY, Agencies
from hamkar.actions.canary import add_canary, hold, holds, let_go
from hamkar.actions.inspect import Extent, list_alarms, list_purges, see_alarm
from hamkar.actions.node import Node
from hamkar.actions.record_entity import record_entity
from hamkar.actions.release import explain, release
from hamkar.errors import BadInput, NotAllowed, NotFound
from hamkar.model.agreement import Purpose
from hamkar.model.oversight import AlarmKind
from hamkar.model.release import Outcome
from hamkar.model.role import Person, Role
from hamkar.store import canaries, entities
from people import somebody

INSPECTOR = Person(name="synthetic-dpo", roles=frozenset({Role.DATA_PROTECTION_OFFICER}))
ADMINISTRATOR = Person(name="synthetic-admin", roles=frozenset({Role.ADMINISTRATOR}))
LAID = "laid for a test"


@pytest.fixture
def iran(agencies: Agencies) -> Node:
    """The node whose records are looked into."""
    return agencies.iran


def test_a_record_that_is_held_back_goes_nowhere_until_it_is_let_go(agencies: Agencies, iran: Node) -> None:
    report = new_report(iran)
    hold(iran, INSPECTOR, report.id, reason="a synthetic doubt")
    (refused,) = release(iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    assert (refused.release.outcome, refused.release.rule) == (Outcome.REFUSED, "held_for_inspection")
    assert "looking into the record; ask them" in refused.release.reason
    let_go(iran, INSPECTOR, report.id)
    (gone,) = release(iran, report.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    assert gone.release.outcome is Outcome.RELEASED


def test_whoever_wants_to_release_a_canary_sets_off_an_alarm(agencies: Agencies, iran: Node) -> None:
    canary = add_canary(iran, INSPECTOR, new_report(iran).id, somebody("Canary (synthetic)"), reason=LAID)
    other = record_entity(iran, new_report(iran).id, somebody("Other (synthetic)"), by="x")
    for each in (other, canary):
        (refused,) = release(iran, each.id, agencies.azerbaijan.id, Purpose.INVESTIGATION, by="synthetic-liaison")
        assert refused.release.outcome is Outcome.REFUSED
    (alarm,) = list_alarms(iran, INSPECTOR, Extent(10)).rows
    assert (alarm.kind, alarm.subject, alarm.account) == (AlarmKind.CANARY, str(canary.id), "synthetic-liaison")
    see_alarm(iran, INSPECTOR, alarm.id)
    with pytest.raises(NotFound):
        see_alarm(iran, INSPECTOR, alarm.id)


def test_what_would_go_of_a_canary_is_shown_as_of_any_other(agencies: Agencies, iran: Node) -> None:
    canary = add_canary(iran, INSPECTOR, new_report(iran).id, somebody("Canary (synthetic)"), reason=LAID)
    other = record_entity(iran, new_report(iran).id, somebody("Other (synthetic)"), by="x")
    to = agencies.azerbaijan.id
    answers = [explain(iran, each.id, to, Purpose.INVESTIGATION)[0].answer for each in (canary, other)]
    assert answers[0] == answers[1]
    hold(iran, INSPECTOR, other.id, reason="x")
    with iran.database.transaction() as connection:
        both = [canary.id, other.id]
        assert {record for record, _ in canaries.held_among(connection, both, canaries_too=False)} == {other.id}
        assert {record for record, _ in canaries.held_among(connection, both, canaries_too=True)} == set(both)


def test_the_row_of_a_canary_has_nothing_that_others_lack(iran: Node) -> None:
    report = new_report(iran)
    canary = add_canary(iran, INSPECTOR, report.id, somebody("Canary (synthetic)"), reason=LAID)
    other = record_entity(iran, report.id, somebody("Other (synthetic)"), by="")
    with iran.database.transaction() as connection:
        found = {each.id: each for each in entities.entities_of(connection, [report.id])}
        rows = connection.execute(
            "SELECT schema, role, minor, handling, quarantined, author, originator, report_id, delete_by"
            " FROM nominal.entity WHERE report_id = %s",
            (report.id,),
        ).fetchall()
    assert set(found) == {canary.id, other.id}
    assert rows[0] == rows[1]


def test_only_the_inspector_sees_what_is_held_back(iran: Node) -> None:
    with pytest.raises(NotAllowed):
        holds(iran, ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        add_canary(iran, ADMINISTRATOR, new_report(iran).id, somebody(), reason=LAID)


def test_holding_asks_for_a_reason_and_for_a_record(iran: Node) -> None:
    report = new_report(iran)
    with pytest.raises(BadInput, match="write it"):
        hold(iran, INSPECTOR, report.id, reason=" ")
    with pytest.raises(NotFound):
        hold(iran, INSPECTOR, iran.new_id(), reason="x")
    hold(iran, INSPECTOR, report.id, reason="x")
    with pytest.raises(BadInput, match="held back already"):
        hold(iran, INSPECTOR, report.id, reason="x")
    let_go(iran, INSPECTOR, report.id)
    with pytest.raises(NotFound, match="not held back"):
        let_go(iran, INSPECTOR, report.id)


def test_a_person_without_a_role_is_listed_before_it_is_purged(agencies: Agencies, iran: Node) -> None:
    lost = record_entity(iran, new_report(iran).id, somebody("Rolle Yox (synthetic)", role=None), by="x")
    assert lost.id not in {each.record for each in list_purges(iran, INSPECTOR, Extent(50)).rows}
    with iran.database.transaction() as connection:
        connection.execute(
            "UPDATE nominal.entity SET received_at = received_at - interval '160 days' WHERE id = %s", (lost.id,)
        )
    (due,) = [each for each in list_purges(iran, INSPECTOR, Extent(50)).rows if each.record == lost.id]
    assert due.cause == "no_role"
    assert agencies.clock
