"""Seizures: listing them, what is known and claimed, and what people decide about them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hamkar.actions import events
from hamkar.api.caller import Acting, Called
from hamkar.api.problem import problems
from hamkar.api.text import Line, Page, PerPage, Reason, Text
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, SeizureEvent
from hamkar.store.entities import EntityCount
from hamkar.store.events import COUNT_LIMIT, EventFilter, EventRow, LineRow
from hamkar.store.reports import Move

router = APIRouter(prefix="/seizures", tags=["seizures"])


class Sort(StrEnum):
    """The orders a list can have: newest first, oldest first, by country, by number of reports."""

    DATE = "date"
    OLDEST = "-date"
    COUNTRY = "country"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class ListedSeizure:
    """A seizure with its substance lines, and the nodes of partners whose reports it rests on."""

    seizure: EventRow
    lines: list[LineRow]
    received_from: list[str]


@dataclass(frozen=True, slots=True)
class SeizurePage:
    """One page of a list. ``total`` is exact up to 10,000; ``total_is_more`` says that there are more than that.

    ``stating_a_quantity`` is the coverage: how many of the seizures shown have any quantity stated.
    """

    seizures: list[ListedSeizure]
    total: int
    total_is_more: bool
    stating_a_quantity: int


@dataclass(frozen=True, slots=True)
class SeizureFile:
    """A seizure as derived, with what people decided; ``entities`` counts the people and things held, by role."""

    seizure: SeizureEvent
    decisions: list[Decision]
    moves: list[Move]
    entities: list[EntityCount]


def _filter(
    country: Annotated[str, Query(pattern=r"^([A-Z]{2})?$", description="ISO 3166-1 alpha-2; XZ at sea.")] = "",
    substance: Annotated[str, Query(pattern=r"^[a-z0-9-]{0,80}$", description="A slug of the vocabulary.")] = "",
    since: Annotated[dt.date | None, Query(description="On this day or later.")] = None,
    until: Annotated[dt.date | None, Query(description="On this day or earlier.")] = None,
    words: Annotated[str, Query(max_length=200, description="Each must begin a word of the seizure.")] = "",
    disputed: Annotated[bool, Query(description="Only those with a disputed field.")] = False,  # noqa: FBT002 - a query parameter is named by whoever sends it
) -> EventFilter:
    return EventFilter(country=country, substance=substance, since=since, until=until, words=words, disputed=disputed)


@router.get("", operation_id="list_seizures", responses=problems())
def list_seizures(
    caller: Called,
    wanted: Annotated[EventFilter, Depends(_filter)],
    sort: Sort = Sort.DATE,
    page: Page = 1,
    per_page: PerPage = 50,
) -> SeizurePage:
    """The seizures that fit, a page at a time."""
    found = events.list_events(caller.node, wanted, sort=sort, limit=per_page, offset=(page - 1) * per_page)
    listed = [ListedSeizure(row, found.lines[row.id], found.received_from.get(row.id, [])) for row in found.rows]
    stating = sum(any(line.amount is not None for line in each.lines) for each in listed)
    return SeizurePage(listed, min(found.total, COUNT_LIMIT), found.total > COUNT_LIMIT, stating)


@router.get("/{seizure}", operation_id="show_seizure", responses=problems(404))
def show(caller: Called, seizure: UUID) -> SeizureFile:
    """A seizure: every field with its value, how firmly it stands, by which rule, and every claim."""
    shown = events.show_event(caller.node, seizure)
    return SeizureFile(shown.event, shown.decisions, shown.moves, shown.entities)


@router.get("/{seizure}/claims", operation_id="list_claims", responses=problems(404))
def claims(caller: Called, seizure: UUID) -> list[Report]:
    """The reports a seizure rests on, each exactly as its source makes it."""
    return events.show_event(caller.node, seizure).reports


class DecisionRequest(BaseModel, extra="forbid"):
    """Which of the claimed values of a field is right, and why."""

    field: Line
    value: Text
    reason: Reason


@router.post("/{seizure}/decisions", operation_id="decide_field", responses=problems(404))
def decide(caller: Acting, seizure: UUID, wanted: DecisionRequest) -> SeizureEvent:
    """Put a person's word before every rule on one field; earlier decisions stay on record."""
    decision = Decision(
        event=seizure,
        field=wanted.field,
        value=wanted.value,
        by=caller.session.account,
        at=caller.node.now(),
        reason=wanted.reason,
    )
    return events.settle_field(caller.node, decision)


class MergeRequest(BaseModel, extra="forbid"):
    """Which other seizure is this one, and why."""

    other: UUID
    reason: Reason


@router.post("/{seizure}/merge", operation_id="merge_seizures", responses=problems(404))
def merge(caller: Acting, seizure: UUID, wanted: MergeRequest) -> SeizureEvent:
    """File every report of another seizure under this one. Splitting them off again undoes it."""
    return events.merge(caller.node, wanted.other, seizure, by=caller.session.account, reason=wanted.reason)


class SplitRequest(BaseModel, extra="forbid"):
    """Which reports speak of another seizure, and why."""

    reports: list[UUID] = Field(min_length=1, max_length=1_000)
    reason: Reason


@router.post("/{seizure}/split", operation_id="split_seizure", responses=problems(404))
def split(caller: Acting, seizure: UUID, wanted: SplitRequest) -> SeizureEvent:
    """Take reports out of a seizure: back to where they came from, or into one of their own, which is returned."""
    return events.split(caller.node, seizure, wanted.reports, by=caller.session.account, reason=wanted.reason)
