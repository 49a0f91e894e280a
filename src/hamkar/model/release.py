"""A release: the decision to give a partner a record, or not to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hamkar.model.record import Record


class Outcome(StrEnum):
    """What was decided."""

    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVerdict(Record):
    """Whether one field goes, by which rule, and that rule's reason in a sentence."""

    field: str
    given: bool
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Record):
    """A decision on one record and one partner, with its rule and every field's verdict; kept whether yes or no.

    ``agreement`` is "" only where no agreement exists at all.
    """

    id: UUID
    record: UUID
    kind: str
    partner: str
    agreement: str
    purpose: str
    outcome: Outcome
    rule: str
    reason: str
    fields: tuple[FieldVerdict, ...]
    decided_by: str
    decided_at: datetime
