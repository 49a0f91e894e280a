"""Agreements: on which terms, where they stand, and signing, suspending, resuming and proposing them."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Response
from pydantic import BaseModel, Field

from hamkar.actions import agreements as actions
from hamkar.actions.agreements import DraftTerms
from hamkar.actions.partners import list_partners
from hamkar.model.agreement import Category, Onward, Purpose, ReportField
from hamkar.model.handling import Condition, HandlingCode
from hamkar.requests.deadlines import PROFILES
from hamkar.web.forms import LINE, TEXT, one_day
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)

AgreementId = Annotated[str, Path(pattern=r"^[0-9a-f]{8,64}$")]

_CHANGES = {"sign": actions.sign, "suspend": actions.suspend, "resume": actions.resume}


class Proposal(BaseModel):
    """The terms as filled in."""

    partner: str = Field(pattern=r"^[a-z2-7]{32}$")
    title: str = Field(pattern=LINE, min_length=1, max_length=300)
    legal_basis: str = Field(pattern=TEXT, min_length=1, max_length=10_000)
    rights_clause: str = Field(pattern=TEXT, min_length=1, max_length=10_000)
    purposes: list[Purpose] = Field(default_factory=list, max_length=20)
    categories: list[Category] = Field(default_factory=list, max_length=20)
    fields: list[ReportField] = Field(default_factory=list, max_length=40)
    highest_handling: HandlingCode
    conditions: list[Condition] = Field(default_factory=list, max_length=20)
    onward: Onward
    retention_days: int = Field(ge=1, le=36_500)
    deadlines: str = Field(default="", pattern=TEXT, max_length=5_000)
    valid_from: str = Field(max_length=60)
    valid_until: str = Field(max_length=60)

    def draft(self) -> DraftTerms:
        """The terms, in the order the vocabulary lists them. Raises BadInput for a day that cannot be read."""
        return DraftTerms(
            title=self.title,
            legal_basis=self.legal_basis,
            rights_clause=self.rights_clause,
            purposes=tuple(each for each in Purpose if each in self.purposes),
            categories=tuple(each for each in Category if each in self.categories),
            fields=tuple(each for each in ReportField if each in self.fields),
            highest_handling=self.highest_handling,
            conditions=tuple(each for each in Condition if each in self.conditions),
            onward=self.onward,
            retention_days=self.retention_days,
            deadlines=self.deadlines,
            valid_from=one_day(self.valid_from),
            valid_until=one_day(self.valid_until),
        )


@router.get("/agreements")
def show_all(visit: Visited) -> Response:
    """Every agreement and where it stands."""
    return visit.page("agreements.html", standings=actions.list_standing(visit.node))


@router.get("/agreements/new")
def show_form(visit: Visited) -> Response:
    """The form to propose one."""
    return visit.page(
        "agreement_new.html",
        partners=list_partners(visit.node),
        today=visit.node.today,
        usual_fields=actions.USUAL_FIELDS,
        usual_deadlines=actions.USUAL_DEADLINES,
        deadlines=tuple(PROFILES),
    )


@router.post("/agreements")
def propose(visit: Acting, form: Annotated[Proposal, Form()]) -> Response:
    """Sign it and queue it for the partner to sign."""
    signed = actions.propose(visit.node, form.partner, form.draft(), by=visit.session.account)
    return go(f"/agreements/{signed.id}")


@router.get("/agreements/{agreement}")
def show(visit: Visited, agreement: AgreementId) -> Response:
    """All its terms, who has signed, and what may be done with it."""
    standing = actions.find_standing(visit.node, agreement)
    return visit.page("agreement.html", standing=standing, terms=standing.signed.agreement, node=visit.node)


@router.post("/agreements/{agreement}/{change}")
def change(
    visit: Acting, agreement: AgreementId, change: Annotated[str, Path(pattern="^(sign|suspend|resume)$")]
) -> Response:
    """Sign, suspend or resume it."""
    _CHANGES[change](visit.node, agreement, by=visit.session.account)
    return go(f"/agreements/{agreement}")
