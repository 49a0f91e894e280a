"""Who the people of a report are."""

from dataclasses import replace

from hamkar.actions.accepting.carried import Carried, check_not_recalled, take_carried
from hamkar.actions.accepting.desk import Desk, Rejected, read_as, refuse_unsound
from hamkar.actions.accepting.holdings import check_not_run_out, note_held
from hamkar.actions.accepting.rules import Kind, check_envelope, check_policy
from hamkar.model.agreement import Category
from hamkar.model.bundle import Message
from hamkar.model.entity import Entity
from hamkar.policy.recording import objection
from hamkar.seizures.soundness import unsound_entity
from hamkar.store import entities, reports


def take_entity(desk: Desk, message: Message) -> str:
    """Keep a person or thing, apart from the report that it belongs to, which must be here first."""
    return take_carried(desk, message, file_entity)


def file_entity(desk: Desk, message: Message, came: Carried) -> str:
    """File the person or thing that came, if no rule is against it."""
    entity = read_as(Entity.from_json, came.body)
    check_envelope(desk, message, entity, came.consent)
    refuse_unsound(unsound_entity(entity))
    _check_recording(desk, entity)
    check_policy(desk, message, Kind(Category.PERSON, subject=entity.subject), came.consent)
    check_not_recalled(desk, entity.originator, entity.id)
    check_not_run_out(desk, message, entity.originator, entity.id)
    desk.flush()
    if not reports.holds(desk.connection, entity.originator, entity.report.bytes):
        raise Rejected("report_first", "the report that this belongs to is not held here")
    kept = _kept(desk, entity)
    note_held(desk, message, came.body, kept)
    return "filed"


def _kept(desk: Desk, entity: Entity) -> Entity:
    """The record as it stays here: as it came first, under whatever it came under since."""
    if not entities.holds(desk.connection, entity.originator, entity.id):
        entities.put_entity(desk.connection, entity, desk.node.now())
        return entity
    before = entities.find_entity(desk.connection, entity.id, prefer=entity.originator)
    kept = replace(before, handling=before.handling.joined(entity.handling))
    if kept != before:
        entities.replace_entity(desk.connection, kept)
    return kept


def _check_recording(desk: Desk, entity: Entity) -> None:
    """Hold a partner to the rules on who may be on record."""
    against = objection(entity, desk.node.today)
    if against is not None:
        raise Rejected(against.rule, against.sentence)
