"""The list of seizures: what fits a filter, a page at a time."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from hamkar.actions.events import list_events
from hamkar.errors import BadInput
from hamkar.store.events import COUNT_LIMIT, SORTS, EventFilter
from hamkar.text.stated_date import read_date
from hamkar.web.agencies import agency_names
from hamkar.web.forms import LAST_PAGE, PAGE_SIZE, PageNumber
from hamkar.web.visit import Visited

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A filter as somebody typed it; shown again as typed, whatever can be made of it."""

    country: str = ""
    substance: str = ""
    since: str = ""
    until: str = ""
    words: str = ""
    disputed: str = ""
    sort: str = "date"

    def filter(self) -> EventFilter:
        """What it asks for. Raises BadInput for a date that cannot be read."""
        return EventFilter(
            country=self.country,
            substance=self.substance,
            since=_day(self.since, first=True),
            until=_day(self.until, first=False),
            words=self.words,
            disputed=bool(self.disputed),
        )

    def address(self, **changed: object) -> str:
        """The address of the list with this filter and some of it changed."""
        values = {name: getattr(self, name) for name in self.__slots__} | changed
        told = {name: value for name, value in values.items() if value not in {"", "date"} or name not in values}
        return "/seizures" + (f"?{urlencode(told)}" if told else "")


def asked_of(  # noqa: PLR0913, PLR0917 - one parameter a field of the form
    country: Annotated[str, Query(pattern=r"^([A-Z]{2})?$")] = "",
    substance: Annotated[str, Query(pattern=r"^[a-z0-9-]{0,80}$")] = "",
    since: Annotated[str, Query(max_length=200)] = "",
    until: Annotated[str, Query(max_length=200)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    disputed: Annotated[str, Query(pattern=r"^(yes)?$")] = "",
    sort: Annotated[str, Query(pattern=f"^({'|'.join(SORTS)})$")] = "date",
) -> Asked:
    """The filter that an address asks for."""
    return Asked(
        country=country, substance=substance, since=since, until=until, words=words, disputed=disputed, sort=sort
    )


@router.get("/seizures")
def show(visit: Visited, asked: Annotated[Asked, Depends(asked_of)], page: PageNumber = 1) -> Response:
    """One page of the seizures that fit, with what its figures cover."""
    try:
        wanted, fault = asked.filter(), ""
    except BadInput as error:
        wanted, fault = EventFilter(), str(error)
    found = list_events(visit.node, wanted, sort=asked.sort, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    stated = sum(any(line.amount is not None for line in found.lines[row.id]) for row in found.rows)
    return visit.page(
        "seizure_list.html",
        asked=asked,
        fault=fault,
        found=found,
        stated=stated,
        number_of_page=page,
        pages=min(LAST_PAGE, max(1, -(-found.total // PAGE_SIZE))),
        limit=COUNT_LIMIT,
        agencies=agency_names(visit.node),
    )


def _day(text: str, *, first: bool) -> dt.date | None:
    if not text.strip():
        return None
    reading = read_date(text)
    return reading.earliest if first else reading.latest
