"""Agreements: on which terms, where they stand, and signing, suspending, resuming and proposing them."""

import datetime as dt
from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hamkar.actions import agreements as actions
from hamkar.actions.agreements import DraftTerms, Standing
from hamkar.api.caller import Acting, Called
from hamkar.api.problem import problems
from hamkar.api.text import AgreementId, Line, NodeId, Text
from hamkar.model.agency import Agency
from hamkar.model.agreement import Agreement, AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.handling import Condition, HandlingCode

router = APIRouter(prefix="/agreements", tags=["agreements"])


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """An agreement: its terms, who has signed and who has suspended it (by node id), and where it stands today."""

    id: str
    partner: Agency
    state: AgreementState
    signers: list[str]
    suspended_by: list[str]
    received_at: dt.datetime
    terms: Agreement


class Proposal(BaseModel, extra="forbid"):
    """The terms to propose, and to whom. Days are calendar days in UTC, both ends included."""

    partner: NodeId
    title: Line = Field(min_length=1)
    legal_basis: Text = Field(min_length=1)
    rights_clause: Text = Field(min_length=1)
    purposes: list[Purpose] = Field(min_length=1, max_length=20)
    categories: list[Category] = Field(min_length=1, max_length=20)
    fields: list[ReportField] = Field(min_length=1, max_length=40)
    highest_handling: HandlingCode
    conditions: list[Condition] = Field(default_factory=lambda: list(Condition), max_length=20)
    onward: Onward
    retention_days: int = Field(ge=1, le=36_500)
    deadlines: Text = ""
    valid_from: dt.date
    valid_until: dt.date

    def draft(self) -> DraftTerms:
        """The terms without the parties."""
        return DraftTerms(
            title=self.title,
            legal_basis=self.legal_basis,
            rights_clause=self.rights_clause,
            purposes=tuple(self.purposes),
            categories=tuple(self.categories),
            fields=tuple(self.fields),
            highest_handling=self.highest_handling,
            conditions=tuple(self.conditions),
            onward=self.onward,
            retention_days=self.retention_days,
            deadlines=self.deadlines,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


@router.get("", operation_id="list_agreements", responses=problems())
def list_agreements(caller: Called) -> list[ShownAgreement]:
    """Every agreement of this node, the newest first."""
    return [_shown(standing) for standing in actions.list_standing(caller.node)]


@router.post("", status_code=201, operation_id="propose_agreement", responses=problems(404))
def propose(caller: Acting, proposal: Proposal) -> ShownAgreement:
    """Sign these terms and queue them for the partner's signature. No term can be changed afterwards."""
    signed = actions.propose(caller.node, proposal.partner, proposal.draft(), by=caller.session.account)
    return _found(caller, signed.id)


@router.get("/{agreement}", operation_id="show_agreement", responses=problems(404))
def show(caller: Called, agreement: AgreementId) -> ShownAgreement:
    """One agreement."""
    return _found(caller, agreement)


@router.post("/{agreement}/sign", operation_id="sign_agreement", responses=problems(404, 409))
def sign(caller: Acting, agreement: AgreementId) -> ShownAgreement:
    """Counter-sign an agreement that the partner proposed; from then on it is in force."""
    return _found(caller, actions.sign(caller.node, agreement, by=caller.session.account).id)


@router.post("/{agreement}/suspend", operation_id="suspend_agreement", responses=problems(404, 409))
def suspend(caller: Acting, agreement: AgreementId) -> ShownAgreement:
    """Stop everything that flows under it, both ways, at once."""
    return _found(caller, actions.suspend(caller.node, agreement, by=caller.session.account).id)


@router.post("/{agreement}/resume", operation_id="resume_agreement", responses=problems(404, 409))
def resume(caller: Acting, agreement: AgreementId) -> ShownAgreement:
    """Take this node's suspension back; it flows again unless the partner has suspended it too."""
    return _found(caller, actions.resume(caller.node, agreement, by=caller.session.account).id)


def _found(caller: Called, agreement: str) -> ShownAgreement:
    return _shown(actions.find_standing(caller.node, agreement))


def _shown(standing: Standing) -> ShownAgreement:
    return ShownAgreement(
        id=standing.row.id,
        partner=standing.partner,
        state=standing.state,
        signers=sorted(standing.signed.signers),
        suspended_by=standing.row.suspended_by,
        received_at=standing.row.received_at,
        terms=standing.signed.agreement,
    )
