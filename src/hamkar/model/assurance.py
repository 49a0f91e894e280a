"""An assurance: what a jurisdiction's authority has promised of the use of nominal records, and what it has kept."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from hamkar.model.record import Record


class AssuranceScope(StrEnum):
    """Whether a promise holds for all that is given, or for one person or thing alone."""

    GENERAL = "general"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance(Record):
    """A written promise that what is given to a partner is not used to seek, impose or carry out a death sentence.

    ``issuer`` is who signed it, ``authority`` by what power they bind the jurisdiction's courts and prosecutors.
    ``entity`` is the record that a promise for one case is about. ``evidence`` says how earlier promises were kept.
    """

    id: UUID
    partner: str
    issuer: str
    authority: str
    scope: AssuranceScope
    text: str
    given_on: date
    expires_on: date
    evidence: str
    recorded_by: str
    recorded_at: datetime
    entity: UUID | None = None

    def __post_init__(self) -> None:
        if not all(part.strip() for part in (self.issuer, self.authority, self.text, self.evidence)):
            msg = "an assurance states its issuer, the authority to bind, its text, and how earlier ones were kept"
            raise ValueError(msg)
        if (self.scope is AssuranceScope.CASE) != (self.entity is not None):
            msg = "an assurance for one case names the record it is about, and a general one names none"
            raise ValueError(msg)
        if self.expires_on < self.given_on:
            msg = f"an assurance cannot expire ({self.expires_on}) before it was given ({self.given_on})"
            raise ValueError(msg)

    def holds(self, entity: UUID, partner: str, day: date) -> bool:
        """Whether it speaks of this record and this partner on this day."""
        return self.partner == partner and self.entity in (None, entity) and self.given_on <= day <= self.expires_on
