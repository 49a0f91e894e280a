"""Seizures: listing them, showing what is claimed, and a person's word on what belongs together and what is so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.errors import BadInput, NotFound
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, SeizureEvent
from hamkar.seizures.derive import FIELDS, derive
from hamkar.seizures.summary import summaries
from hamkar.store import decisions, entities, events, log, reports
from hamkar.store.database import Connection
from hamkar.store.entities import EntityCount
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

    ``entities`` counts the people and things that are held with those reports, by schema and role.
    """

    event: SeizureEvent
    reports: list[Report]
    decisions: list[Decision]
    moves: list[Move]
    entities: list[EntityCount]


def list_events(node: Node, wanted: EventFilter, *, sort: str, limit: int, offset: int) -> Page:
    """The seizures that fit."""
    with node.database.transaction() as connection:
        rows = events.list_events(connection, wanted, node.sight, sort=sort, limit=limit, offset=offset)
        return Page(
            rows,
            events.lines_of(connection, rows),
            events.count_events(connection, wanted, node.sight),
            reports.received_from(connection, [row.id for row in rows], node.id, node.sight),
        )


def show_event(node: Node, event: UUID) -> Shown:
    """A seizure with its claims. Raises NotFound."""
    with node.database.transaction() as connection:
        held = _reports(node, connection, event)
        decided = decisions.decisions_on(connection, event)
        derived = derive(event, held, decided)
        return Shown(
            derived,
            held,
            decided if node.sight.whole else [each for each in decided if _is_claimed(derived, each)],
            reports.moves_of(connection, event, node.sight),
            entities.count_by_role(connection, [report.id for report in held], node.sight),
        )


def _is_claimed(event: SeizureEvent, decision: Decision) -> bool:
    """Whether a report of the event as it is seen says what a person decided for."""
    return any(claim.value == decision.value for claim in getattr(event, decision.field).claims)


def list_reports(node: Node, originator: str, limit: int) -> list[Report]:
    """The first reports that an agency recorded and this node holds."""
    with node.database.transaction() as connection:
        return reports.reports_by(connection, originator, limit)


def find_event_id(node: Node, wanted: str) -> UUID:
    """The event with this identifier, or the one that holds the report with it. Raises NotFound or BadInput."""
    identifier = parse_id(wanted)
    with node.database.transaction() as connection:
        if node.sight.of(reports.reports_of(connection, identifier)):
            return identifier
        return _seen_report(node, connection, identifier)[1]


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
        _reports(node, connection, origin)
        _reports(node, connection, into)
        moved = [report.id for report in reports.reports_of(connection, origin)]
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
        held = {report.id for report in _reports(node, connection, event)}
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
        event = derive(decision.event, _reports(node, connection, decision.event))
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
        events.replace_event(connection, event, summaries(event, held, decisions.decisions_on(connection, event)))


def _settle(node: Node, connection: Connection, touched: tuple[UUID, ...], entry: Entry) -> SeizureEvent:
    rederive(connection, touched)
    log.append(connection, entry, node.now())
    last = touched[-1]
    return derive(last, _reports(node, connection, last), decisions.decisions_on(connection, last))


def _seen_report(node: Node, connection: Connection, report: UUID) -> tuple[Report, UUID]:
    found, event = reports.find_report(connection, report, prefer=node.id)
    if not node.sees(found.handling):
        raise NotFound(reports.not_held(report))
    return found, event


def _reports(node: Node, connection: Connection, event: UUID) -> list[Report]:
    """The reports of an event that are seen. Raises NotFound where none is, whether others are held or not."""
    held = node.sight.of(reports.reports_of(connection, event))
    if not held:
        msg = f"no seizure {event} is held here; `hamkar seizure list` shows what is"
        raise NotFound(msg)
    return held
