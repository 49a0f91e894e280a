"""A person without a role: of use for nothing but finding the role, and gone after six months."""

from dataclasses import dataclass, replace
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.actions.nominal import read_entity
from hamkar.actions.record_entity import check_recording
from hamkar.actions.retention import doubted_clock
from hamkar.errors import Refused
from hamkar.model.entity import Entity, EntityRole
from hamkar.model.handling import Handling
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.look import ReadPurpose
from hamkar.store import entities, erasure, log, recalls, set_aside
from hamkar.store.database import Connection
from hamkar.store.entities import Quarantined
from hamkar.store.log import Entry

AT_ONCE = 500
"""How many people without a role one run of the duty lets go, and one list shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRole:
    """The role that was found for a person, with what the role may ask for; what is not given stays as it was."""

    role: EntityRole
    minor: bool | None = None
    necessity: str = ""
    handling: Handling | None = None


def find_role(node: Node, person: Person, wanted: UUID, answer: FoundRole, *, case: str) -> Entity:
    """Give a person on record the role that was found; the record is read for that and the reading is logged.

    Raises whatever reading and recording raise, and Refused where there is a role already.
    """
    require(person, Act.RECORD)
    found = read_entity(node, person, wanted, case=case, purpose=ReadPurpose.FIND_ROLE)
    if not found.subject.quarantined or found.originator != node.id:
        msg = f"record {wanted} is not waiting for its role; change what is on record with `hamkar correct`"
        raise Refused(msg, rule="waits_for_role")
    known = replace(
        found,
        role=answer.role,
        minor=found.minor if answer.minor is None else answer.minor,
        necessity=answer.necessity or found.necessity,
        handling=answer.handling or found.handling,
    )
    check_recording(node, known)
    with node.database.transaction() as connection:
        entities.replace_entity(connection, known)
        entry = Entry(actor=person.name, act="role_found", subject=str(wanted), detail=f"{answer.role}, case {case}")
        log.append(connection, entry, node.now())
    return known


def waiting_for_role(node: Node) -> list[Quarantined]:
    """The people without a role and the day on which each goes; nobody is named."""
    with node.database.transaction() as connection:
        return entities.quarantined(connection, due_by=None, limit=AT_ONCE)


def let_roleless_go(node: Node) -> None:
    """Erase everybody whose role was not found within six months. Does nothing while the clock cannot be believed."""
    with node.database.transaction() as connection:
        if doubted_clock(node, connection):
            return
        recalls.keep_out(connection)
        due = entities.quarantined(connection, due_by=node.today, limit=AT_ONCE)
        for each in due:
            _erase(connection, each)
        log.append_many(connection, [_entry(node, each) for each in due], node.now())


def _erase(connection: Connection, each: Quarantined) -> None:
    """Take a person out, with the versions that came before."""
    before = [row.record for row in recalls.corrections_into(connection, each.originator, each.id)]
    set_aside.erase_set_aside(connection, each.originator, before)
    erasure.erase_entities(connection, each.originator, [each.id])


def _entry(node: Node, each: Quarantined) -> Entry:
    return Entry(actor=node.id, act="ran_out", subject=str(each.id), rule="no_role")
