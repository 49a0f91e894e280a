"""What the data-protection officer looks at, and the requests of people who ask what is held on them."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel, Field

from hamkar.actions import canary, inspect, subject_access
from hamkar.actions.inspect import COUNT_LIMIT, Extent, Listed
from hamkar.actions.subject_access import TakenStep
from hamkar.errors import BadInput
from hamkar.policy.subject_access import WITH_GROUND, AccessGround, AccessStep
from hamkar.store.nominal_reads import OversightFilter
from hamkar.text.stated_date import read_date
from hamkar.web.agencies import agency_names
from hamkar.web.forms import LAST_PAGE, LINE, PAGE_SIZE, TEXT, PageNumber, Reason
from hamkar.web.visit import Acting, Visit, Visited, go

router = APIRouter(include_in_schema=False)

HERE = "/oversight"


class View(StrEnum):
    """Which list is shown."""

    ALARMS = "alarms"
    READS = "reads"
    EXPORTS = "exports"
    GATE = "gate"
    RECALLS = "recalls"
    PURGES = "purges"
    ACCESS = "access"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A view with its filter as somebody typed it."""

    view: View = View.ALARMS
    account: str = ""
    record: str = ""
    case: str = ""
    since: str = ""
    until: str = ""

    def filter(self) -> OversightFilter:
        """What it asks for. Raises BadInput for a day or an identifier that cannot be read."""
        return OversightFilter(
            account=self.account,
            record=_identifier(self.record),
            case=self.case,
            since=_day(self.since),
            until=_day(self.until),
        )

    def address(self, **changed: object) -> str:
        """The address of this view with some of it changed."""
        values = {name: getattr(self, name) for name in self.__slots__} | changed
        return f"{HERE}?{urlencode({name: value for name, value in values.items() if value})}"


def wanted_of(
    view: Annotated[View, Query()] = View.ALARMS,
    account: Annotated[str, Query(pattern=LINE, max_length=200)] = "",
    record: Annotated[str, Query(pattern=LINE, max_length=60)] = "",
    case: Annotated[str, Query(pattern=LINE, max_length=100)] = "",
    since: Annotated[str, Query(max_length=40)] = "",
    until: Annotated[str, Query(max_length=40)] = "",
) -> Wanted:
    """The view that an address asks for."""
    return Wanted(view=view, account=account, record=record, case=case, since=since, until=until)


Lister = Callable[[Visit, Wanted, Extent], Listed[Any]]

_LISTS: Final[Mapping[View, Lister]] = {
    View.ALARMS: lambda visit, _, extent: inspect.list_alarms(visit.node, visit.person, extent),
    View.READS: lambda visit, wanted, extent: inspect.list_readings(visit.node, visit.person, wanted.filter(), extent),
    View.EXPORTS: lambda visit, wanted, extent: inspect.list_exports(visit.node, visit.person, wanted.filter(), extent),
    View.GATE: lambda visit, _, extent: inspect.list_gate(visit.node, visit.person, extent),
    View.RECALLS: lambda visit, _, extent: inspect.list_late_recalls(visit.node, visit.person, extent),
    View.PURGES: lambda visit, _, extent: inspect.list_purges(visit.node, visit.person, extent),
    View.ACCESS: lambda visit, _, extent: _access(visit, extent),
    View.HOLDS: lambda visit, _, extent: _holds(visit, extent),
}


@router.get(HERE)
def show(visit: Visited, wanted: Annotated[Wanted, Depends(wanted_of)], page: PageNumber = 1) -> Response:
    """One page of one list."""
    found = _LISTS[wanted.view](visit, wanted, Extent(PAGE_SIZE, (page - 1) * PAGE_SIZE))
    return visit.page(
        "oversight.html",
        wanted=wanted,
        views=tuple(View),
        found=found,
        limit=COUNT_LIMIT,
        number_of_page=page,
        pages=min(LAST_PAGE, max(1, -(-found.total // PAGE_SIZE))),
        agencies=agency_names(visit.node),
        today=visit.node.today,
    )


@router.post("/oversight/alarms/{alarm}/seen")
def see(visit: Acting, alarm: UUID) -> Response:
    """Note that an alarm has been looked into."""
    inspect.see_alarm(visit.node, visit.person, alarm)
    return go(f"{HERE}?view={View.ALARMS}")


class HoldForm(BaseModel):
    """Which record goes nowhere for now, and why."""

    record: UUID
    reason: Reason


@router.post("/oversight/holds")
def hold(visit: Acting, form: Annotated[HoldForm, Form()]) -> Response:
    """Hold a record back."""
    canary.hold(visit.node, visit.person, form.record, reason=form.reason)
    return go(f"{HERE}?view={View.HOLDS}")


@router.post("/oversight/holds/{record}/let-go")
def let_go(visit: Acting, record: UUID) -> Response:
    """Let it be released again."""
    canary.let_go(visit.node, visit.person, record)
    return go(f"{HERE}?view={View.HOLDS}")


class AccessForm(BaseModel):
    """Who asks what is held on them, and when that came."""

    name: str = Field(pattern=LINE, min_length=1, max_length=300)
    contact: str = Field(default="", pattern=TEXT, max_length=1_000)
    received: str = Field(pattern=LINE, max_length=40)


class StepForm(BaseModel):
    """The next thing that is done about a request."""

    step: AccessStep
    detail: str = Field(default="", pattern=TEXT, max_length=2_000)
    ground: AccessGround | None = None
    until: str = Field(default="", pattern=LINE, max_length=40)

    def taken(self) -> TakenStep:
        """The step; what belongs to another step is left out."""
        ground = self.ground if self.step in WITH_GROUND else None
        until = _day(self.until) if self.step is AccessStep.EXTEND else None
        return TakenStep(step=self.step, detail=self.detail, ground=ground, until=until)


class AccessSearchForm(BaseModel):
    """What is looked for on behalf of whoever asks."""

    words: str = Field(pattern=LINE, min_length=1, max_length=200)


@router.post("/oversight/access")
def open_access(visit: Acting, form: Annotated[AccessForm, Form()]) -> Response:
    """Take a request in."""
    received = _day(form.received) or visit.node.today
    made = subject_access.open_access(visit.node, visit.person, form.name, contact=form.contact, received_on=received)
    return go(f"{HERE}/access/{made.row.id}")


@router.get("/oversight/access/{request}")
def show_access(visit: Visited, request: UUID) -> Response:
    """One request with its steps."""
    return _access_page(visit, request)


@router.post("/oversight/access/{request}/steps")
def take_step(visit: Acting, request: UUID, form: Annotated[StepForm, Form()]) -> Response:
    """Do the next thing about it."""
    subject_access.take_step(visit.node, visit.person, request, form.taken())
    return go(f"{HERE}/access/{request}")


@router.post("/oversight/access/{request}/search")
def search(visit: Acting, request: UUID, form: Annotated[AccessSearchForm, Form()]) -> Response:
    """Look for what is held on whoever asks."""
    found = subject_access.search_for_subject(visit.node, visit.person, request, form.words)
    return _access_page(visit, request, found=found, words=form.words)


def _access_page(visit: Visit, request: UUID, *, found: Any = None, words: str = "") -> Response:
    return visit.page(
        "subject_access.html",
        shown=subject_access.show_access(visit.node, visit.person, request),
        found=found,
        words=words,
        grounds=tuple(AccessGround),
        with_ground=WITH_GROUND,
    )


def _access(visit: Visit, extent: Extent) -> Listed[Any]:
    rows, total = subject_access.list_access(visit.node, visit.person, limit=extent.limit, offset=extent.offset)
    return Listed(rows, total)


def _holds(visit: Visit, extent: Extent) -> Listed[Any]:
    rows = canary.holds(visit.node, visit.person)
    return Listed(rows[extent.offset : extent.offset + extent.limit], len(rows))


def _day(text: str) -> dt.date | None:
    return read_date(text).earliest if text.strip() else None


def _identifier(text: str) -> UUID | None:
    if not text.strip():
        return None
    try:
        return UUID(text.strip())
    except ValueError as error:
        msg = f"{text[:60]!r} is not an identifier; copy it from the page of the record"
        raise BadInput(msg) from error
