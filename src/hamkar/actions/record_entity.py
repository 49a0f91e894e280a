"""Recording a person or a thing of an own report: nominal, and apart from the report."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hamkar.actions.node import Node
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.model.entity import Entity, NewEntity
from hamkar.model.handling import Handling
from hamkar.policy.recording import minor_by_birth, objection
from hamkar.seizures.soundness import unsound_entity
from hamkar.store import entities, log, recalls, reports
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.marked import seen_among


def record_entity(node: Node, report: UUID, new: NewEntity, *, by: str) -> Entity:
    """Put a person or a thing on record with an own report.

    Raises NotFound, BadInput where the report is another's or the record is unsound, and Refused where a rule on who
    may be recorded is against it or the report was recalled.
    """
    with node.database.transaction() as connection:
        least = check_report(node, connection, report)
        entity = made(node, report, replace(new, handling=least.joined(new.handling)))
        keep(node, connection, [entity], by)
    return entity


def check_report(node: Node, connection: Connection, report: UUID) -> Handling:
    """The marking of a report, which binds what is recorded with it; keeps recalls of it out until the work ends.

    Raises NotFound, Refused and BadInput where nothing can be recorded with it.
    """
    recalls.keep_out(connection)
    if report not in seen_among(connection, [report], node.sight):
        raise NotFound(reports.not_held(report))
    if recalls.recall_in_effect(connection, node.id, report) is not None:
        msg = f"report {report} has been recalled; record this with a corrected version of it instead"
        raise Refused(msg, rule="not_recalled")
    found = reports.find_report(connection, report, prefer=node.id)[0]
    if found.originator != node.id:
        msg = f"report {report} is not this agency's; record people and things with an own report"
        raise BadInput(msg)
    return found.handling


def made(node: Node, report: UUID, new: NewEntity, *, known_as: UUID | None = None) -> Entity:
    """The record, which every rule on recording lets pass. Raises BadInput and Refused."""
    entity = Entity(
        id=known_as or node.new_id(),
        report=report,
        ref=new.ref,
        originator=node.id,
        schema=new.schema,
        role=new.role,
        properties=new.properties,
        handling=new.handling,
        grade=new.grade,
        minor=minor_by_birth(new, node.today) if new.minor is None else new.minor,
        necessity=new.necessity,
        synthetic=new.synthetic,
    )
    check_recording(node, entity)
    return entity


def check_recording(node: Node, entity: Entity) -> None:
    """Raises BadInput where a record is unsound, and Refused where a rule is against having it."""
    fault = unsound_entity(entity)
    if fault is not None:
        raise BadInput(fault)
    against = objection(entity, node.today)
    if against is not None:
        raise Refused(against.sentence, rule=against.rule)


def keep(node: Node, connection: Connection, made: Sequence[Entity], by: str) -> None:
    """Keep new records of this node's and log who recorded them."""
    for entity in made:
        entities.put_entity(connection, entity, node.now(), author=by)
    log.append_many(
        connection, [Entry(actor=by, act="entity_recorded", subject=str(one.id)) for one in made], node.now()
    )
