"""What the data-protection officer looks at: who saw what, what was taken out, decided, is late or is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.actions.recall import RecallState, list_recalls
from hamkar.errors import NotFound
from hamkar.model.oversight import Alarm, Export, Reading
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.store import alarms, exports, gate, log, nominal_reads, purges
from hamkar.store.gate import AssessmentRow
from hamkar.store.log import Entry
from hamkar.store.nominal_reads import OversightFilter
from hamkar.store.purges import PurgeDue

COUNT_LIMIT: Final = 10_000
"""Counts stop there, one further."""

COMING: Final = timedelta(days=30)
"""How far ahead purges are listed."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Extent:
    """Which part of a list is wanted."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of a list, and how many there are in all, counted no further than `COUNT_LIMIT` and one."""

    rows: Sequence[T]
    total: int


def list_readings(node: Node, person: Person, wanted: OversightFilter, extent: Extent) -> Listed[Reading]:
    """Who read or sought which names, for which case and purpose, the newest first. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        rows = nominal_reads.readings(connection, wanted, limit=extent.limit, offset=extent.offset)
        return Listed(rows, nominal_reads.count_readings(connection, wanted, COUNT_LIMIT))


def list_exports(node: Node, person: Person, wanted: OversightFilter, extent: Extent) -> Listed[Export]:
    """Which files were taken out, the newest first. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        rows = exports.exports(connection, wanted, limit=extent.limit, offset=extent.offset)
        return Listed(rows, exports.count_exports(connection, wanted, COUNT_LIMIT))


def list_alarms(node: Node, person: Person, extent: Extent) -> Listed[Alarm]:
    """What people should look into, the unseen first. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        rows = alarms.alarms(connection, limit=extent.limit, offset=extent.offset)
        return Listed(rows, alarms.count_alarms(connection)[0])


def see_alarm(node: Node, person: Person, alarm: UUID) -> None:
    """Note that an alarm has been looked into. Raises NotAllowed, and NotFound where there is no such open alarm."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        if not alarms.see_alarm(connection, alarm, by=person.name, at=node.now()):
            msg = f"there is no open alarm {alarm} here; `hamkar inspect alarms` shows them"
            raise NotFound(msg)
        log.append(connection, Entry(actor=person.name, act="alarm_seen", subject=str(alarm)), node.now())


def list_gate(node: Node, person: Person, extent: Extent) -> Listed[AssessmentRow]:
    """What was asked of the gate and decided there, what waits first. Raises NotAllowed."""
    require(person, Act.INSPECT)
    with node.database.transaction() as connection:
        rows = gate.list_assessments(connection, COUNT_LIMIT + 1)
    return Listed(rows[extent.offset : extent.offset + extent.limit], len(rows))


def list_late_recalls(node: Node, person: Person, extent: Extent) -> Listed[RecallState]:
    """The recalls to which somebody owes an answer, the newest first. Raises NotAllowed."""
    require(person, Act.INSPECT)
    rows = list_recalls(node, overdue=True)
    return Listed(rows[extent.offset : extent.offset + extent.limit], len(rows))


def list_purges(node: Node, person: Person, extent: Extent) -> Listed[PurgeDue]:
    """What will be erased within a month and why, the first due first. Raises NotAllowed."""
    require(person, Act.INSPECT)
    until = node.today + COMING
    with node.database.transaction() as connection:
        rows = purges.purges_due(connection, node.id, until, limit=extent.limit, offset=extent.offset)
        return Listed(rows, purges.count_purges(connection, node.id, until, COUNT_LIMIT))
