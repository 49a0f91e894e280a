"""The demo at the gate: a name that could put a life at risk is refused, then goes with all that it needs."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from hamkar.actions.agreements import DraftTerms
from hamkar.actions.assurances import DraftAssurance, add_assurance
from hamkar.actions.gate_ask import DraftAssessment, ask
from hamkar.actions.gate_decide import authorise
from hamkar.actions.gate_owed import list_gate_releases
from hamkar.actions.release import release
from hamkar.cli.demo.agencies import Agencies, Agency
from hamkar.cli.demo.patience import until
from hamkar.errors import NotFound, Refused
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.entity import Entity
from hamkar.model.handling import HandlingCode
from hamkar.model.release import Outcome, Release
from hamkar.model.role import Person, Role
from hamkar.store import entities

OFFICER = Person(name="liaison", roles=frozenset({Role.LIAISON_OFFICER}), stepped_up=True)
SENIOR = Person(name="senior", roles=frozenset({Role.SENIOR_AUTHORISER}), stepped_up=True)

Sealed = Callable[[Agency, Agency, DraftTerms], str]
"""How the story has two agencies sign an agreement; its title."""


def refused(agencies: Agencies, person: Entity, sealed: Sealed) -> tuple[bool, str]:
    """An agreement on people is signed, and yet a name over the threshold does not go without an assurance."""
    title = sealed(agencies.azerbaijan, agencies.iran, _on_people(agencies.iran.node.today))
    made = _release(agencies, person)
    ok = made.outcome is Outcome.REFUSED and made.rule == "capital_exposure"
    return ok, f"“{title}” is in force, and an invented suspect stays: {made.reason} [{made.rule}]"


def released(agencies: Agencies, person: Entity) -> tuple[bool, str]:
    """With an assurance, an assessment and a second, senior person it goes under conditions, and more is owed."""
    giver, taker = agencies.azerbaijan, agencies.iran
    assurance = add_assurance(giver.node, _assurance(taker, giver.node.today), OFFICER)
    assessed = ask(giver.node, _assessment(person, taker, assurance.id), OFFICER)
    try:
        authorise(giver.node, assessed.id, "invented for the demo", OFFICER)
    except Refused as error:
        alone = str(error)
    else:
        return False, "who asked authorised it too"
    authorise(giver.node, assessed.id, "weighed: the same group, a promise that was kept (invented)", SENIOR)
    made = _release(agencies, person)
    if made.outcome is not Outcome.RELEASED:
        return False, f"{made.reason} [{made.rule}]"
    until(lambda: _held(taker, person) is not None, "the name to arrive")
    arrived = _held(taker, person)
    owed = next(row for row in list_gate_releases(giver.node) if row.release == made.id)
    bound = ", ".join(arrived.handling.conditions) if arrived else ""
    detail = f"asked by liaison ({alone}), authorised by senior; arrived at IR under {bound}"
    return "no_capital_use" in bound, f"{detail}; outcome due {owed.outcome_due}"


def _release(agencies: Agencies, person: Entity) -> Release:
    partner = agencies.iran.node.id
    decided = release(agencies.azerbaijan.node, person.id, partner, Purpose.INVESTIGATION, by=OFFICER.name)
    return decided[0].release


def _on_people(today: date) -> DraftTerms:
    return DraftTerms(
        title="People in drug cases (invented for the demo)",
        legal_basis="UN Convention against Illicit Traffic 1988, article 9",
        rights_clause="No use in capital proceedings; no onward transfer; the outcome of each case is told",
        purposes=(Purpose.INVESTIGATION,),
        categories=(Category.PERSON,),
        fields=(ReportField.LINES,),
        highest_handling=HandlingCode.H2,
        onward=Onward.NEVER,
        retention_days=365,
        deadlines="bilateral",
        valid_from=today,
        valid_until=today + timedelta(days=365),
    )


def _assurance(taker: Agency, today: date) -> DraftAssurance:
    return DraftAssurance(
        partner=taker.node.id,
        issuer="An invented ministry",
        authority="An invented decree that binds prosecutors and courts",
        text="Nothing that is given is used to seek, impose or carry out a death sentence (invented).",
        given_on=today,
        expires_on=today + timedelta(days=180),
        evidence="None yet: this is a demo",
    )


def _assessment(person: Entity, taker: Agency, assurance: UUID) -> DraftAssessment:
    return DraftAssessment(
        entity=person.id,
        partner=taker.node.id,
        purpose=Purpose.INVESTIGATION,
        necessity="A second load of the same group is on its way, and only the name finds it (invented)",
        risk="A trial for the whole load; the assurance and a named contact speak against it (invented)",
        assurances=(assurance,),
    )


def _held(agency: Agency, person: Entity) -> Entity | None:
    try:
        with agency.node.database.transaction() as connection:
            return entities.find_entity(connection, person.id, prefer=person.originator)
    except NotFound:
        return None
