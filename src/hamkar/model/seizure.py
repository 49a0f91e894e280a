"""A seizure event: what can be said of it from all that is claimed, and on whose word."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from hamkar.model.quantity import Quantity
from hamkar.model.record import Record

V = TypeVar("V")


class Status(StrEnum):
    """How firmly a derived value stands."""

    AGREED = "agreed"
    PREFERRED = "preferred"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Record, Generic[V]):
    """A value some reports of one lineage claim."""

    value: V
    lineage: str
    reports: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Record, Generic[V]):
    """A field of an event: its value, how firmly it stands, who or what decided, and every claim, losers too.

    ``value`` is None exactly when the status is DISPUTED or UNKNOWN.
    """

    value: V | None
    status: Status
    rule: str
    claims: tuple[Claimed[V], ...] = ()
    decided_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate(Record):
    """The closed interval of days in which an event lies."""

    earliest: dt.date
    latest: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedLine(Record):
    """One substance of an event with its derived quantity; doubtful where that was flagged as implausible when read."""

    kind: str
    substance: str | None
    substance_text: str
    quantity: Derived[Quantity]
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """A person's word on one field of an event, which goes before every rule; ``value`` is a claimed value as text."""

    event: UUID
    field: str
    value: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureEvent(Record):
    """A seizure, derived from its reports and re-derivable from them at any time; nothing here was typed in.

    ``not_after`` is the latest day it can have happened: the first publication, announcement or discovery.
    ``lineages`` counts independent origins, not reports. ``problems`` are sentences about claims that were set aside.
    """

    id: UUID
    reports: tuple[UUID, ...]
    lineages: int
    date: Derived[EventDate]
    not_after: dt.date | None
    country: Derived[str]
    admin1: Derived[str]
    place: Derived[str]
    crossing: Derived[str]
    agency: Derived[str]
    departure: Derived[str]
    destination: Derived[str]
    lines: tuple[DerivedLine, ...]
    problems: tuple[str, ...] = ()
