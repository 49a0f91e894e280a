"""What came of a case after a nominal record was given, as far as the partner told; and a promise that was broken."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome(Record):
    """The charge and the sentence that followed a release; "none" in either is an outcome too."""

    release: UUID
    charge: str
    sentence: str
    reported_by: str
    reported_at: datetime

    def __post_init__(self) -> None:
        if not (self.charge.strip() and self.sentence.strip()):
            msg = "an outcome names the charge and the sentence; write “none” for what there was not"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach(Record):
    """A condition that a partner broke; until it is lifted nothing nominal goes under that agreement.

    ``lifted_by`` is "" until somebody senior who did not record it has lifted the suspension, and said why.
    """

    id: UUID
    agreement: str
    partner: str
    what: str
    recorded_by: str
    recorded_at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_why: str = ""

    def __post_init__(self) -> None:
        if not self.what.strip():
            msg = "a breach says what was done against which condition; write it"
            raise ValueError(msg)
