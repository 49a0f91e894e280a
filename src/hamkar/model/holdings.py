"""What agencies tell one another of the records they hold: what has run out, what was seen, what is held at all."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hamkar.model.record import Record


class RunOut(StrEnum):
    """Why a copy is gone: the days of the agreement are over, or the originator's own date has come."""

    RETENTION = "retention"
    DELETE_BY = "delete_by"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureNotice(Record):
    """A holder's word to whoever gave it a record that its copy, got under an agreement, has run out and is gone."""

    record: UUID
    originator: str
    agreement: str
    cause: RunOut
    erased_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRecord(Record):
    """A record that a person at the holder has looked at, and the day; who it was is not told."""

    record: UUID
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Record):
    """Records of the originator that people at the holder have looked at since the last word of this kind (R3)."""

    records: tuple[SeenRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord(Record):
    """One record that is held: its kind, its UUID in lower case, and the SHA-256 (hex) of its exact JSON as sent."""

    kind: str
    record: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPoint(Record):
    """How far a stream is reckoned: everything up to ``seq`` of ``epoch``, that included."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings(Record):
    """What the originator says the holder is entitled to hold of its records under an agreement, as digests.

    ``buckets`` are 256 digests (hex), one for each first byte of SHA-256(record), and ``root`` is theirs.
    """

    comparison: UUID
    upto: StreamPoint
    count: int
    root: str
    buckets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingsDetail(Record):
    """One part of the holder's answer: where its digests differ, all that it holds there, as of its own point.

    ``buckets`` are the numbers of those that differ, the same in all parts; none where both sides hold the same.
    """

    comparison: UUID
    upto: StreamPoint
    count: int
    root: str
    part: int
    parts: int
    buckets: tuple[int, ...]
    entries: tuple[HeldRecord, ...]


class Differs(StrEnum):
    """How the holder's copy differs from what it is entitled to."""

    MISSING = "missing"
    EXTRA = "extra"
    OTHER_CONTENT = "other_content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Record):
    """One record on which the two sides differ, and what is known of why."""

    kind: str
    record: UUID
    differs: Differs
    reason: str
