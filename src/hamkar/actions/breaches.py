"""A condition that a partner broke: nothing nominal goes under that agreement until somebody senior lifts it."""

from dataclasses import replace
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.errors import BadInput, Refused
from hamkar.model.case_outcome import Breach
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.store import agreements, log
from hamkar.store import gate as papers
from hamkar.store.log import Entry


def record_breach(node: Node, agreement: str, what: str, person: Person) -> Breach:
    """Write down that a partner broke a condition; from now on nothing nominal goes under that agreement."""
    require(person, Act.RELEASE_NOMINAL)
    with node.database.transaction() as connection:
        row = agreements.find_agreement(connection, agreement)
        try:
            made = Breach(
                id=node.new_id(),
                agreement=row.id,
                partner=row.partner,
                what=what,
                recorded_by=person.name,
                recorded_at=node.now(),
            )
        except ValueError as error:
            raise BadInput(str(error)) from error
        papers.put_breach(connection, made)
        entry = Entry(
            actor=person.name, act="breach_recorded", subject=row.id, partner=row.partner, detail=str(made.id)
        )
        log.append(connection, entry, node.now())
    return made


def lift_breach(node: Node, wanted: UUID, why: str, person: Person) -> Breach:
    """Let nominal records go again under an agreement; whoever recorded the breach cannot. Raises Refused."""
    require(person, Act.AUTHORISE)
    if not why.strip():
        msg = "say why nominal records may go again: what the partner did, and what was promised"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        breach = papers.find_breach(connection, wanted)
        if breach.lifted_at is not None:
            msg = f"the breach {wanted} was lifted by {breach.lifted_by} before; there is nothing to do"
            raise Refused(msg, rule="breach_stands")
        if breach.recorded_by == person.name:
            msg = f"{person.name} recorded the breach and cannot lift it; another senior authoriser does"
            raise Refused(msg, rule="two_people")
        lifted = replace(breach, lifted_by=person.name, lifted_at=node.now(), lifted_why=why)
        papers.put_breach(connection, lifted)
        entry = Entry(
            actor=person.name, act="breach_lifted", subject=breach.agreement, partner=breach.partner, detail=why
        )
        log.append(connection, entry, node.now())
    return lifted


def list_breaches(node: Node) -> list[Breach]:
    """The breaches that stand, the oldest first."""
    with node.database.transaction() as connection:
        return papers.standing_breaches(connection)
