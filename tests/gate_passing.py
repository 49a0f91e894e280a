"""All that the gate asks for, in one call: an assurance, an assessment and a second person. Everything is invented."""

from datetime import timedelta
from uuid import UUID

from hamkar.actions.assurances import DraftAssurance, add_assurance
from hamkar.actions.gate_ask import DraftAssessment, ask
from hamkar.actions.gate_decide import authorise
from hamkar.actions.node import Node
from hamkar.model.agreement import Purpose
from hamkar.model.assurance import Assurance
from hamkar.model.role import ALONE, Person, Role

WORK = frozenset(Role) - ALONE
OFFICER = Person(name="officer", roles=WORK, stepped_up=True)
SENIOR = Person(name="senior", roles=WORK, stepped_up=True)
OTHER_SENIOR = Person(name="other-senior", roles=WORK, stepped_up=True)


def assure(node: Node, partner: str, entity: UUID | None = None, *, days: int = 365) -> Assurance:
    """A synthetic assurance of a partner, general or for one record, from today on."""
    draft = DraftAssurance(
        partner=partner,
        issuer="Synthetic Ministry of Justice",
        authority="Synthetic decree that binds prosecutors and courts",
        text="Nothing given under it is used to seek, impose or carry out a death sentence (synthetic).",
        given_on=node.today,
        expires_on=node.today + timedelta(days=days),
        evidence="Two synthetic cases, both ended without it",
        entity=entity,
    )
    return add_assurance(node, draft, OFFICER)


def draft(entity: UUID, partner: str, *assurances: UUID, **parts: object) -> DraftAssessment:
    """A synthetic assessment with some of its parts changed."""
    plain: dict[str, object] = {
        "entity": entity,
        "partner": partner,
        "purpose": Purpose.INVESTIGATION,
        "necessity": "The same group is about to move again (synthetic)",
        "risk": "A trial for the whole load; mitigated by the assurance (synthetic)",
        "assurances": assurances,
    }
    return DraftAssessment(**(plain | parts))  # type: ignore[arg-type] # parts by name


def pass_gate(node: Node, entity: UUID, partner: str, purpose: Purpose = Purpose.INVESTIGATION) -> UUID:
    """Everything that has to be there before an exposed record may go to a partner; the assessment's id."""
    assurance = assure(node, partner)
    made = ask(node, draft(entity, partner, assurance.id, purpose=purpose), OFFICER)
    authorise(node, made.id, "Weighed; the assurance was kept before (synthetic)", SENIOR)
    return made.id
