"""Records that the data-protection officer holds back, and made-up ones by which they find who reads without need."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.budget import sound
from hamkar.actions.node import Node
from hamkar.actions.record_entity import check_report, made
from hamkar.errors import BadInput, NotFound
from hamkar.model.entity import Entity, NewEntity
from hamkar.model.oversight import AlarmKind
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.store import canaries, entities, log, reports
from hamkar.store.canaries import InspectionHold
from hamkar.store.database import Connection
from hamkar.store.log import Entry


def add_canary(node: Node, person: Person, report: UUID, new: NewEntity, *, reason: str) -> Entity:
    """Put somebody made up on record with an own report, like any other to whoever looks, and hold it back.

    Only the list of holds says that it is one. Raises NotAllowed and whatever recording raises.
    """
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        least = check_report(node, connection, report)
        entity = made(node, report, replace(new, handling=least.joined(new.handling)))
        entities.put_entity(connection, entity, node.now())
        _hold(
            node,
            connection,
            person,
            InspectionHold(
                record=entity.id,
                originator=node.id,
                canary=True,
                held_by=person.name,
                held_at=node.now(),
                reason=reason,
            ),
        )
    return entity


def hold(node: Node, person: Person, record: UUID, *, reason: str) -> None:
    """Let a record go nowhere for now. Raises NotAllowed, NotFound, and BadInput without a reason or if it is held."""
    require(person, Act.INSPECT)
    if not reason.strip():
        msg = f"record {record} is held back for a reason: write it"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        held = InspectionHold(
            record=record,
            originator=_originator(node, connection, record),
            canary=False,
            held_by=person.name,
            held_at=node.now(),
            reason=reason,
        )
        _hold(node, connection, person, held)


def let_go(node: Node, person: Person, record: UUID) -> None:
    """Let a record be released again, by the rules as they are. Raises NotAllowed and NotFound."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        if not canaries.end_hold(connection, record):
            msg = f"record {record} is not held back; `hamkar inspect holds` shows those that are"
            raise NotFound(msg)
        log.append(connection, Entry(actor=person.name, act="inspection_ended", subject=str(record)), node.now())


def holds(node: Node, person: Person) -> list[InspectionHold]:
    """Everything that is held back. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        return canaries.holds(connection)


def watch_canaries(node: Node, connection: Connection, records: Sequence[UUID], by: str) -> None:
    """Tell the data-protection officer where somebody wants to release a made-up record."""
    for canary in canaries.canaries_among(connection, records) if records else ():
        sound(node, connection, AlarmKind.CANARY, by, subject=str(canary), detail="release")


def _hold(node: Node, connection: Connection, person: Person, held: InspectionHold) -> None:
    if not canaries.put_hold(connection, held):
        msg = f"record {held.record} is held back already; `hamkar inspect holds` says since when"
        raise BadInput(msg)
    entry = Entry(
        actor=person.name, act="inspection_hold", subject=str(held.record), detail="" if held.canary else held.reason
    )
    log.append(connection, entry, node.now())


def _originator(node: Node, connection: Connection, record: UUID) -> str:
    try:
        return entities.find_entity(connection, record, prefer=node.id).originator
    except NotFound:
        return reports.find_report(connection, record, prefer=node.id)[0].originator
