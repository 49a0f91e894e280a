"""What became of the requests between two agencies: figures that both sides can work out alike.

They tell how well questions are answered. Who was arrested or sentenced is not counted here or anywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from hamkar.model.record import Record
from hamkar.model.request import RequestState


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request stands, and when it was asked and finished (None while open)."""

    state: RequestState
    asked_at: datetime
    finished_at: datetime | None

    @property
    def took(self) -> timedelta | None:
        """From asking to the final answer; None where there is none. Two clocks may differ; no time is negative."""
        if self.state is not RequestState.ANSWERED or self.finished_at is None:
            return None
        return max(self.finished_at - self.asked_at, timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(Record):
    """Requests in one direction: how many were asked, how each kind ended, and the median hours to a final answer."""

    asked: int
    answered: int
    refused: int
    withdrawn: int
    open: int
    median_hours: float | None


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """The figures of these requests."""
    rows = list(outcomes)
    times = [row.took.total_seconds() / 3600 for row in rows if row.took is not None]
    return Tally(
        asked=len(rows),
        answered=sum(row.state is RequestState.ANSWERED for row in rows),
        refused=sum(row.state is RequestState.REFUSED for row in rows),
        withdrawn=sum(row.state is RequestState.WITHDRAWN for row in rows),
        open=sum(row.state.open for row in rows),
        median_hours=round(median(times), 1) if times else None,
    )
