"""Releases: what a partner would get and why, giving it, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hamkar.actions import release as actions
from hamkar.actions.access import require_release
from hamkar.actions.release import Considered
from hamkar.api.caller import Acting, Called
from hamkar.api.problem import problems
from hamkar.api.text import NodeId
from hamkar.model.agency import Agency
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.release import FieldVerdict, Outcome, Release
from hamkar.store.outbox import Delivery

router = APIRouter(tags=["releases"])


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the policy says of giving one record to one partner: by which rule and why, and field by field.

    A person or thing is named by its identifier only; who or what it is stands in no explanation.
    """

    record: UUID
    kind: MessageKind
    seizure: UUID | None
    partner: Agency
    purpose: Purpose
    agreement: str
    outcome: Outcome
    rule: str
    reason: str
    remedy: str
    fields: tuple[FieldVerdict, ...]


@dataclass(frozen=True, slots=True)
class DecidedRelease:
    """A kept decision; ``fresh`` is false where the partner had been given the record under this agreement before."""

    release: Release
    fresh: bool


@dataclass(frozen=True, slots=True)
class ToldRelease:
    """A decision and what became of it; ``delivery`` is null where nothing was queued.

    ``seen`` is the day on which somebody at the partner first looked at it, ``ran_out`` when its copy ran out.
    """

    release: Release
    delivery: Delivery | None
    seen: date | None
    ran_out: datetime | None


@router.get("/releases/explanation", operation_id="explain_release", responses=problems(404))
def explain(
    caller: Called,
    record: Annotated[UUID, Query(description="A seizure, a report, a person or a thing.")],
    purpose: Purpose,
    partner: Annotated[
        str, Query(pattern=r"^([a-z2-7]{32})?$", description="A node's id; every partner if empty.")
    ] = "",
) -> list[Explanation]:
    """What would go to whom, field by field, and why. Gives nothing."""
    if partner:
        return _explanations(actions.explain(caller.node, record, partner, purpose))
    return _explanations(actions.explain_to_all(caller.node, record, purpose))


def _explanations(considered: Sequence[Considered]) -> list[Explanation]:
    return [
        Explanation(
            record=one.record.id,
            kind=one.kind,
            seizure=one.event,
            partner=one.partner,
            purpose=one.purpose,
            agreement=one.agreement,
            outcome=one.answer.outcome,
            rule=one.answer.verdict.rule,
            reason=one.answer.verdict.reason,
            remedy=one.answer.verdict.remedy,
            fields=one.answer.fields,
        )
        for one in considered
    ]


class ReleaseRequest(BaseModel, extra="forbid"):
    """What to give to whom, and for what it may be used."""

    record: UUID
    partner: NodeId
    purpose: Purpose


@router.post("/releases", operation_id="release", responses=problems(404))
def release(caller: Acting, wanted: ReleaseRequest) -> list[DecidedRelease]:
    """Decide on a report, a person or thing, or every report of a seizure; what is released is queued at once.

    A refusal is an answer like any other: it is kept with its rule and reason. After release, software cannot prevent
    misuse; recall obliges the partner to answer, it does not erase.
    """
    require_release(caller.node, caller.person, [wanted.record])
    decided = actions.release(caller.node, wanted.record, wanted.partner, wanted.purpose, by=caller.session.account)
    return [DecidedRelease(one.release, one.fresh) for one in decided]


@router.get("/seizures/{seizure}/releases", operation_id="list_releases", responses=problems(404))
def list_releases(caller: Called, seizure: UUID) -> list[ToldRelease]:
    """Every decision on a seizure's reports with its fate: why a partner can or cannot see it."""
    return [
        ToldRelease(one.release, one.delivery, one.seen, one.ran_out)
        for one in actions.releases_of(caller.node, seizure)
    ]
