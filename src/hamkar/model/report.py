"""A report: one source's claim about one seizure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hamkar.model.grade import UNASSESSED, Grade
from hamkar.model.handling import FREE, Handling
from hamkar.model.party import Party
from hamkar.model.place import Place, Routing
from hamkar.model.record import Record
from hamkar.model.stated_date import DateKind, StatedDate
from hamkar.model.substance_line import SubstanceLine


class SourceKind(StrEnum):
    """What kind of thing the claim was read from."""

    OWN = "own"
    OFFICIAL = "official"
    PRESS = "press"
    DATASET = "dataset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """Where a claim was read: who published it, where it can be found, and its key there."""

    kind: SourceKind
    name: str
    url: str = ""
    ref: str = ""


class Doubt(StrEnum):
    """Why a cell was kept as written and flagged."""

    UNKNOWN_SUBSTANCE = "unknown_substance"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_CODE = "unknown_code"
    NO_AMOUNT = "no_amount"
    IMPLAUSIBLE_AMOUNT = "implausible_amount"
    DATE_AFTER_PUBLICATION = "date_after_publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Record):
    """One doubtful cell: its column, the text as written, and why."""

    column: str
    text: str
    doubt: Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """A claim about a seizure, kept exactly as its source makes it; never edited, only superseded.

    ``originator`` is the node that recorded it. ``group`` is the originator's name for the event it speaks of; two
    reports with one originator and group are about one event. ``lineage`` names the origin of the information:
    reports that copy one another share it and count once. ``agency`` is who is credited with the seizure.
    ``supersedes`` is the version that this one corrects; that one is no claim any more.
    """

    id: UUID
    originator: str
    group: UUID
    lineage: str
    source: Source | None = None
    grade: Grade = UNASSESSED
    handling: Handling = FREE
    dates: tuple[StatedDate, ...] = ()
    place: Place | None = None
    agency: str = ""
    lines: tuple[SubstanceLine, ...] = ()
    stated_total: str = ""
    routing: Routing | None = None
    parties: tuple[Party, ...] = ()
    joint_with: tuple[str, ...] = ()
    notes: str = ""
    flags: tuple[Flag, ...] = ()
    supersedes: UUID | None = None

    def dates_of(self, kind: DateKind) -> tuple[StatedDate, ...]:
        """The dates of this kind, in the order given."""
        return tuple(stated for stated in self.dates if stated.kind is kind)
