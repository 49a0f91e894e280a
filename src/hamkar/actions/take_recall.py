"""A holder's part in a recall: erase or hold its copy, tell those it passed the record on to, and answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hamkar.actions.erase_copy import erase_copy, erase_traces, forget_quotes, is_held
from hamkar.actions.events import rederive
from hamkar.actions.node import Node
from hamkar.actions.send import Outgoing, send
from hamkar.actions.tell_holders import SignedRecall, Successor, give_corrected, tell_holders
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.exchange.statement import sign_statement, stored_statement
from hamkar.model.bundle import MessageKind
from hamkar.model.entity import Entity
from hamkar.model.recall import HoldGround, Recall, RecallAnswer, RecallKind, RecallOutcome
from hamkar.model.report import Report
from hamkar.store import clearances, consents, entities, inbox, log, recalls, reports, set_aside
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.set_aside import LegalHold, SetAside

AT_ONCE = 500
"""How many holds one run of the duty ends."""

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A recall as it came: proven, from whom and under which agreement."""

    signed: SignedRecall
    asker: str
    agreement: str

    @property
    def recall(self) -> Recall:
        """What it says."""
        return self.signed.recall


@dataclass(frozen=True, slots=True)
class Taken:
    """What a recall did here: a few words, the events to derive anew, and what is to be logged at last."""

    said: str
    touched: set[UUID]
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of this node's copy."""

    outcome: RecallOutcome
    hold: LegalHold | None = None


def take_recall(node: Node, connection: Connection, asked: Asked, successor: Successor | None = None) -> Taken:
    """Do what the recall says, once, and answer; whoever asks again gets the same answer again.

    ``successor`` is the corrected version where it came along and is filed; where it comes after the recall alone had
    been taken, there is another answer. The caller has locked recalls.
    """
    recall = asked.recall
    before = recalls.find_recall(connection, recall.id)
    if before is not None:
        return _take_again(node, connection, asked, before.answer, successor)
    here = _is_for_here(node, connection, asked)
    recalls.put_recall(connection, recall, asked.signed.envelope, here=here, at=node.now())
    recalls.put_asker(connection, recall.id, asked.asker, asked.agreement)
    told = tell_holders(
        node, connection, asked.signed, successor=successor, only=None if here else recall.at, by=asked.asker
    )
    if recall.kind is not RecallKind.CORRECTED:
        consents.withdraw(connection, recall.originator, recall.record, recall.at if not here else None, node.now())
    fate, touched = _settle(node, connection, recall, here=here, corrected=successor is not None)
    _answer(node, connection, recall, fate, told.partners)
    return Taken(f"{fate.outcome} here", touched, [*_entries(node, asked, fate), *told.entries])


def _take_again(
    node: Node, connection: Connection, asked: Asked, answer: bytes | None, successor: Successor | None
) -> Taken:
    recall = asked.recall
    recalls.put_asker(connection, recall.id, asked.asker, asked.agreement)
    if answer is None:
        return Taken("taken before", set(), [])
    answered = stored_statement(answer, RecallAnswer)
    if successor is None or answered.outcome not in {RecallOutcome.ERASED, RecallOutcome.NOT_HELD}:
        _send_answer(node, connection, recall.record, answer, [(asked.asker, asked.agreement)])
        return Taken("taken before, and answered again", set(), [])
    given = give_corrected(node, connection, asked.signed, successor, by=asked.asker)
    fate = _Fate(RecallOutcome.CORRECTED)
    _answer(node, connection, recall, fate, answered.onward, before=answered)
    return Taken(f"{fate.outcome} here", set(), [*_entries(node, asked, fate), *given])


def _is_for_here(node: Node, connection: Connection, asked: Asked) -> bool:
    """Whether this node's own copy is meant: a consent taken back leaves what came from the originator itself."""
    recall = asked.recall
    if not recall.at:
        return True
    if any(giver == recall.originator for giver, _ in inbox.givers(connection, recall.record)):
        return False
    return recall.at == node.id or asked.asker != recall.originator


def _settle(
    node: Node, connection: Connection, recall: Recall, *, here: bool, corrected: bool
) -> tuple[_Fate, set[UUID]]:
    if not here:
        return _Fate(RecallOutcome.PASSED_ON), set()
    held = is_held(connection, recall)
    hold = _hold_on(connection, recall, node.today) if held else None
    if hold is not None:
        return _Fate(RecallOutcome.LEGAL_HOLD, hold), _set_aside(node, connection, recall)
    touched = erase_copy(connection, recall, node.now())
    if corrected:
        return _Fate(RecallOutcome.CORRECTED), touched
    return _Fate(RecallOutcome.ERASED if held else RecallOutcome.NOT_HELD), touched


def _hold_on(connection: Connection, recall: Recall, today: date) -> LegalHold | None:
    holds = set_aside.holds_on(connection, recall.record)
    return next((hold for hold in holds if hold.originator == recall.originator and today <= hold.until), None)


def _set_aside(node: Node, connection: Connection, recall: Recall) -> set[UUID]:
    chosen = (recall.originator, recall.record, SetAside.LEGAL_HOLD, node.now())
    if recall.kind_of_record is MessageKind.ENTITY:
        set_aside.set_aside_entity(connection, *chosen)
        return set()
    event = set_aside.set_aside_report(connection, *chosen)
    touched = set() if event is None else {event}
    forget_quotes(connection, touched)
    return touched


def _answer(
    node: Node,
    connection: Connection,
    recall: Recall,
    fate: _Fate,
    onward: Iterable[str],
    *,
    before: RecallAnswer | None = None,
) -> None:
    """Answer, later than ``before`` also by a clock that was set back: a later answer goes before an earlier one."""
    now = node.now()
    answer = RecallAnswer(
        v=1,
        recall=recall.id,
        record=recall.record,
        holder=node.id,
        outcome=fate.outcome,
        ground=fate.hold.ground if fate.hold else None,
        until=fate.hold.until if fate.hold else None,
        onward=tuple(sorted(onward)),
        answered_at=max(now, before.answered_at + _MOMENT) if before is not None else now,
    )
    envelope = sign_statement(answer, node.keys.signer)
    recalls.put_answer(connection, recall.id, envelope)
    _send_answer(node, connection, recall.record, envelope, recalls.askers(connection, recall.id))


def _send_answer(
    node: Node, connection: Connection, record: UUID, envelope: bytes, askers: Iterable[tuple[str, str]]
) -> None:
    for asker, agreement in askers:
        saying = Outgoing(kind=MessageKind.RECALL_ANSWER, record=str(record), agreement=agreement, body=envelope)
        send(node, connection, asker, saying)


def _entries(node: Node, asked: Asked, fate: _Fate) -> list[Entry]:
    recall, subject = asked.recall, str(asked.recall.record)
    received = Entry(actor=asked.asker, act="recall_received", subject=subject, partner=asked.asker, rule=recall.kind)
    answered = Entry(
        actor=node.id,
        act="recall_answered",
        subject=subject,
        partner=asked.asker,
        rule=fate.outcome,
        detail=fate.hold.ground if fate.hold else "",
    )
    return [received, answered]


def take_answer(node: Node, connection: Connection, answer: RecallAnswer, envelope: bytes, sender: str) -> Taken:
    """Keep what a holder has answered, note those it had passed the record on to, and pass the answer on to who asked.

    Raises NotFound where this node knows of no such holder.
    """
    if answer.holder == node.id:
        return Taken("this node's own answer", set(), [])
    known = recalls.holder_of(connection, answer.recall, answer.holder)
    if known is None:
        msg = f"this node waits for no answer of node {answer.holder} to the recall {answer.recall}"
        raise NotFound(msg)
    _, answered_at = known
    if answered_at is not None and answered_at >= answer.answered_at:
        return Taken("answered before", set(), [])
    recalls.note_answer(connection, answer, envelope)
    for onward in answer.onward:
        if onward != node.id:
            recalls.put_holder(connection, answer.recall, onward, told_by=answer.holder, message=None)
    above = [each for each in recalls.askers(connection, answer.recall) if each[0] not in {sender, answer.holder}]
    _send_answer(node, connection, answer.record, envelope, above)
    entry = Entry(
        actor=answer.holder,
        act="recall_answer_received",
        subject=str(answer.record),
        partner=sender,
        rule=answer.outcome,
        detail=answer.ground or "",
    )
    return Taken(f"{answer.outcome} there", set(), [entry])


def hold(node: Node, wanted: UUID, ground: HoldGround, until: date, *, by: str) -> LegalHold:
    """Keep another agency's record although it may be recalled, until this day: out of use from then on.

    Raises NotFound, and Refused for an own record or for court where the originator has forbidden that.
    """
    if until < node.today:
        msg = f"a hold cannot end on {until}, which is over; name its last day"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        recalls.lock(connection)
        record = _received(node, connection, wanted)
        if ground is HoldGround.COURT_ORDER and _kept_from_court(node, connection, record):
            msg = f"the originator of {wanted} forbids its use in court, so a court order is no ground to hold it here"
            raise Refused(msg, rule="no_court_use")
        placed = LegalHold(wanted, record.originator, ground, until, by, node.now())
        set_aside.put_hold(connection, placed)
        entry = Entry(actor=by, act="hold_placed", subject=str(wanted), rule=ground, detail=f"until {until}")
        log.append(connection, entry, node.now())
    return placed


def _kept_from_court(node: Node, connection: Connection, record: Report | Entity) -> bool:
    """Whether the originator keeps its record out of courts and has not cleared it for this node."""
    return record.handling.forbids_court and not clearances.is_cleared(
        connection, record.id, originator=record.originator, holder=node.id
    )


def _received(node: Node, connection: Connection, wanted: UUID) -> Report | Entity:
    found = reports.find_reports(connection, [wanted], prefer=node.id)
    record = found[wanted][0] if found else entities.find_entity(connection, wanted, prefer=node.id)
    if record.originator == node.id:
        msg = f"{wanted} is this agency's own record; a hold is for records that another agency may take back"
        raise Refused(msg, rule="originator_in_control")
    return record


def release_hold(node: Node, wanted: UUID, *, by: str) -> list[LegalHold]:
    """End the holds on a record; where it was recalled meanwhile it is erased now, and the originator is told."""
    with node.database.transaction() as connection:
        recalls.lock(connection)
        ending = set_aside.holds_on(connection, wanted)
        if not ending:
            msg = f"there is no hold on {wanted}; `hamkar recall list` shows which records are recalled"
            raise NotFound(msg)
        _end(node, connection, ending, by)
    return ending


def end_holds(node: Node) -> None:
    """End the holds whose last day is over: a duty of the node."""
    with node.database.transaction() as connection:
        if not set_aside.ended_holds(connection, node.today, 1):
            return
        recalls.lock(connection)
        _end(node, connection, set_aside.ended_holds(connection, node.today, AT_ONCE), node.id)


def _end(node: Node, connection: Connection, ending: Iterable[LegalHold], by: str) -> None:
    entries: list[Entry] = []
    touched: set[UUID] = set()
    for each in ending:
        set_aside.remove_hold(connection, each.originator, each.record)
        entries.append(Entry(actor=by, act="hold_ended", subject=str(each.record), rule=each.ground))
        if set_aside.is_set_aside(connection, each.originator, each.record):
            touched |= _erase_after_hold(node, connection, each)
            entries.append(Entry(actor=node.id, act="recall_answered", subject=str(each.record), rule="erased"))
    rederive(connection, touched)
    log.append_many(connection, entries, node.now())


def _erase_after_hold(node: Node, connection: Connection, ended: LegalHold) -> set[UUID]:
    touched: set[UUID] = set()
    for row in recalls.recalls_of_records(connection, [ended.record]):
        if row.originator != ended.originator or not row.here or row.answer is None:
            continue
        recall = stored_statement(row.envelope, Recall)
        answered = stored_statement(row.answer, RecallAnswer)
        touched |= erase_copy(connection, recall, node.now())
        _answer(node, connection, recall, _Fate(RecallOutcome.ERASED), answered.onward, before=answered)
    return touched


def end_waits(node: Node) -> None:
    """Erase the people whose report was corrected and has not come by the time of its recall: a duty of the node."""
    with node.database.transaction() as connection:
        if not set_aside.waited_in_vain(connection, node.now(), 1):
            return
        recalls.lock(connection)
        gone = set_aside.waited_in_vain(connection, node.now(), AT_ONCE)
        for originator, person in gone:
            erase_traces(connection, originator, [person])
        entries = [Entry(actor=node.id, act="ran_out", subject=str(person), rule="recall_due") for _, person in gone]
        log.append_many(connection, entries, node.now())
