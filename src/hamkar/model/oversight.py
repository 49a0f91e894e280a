"""What the data-protection officer is shown of what people did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hamkar.model.record import Record


class ReadingAct(StrEnum):
    """How names came to be shown."""

    READ = "read"
    SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Record):
    """Somebody read or sought nominal parts, or was refused to; ``entities`` are those whose names they were shown.

    ``refused_by`` is the rule that stood against it, "" for none. ``counted`` is what it took of the day's budget.
    """

    id: UUID
    at: datetime
    account: str
    act: ReadingAct
    entities: tuple[UUID, ...]
    case_number: str
    purpose: str
    sought: str = ""
    refused_by: str = ""
    counted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Export(Record):
    """A file that somebody took out; ``wanted`` is the filter in words, ``sha256`` the file's, in hexadecimal."""

    id: UUID
    at: datetime
    account: str
    purpose: str
    layout: str
    wanted: str
    seizures: int
    sha256: str


class AlarmKind(StrEnum):
    """Why the data-protection officer is told."""

    BUDGET_SPENT = "budget_spent"
    UNUSUAL = "unusual"
    CANARY = "canary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Record):
    """Something that the data-protection officer should look into; ``seen_by`` is who has, "" for nobody yet."""

    id: UUID
    at: datetime
    kind: AlarmKind
    account: str
    subject: str
    detail: str
    seen_at: datetime | None = None
    seen_by: str = ""
