"""Clearing a record as evidence: its originator's own decision, apart from giving it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hamkar.model.bundle import MessageKind
from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance(Record):
    """The originator lets one holder use one record as evidence in one case; signed by itself.

    For that case it is the permission that handling H1 and the condition "no court use" ask for. It lifts nothing else,
    and "no capital use" least of all.
    """

    v: int
    id: UUID
    record: UUID
    kind_of_record: MessageKind
    originator: str
    holder: str
    case: str
    reason: str
    issued_at: datetime

    @property
    def author(self) -> str:
        """The node that signs it."""
        return self.originator
