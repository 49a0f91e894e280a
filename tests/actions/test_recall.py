"""Taking back: nothing of the record leaves or stays, every holder answers, and a legal hold is the one exception."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from exchanging import held, listed, new_report
from fixtures_node import BY, Agencies, Straight
from hamkar.actions import agreements
from hamkar.actions.correct import correct
from hamkar.actions.deliver import deliver
from hamkar.actions.events import merge, settle_field, show_event
from hamkar.actions.node import Node
from hamkar.actions.recall import Ground, HolderState, list_recalls, new_recall, overdue_sentence, recall
from hamkar.actions.release import explain, release
from hamkar.actions.send import Outgoing, send
from hamkar.actions.take_recall import end_holds, hold, release_hold
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.statement import recall_id, sign_statement
from hamkar.model.agreement import AgreementState, Purpose
from hamkar.model.bundle import Bundle, MessageKind
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.model.recall import HoldGround, Recall, RecallKind, RecallOutcome
from hamkar.model.report import Report
from hamkar.model.seizure import Decision
from hamkar.store import inbox, reports, set_aside
from hamkar.store.set_aside import LegalHold
from passing import kept_bytes, outcomes, standing
from people import new_person

WRONG = Ground(kind=RecallKind.WRONG, reason="Synthetic mistake")


def given(agencies: Agencies, **parts: object) -> Report:
    """A report that the Iranian agency has given the Azerbaijani one."""
    report = new_report(agencies.iran, **parts)  # type: ignore[arg-type] # parts by name
    release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is not None
    return report


def agreement_with_azerbaijan(agencies: Agencies) -> str:
    """The agreement between the two agencies, wherever it stands."""
    return next(s.row.id for s in agreements.list_standing(agencies.iran) if s.partner.node == agencies.azerbaijan.id)


def place_hold(node: Node, record: UUID, ground: HoldGround = HoldGround.LEGAL_DUTY) -> LegalHold:
    """A hold of ten days."""
    return hold(node, record, ground, node.today + timedelta(days=10), by=BY)


def is_aside(node: Node, originator: Node, record: UUID) -> bool:
    """Whether the record is here, out of use."""
    with node.database.transaction() as connection:
        return set_aside.is_set_aside(connection, originator.id, record)


def recall_message(sender: Node, to: Node, made: Recall, agreement: str) -> None:
    """Send a recall as it may come again, or from somebody else than it should."""
    envelope = sign_statement(made, sender.keys.signer)
    saying = Outgoing(kind=MessageKind.RECALL, record=str(made.record), agreement=agreement, body=envelope)
    with sender.database.transaction() as connection:
        send(sender, connection, to.id, saying)


def recalled_here(node: Node, made: Recall) -> tuple[HolderState, ...]:
    """Whom the node has told of a recall."""
    return next(state.holders for state in list_recalls(node) if state.recall.id == made.id)


def test_a_recalled_report_is_gone_at_its_holder_which_says_so(agencies: Agencies) -> None:
    report = given(agencies)
    (issued,) = recall(agencies.iran, report.id, WRONG, by=BY)
    assert issued.told == (agencies.azerbaijan.id,)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    (holder,) = standing(agencies.iran, report.id).holders
    assert (holder.name, holder.outcome) == ("Synthetic Police of Azerbaijan", RecallOutcome.ERASED)
    assert "erased, answered" in holder.sentence()


def test_before_it_is_delivered_and_answered_the_list_says_how_far_it_got(agencies: Agencies) -> None:
    report = given(agencies)
    recall(agencies.iran, report.id, WRONG, by=BY)
    assert "waits to be delivered" in standing(agencies.iran, report.id).holders[0].sentence()
    deliver(agencies.iran, agencies.azerbaijan.id, Straight(agencies.azerbaijan))
    assert "delivered, no answer yet" in standing(agencies.iran, report.id).holders[0].sentence()
    agencies.exchange()
    assert standing(agencies.iran, report.id).holders[0].answered_at is not None


def test_an_answer_that_does_not_come_in_time_is_overdue(agencies: Agencies) -> None:
    report = given(agencies)
    recall(agencies.iran, report.id, Ground(kind=RecallKind.WRONG, reason="-", within=timedelta(hours=2)), by=BY)
    assert list_recalls(agencies.iran, overdue=True) == []
    agencies.clock.turn(timedelta(hours=3))
    (late,) = list_recalls(agencies.iran, overdue=True)
    assert late.recall.record == report.id
    with agencies.iran.database.transaction() as connection:
        assert overdue_sentence(connection, agencies.iran.now()).startswith("1 answer to recalls overdue")
    agencies.exchange()
    with agencies.iran.database.transaction() as connection:
        assert overdue_sentence(connection, agencies.iran.now()) == ""


def test_what_is_recalled_is_not_released_any_more(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    recall(agencies.iran, report.id, WRONG, by=BY)
    (considered,) = explain(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION)
    assert considered.answer.verdict.rule == "not_recalled"
    (decided,) = release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    assert decided.release.rule == "not_recalled"


def test_what_waited_when_it_was_recalled_never_leaves(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    release(agencies.iran, report.id, "AZ", Purpose.INVESTIGATION, by=BY)
    recall(agencies.iran, report.id, WRONG, by=BY)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    assert str(report.group).encode() not in kept_bytes(agencies.azerbaijan)
    assert outcomes(agencies.iran, report.id) == {"of Azerbaijan": RecallOutcome.NOT_HELD}


def test_a_record_that_comes_after_its_recall_is_turned_away(agencies: Agencies) -> None:
    report = new_report(agencies.iran)
    (issued,) = recall(agencies.iran, report.id, WRONG, by=BY)
    agreement = agreement_with_azerbaijan(agencies)
    recall_message(agencies.iran, agencies.azerbaijan, issued.recall, agreement)
    late = Outgoing(
        kind=MessageKind.REPORT,
        record=str(report.id),
        agreement=agreement,
        purpose=Purpose.INVESTIGATION,
        handling=report.handling,
        body=_granted(report),
    )
    with agencies.iran.database.transaction() as connection:
        send(agencies.iran, connection, agencies.azerbaijan.id, late)
    agencies.exchange()
    with agencies.azerbaijan.database.transaction() as connection:
        rows = [r for r in inbox.list_inbox(connection, limit=1000, offset=0) if r.record == str(report.id)]
    assert {(row.kind, row.rule) for row in rows} == {("recall", "accepted"), ("report", "recalled")}
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None


def test_a_recall_flows_while_the_agreement_is_suspended(agencies: Agencies) -> None:
    report = given(agencies)
    agreement = agreement_with_azerbaijan(agencies)
    agreements.suspend(agencies.azerbaijan, agreement, by=BY)
    agencies.exchange()
    recall(agencies.iran, report.id, WRONG, by=BY)
    agencies.exchange()
    assert outcomes(agencies.iran, report.id) == {"of Azerbaijan": RecallOutcome.ERASED}
    agreements.resume(agencies.azerbaijan, agreement, by=BY)
    agencies.exchange()
    assert agreements.find_standing(agencies.iran, agreement).state is AgreementState.IN_FORCE


def test_recalling_a_seizure_takes_back_every_own_record_of_it_and_nothing_else(agencies: Agencies) -> None:
    ours, theirs = new_report(agencies.iran), new_report(agencies.azerbaijan)
    release(agencies.azerbaijan, theirs.id, "IR", Purpose.INVESTIGATION, by=BY)
    agencies.exchange()
    person = new_person(agencies.iran, ours.id, "Nemuneh (synthetic)")
    other = event_of(agencies.iran, agencies.azerbaijan, theirs.id)
    merge(agencies.iran, other, ours.group, by=BY, reason="Synthetic")
    issued = recall(agencies.iran, ours.group, WRONG, by=BY)
    assert [one.recall.record for one in issued] == [person.id, ours.id]


def test_only_its_originator_takes_a_record_back(agencies: Agencies) -> None:
    report = given(agencies)
    with pytest.raises(Refused, match="another agency's record"):
        recall(agencies.azerbaijan, report.id, WRONG, by=BY)
    with pytest.raises(NotFound):
        recall(agencies.azerbaijan, agencies.azerbaijan.new_id(), WRONG, by=BY)


def test_recalling_twice_is_recalling_once(agencies: Agencies) -> None:
    report = given(agencies)
    (first,) = recall(agencies.iran, report.id, WRONG, by=BY)
    (again,) = recall(agencies.iran, report.id, WRONG, by=BY)
    assert (first.fresh, again.fresh) == (True, False)
    assert again.recall == first.recall
    agencies.exchange()


def test_a_recall_that_comes_again_is_answered_again_and_changes_nothing(agencies: Agencies) -> None:
    report = given(agencies)
    (issued,) = recall(agencies.iran, report.id, WRONG, by=BY)
    agencies.exchange()
    before = standing(agencies.iran, report.id)
    recall_message(agencies.iran, agencies.azerbaijan, issued.recall, agreement_with_azerbaijan(agencies))
    agencies.exchange()
    assert standing(agencies.iran, report.id) == before


def test_a_recall_signed_by_another_than_the_originator_does_nothing(agencies: Agencies) -> None:
    report, issued = given(agencies), agencies.observer.now()
    forged = Recall(
        v=1,
        id=recall_id(agencies.iran.id, report.id, "", issued),
        record=report.id,
        kind_of_record=MessageKind.REPORT,
        originator=agencies.iran.id,
        kind=RecallKind.WRONG,
        reason="Synthetic forgery",
        issued_at=issued,
        due=issued + timedelta(hours=1),
    )
    recall_message(agencies.observer, agencies.azerbaijan, forged, agreement_with_azerbaijan(agencies))
    deliver(agencies.observer, agencies.azerbaijan.id, Straight(agencies.azerbaijan))
    assert held(agencies.azerbaijan, agencies.iran, report.id) is not None
    with agencies.azerbaijan.database.transaction() as connection:
        rows = inbox.list_inbox(connection, limit=1, offset=0)
    assert [(row.acceptance, row.rule) for row in rows] == [("rejected", "statement_signed")]


def test_a_recall_of_a_record_that_is_named_like_anothers_takes_nothing_of_that_back(agencies: Agencies) -> None:
    report = given(agencies)
    release(agencies.iran, report.id, "UN", Purpose.STATISTICS, by=BY)
    alike = new_recall(agencies.azerbaijan, report, WRONG)
    recall_message(agencies.azerbaijan, agencies.iran, alike, agreement_with_azerbaijan(agencies))
    deliver(agencies.azerbaijan, agencies.iran.id, Straight(agencies.iran))
    agencies.exchange()
    assert held(agencies.observer, agencies.iran, report.id) is not None
    assert recalled_here(agencies.iran, alike) == ()


def test_a_true_recall_from_a_stranger_does_not_tell_it_what_is_held(agencies: Agencies) -> None:
    report = given(agencies)
    (issued,) = recall(agencies.iran, report.id, WRONG, by=BY)
    envelope = sign_statement(issued.recall, agencies.iran.keys.signer)
    saying = Outgoing(
        kind=MessageKind.RECALL,
        record=str(report.id),
        agreement=agreement_with_azerbaijan(agencies),
        body=envelope,
    )
    with agencies.observer.database.transaction() as connection:
        send(agencies.observer, connection, agencies.azerbaijan.id, saying)
    deliver(agencies.observer, agencies.azerbaijan.id, Straight(agencies.azerbaijan))
    assert held(agencies.azerbaijan, agencies.iran, report.id) is not None
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None


def test_nothing_of_an_erased_record_is_kept_and_what_is_kept_still_proves_the_stream(agencies: Agencies) -> None:
    marked = given(agencies, substance="opium")
    changed = correct(agencies.iran, marked.id, {"agency": "Unmistakable synthetic post"}, "Synthetic slip", by=BY)
    agencies.exchange()
    assert b"Unmistakable" in kept_bytes(agencies.azerbaijan)
    recall(agencies.iran, changed.record.id, WRONG, by=BY)
    agencies.exchange()
    assert b"Unmistakable" not in kept_bytes(agencies.azerbaijan)
    with agencies.azerbaijan.database.transaction() as connection:
        bodies = connection.execute(
            "SELECT body FROM nominal.bundle_in WHERE partner = %s ORDER BY stream, first_seq", (agencies.iran.id,)
        ).fetchall()
        leaves = {
            (stream, seq): value
            for stream, seq, value in connection.execute(
                "SELECT stream, seq, leaf FROM inbox WHERE partner = %s", (agencies.iran.id,)
            )
        }
        chains = dict(
            connection.execute("SELECT stream, chain FROM stream_in WHERE partner = %s", (agencies.iran.id,)).fetchall()
        )
    reached: dict[str, str] = {}
    for (body,) in bodies:
        bundle = Bundle.from_json(body)
        for seq, message in enumerate(bundle.msgs, bundle.first_seq):
            assert leaf(bytes(message)) == leaves[bundle.stream, seq]
        reached[bundle.stream] = advance_all(bundle.prev_chain, [leaf(bytes(m)) for m in bundle.msgs])[-1]
    assert reached == chains


def test_what_a_person_decided_on_the_word_of_an_erased_report_goes_with_it(agencies: Agencies) -> None:
    first, second = given(agencies), given(agencies)
    az = agencies.azerbaijan
    events = {record: event_of(az, agencies.iran, record) for record in (first.id, second.id)}
    kept = events[first.id]
    merge(az, events[second.id], kept, by=BY, reason="Synthetic")
    decision = Decision(
        event=kept, field="agency", value="Synthetic border post", by=BY, at=az.now(), reason="Synthetic call"
    )
    settle_field(az, decision)
    recall(agencies.iran, first.id, WRONG, by=BY)
    agencies.exchange()
    assert [d.value for d in show_event(az, kept).decisions] == ["Synthetic border post"]
    recall(agencies.iran, second.id, WRONG, by=BY)
    agencies.exchange()
    assert kept not in listed(az)
    assert b"Synthetic call" not in kept_bytes(az)


def test_a_hold_placed_before_keeps_the_record_out_of_use_and_says_why(agencies: Agencies) -> None:
    report = given(agencies)
    placed = place_hold(agencies.azerbaijan, report.id)
    recall(agencies.iran, report.id, WRONG, by=BY)
    agencies.exchange()
    assert held(agencies.azerbaijan, agencies.iran, report.id) is None
    assert report.group not in listed(agencies.azerbaijan)
    assert is_aside(agencies.azerbaijan, agencies.iran, report.id)
    (holder,) = standing(agencies.iran, report.id).holders
    assert (holder.outcome, holder.ground, holder.until) == ("legal_hold", "legal_duty", placed.until)
    assert "on the ground legal_duty until" in holder.sentence()


def test_when_a_hold_has_run_out_the_record_is_erased_and_a_second_answer_says_so(agencies: Agencies) -> None:
    report = given(agencies)
    place_hold(agencies.azerbaijan, report.id)
    recall(agencies.iran, report.id, WRONG, by=BY)
    agencies.exchange()
    agencies.clock.turn(timedelta(days=10))
    end_holds(agencies.azerbaijan)
    assert is_aside(agencies.azerbaijan, agencies.iran, report.id)
    agencies.clock.turn(timedelta(days=1))
    end_holds(agencies.azerbaijan)
    assert not is_aside(agencies.azerbaijan, agencies.iran, report.id)
    agencies.exchange()
    assert outcomes(agencies.iran, report.id) == {"of Azerbaijan": RecallOutcome.ERASED}


def test_a_hold_can_be_ended_by_hand(agencies: Agencies) -> None:
    report = given(agencies)
    place_hold(agencies.azerbaijan, report.id, HoldGround.DEFENCE_REQUEST)
    recall(agencies.iran, report.id, WRONG, by=BY)
    agencies.exchange()
    release_hold(agencies.azerbaijan, report.id, by=BY)
    agencies.exchange()
    assert outcomes(agencies.iran, report.id) == {"of Azerbaijan": RecallOutcome.ERASED}
    with pytest.raises(NotFound, match="no hold"):
        release_hold(agencies.azerbaijan, report.id, by=BY)


def test_a_hold_that_ends_without_a_recall_leaves_the_record_in_use(agencies: Agencies) -> None:
    report = given(agencies)
    place_hold(agencies.azerbaijan, report.id)
    release_hold(agencies.azerbaijan, report.id, by=BY)
    assert held(agencies.azerbaijan, agencies.iran, report.id) is not None


def test_what_may_not_be_used_in_court_is_not_held_for_a_court(agencies: Agencies) -> None:
    handling = Handling(code=HandlingCode.H1, conditions=(Condition.NO_COURT_USE,))
    report = given(agencies, handling=handling)
    with pytest.raises(Refused, match="forbids its use in court") as refused:
        place_hold(agencies.azerbaijan, report.id, HoldGround.COURT_ORDER)
    assert refused.value.rule == "no_court_use"
    place_hold(agencies.azerbaijan, report.id, HoldGround.SAFETY_OF_A_PERSON)


def test_a_hold_is_for_what_others_recorded_and_ends_after_it_begins(agencies: Agencies) -> None:
    own = new_report(agencies.iran)
    with pytest.raises(Refused, match="own record"):
        place_hold(agencies.iran, own.id)
    with pytest.raises(BadInput, match="is over"):
        hold(agencies.iran, own.id, HoldGround.LEGAL_DUTY, date(2000, 1, 1), by=BY)


def test_a_reason_and_some_time_are_asked_for(agencies: Agencies) -> None:
    assert agencies
    with pytest.raises(BadInput, match="say in 1 to"):
        Ground(kind=RecallKind.WRONG, reason=" ")
    with pytest.raises(BadInput, match="some time"):
        Ground(kind=RecallKind.WRONG, reason="Synthetic", within=timedelta(0))


def _granted(report: Report) -> bytes:
    """The report with the fields that the agreement grants."""
    return msgspec.json.encode(msgspec.to_builtins(report) | {"parties": []})


def event_of(node: Node, originator: Node, record: UUID) -> UUID:
    """The event under which a report is filed at a node."""
    with node.database.transaction() as connection:
        return reports.find_report(connection, record, prefer=originator.id)[1]
