"""One seizure: what is known, on whose word, what each report says, and what people may decide about it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field

from hamkar.actions import events
from hamkar.actions.clear_evidence import cleared
from hamkar.actions.correct import correct
from hamkar.actions.recall import WITHDRAWABLE, Ground, recall, recalls_of_event
from hamkar.actions.release import releases_of
from hamkar.actions.seen import note_seen
from hamkar.model.recall import RecallKind
from hamkar.model.seizure import Decision, Derived, SeizureEvent, Status
from hamkar.seizures.derive import FIELDS, disputed_fields
from hamkar.web.agencies import agency_names
from hamkar.web.forms import LINE, TEXT, Reason
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)

DECIDABLE = tuple(field.name for field in FIELDS)


class DecisionForm(BaseModel):
    """Which of the claimed values of a field is right, and why."""

    field: str = Field(pattern=LINE, max_length=100)
    value: str = Field(pattern=TEXT, max_length=5_000)
    reason: Reason


class SplitForm(BaseModel):
    """Which reports speak of another seizure, and why."""

    report: list[UUID] = Field(default_factory=list, max_length=1_000)
    reason: Reason


class MergeForm(BaseModel):
    """Which other seizure is this one, and why."""

    other: str = Field(pattern=LINE, max_length=100)
    reason: Reason


class RecallForm(BaseModel):
    """Which own report is taken back, why, and that whoever does it knows there is no way back."""

    record: UUID
    kind: Literal[RecallKind.WITHDRAWN, RecallKind.WRONG, RecallKind.UNLAWFUL]
    reason: Reason
    sure: Literal["yes"]


class CorrectionForm(BaseModel):
    """What is right in one field of an own report that is written in words, and why."""

    record: UUID
    field: Literal["agency", "stated_total", "notes"]
    value: str = Field(pattern=TEXT, max_length=5_000)
    reason: Reason


@router.get("/seizures/{event}")
def show(visit: Visited, event: UUID) -> Response:
    """The page of a seizure."""
    shown = events.show_event(visit.node, event)
    note_seen(visit.node, event, visit.session.account)
    return visit.page(
        "seizure.html",
        event=shown.event,
        shown=shown,
        derived={name: getattr(shown.event, name) for name in DECIDABLE},
        disputed=_disputed_parts(shown.event),
        open_questions=_open_questions(shown.event),
        told=releases_of(visit.node, event),
        numbers={report.id: number for number, report in enumerate(shown.reports, 1)},
        agencies=agency_names(visit.node),
        cleared=cleared(visit.node, shown.reports),
        recalls=recalls_of_event(visit.node, event),
        kinds=WITHDRAWABLE,
    )


_PART_OF = {
    "date": "dates",
    "country": "place",
    "admin1": "place",
    "crossing": "place",
    "departure": "routing",
    "destination": "routing",
    "quantity": "lines",
}
"""The part of a report that speaks of a field of the seizure, where the two have different names."""


def _disputed_parts(event: SeizureEvent) -> set[str]:
    """The parts of the reports in which they contradict one another."""
    names = (name.partition(":")[0] for name in disputed_fields(event))
    return {_PART_OF.get(name, name) for name in names}


def _open_questions(event: SeizureEvent) -> dict[str, Derived[str]]:
    """The fields on which reports contradict one another and a person may choose, also once somebody has."""
    fields: dict[str, Derived[str]] = {name: getattr(event, name) for name in DECIDABLE}
    return {name: field for name, field in fields.items() if field.status in {Status.DISPUTED, Status.PREFERRED}}


@router.post("/seizures/{event}/decisions")
def decide(visit: Acting, event: UUID, form: Annotated[DecisionForm, Form()]) -> Response:
    """Put a person's word before every rule on one field."""
    decision = Decision(
        event=event,
        field=form.field,
        value=form.value,
        by=visit.session.account,
        at=visit.node.now(),
        reason=form.reason,
    )
    events.settle_field(visit.node, decision)
    return go(f"/seizures/{event}#decisions")


@router.post("/seizures/{event}/split")
def split(visit: Acting, event: UUID, form: Annotated[SplitForm, Form()]) -> Response:
    """Take reports out into a seizure of their own, and show that."""
    made = events.split(visit.node, event, form.report, by=visit.session.account, reason=form.reason)
    return go(f"/seizures/{made.id}")


@router.post("/seizures/{event}/merge")
def merge(visit: Acting, event: UUID, form: Annotated[MergeForm, Form()]) -> Response:
    """Take another seizure to be this one."""
    other = events.find_event_id(visit.node, form.other)
    events.merge(visit.node, other, event, by=visit.session.account, reason=form.reason)
    return go(f"/seizures/{event}#decisions")


@router.post("/seizures/{event}/recall")
def take_back(visit: Acting, event: UUID, form: Annotated[RecallForm, Form()]) -> Response:
    """Take an own report back from everybody who holds it."""
    recall(visit.node, form.record, Ground(kind=form.kind, reason=form.reason), by=visit.session.account)
    return go(f"/seizures/{event}#recalls")


@router.post("/seizures/{event}/corrections")
def put_right(visit: Acting, event: UUID, form: Annotated[CorrectionForm, Form()]) -> Response:
    """Correct one field of an own report, here and at everybody who holds it."""
    correct(visit.node, form.record, {form.field: form.value}, form.reason, by=visit.session.account)
    return go(f"/seizures/{event}#recalls")
