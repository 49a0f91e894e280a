"""The gate for names that could put a life at risk: what an officer writes, and what a second person decides."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Response
from pydantic import BaseModel, Field

from hamkar.actions.assurances import DraftAssurance, add_assurance, list_assurances, revoke_assurance, state_facts
from hamkar.actions.breaches import lift_breach, list_breaches, record_breach
from hamkar.actions.gate_afterwards import report_outcome, review
from hamkar.actions.gate_ask import MOST_HOURS, DraftAssessment, ask, check, find_assessment, list_assessments
from hamkar.actions.gate_decide import authorise, refuse
from hamkar.actions.gate_owed import list_gate_releases, owed_on
from hamkar.actions.partners import list_partners
from hamkar.actions.release import release
from hamkar.model.agreement import Purpose
from hamkar.model.release import Outcome
from hamkar.vocab.jurisdictions import Aggravator
from hamkar.web.agencies import agency_names
from hamkar.web.forms import LINE, TEXT, Reason, one_day
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)

_NODE: Final = r"^[a-z2-7]{0,32}$"
_LONGEST: Final = 10_000
_Words = Annotated[str, Field(pattern=TEXT, min_length=1, max_length=_LONGEST)]
_Line = Annotated[str, Field(pattern=LINE, min_length=1, max_length=300)]


class FactsForm(BaseModel):
    """What is stated of each aggravating fact; one that is left open stays unknown."""

    firearm: str = ""
    leader: str = ""
    minors_used: str = ""
    repeat: str = ""
    basis: Reason

    def stated(self) -> dict[Aggravator, bool]:
        """The facts that are stated, and whether each applies."""
        said = {mark: getattr(self, mark) for mark in Aggravator}
        return {mark: word == "yes" for mark, word in said.items() if word in {"yes", "no"}}


class AskForm(BaseModel):
    """An assessment as filled in; with a threat it asks for the life-saving exception."""

    partner: str = Field(pattern=_NODE, min_length=1)
    purpose: Purpose
    necessity: _Words
    risk: _Words
    assurances: list[UUID] = Field(default_factory=list, max_length=20)
    threat: str = Field(default="", pattern=TEXT, max_length=_LONGEST)
    parts: list[_Line] = Field(default_factory=list, max_length=20)
    hours: int = Field(default=0, ge=0, le=MOST_HOURS)

    def draft(self, entity: UUID) -> DraftAssessment:
        """The assessment; parts and hours count with a threat only."""
        return DraftAssessment(
            entity=entity,
            partner=self.partner,
            purpose=self.purpose,
            necessity=self.necessity,
            risk=self.risk,
            assurances=self.assurances,
            threat=self.threat.strip(),
            minimum=tuple(self.parts) if self.threat.strip() else (),
            hours=self.hours if self.threat.strip() else 0,
        )


class DecisionForm(BaseModel):
    """The reason of a decision, and who was tried where one person decides alone."""

    reason: Reason
    unreached: str = Field(default="", pattern=TEXT, max_length=2_000)


class GoForm(BaseModel):
    """To whom a record goes, and for what."""

    partner: str = Field(pattern=_NODE, min_length=1)
    purpose: Purpose


class AssuranceForm(BaseModel):
    """An assurance as it stands on paper; without a record it is general."""

    partner: str = Field(pattern=_NODE, min_length=1)
    issuer: _Line
    authority: _Line
    text: _Words
    given_on: str = Field(max_length=60)
    expires_on: str = Field(max_length=60)
    evidence: _Words
    entity: UUID | None = None

    def draft(self) -> DraftAssurance:
        """The assurance. Raises BadInput for a day that cannot be read."""
        return DraftAssurance(
            partner=self.partner,
            issuer=self.issuer,
            authority=self.authority,
            text=self.text,
            given_on=one_day(self.given_on),
            expires_on=one_day(self.expires_on),
            evidence=self.evidence,
            entity=self.entity,
        )


@router.get("/gate")
def show_all(visit: Visited) -> Response:
    """What waits for a decision, what is owed on releases, and the breaches that stand."""
    return visit.page(
        "gate.html",
        assessed=list_assessments(visit.node),
        released=list_gate_releases(visit.node),
        breaches=list_breaches(visit.node),
        agencies=agency_names(visit.node),
        now=visit.node.now(),
    )


@router.get("/gate/entities/{entity}")
def show_record(
    visit: Visited,
    entity: UUID,
    to: Annotated[str, Query(pattern=_NODE)] = "",
    purpose: Purpose = Purpose.INVESTIGATION,
) -> Response:
    """What the gate says of a record and a partner, with the forms to state facts, to ask, and to release."""
    chosen = to or next((partner.node for partner in list_partners(visit.node)), "")
    return visit.page(
        "gate_record.html",
        entity=entity,
        checked=check(visit.node, entity, chosen, purpose) if chosen else None,
        to=chosen,
        purpose=purpose,
        agencies=agency_names(visit.node),
        assurances=[row for row in list_assurances(visit.node) if row.assurance.partner == chosen],
        aggravators=tuple(Aggravator),
        most_hours=MOST_HOURS,
        today=visit.node.today,
    )


@router.post("/gate/entities/{entity}/facts")
def keep_facts(
    visit: Acting, entity: UUID, form: Annotated[FactsForm, Form()], to: Annotated[str, Query(pattern=_NODE)] = ""
) -> Response:
    """State which aggravating facts apply."""
    state_facts(visit.node, entity, form.stated(), form.basis, visit.person)
    return go(f"/gate/entities/{entity}?to={to}")


@router.post("/gate/entities/{entity}/ask")
def keep_assessment(visit: Acting, entity: UUID, form: Annotated[AskForm, Form()]) -> Response:
    """Write an assessment for a senior authoriser."""
    made = ask(visit.node, form.draft(entity), visit.person)
    return go(f"/gate/assessments/{made.id}")


@router.post("/gate/entities/{entity}/release")
def give(visit: Acting, entity: UUID, form: Annotated[GoForm, Form()]) -> Response:
    """Decide on the record as the rules stand now, and queue it if it goes."""
    (decided,) = release(visit.node, entity, form.partner, form.purpose, by=visit.person.name)
    if decided.release.outcome is Outcome.RELEASED:
        return go("/gate")
    return go(f"/gate/entities/{entity}?to={form.partner}&purpose={form.purpose}")


@router.get("/gate/assessments/{assessment}")
def show(visit: Visited, assessment: UUID) -> Response:
    """One assessment in full, and what may be done about it."""
    row = find_assessment(visit.node, assessment)
    return visit.page(
        "gate_assessment.html",
        row=row,
        made=row.assessment,
        owed=owed_on(visit.node, assessment) if row.release else None,
        checked=check(visit.node, row.assessment.entity, row.assessment.partner, row.assessment.purpose),
        agencies=agency_names(visit.node),
        now=visit.node.now(),
    )


@router.post("/gate/assessments/{assessment}/authorise")
def say_yes(visit: Acting, assessment: UUID, form: Annotated[DecisionForm, Form()]) -> Response:
    """Authorise it as the second, senior person."""
    authorise(visit.node, assessment, form.reason, visit.person)
    return go(f"/gate/assessments/{assessment}")


@router.post("/gate/assessments/{assessment}/alone")
def say_yes_alone(visit: Acting, assessment: UUID, form: Annotated[DecisionForm, Form()]) -> Response:
    """Authorise it alone, because a life is under threat and nobody else can be reached."""
    authorise(visit.node, assessment, form.reason, visit.person, unreached=form.unreached or "?")
    return go(f"/gate/assessments/{assessment}")


@router.post("/gate/assessments/{assessment}/refuse")
def say_no(visit: Acting, assessment: UUID, form: Annotated[DecisionForm, Form()]) -> Response:
    """Refuse it."""
    refuse(visit.node, assessment, form.reason, visit.person)
    return go(f"/gate/assessments/{assessment}")


@router.post("/gate/releases/{wanted}/outcome")
def keep_outcome(
    visit: Acting, wanted: UUID, charge: Annotated[_Words, Form()], sentence: Annotated[_Words, Form()]
) -> Response:
    """Write down the charge and the sentence that followed."""
    report_outcome(visit.node, wanted, charge, sentence, visit.person)
    return go("/gate")


@router.post("/gate/releases/{wanted}/review")
def keep_review(
    visit: Acting,
    wanted: UUID,
    finding: Annotated[Reason, Form()],
    justified: Annotated[str, Form(pattern="^(yes|no)$")],
) -> Response:
    """Review a life-saving release."""
    review(visit.node, wanted, finding, visit.person, justified=justified == "yes")
    return go("/gate")


@router.post("/gate/breaches")
def keep_breach(
    visit: Acting, agreement: Annotated[str, Form(pattern=r"^[0-9a-f]{8,64}$")], what: Annotated[Reason, Form()]
) -> Response:
    """Write down that a partner broke a condition."""
    record_breach(visit.node, agreement, what, visit.person)
    return go("/gate")


@router.post("/gate/breaches/{breach}/lift")
def lift(visit: Acting, breach: Annotated[UUID, Path()], reason: Annotated[Reason, Form()]) -> Response:
    """Let nominal records go again."""
    lift_breach(visit.node, breach, reason, visit.person)
    return go("/gate")


@router.get("/gate/assurances")
def show_assurances(visit: Visited) -> Response:
    """Every assurance, and the form to write one down."""
    return visit.page(
        "gate_assurances.html",
        rows=list_assurances(visit.node),
        partners=list_partners(visit.node),
        agencies=agency_names(visit.node),
        today=visit.node.today,
    )


@router.post("/gate/assurances")
def keep_assurance(visit: Acting, form: Annotated[AssuranceForm, Form()]) -> Response:
    """Write an assurance down."""
    add_assurance(visit.node, form.draft(), visit.person)
    return go("/gate/assurances")


@router.post("/gate/assurances/{assurance}/revoke")
def end_assurance(visit: Acting, assurance: UUID, reason: Annotated[Reason, Form()]) -> Response:
    """Rely on an assurance no more."""
    revoke_assurance(visit.node, assurance, reason, visit.person)
    return go("/gate/assurances")
