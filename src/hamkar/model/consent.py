"""Passing on: the originator's consent, and how a record travels that is not its sender's own."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from hamkar.model.agreement import Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.handling import Handling
from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Record):
    """The originator lets one holder pass one record on to one agency for these purposes; signed by itself.

    ``until`` is the last day, in UTC, on which it may be passed on, ``handling`` the least that has to go with it.
    """

    v: int
    id: UUID
    record: UUID
    kind_of_record: MessageKind
    originator: str
    holder: str
    to: str
    purposes: tuple[Purpose, ...]
    handling: Handling
    until: date
    issued_at: datetime

    @property
    def author(self) -> str:
        """The node that signs it."""
        return self.originator


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn(Record):
    """The body of a message that passes another agency's record on: the record, and that agency's signed consent."""

    record: msgspec.Raw
    consent: msgspec.Raw


NO_CONSENT = msgspec.Raw(b"null")
"""What stands in a correction by the originator itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Record):
    """The body of a correction: the signed recall of the old version, the new one, and a consent where passed on."""

    recall: msgspec.Raw
    record: msgspec.Raw
    consent: msgspec.Raw
