"""Asking the gate: what it says of a record and a partner, and the assessment that a senior person decides on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.agreements import terms_with
from hamkar.actions.gate_case import AtGate, GateKeeper
from hamkar.actions.node import Node
from hamkar.errors import BadInput, NotFound, Refused
from hamkar.exchange.card import stored_card
from hamkar.model.agreement import Purpose
from hamkar.model.assessment import Assessment
from hamkar.model.entity import Entity
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.exposure import Exposure
from hamkar.store import assurances, entities, log, partners, reports
from hamkar.store import gate as papers
from hamkar.store.assurances import FactRow
from hamkar.store.database import Connection
from hamkar.store.gate import AssessmentRow
from hamkar.store.log import Entry

MOST_HOURS: Final = 72
MOST_PARTS: Final = 4
NAME: Final = "name"
_LISTED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAssessment:
    """What an officer writes. ``threat`` with ``minimum`` and ``hours`` asks for the life-saving exception."""

    entity: UUID
    partner: str
    purpose: Purpose
    necessity: str
    risk: str
    assurances: Sequence[UUID] = ()
    threat: str = ""
    minimum: Sequence[str] = ()
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate says of a record and a partner, with its event and what is stated of the case.

    ``parts`` are the names of what the record says, without what it says. ``open`` is the assessment that waits for a
    decision or for its release; while there is one, no other is written.
    """

    at_gate: AtGate
    facts: list[FactRow]
    partner: str
    event: UUID
    parts: tuple[str, ...]
    open: UUID | None


def check(node: Node, entity: UUID, partner: str, purpose: Purpose) -> Checked:
    """Whether a life could be at risk, why, and what is lacking. Gives nothing and writes nothing."""
    with node.database.transaction() as connection:
        keeper = _keeper(node, connection, partner, purpose)
        held = _seen(node, connection, entity)
        found = keeper.ask(held)
        return Checked(
            found,
            assurances.facts_of(connection, held.id, held.originator),
            keeper.partner.name,
            reports.find_report(connection, held.report, prefer=held.originator)[1],
            tuple(each.name for each in held.properties),
            _open(found) if found.exposure.exposed else None,
        )


def ask(node: Node, draft: DraftAssessment, person: Person) -> Assessment:
    """Write an assessment for a senior person to decide on.

    Raises Refused where no life is at risk or an assessment waits already, and BadInput for one that is not whole.
    """
    require(person, Act.RELEASE_NOMINAL)
    with node.database.transaction() as connection:
        keeper = _keeper(node, connection, draft.partner, draft.purpose)
        held = _seen(node, connection, draft.entity)
        at_gate = keeper.ask(held)
        if not at_gate.exposure.exposed:
            msg = f"the gate stands open: {at_gate.exposure.cleared}; release it without an assessment"
            raise Refused(msg, rule="capital_exposure")
        _refuse_second(at_gate)
        _check_minimum(held, draft)
        for assurance in draft.assurances:
            assurances.find_assurance(connection, assurance)
        made = _written(node, held, replace(draft, partner=keeper.partner.node), at_gate.exposure, person)
        papers.put_assessment(connection, made)
        log.append(connection, _entry(made), node.now())
    return made


def _written(node: Node, held: Entity, draft: DraftAssessment, found: Exposure, person: Person) -> Assessment:
    try:
        return Assessment(
            id=node.new_id(),
            entity=held.id,
            originator=held.originator,
            partner=draft.partner,
            purpose=draft.purpose,
            necessity=draft.necessity,
            risk=draft.risk,
            assurances=tuple(draft.assurances),
            grounds=tuple(reason.ground for reason in found.reasons),
            table=found.version,
            asked_by=person.name,
            asked_at=node.now(),
            threat=draft.threat,
            minimum=tuple(draft.minimum),
            hours=draft.hours,
        )
    except ValueError as error:
        raise BadInput(str(error)) from error


def list_assessments(node: Node) -> list[AssessmentRow]:
    """The assessments, those that wait for a decision above."""
    with node.database.transaction() as connection:
        return papers.list_assessments(connection, _LISTED)


def find_assessment(node: Node, wanted: UUID) -> AssessmentRow:
    """One assessment. Raises NotFound."""
    with node.database.transaction() as connection:
        return papers.find_assessment(connection, wanted)


def _seen(node: Node, connection: Connection, wanted: UUID) -> Entity:
    """The record, as far as whoever the node works for may see it. Raises NotFound."""
    held = entities.find_entity(connection, wanted, prefer=node.id)
    if not node.sees(held.handling):
        msg = f"no record {wanted} is held here"
        raise NotFound(msg)
    return held


def _keeper(node: Node, connection: Connection, partner: str, purpose: Purpose) -> GateKeeper:
    agency = stored_card(partners.find_partner(connection, partner).envelope).card.agency
    return GateKeeper(node, connection, agency, purpose, terms_with(node, connection, agency.node))


def _refuse_second(at_gate: AtGate) -> None:
    """Who waits for a decision, or may release, does not ask again; who was refused, or lacks something, may."""
    waiting = _open(at_gate)
    if waiting is None:
        return
    msg = f"the assessment {waiting} waits for a decision; wait for it, or have it refused first"
    if at_gate.gate.open:
        msg = f"the assessment {waiting} was authorised and nothing is lacking; release the record under it"
    raise Refused(msg, rule="already_assessed")


def _open(at_gate: AtGate) -> UUID | None:
    """The assessment that waits for a decision, or under which nothing is lacking for the release."""
    row = at_gate.assessed
    if row is None or (row.decision is not None and not at_gate.gate.open):
        return None
    return row.assessment.id


def _check_minimum(held: Entity, draft: DraftAssessment) -> None:
    if not draft.threat:
        return
    known = [each.name for each in held.properties]
    strange = sorted(set(draft.minimum) - set(known))
    if strange or len(set(draft.minimum)) > MOST_PARTS or not draft.minimum:
        msg = f"name one to {MOST_PARTS} parts that must go to save the life; this record has {', '.join(known)}"
        raise BadInput(msg)
    if not 1 <= draft.hours <= MOST_HOURS:
        msg = f"a life-saving release is for 1 to {MOST_HOURS} hours, not {draft.hours}"
        raise BadInput(msg)


def _entry(made: Assessment) -> Entry:
    kind = "life_saving" if made.saves_life else "assured"
    return Entry(
        actor=made.asked_by,
        act="gate_asked",
        subject=str(made.entity),
        partner=made.partner,
        rule="capital_exposure",
        detail=f"{kind}; assessment {made.id}; table {made.table}: {', '.join(made.grounds)}",
    )
