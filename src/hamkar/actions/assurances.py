"""Keeping assurances, and stating what aggravates the case of a person or thing, or does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.node import Node
from hamkar.errors import BadInput, Refused
from hamkar.exchange.card import stored_card
from hamkar.model.assurance import Assurance, AssuranceScope
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.store import assurances, entities, log, partners
from hamkar.store.assurances import AssuranceRow, FactRow
from hamkar.store.log import Entry
from hamkar.vocab.jurisdictions import Aggravator


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAssurance:
    """An assurance as somebody who holds the paper writes it down; ``entity`` is None for a general one."""

    partner: str
    issuer: str
    authority: str
    text: str
    given_on: date
    expires_on: date
    evidence: str
    entity: UUID | None = None


def add_assurance(node: Node, draft: DraftAssurance, person: Person) -> Assurance:
    """Keep an assurance. Raises BadInput where a part of it is missing."""
    require(person, Act.RELEASE_NOMINAL)
    with node.database.transaction() as connection:
        partner = stored_card(partners.find_partner(connection, draft.partner).envelope).card.agency
        if draft.entity is not None:
            entities.find_entity(connection, draft.entity, prefer=node.id)
        try:
            made = Assurance(
                id=node.new_id(),
                partner=partner.node,
                issuer=draft.issuer,
                authority=draft.authority,
                scope=AssuranceScope.CASE if draft.entity else AssuranceScope.GENERAL,
                text=draft.text,
                given_on=draft.given_on,
                expires_on=draft.expires_on,
                evidence=draft.evidence,
                recorded_by=person.name,
                recorded_at=node.now(),
                entity=draft.entity,
            )
        except ValueError as error:
            raise BadInput(str(error)) from error
        assurances.put_assurance(connection, made)
        entry = Entry(actor=person.name, act="assurance_recorded", subject=str(made.id), partner=made.partner)
        log.append(connection, entry, node.now())
    return made


def revoke_assurance(node: Node, wanted: UUID, why: str, person: Person) -> None:
    """Rely on an assurance no more, because it was taken back or was not kept. Raises Refused where that was before."""
    require(person, Act.RELEASE_NOMINAL)
    with node.database.transaction() as connection:
        row = assurances.find_assurance(connection, wanted)
        if row.revoked_at is not None:
            msg = f"the assurance {wanted} was taken back by {row.revoked_by} before; there is nothing to do"
            raise Refused(msg, rule="assurance_in_force")
        assurances.revoke(connection, wanted, person.name, why, node.now())
        entry = Entry(
            actor=person.name, act="assurance_revoked", subject=str(wanted), partner=row.assurance.partner, detail=why
        )
        log.append(connection, entry, node.now())


def list_assurances(node: Node) -> list[AssuranceRow]:
    """Every assurance, that which expires first above."""
    with node.database.transaction() as connection:
        return assurances.list_assurances(connection)


def state_facts(node: Node, entity: UUID, stated: Mapping[Aggravator, bool], basis: str, person: Person) -> None:
    """Write down which aggravating facts are present in the case of a person or thing, and which are not.

    What is not stated stays unknown, and unknown counts as exposed. That something is absent can open the gate, so a
    senior authoriser states it, and not whoever gives the record. Raises BadInput without a basis.
    """
    require(person, Act.RELEASE_NOMINAL if all(stated.values()) else Act.AUTHORISE)
    if not stated or not basis.strip():
        msg = "state at least one fact, and on what basis: the file, the search, the register that shows it"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        held = entities.find_entity(connection, entity, prefer=node.id)
        for mark, present in stated.items():
            fact = FactRow(mark, present, basis, person.name, node.now())
            assurances.put_fact(connection, held.id, held.originator, fact)
        said = " ".join(f"{mark}={'yes' if present else 'no'}" for mark, present in sorted(stated.items()))
        entry = Entry(actor=person.name, act="case_facts_stated", subject=str(held.id), detail=said)
        log.append(connection, entry, node.now())
