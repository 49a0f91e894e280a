"""An event as lists and totals need it: one flat line of what is shown, searched and counted."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from hamkar.model.place import RoutePoint
from hamkar.model.report import Report
from hamkar.model.seizure import Decision, Derived, DerivedLine, EventDate, SeizureEvent, Status
from hamkar.model.stated_date import DateKind
from hamkar.model.substance_line import SubstanceLine
from hamkar.seizures.derive import derive, disputed_fields
from hamkar.seizures.lines import is_doubtful

_WORD = re.compile(r"\w+")
_LONGEST_WORD = 100
_MOST_WORDS = 1_000


class LineSummary(NamedTuple):
    """A substance of an event; ``amount`` is None where nobody states it or it is disputed.

    A tuple, as is the event's line: an import makes hundreds of thousands, each of them a row.
    """

    substance: str | None
    label: str
    amount: Decimal | None
    unit: str | None
    unit_text: str
    qualifier: str
    status: str
    doubtful: bool


class Summary(NamedTuple):
    """An event in one line. A disputed date is the span of what is claimed; ``disputed`` names such fields.

    It is derived from the reports of handling ranks up to ``from_rank``, and is what those see who may see that rank
    but not ``below_rank``, at which a report more comes in. ``words`` are the distinct words that can be searched for,
    folded, in one order.
    """

    id: UUID
    from_rank: int
    below_rank: int
    date_earliest: dt.date | None
    date_latest: dt.date | None
    date_status: str
    country: str | None
    admin1: str | None
    crossing: str | None
    place: str
    agency: str
    departure: str | None
    destination: str | None
    reports: int
    lineages: int
    disputed: tuple[str, ...]
    substances: tuple[str, ...]
    words: tuple[str, ...]
    lines: tuple[LineSummary, ...]


def words_of(text: str) -> tuple[str, ...]:
    """The distinct words of a text, folded and in order; what is stored and what is sought go through here alike."""
    return tuple(sorted({word[:_LONGEST_WORD] for word in _WORD.findall(text.casefold())})[:_MOST_WORDS])


ABOVE_ALL = 4
"""The rank below which everybody stands: there is no fifth handling code."""


def summaries(event: UUID, claims: Sequence[Report], decisions: Sequence[Decision] = ()) -> list[Summary]:
    """The event as each clearance sees it, from all its claims: a line for each handling rank that occurs in them."""
    ranks = sorted({claim.handling.code.rank for claim in claims})
    return [
        _tier(event, [claim for claim in claims if claim.handling.code.rank <= rank], decisions)._replace(
            from_rank=rank, below_rank=below
        )
        for rank, below in pairwise([*ranks, ABOVE_ALL])
    ]


def _tier(event: UUID, claims: Sequence[Report], decisions: Sequence[Decision]) -> Summary:
    if len(claims) == 1 and not decisions:
        return summarise_sole(event, claims[0])
    return summarise(derive(event, claims, decisions))


def summarise(event: SeizureEvent) -> Summary:
    """The event in one line, for a clearance that sees all of it."""
    earliest, latest = _days(event.date)
    fields = (event.place, event.agency, event.admin1, event.crossing, event.departure, event.destination)
    texts = {claim.value for field in fields for claim in field.claims} | {line.substance_text for line in event.lines}
    return Summary(
        id=event.id,
        from_rank=0,
        below_rank=ABOVE_ALL,
        date_earliest=earliest,
        date_latest=latest,
        date_status=event.date.status,
        country=event.country.value,
        admin1=event.admin1.value,
        crossing=event.crossing.value,
        place=_shown(event.place),
        agency=_shown(event.agency),
        departure=event.departure.value,
        destination=event.destination.value,
        reports=len(event.reports),
        lineages=event.lineages,
        disputed=disputed_fields(event),
        substances=tuple(line.substance or line.kind for line in event.lines),
        words=words_of(" ".join(texts)),
        lines=tuple(map(_line, event.lines)),
    )


def summarise_sole(event: UUID, report: Report) -> Summary:
    """The line of an event that one report alone speaks of: the same as by way of ``derive``, eight times faster.

    A report with several lines of one substance, or several event dates, takes the long way.
    """
    dates, lines = report.dates_of(DateKind.EVENT), report.lines
    kinds = tuple(dict.fromkeys(line.kind for line in lines))
    if len(kinds) < len(lines) or len(dates) > 1 or len(report.dates) > len(dates):
        return summarise(derive(event, [report]))
    place, routing = report.place, report.routing
    day = dates[0] if dates else None
    admin1 = (place.admin1 or place.admin1_text or None) if place else None
    crossing = (place.crossing or place.crossing_text or None) if place else None
    text = place.text if place else ""
    departure, destination = (_end(routing.departure), _end(routing.destination)) if routing else (None, None)
    return Summary(
        id=event,
        from_rank=report.handling.code.rank,
        below_rank=ABOVE_ALL,
        date_earliest=day.earliest if day else None,
        date_latest=day.latest if day else None,
        date_status=Status.AGREED if day else Status.UNKNOWN,
        country=(place.country or None) if place else None,
        admin1=admin1,
        crossing=crossing,
        place=text,
        agency=report.agency,
        departure=departure,
        destination=destination,
        reports=1,
        lineages=1,
        disputed=(),
        substances=kinds,
        words=_sole_words(
            *(text, report.agency, admin1 or "", crossing or "", departure or "", destination or ""),
            *(line.substance_text for line in lines),
        ),
        lines=tuple(_sole_line(report, line) for line in lines),
    )


@lru_cache(maxsize=1 << 15)
def _sole_words(*texts: str) -> tuple[str, ...]:
    return words_of(" ".join(texts))


def _sole_line(report: Report, line: SubstanceLine) -> LineSummary:
    quantity = line.quantity
    if quantity is None:
        return LineSummary(line.substance, line.substance_text, None, None, "", "exact", Status.UNKNOWN, doubtful=False)
    return LineSummary(
        line.substance,
        line.substance_text,
        quantity.amount,
        quantity.unit,
        quantity.unit_text,
        quantity.qualifier,
        Status.AGREED,
        is_doubtful(report, quantity),
    )


def _end(point: RoutePoint | None) -> str | None:
    return (point.country or point.text or None) if point else None


def _days(date: Derived[EventDate]) -> tuple[dt.date | None, dt.date | None]:
    if date.value is not None:
        return date.value.earliest, date.value.latest
    if not date.claims:
        return None, None
    return min(c.value.earliest for c in date.claims), max(c.value.latest for c in date.claims)


def _shown(field: Derived[str]) -> str:
    return field.value or " / ".join(dict.fromkeys(claim.value for claim in field.claims))


def _line(line: DerivedLine) -> LineSummary:
    shown = line.quantity.value
    if shown is None:
        return LineSummary(
            line.substance, line.substance_text, None, None, "", "exact", line.quantity.status, doubtful=False
        )
    return LineSummary(
        line.substance,
        line.substance_text,
        shown.amount,
        shown.unit,
        shown.unit_text,
        shown.qualifier,
        line.quantity.status,
        line.doubtful,
    )
