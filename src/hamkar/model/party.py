"""The people in a seizure: their roles, apart from who they are.

Roles and numbers are non-nominal and live with the report. Whatever names or identifies a person is an
`Entity`: another record, another table, another message, another permission.
"""

from dataclasses import dataclass
from enum import StrEnum

from hamkar.model.record import Record


class PartyRole(StrEnum):
    """The role in which a person is on record; without one a person may not be."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    WITNESS = "witness"
    VICTIM = "victim"
    CONTACT = "contact"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Record):
    """How many people a report places in a role; ``ref`` ties an `Entity` to it inside the report."""

    ref: str
    role: PartyRole
    count: int = 1

    def __post_init__(self) -> None:
        if self.count < 0:
            msg = f"party {self.ref!r} counts people, so it cannot be {self.count}"
            raise ValueError(msg)
