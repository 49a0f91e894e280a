"""Passing on: only by the originator's signed consent, and a recall follows every edge."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from exchanging import new_report
from fixtures_node import BY, Straight
from hamkar.actions import agreements
from hamkar.actions.consent import Leave, consent, list_consents, withdraw
from hamkar.actions.correct import correct
from hamkar.actions.deliver import deliver
from hamkar.actions.node import ROOT_KEY, Node
from hamkar.actions.partners import take_card
from hamkar.actions.recall import Ground, list_recalls, recall
from hamkar.actions.release import explain, release
from hamkar.actions.retention import believe_clock, let_run_out
from hamkar.actions.rotate_keys import Loss, revoke
from hamkar.errors import Refused
from hamkar.model.agreement import Onward, Purpose
from hamkar.model.handling import FREE, Condition, Handling, HandlingCode
from hamkar.model.recall import RecallKind, RecallOutcome
from hamkar.store import consents, inbox, retention
from hamkar.store.postgres.cluster import Cluster
from passing import ONWARD, Line, holds, kept_bytes, open_line, outcomes, released, standing
from people import new_person

WRONG = Ground(kind=RecallKind.WRONG, reason="Synthetic mistake")


@pytest.fixture(scope="module")
def line(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Four agencies of this test module's own."""
    with open_line(postgres, tmp_path_factory.mktemp("line")) as opened:
        yield opened


def refusal(node: Node, record: UUID, to: Node) -> str:
    """The rule by which a release is refused."""
    (decided,) = release(node, record, to.id, Purpose.INVESTIGATION, by=BY)
    return decided.release.rule


def rejections(node: Node, record: UUID) -> list[str]:
    """The rules by which a node rejected messages about a record."""
    with node.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=1000, offset=0)
    return [row.rule for row in rows if row.record == str(record) and row.acceptance == "rejected"]


def test_a_record_of_another_agency_goes_nowhere_without_its_consent(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    released(a, report.id, b)
    line.exchange()
    assert refusal(b, report.id, c) == "originator_in_control"
    assert holds(b, a, report.id)
    assert not holds(c, a, report.id)


def test_with_consent_a_record_is_passed_on_and_stays_its_originators(line: Line) -> None:
    a, _, c, _ = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    assert holds(c, a, report.id)
    assert rejections(c, report.id) == []


def test_a_consent_is_for_one_holder_and_one_recipient(line: Line) -> None:
    a, b, c, d = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    assert refusal(c, report.id, d) == "originator_in_control"
    assert refusal(b, report.id, a) == "originator_in_control"


def test_a_consent_ends_and_covers_its_purposes_only(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    released(a, report.id, b)
    leave = Leave(holder=b.id, to=c.id, purposes=(Purpose.PREVENTION,), until=a.today)
    consent(a, report.id, leave, by=BY)
    line.exchange()
    (for_another,) = explain(b, report.id, c.id, Purpose.INVESTIGATION)
    assert "does not cover this purpose" in for_another.answer.verdict.reason
    (for_this,) = explain(b, report.id, c.id, Purpose.PREVENTION)
    assert for_this.answer.allowed
    line.clock.turn(timedelta(days=1))
    (ended,) = explain(b, report.id, c.id, Purpose.PREVENTION)
    assert "has ended" in ended.answer.verdict.reason


@pytest.mark.parametrize(
    "handling",
    [Handling(code=HandlingCode.H1, conditions=(Condition.NO_ONWARD,)), FREE],
    ids=["no_onward", "no condition"],
)
def test_the_condition_not_to_pass_on_is_answered_by_the_same_consent(line: Line, handling: Handling) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a, handling=handling)
    released(a, report.id, b)
    line.exchange()
    assert refusal(b, report.id, c) == "originator_in_control"
    consent(a, report.id, Leave(holder=b.id, to=c.id), by=BY)
    line.exchange()
    released(b, report.id, c)


def test_consent_is_given_only_where_the_agreement_lets_things_be_passed_on(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    with pytest.raises(Refused, match="was not given") as not_given:
        consent(a, report.id, Leave(holder=b.id, to=c.id), by=BY)
    assert not_given.value.rule == "holder_was_given_it"
    narrow = replace(ONWARD, title="Synthetic agreement without passing on", onward=Onward.NEVER)
    proposed = agreements.propose(a, c.id, narrow, by=BY)
    line.exchange(rounds=1)
    agreements.sign(c, proposed.id, by=BY)
    line.exchange(rounds=1)
    released(a, report.id, c)
    with pytest.raises(Refused, match="lets nothing be passed on") as narrowed:
        consent(a, report.id, Leave(holder=c.id, to=b.id), by=BY)
    assert narrowed.value.rule == "onward_with_consent"
    agreements.suspend(a, proposed.id, by=BY)
    line.exchange()


def test_a_recall_follows_every_edge_and_everybody_is_named(line: Line) -> None:
    a, b, c, d = line.nodes
    report = new_report(a, notes="")
    line.pass_down(report.id, 3)
    assert holds(d, a, report.id)
    recall(a, report.id, WRONG, by=BY)
    line.exchange()
    assert not any(holds(node, a, report.id) for node in (b, c, d))
    assert outcomes(a, report.id) == {"AZ": "erased", "GE": "erased", "TR": "erased"}
    assert outcomes(b, report.id) == {"GE": "erased", "TR": "erased"}
    assert list_recalls(a, overdue=True) == []


def test_a_holder_that_is_away_is_on_the_list_of_the_overdue_by_name(line: Line) -> None:
    a, _, _, _ = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    recall(a, report.id, WRONG, by=BY)
    line.exchange(without=frozenset({"GE"}))
    assert outcomes(a, report.id) == {"AZ": "erased", "GE": None}
    line.clock.turn(timedelta(hours=73))
    (late,) = [state for state in list_recalls(a, overdue=True) if state.recall.record == report.id]
    assert [holder.name for holder in late.overdue] == ["Synthetic Police GE"]
    assert "overdue since" in late.overdue[0].sentence()
    line.exchange()
    assert outcomes(a, report.id)["GE"] == "erased"
    assert report.id not in {state.recall.record for state in list_recalls(a, overdue=True)}


def test_of_what_was_passed_on_and_recalled_nothing_is_kept_at_the_holders(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = replace_agency(a, "Unmistakable synthetic post")
    line.pass_down(report, 2)
    assert b"Unmistakable" in kept_bytes(b)
    assert b"Unmistakable" in kept_bytes(c)
    recall(a, report, WRONG, by=BY)
    line.exchange()
    assert b"Unmistakable" not in kept_bytes(b)
    assert b"Unmistakable" not in kept_bytes(c)


def replace_agency(node: Node, agency: str) -> UUID:
    """A new report with this agency, as a version of another."""
    made = correct(node, new_report(node).id, {"agency": agency}, "Synthetic slip", by=BY)
    return made.record.id


def test_a_circle_of_passing_on_ends(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    consent(a, report.id, Leave(holder=c.id, to=b.id), by=BY)
    line.exchange()
    released(c, report.id, b)
    line.exchange()
    recall(a, report.id, WRONG, by=BY)
    line.exchange(rounds=8)
    assert not holds(b, a, report.id)
    assert not holds(c, a, report.id)
    assert outcomes(a, report.id) == {"AZ": "erased", "GE": "erased"}
    assert rejections(b, report.id) == rejections(c, report.id) == []


def test_who_may_not_have_the_record_any_more_by_consent_withdrawn_erases_it_and_the_holder_keeps_its_own(
    line: Line,
) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    given = next(kept.consent for kept in list_consents(a) if kept.consent.record == report.id)
    withdraw(a, given.id, "Synthetic change of mind", by=BY)
    line.exchange()
    assert holds(b, a, report.id)
    assert not holds(c, a, report.id)
    assert outcomes(a, report.id) == {"AZ": RecallOutcome.PASSED_ON, "GE": RecallOutcome.ERASED}
    assert refusal(b, report.id, c) == "originator_in_control"
    with pytest.raises(Refused, match="taken back before"):
        withdraw(a, given.id, "Synthetic change of mind", by=BY)


def test_a_correction_reaches_onward_holders_as_the_new_version(line: Line) -> None:
    a, b, c, d = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 3)
    first = correct(a, report.id, {"agency": "Synthetic post, corrected"}, "Synthetic slip", by=BY)
    line.exchange(rounds=6)
    second = correct(a, first.record.id, {"agency": "Synthetic post, corrected again"}, "Synthetic slip", by=BY)
    line.exchange(rounds=6)
    for node in (b, c, d):
        assert holds(node, a, second.record.id)
        assert not holds(node, a, first.record.id)
        assert not holds(node, a, report.id)
    assert outcomes(a, report.id) == outcomes(a, first.record.id)
    assert outcomes(a, first.record.id) == {"AZ": "corrected", "GE": "corrected", "TR": "corrected"}


def test_where_an_onward_holder_may_not_have_the_new_version_it_erases_the_old(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    agreements.suspend(b, line.agreement(1, 2), by=BY)
    made = correct(a, report.id, {"agency": "Synthetic post, corrected"}, "Synthetic slip", by=BY)
    line.exchange()
    agreements.resume(b, line.agreement(1, 2), by=BY)
    line.exchange()
    assert holds(b, a, made.record.id)
    assert not holds(c, a, report.id)
    assert not holds(c, a, made.record.id)
    assert outcomes(a, report.id) == {"AZ": "corrected", "GE": "erased"}


def test_a_person_is_passed_on_and_recalled_with_the_report(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    person = new_person(a, report.id, "Nemuneh (synthetic)")
    line.pass_down(report.id, 2)
    line.pass_down(person.id, 2)
    assert holds(c, a, person.id)
    recall(a, report.id, WRONG, by=BY)
    line.exchange()
    assert not holds(b, a, person.id)
    assert not holds(c, a, person.id)
    assert outcomes(a, person.id) == {"AZ": "erased", "GE": "erased"}


def test_without_the_originators_card_a_consent_proves_nothing(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    released(a, report.id, b)
    consent(a, report.id, Leave(holder=b.id, to=c.id), by=BY)
    line.exchange()
    released(b, report.id, c)
    with c.database.transaction() as connection:
        row = connection.execute("SELECT envelope, version FROM partner_card WHERE node = %s", (a.id,)).fetchone()
        assert row is not None
        connection.execute("DELETE FROM partner_card WHERE node = %s", (a.id,))
    deliver(b, c.id, Straight(c))
    with c.database.transaction() as connection:
        connection.execute(
            "INSERT INTO partner_card (node, version, envelope) VALUES (%s, %s, %s)", (a.id, row[1], row[0])
        )
    assert rejections(c, report.id) == ["statement_signed"]
    assert not holds(c, a, report.id)


def test_the_list_of_consents_tells_which_hold(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a)
    line.pass_down(report.id, 2)
    (given,) = [kept for kept in list_consents(b) if kept.consent.record == report.id]
    assert (given.consent.to, given.withdrawn) == (c.id, False)
    recall(a, report.id, WRONG, by=BY)
    line.exchange()
    (given,) = [kept for kept in list_consents(b) if kept.consent.record == report.id]
    assert given.withdrawn
    with c.database.transaction() as connection:
        assert consents.find_consent(connection, given.consent.id).withdrawn_at is not None
    assert standing(b, report.id).here


def test_who_passed_a_record_on_takes_the_word_that_its_copy_has_run_out(line: Line) -> None:
    a, b, c, _ = line.nodes
    report = new_report(a, handling=Handling(code=HandlingCode.H0, delete_by=a.today + timedelta(days=2)))
    line.pass_down(report.id, 2)
    believe_clock(c, BY)
    line.clock.turn(timedelta(days=2))
    let_run_out(c)
    line.exchange()
    assert not holds(c, a, report.id)
    assert rejections(b, report.id) == []
    with b.database.transaction() as connection:
        assert (c.id, report.id, line.agreement(1, 2)) in retention.notices_on(connection, [report.id])


def test_a_consent_by_a_key_that_its_originator_has_revoked_proves_nothing(postgres: Cluster, tmp_path: Path) -> None:
    with open_line(postgres, tmp_path, 3) as line:
        a, b, c = line.nodes
        report = new_report(a)
        released(a, report.id, b)
        consent(a, report.id, Leave(holder=b.id, to=c.id), by=BY)
        line.exchange()
        lost = Loss(keys=(a.keys.signer.key_id,), reason="A synthetic theft", last_good={})
        take_card(c, revoke(a, a.home / ROOT_KEY, lost, by=BY).envelope)
        released(b, report.id, c)
        deliver(b, c.id, Straight(c))
        assert not holds(c, a, report.id)
        assert rejections(c, report.id) == ["statement_signed"]
