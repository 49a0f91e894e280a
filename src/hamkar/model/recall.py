"""A recall: its originator takes a record back, and every holder says in writing what became of its copy."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hamkar.model.bundle import MessageKind
from hamkar.model.record import Record


class RecallKind(StrEnum):
    """Why a record is taken back."""

    WITHDRAWN = "withdrawn"
    WRONG = "wrong"
    UNLAWFUL = "unlawful"
    CORRECTED = "corrected"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class RecallOutcome(StrEnum):
    """What became of a holder's copy: a legal hold leaves it there, out of use.

    Passed on says that the recall is for copies beyond this holder, which keeps its own.
    """

    ERASED = "erased"
    CORRECTED = "corrected"
    NOT_HELD = "not_held"
    LEGAL_HOLD = "legal_hold"
    PASSED_ON = "passed_on"


class HoldGround(StrEnum):
    """The closed list of grounds on which a holder may keep a recalled record for a time, out of use."""

    COURT_ORDER = "court_order"
    LEGAL_DUTY = "legal_duty"
    DEFENCE_REQUEST = "defence_request"
    SAFETY_OF_A_PERSON = "safety_of_a_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Record):
    """The originator's word that a record is taken back, signed by itself, so that any later holder can prove it.

    ``at`` is the node at which and beyond which it holds, "" for everywhere. ``replaced_by`` is the corrected version
    where there is one. Every holder has to answer by ``due``.
    """

    v: int
    id: UUID
    record: UUID
    kind_of_record: MessageKind
    originator: str
    kind: RecallKind
    reason: str
    issued_at: datetime
    due: datetime
    at: str = ""
    replaced_by: UUID | None = None

    @property
    def author(self) -> str:
        """The node that signs it."""
        return self.originator


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAnswer(Record):
    """A holder's word on its copy, signed by itself, with the nodes to which it had passed the record on (level R4).

    ``ground`` and ``until`` are stated exactly where the outcome is a legal hold.
    """

    v: int
    recall: UUID
    record: UUID
    holder: str
    outcome: RecallOutcome
    ground: HoldGround | None
    until: date | None
    onward: tuple[str, ...]
    answered_at: datetime

    @property
    def author(self) -> str:
        """The node that signs it."""
        return self.holder
