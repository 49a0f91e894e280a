"""A second, senior person's word on an assessment."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.errors import BadInput, Refused
from hamkar.model.gate_decision import GateDecision
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.gate import second_person
from hamkar.store import entities, log
from hamkar.store import gate as papers
from hamkar.store.database import Connection
from hamkar.store.gate import AssessmentRow
from hamkar.store.log import Entry

GOOD_FOR: Final = timedelta(days=30)
"""How long an authorisation may wait for its release; facts and laws change."""


def authorise(node: Node, wanted: UUID, reason: str, person: Person, *, unreached: str = "") -> GateDecision:
    """Say yes to an assessment, for one release within 30 days, or within the hours of a threat to life.

    ``unreached`` says who was tried where, of a threat to life, one person has to decide alone; the requester may then.
    Raises Refused for whoever is not the second person.
    """
    require(person, Act.RELEASE_NOMINAL if unreached else Act.AUTHORISE)
    with node.database.transaction() as connection:
        row = _open(connection, wanted)
        _check_eyes(connection, row, person, unreached)
        hours = row.assessment.hours
        return _keep(
            node,
            connection,
            GateDecision(
                assessment=wanted,
                granted=True,
                reason=_said(reason),
                decided_by=person.name,
                decided_at=node.now(),
                until=node.now() + (timedelta(hours=hours) if hours else GOOD_FOR),
                unreached=unreached,
            ),
            row,
        )


def refuse(node: Node, wanted: UUID, reason: str, person: Person) -> GateDecision:
    """Say no to an assessment; the officer may write another."""
    require(person, Act.AUTHORISE)
    with node.database.transaction() as connection:
        row = _open(connection, wanted)
        now = node.now()
        made = GateDecision(
            assessment=wanted, granted=False, reason=_said(reason), decided_by=person.name, decided_at=now, until=now
        )
        return _keep(node, connection, made, row)


def _open(connection: Connection, wanted: UUID) -> AssessmentRow:
    row = papers.lock_assessment(connection, wanted)
    if row.decision is not None:
        said = "authorised" if row.decision.granted else "refused"
        msg = f"{row.decision.decided_by} has {said} the assessment {wanted} already; a new one can be written"
        raise Refused(msg, rule="already_decided")
    return row


def _check_eyes(connection: Connection, row: AssessmentRow, person: Person, unreached: str) -> None:
    if unreached:
        if not row.assessment.saves_life:
            msg = "one person alone may decide only where a life is under threat; ask a senior authoriser"
            raise Refused(msg, rule="two_people")
        return
    author = entities.author_of(connection, row.assessment.originator, row.assessment.entity)
    against = second_person(row.assessment, author, person.name)
    if against:
        msg = f"{against}; another senior authoriser decides"
        raise Refused(msg, rule="two_people")


def _said(reason: str) -> str:
    if not reason.strip():
        msg = "a decision at the gate states its reason in words; write it"
        raise BadInput(msg)
    return reason


def _keep(node: Node, connection: Connection, made: GateDecision, row: AssessmentRow) -> GateDecision:
    papers.put_decision(connection, made)
    act = "gate_authorised" if made.granted else "gate_refused"
    alone = f"; alone: {made.unreached}" if made.unreached else ""
    entry = Entry(
        actor=made.decided_by,
        act=act,
        subject=str(row.assessment.entity),
        partner=row.assessment.partner,
        rule="capital_exposure",
        detail=f"assessment {made.assessment}{alone}",
    )
    log.append(connection, entry, node.now())
    return made
