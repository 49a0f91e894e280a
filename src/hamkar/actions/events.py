"""Seizures: listing them, showing what is claimed, and a person's word on what belongs together and what is so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.errors import BadInput, NotFound
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, SeizureEvent
from hamkar.seizures.derive import FIELDS, derive
from hamkar.seizures.summary import summarise
from hamkar.store import decisions, events, identities, log, reports
from hamkar.store.database import Connection
from hamkar.store.events import EventFilter, EventRow, LineRow
from hamkar.store.log import Entry
from hamkar.store.reports import Move


@dataclass(frozen=True, slots=True)
class Page:
    """One page of seizures with their lines; ``total`` is counted no further than ``events.COUNT_LIMIT`` + 1.

    ``received_from`` names the partners' nodes whose reports an event rests on, for events that have such.
    """

    rows: list[EventRow]
    lines: dict[UUID, list[LineRow]]
    total: int
    received_from: dict[UUID, list[str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A seizure as derived now, with the claims it is derived from and what people decided on it.

    ``identities`` counts the people whose identity is held, by role.
    """

    event: SeizureEvent
    reports: list[Report]
    decisions: list[Decision]
    moves: list[Move]
    identities: dict[str, int]


def list_events(node: Node, wanted: EventFilter, *, sort: str, limit: int, offset: int) -> Page:
    """The seizures that fit."""
    with node.database.transaction() as connection:
        rows = events.list_events(connection, wanted, sort=sort, limit=limit, offset=offset)
        shown = [row.id for row in rows]
        return Page(
            rows,
            events.lines_of(connection, shown),
            events.count_events(connection, wanted),
            reports.received_from(connection, shown, node.id),
        )


def show_event(node: Node, event: UUID) -> Shown:
    """A seizure with its claims. Raises NotFound."""
    with node.database.transaction() as connection:
        held = _reports(connection, event)
        decided = decisions.decisions_on(connection, event)
        return Shown(
            derive(event, held, decided),
            held,
            decided,
            reports.moves_of(connection, event),
            identities.count_roles(connection, [report.id for report in held]),
        )


def list_reports(node: Node, originator: str, limit: int) -> list[Report]:
    """The first reports that an agency recorded and this node holds."""
    with node.database.transaction() as connection:
        return reports.reports_by(connection, originator, limit)


def find_event_id(node: Node, wanted: str) -> UUID:
    """The event with this identifier, or the one that holds the report with it. Raises NotFound or BadInput."""
    identifier = parse_id(wanted)
    with node.database.transaction() as connection:
        if reports.reports_of(connection, identifier):
            return identifier
        return reports.find_report(connection, identifier, prefer=node.id)[1]


def parse_id(text: str) -> UUID:
    """An identifier as written by a person. Raises BadInput."""
    try:
        return UUID(text.strip())
    except ValueError as error:
        msg = f"{text[:60]!r} is not an identifier; `hamkar seizure list` shows those of the seizures held here"
        raise BadInput(msg) from error


def merge(node: Node, origin: UUID, into: UUID, *, by: str, reason: str) -> SeizureEvent:
    """Take two events to be one: every claim of ``origin`` is filed under ``into``. `split` undoes it."""
    if origin == into:
        msg = f"{into} cannot be merged with itself; name two different seizures"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        events.lock_events(connection, (origin, into))
        moved = [report.id for report in _reports(connection, origin)]
        _reports(connection, into)
        reports.move_reports(connection, moved, (origin, into), by=by, at=node.now(), reason=reason)
        return _settle(
            node, connection, (origin, into), Entry(actor=by, act="merged", subject=str(into), detail=reason)
        )


def split(node: Node, event: UUID, chosen: Sequence[UUID], *, by: str, reason: str) -> SeizureEvent:
    """Take claims out of an event into one of their own: back where they came from, or a new one.

    Returns the event that now holds them. Raises BadInput where all or none of the event's claims are chosen.
    """
    with node.database.transaction() as connection:
        events.lock_events(connection, (event,))
        held = {report.id for report in _reports(connection, event)}
        strangers = set(chosen) - held
        if strangers or not chosen or set(chosen) == held:
            msg = f"to split {event}, name some but not all of its reports: {', '.join(map(str, sorted(held)))}"
            raise BadInput(msg)
        target = reports.came_from(connection, chosen, event) or node.new_id()
        reports.move_reports(connection, chosen, (event, target), by=by, at=node.now(), reason=reason)
        return _settle(
            node, connection, (event, target), Entry(actor=by, act="split", subject=str(event), detail=reason)
        )


def settle_field(node: Node, decision: Decision) -> SeizureEvent:
    """Put a person's word before every rule on one field. Raises BadInput where nobody claims the value."""
    names = [field.name for field in FIELDS]
    if decision.field not in names:
        msg = f"{decision.field!r} is not a field that can be decided; choose one of {', '.join(names)}"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        events.lock_events(connection, (decision.event,))
        event = derive(decision.event, _reports(connection, decision.event))
        claimed = [claim.value for claim in getattr(event, decision.field).claims]
        if decision.value not in claimed:
            choice = "; ".join(claimed) or "none"
            msg = f"no report claims {decision.value!r} as {decision.field}; choose one of: {choice}"
            raise BadInput(msg)
        decisions.put_decision(connection, decision)
        entry = Entry(actor=decision.by, act="decided", subject=str(decision.event), detail=decision.reason)
        return _settle(node, connection, (decision.event,), entry)


def rederive(connection: Connection, touched: Iterable[UUID]) -> None:
    """Derive these events anew from the claims now filed under them; one without claims is gone."""
    changed = sorted(set(touched))
    if not changed:
        return
    events.lock_events(connection, changed)
    for event in changed:
        held = reports.reports_of(connection, event)
        if held:
            events.replace_event(connection, summarise(derive(event, held, decisions.decisions_on(connection, event))))
        else:
            events.remove_event(connection, event)


def _settle(node: Node, connection: Connection, touched: tuple[UUID, ...], entry: Entry) -> SeizureEvent:
    rederive(connection, touched)
    log.append(connection, entry, node.now())
    last = touched[-1]
    return derive(last, _reports(connection, last), decisions.decisions_on(connection, last))


def _reports(connection: Connection, event: UUID) -> list[Report]:
    held = reports.reports_of(connection, event)
    if not held:
        msg = f"no seizure {event} is held here; `hamkar seizure list` shows what is"
        raise NotFound(msg)
    return held
