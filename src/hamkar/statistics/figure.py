"""A figure and its coverage."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hamkar.model.record import Record


class DoubleCount(StrEnum):
    """Whether one seizure may stand in the figure twice."""

    RESOLVED = "resolved"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Record):
    """What a figure rests on: the ``rows_known`` of ``rows_all`` events that could be used, their days and agencies.

    ``left_out`` says how many rows were not used, by reason.
    """

    rows_known: int
    rows_all: int
    first_day: dt.date | None
    last_day: dt.date | None
    agencies: int
    double_count: DoubleCount
    left_out: tuple[tuple[str, int], ...] = ()

    def sentence(self) -> str:
        """The coverage in words, to stand beside the figure wherever it is shown."""
        days = f"{self.first_day} to {self.last_day}" if self.first_day else "no dated events"
        reasons = "".join(f"; {count} left out: {reason}" for reason, count in self.left_out if count)
        share = f"{self.rows_known} of {self.rows_all} events"
        return f"from {share}, {days}, {self.agencies} reporting agencies, double counting {self.double_count}{reasons}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Record):
    """A number with its unit and coverage; ``low`` and ``high`` bound what conversion leaves open; None is unknown."""

    name: str
    unit: str
    low: Decimal | None
    central: Decimal | None
    high: Decimal | None
    coverage: Coverage

    def __str__(self) -> str:
        if self.central is None:
            return f"{self.name}: unknown ({self.coverage.sentence()})"
        amount = f"{self.central:,}" if self.low == self.high else f"{self.central:,} ({self.low:,} to {self.high:,})"
        return f"{self.name}: {amount} {self.unit} ({self.coverage.sentence()})"
