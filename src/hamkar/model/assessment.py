"""An assessment: why a nominal record has to go to a jurisdiction where it could put a life at risk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hamkar.model.agreement import Purpose
from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Record):
    """What an officer writes before asking a senior authoriser: why it is needed, and what could come of it.

    ``grounds`` are the grounds of exposure as the officer was shown them, by ``table`` of jurisdictions. Where
    ``threat`` is not "" it is to save a life: then only the parts named in ``minimum`` go, within ``hours``.
    """

    id: UUID
    entity: UUID
    originator: str
    partner: str
    purpose: Purpose
    necessity: str
    risk: str
    assurances: tuple[UUID, ...]
    grounds: tuple[str, ...]
    table: str
    asked_by: str
    asked_at: datetime
    threat: str = ""
    minimum: tuple[str, ...] = ()
    hours: int = 0

    def __post_init__(self) -> None:
        if not (self.necessity.strip() and self.risk.strip()):
            msg = "an assessment says in words why the record must go, and what could come of it; write both"
            raise ValueError(msg)
        if bool(self.threat.strip()) != bool(self.minimum) or bool(self.minimum) != bool(self.hours):
            msg = "only a threat to life names parts that must go and hours in which, and it names both"
            raise ValueError(msg)

    @property
    def saves_life(self) -> bool:
        """Whether it is the exception for an immediate threat to life."""
        return bool(self.threat)
