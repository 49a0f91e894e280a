"""Retention: what has run out goes by itself, everywhere in the node, and whoever gave it is told."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hamkar.actions.agreements import standing_of
from hamkar.actions.erase_copy import forget_quotes
from hamkar.actions.events import rederive
from hamkar.actions.node import Node
from hamkar.actions.send import Outgoing, send_all
from hamkar.model.bundle import MessageKind
from hamkar.model.holdings import ErasureNotice, RunOut
from hamkar.policy.redact import redact
from hamkar.store import agreements, entities, erasure, log, recalls, reports, retention, set_aside
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.retention import Due

AT_ONCE = 500
"""How many records one unit of work lets go."""

ROUNDS = 20
"""How many units of work one run of the duty does."""

LONGEST_LEAP = timedelta(days=14)
"""How far the clock may be ahead of the last run before a person has to say that it is right."""

REJECTED_KEPT = timedelta(days=30)
"""How long the content of a message that was rejected is kept."""

_EVER = datetime.min.replace(tzinfo=UTC)


def let_run_out(node: Node) -> None:
    """Erase every record whose day has come. Does nothing while the clock cannot be believed."""
    if not _clock_is_believed(node):
        return
    for _ in range(ROUNDS):
        with node.database.transaction() as connection:
            if not retention.lock(connection):
                return
            recalls.keep_out(connection)
            gone = _let_received_go(node, connection) + _let_own_go(node, connection)
        if gone < AT_ONCE:
            break
    _let_rejected_go(node)


def doubted_clock(node: Node, connection: Connection) -> str:
    """Why retention stands still and what to do, in a sentence; "" where it runs."""
    state = retention.clock(connection)
    if state.doubted_at is None or state.ran_at is None:
        return ""
    return (
        f"nothing runs out since {state.doubted_at:%Y-%m-%d}: the clock says {node.now():%Y-%m-%d %H:%M} UTC and"
        f" retention last ran on {state.ran_at:%Y-%m-%d}; mend the clock, or, if it is right, run"
        " `hamkar doctor --clock-is-right`"
    )


def believe_clock(node: Node, by: str) -> None:
    """Take a person's word that the clock is right; what has run out goes with the next run."""
    with node.database.transaction() as connection:
        now = node.now()
        retention.put_clock(connection, ran_at=now, doubted_at=None)
        log.append(connection, Entry(actor=by, act="clock_confirmed", subject=f"{now:%Y-%m-%d}"), now)


def _clock_is_believed(node: Node) -> bool:
    """A clock that leaps years ahead would erase everything, so a leap is believed only on a person's word."""
    with node.database.transaction() as connection:
        state = retention.clock(connection)
        now = node.now()
        leapt = state.ran_at is not None and now - state.ran_at > LONGEST_LEAP
        if not leapt:
            retention.put_clock(connection, ran_at=now, doubted_at=None)
        elif state.doubted_at is None:
            retention.put_clock(connection, ran_at=state.ran_at, doubted_at=now)
            log.append(connection, Entry(actor=node.id, act="clock_doubted", subject=f"{now:%Y-%m-%d}"), now)
        return not leapt


def _let_received_go(node: Node, connection: Connection) -> int:
    due = retention.due(connection, node.today, AT_ONCE)
    lasting = [each for each in due if each.lasting]
    ending = [each for each in due if not each.lasting]
    ending += _people_of(connection, ending)
    touched = _erase(connection, ending)
    touched |= {event for each in lasting for event in _keep_less(node, connection, each)}
    gone = list({(each.originator, each.record, each.agreement): each for each in (*lasting, *ending)}.values())
    for (sender, agreement), records in _by_message(gone).items():
        erasure.erase_received(connection, sender, records, agreement)
    retention.put_ran_out(connection, gone, node.now())
    forget_quotes(connection, touched)
    rederive(connection, touched)
    _tell(node, connection, gone)
    log.append_many(connection, (_entry(node, each.record, each.sender, each.cause) for each in gone), node.now())
    return len(due)


def _people_of(connection: Connection, ending: Iterable[Due]) -> list[Due]:
    """The people and things of the reports that go: one without its report is of no use and has no place."""
    reports_of: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for each in ending:
        if each.kind == MessageKind.REPORT:
            reports_of[each.originator, each.cause].append(each.record)
    return [
        person
        for (originator, cause), chosen in reports_of.items()
        for person in retention.people_of(connection, originator, chosen, cause)
    ]


def _erase(connection: Connection, ending: Iterable[Due]) -> set[UUID]:
    by_originator: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for each in ending:
        by_originator[each.originator, each.kind].append(each.record)
    touched: set[UUID] = set()
    for (originator, kind), records in by_originator.items():
        if kind == MessageKind.REPORT:
            touched |= erasure.erase_reports(connection, originator, records)
        else:
            erasure.erase_entities(connection, originator, records)
            set_aside.erase_waiting(connection, originator, records)
        erasure.erase_sent(connection, originator, records)  # what was passed on of them
    return touched


def _keep_less(node: Node, connection: Connection, each: Due) -> set[UUID]:
    """Of a record that is still held under other agreements, keep only what those grant; the event to derive anew."""
    found = reports.find_all_held(connection, each.originator, [each.record]).get(each.record)
    if each.kind != MessageKind.REPORT or found is None:
        return set()
    report, event = found
    terms = [standing_of(node, agreements.find_agreement(connection, one)) for one in each.lasting]
    less = redact(report, {field for one in terms for field in one.signed.agreement.fields})
    reports.replace_body(connection, less)
    retention.put_filed(connection, each.originator, each.record, hashlib.sha256(less.to_json()).digest())
    return {event}


def _by_message(gone: Iterable[Due]) -> dict[tuple[str, str], list[UUID]]:
    grouped: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for each in gone:
        grouped[each.sender, each.agreement].append(each.record)
    return grouped


def _tell(node: Node, connection: Connection, gone: Iterable[Due]) -> None:
    """Queue a notice of every copy that is gone: the receipt of its erasure."""
    sayings: dict[str, list[Outgoing]] = defaultdict(list)
    for each in gone:
        notice = ErasureNotice(
            record=each.record,
            originator=each.originator,
            agreement=each.agreement,
            cause=RunOut(each.cause),
            erased_at=node.now(),
        )
        saying = Outgoing(
            kind=MessageKind.ERASED, record=str(each.record), agreement=each.agreement, body=notice.to_json()
        )
        sayings[each.sender].append(saying)
    for sender in sorted(sayings):
        send_all(node, connection, sender, sayings[sender])


def _let_own_go(node: Node, connection: Connection) -> int:
    """Erase own records whose date of deletion has come, and what was or is to be sent of them."""
    chosen, people = retention.own_due(connection, node.id, node.today, AT_ONCE)
    older = retention.erase_set_aside(connection, node.id, node.today)
    theirs = [each.id for each in entities.entities_of(connection, chosen) if each.originator == node.id]
    touched = erasure.erase_reports(connection, node.id, chosen)
    erasure.erase_entities(connection, node.id, people)
    gone: Sequence[UUID] = list(dict.fromkeys([*chosen, *people, *theirs, *older]))
    erasure.erase_sent(connection, node.id, gone)
    forget_quotes(connection, touched)
    rederive(connection, touched)
    log.append_many(connection, (_entry(node, record, "", RunOut.DELETE_BY) for record in gone), node.now())
    return len(gone)


def _entry(node: Node, record: UUID, partner: str, cause: str) -> Entry:
    return Entry(actor=node.id, act="ran_out", subject=str(record), partner=partner, rule=cause)


def _let_rejected_go(node: Node) -> None:
    with node.database.transaction() as connection:
        until = node.now() - REJECTED_KEPT
        erasure.erase_rejected(connection, retention.clock(connection).rejected_until or _EVER, until)
        retention.put_rejected_until(connection, until)
