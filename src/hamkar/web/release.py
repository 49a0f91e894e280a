"""The release page: who would get which field and why, before anything goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel, Field

from hamkar.actions.events import show_event
from hamkar.actions.release import Considered, explain, explain_to_all, release, releases_of
from hamkar.model.agency import Agency
from hamkar.model.agreement import Purpose, ReportField
from hamkar.model.entity import Entity
from hamkar.model.release import FieldVerdict
from hamkar.model.report import Report
from hamkar.web.agencies import agency_names
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)

NODE = r"^[a-z2-7]{0,32}$"


class ReleaseForm(BaseModel):
    """To whom and for what, and the reports that the page showed."""

    partner: str = Field(pattern=NODE, min_length=1)
    purpose: Purpose
    shown: list[UUID] = Field(max_length=1_000)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one partner would get of a seizure: its reports, and apart from them the people in them."""

    partner: Agency
    reports: Sequence[Considered]
    people: Sequence[Considered]

    @property
    def going(self) -> int:
        """How many reports would go, in part or whole."""
        return sum(one.answer.allowed for one in self.reports)

    @property
    def rows(self) -> list[tuple[ReportField, list[FieldVerdict | None]]]:
        """For each field any report fills, the verdict on it in each report; None where that report leaves it empty."""
        verdicts = [{verdict.field: verdict for verdict in one.answer.fields} for one in self.reports]
        table = [(field, [found.get(field) for found in verdicts]) for field in ReportField]
        return [(field, row) for field, row in table if any(row)]


@router.get("/seizures/{event}/release")
def show(
    visit: Visited,
    event: UUID,
    purpose: Purpose = Purpose.INVESTIGATION,
    to: Annotated[str, Query(pattern=NODE)] = "",
    done: Annotated[str, Query(pattern=r"^(yes)?$")] = "",
) -> Response:
    """What every partner, or the chosen one, would get; after a release, what was queued."""
    shown = show_event(visit.node, event)
    considered = explain(visit.node, event, to, purpose) if to else explain_to_all(visit.node, event, purpose)
    told = [one for one in releases_of(visit.node, event) if one.release.partner == to] if done else []
    return visit.page(
        "release.html",
        event=shown.event,
        offers=_offers(considered),
        purpose=purpose,
        to=to,
        told=told,
        done=bool(done),
        agencies=agency_names(visit.node),
    )


def _offers(considered: Sequence[Considered]) -> list[Offer]:
    by_partner: dict[str, list[Considered]] = {}
    for one in considered:
        by_partner.setdefault(one.partner.node, []).append(one)
    return [
        Offer(
            group[0].partner,
            [one for one in group if isinstance(one.record, Report)],
            [one for one in group if isinstance(one.record, Entity)],
        )
        for group in by_partner.values()
    ]


@router.post("/seizures/{event}/release")
def give(visit: Acting, event: UUID, form: Annotated[ReleaseForm, Form()]) -> Response:
    """Decide on every report of the seizure and queue what goes."""
    shown = frozenset(form.shown)
    release(visit.node, event, form.partner, form.purpose, by=visit.session.account, shown=shown)
    return go(f"/seizures/{event}/release?to={form.partner}&purpose={form.purpose}&done=yes")
