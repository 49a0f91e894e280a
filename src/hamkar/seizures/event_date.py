"""When a seizure happened: only event dates say so, and never later than it was first spoken of."""

import datetime as dt
from collections.abc import Sequence

from hamkar.model.report import Report
from hamkar.model.seizure import EventDate
from hamkar.model.stated_date import DateKind
from hamkar.seizures.resolve import Measure, Statement

BOUNDING = (DateKind.DISCOVERY, DateKind.ANNOUNCEMENT, DateKind.PUBLICATION)


def not_after(reports: Sequence[Report]) -> dt.date | None:
    """The latest day the event can have happened: the first discovery, announcement or publication of it."""
    return min(
        (stated.latest for report in reports for stated in report.dates if stated.kind in BOUNDING), default=None
    )


def statements(reports: Sequence[Report], bound: dt.date | None) -> tuple[list[Statement[EventDate]], list[str]]:
    """What reports state of the day, cut at ``bound``, and a sentence for each statement that ``bound`` contradicts."""
    kept: list[Statement[EventDate]] = []
    problems: list[str] = []
    for report in reports:
        for stated in report.dates_of(DateKind.EVENT):
            if bound is not None and stated.earliest > bound:
                said = stated.text or stated.earliest
                problems.append(f"event date {said} is set aside: the seizure was already known on {bound}")
                continue
            latest = stated.latest if bound is None else min(stated.latest, bound)
            value = EventDate(earliest=stated.earliest, latest=latest)
            kept.append(Statement(value, report.lineage, report.id, report.grade))
    return kept, problems


def _overlap(one: EventDate, other: EventDate) -> bool:
    return one.earliest <= other.latest and other.earliest <= one.latest


def _common(values: Sequence[EventDate]) -> EventDate:
    return EventDate(earliest=max(v.earliest for v in values), latest=min(v.latest for v in values))


DATE = Measure(compatible=_overlap, join=_common)
