"""What a second, senior person decided on an assessment, and what was found when a life-saving release was reviewed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDecision(Record):
    """Yes or no to one assessment. A yes holds ``until`` a time and for one release.

    ``unreached`` says who was tried, where one person alone decided because of a threat to life; "" for two.
    """

    assessment: UUID
    granted: bool
    reason: str
    decided_by: str
    decided_at: datetime
    until: datetime
    unreached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReview(Record):
    """What somebody who had no part in a life-saving release found of it afterwards."""

    release: UUID
    justified: bool
    finding: str
    reviewed_by: str
    reviewed_at: datetime
