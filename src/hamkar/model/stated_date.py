"""Dates, each with what it is the date of."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hamkar.model.record import Record


class DateKind(StrEnum):
    """What happened on the date. Only EVENT dates a seizure; the next four bound it from above.

    "On the occasion of" is a CEREMONY: a meeting or hand-over that commemorates a seizure; it dates nothing.
    """

    EVENT = "event"
    DISCOVERY = "discovery"
    ANNOUNCEMENT = "announcement"
    PUBLICATION = "publication"
    RECEIPT = "receipt"
    CEREMONY = "ceremony"


class Precision(StrEnum):
    """How finely the date was stated."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    INTERVAL = "interval"


class Calendar(StrEnum):
    """The calendar it was stated in."""

    GREGORIAN = "gregorian"
    SOLAR_HIJRI = "solar_hijri"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate(Record):
    """The closed interval of Gregorian days that a stated date can mean, with the text as it stood."""

    kind: DateKind
    earliest: date
    latest: date
    precision: Precision
    calendar: Calendar = Calendar.GREGORIAN
    text: str = ""

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            msg = f"a date cannot end ({self.latest}) before it starts ({self.earliest})"
            raise ValueError(msg)
