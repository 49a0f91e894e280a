"""The people and things of a report: who or what they are, apart from the report. Everything here is nominal.

Schemata and properties carry the names of FollowTheMoney, so that other tools read what is exported
(`hamkar.vocab.ftm`). What is nominal is another record, another table, another message, another permission.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hamkar.model.grade import UNASSESSED, Grade
from hamkar.model.handling import FREE, Handling
from hamkar.model.record import Record

PERSON = "Person"
"""The schema of a natural person; every rule on people is about records of it."""


class EntityRole(StrEnum):
    """The part that a person or a thing has in the event its report speaks of; the first six are for people."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    WITNESS = "witness"
    VICTIM = "victim"
    CONTACT = "contact"
    OFFICIAL = "official"
    INSTRUMENT = "instrument"
    TRANSPORT = "transport"
    PROCEEDS = "proceeds"
    MEANS_OF_CONTACT = "means_of_contact"
    PLACE = "place"
    PROOF_OF_IDENTITY = "proof_of_identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Record):
    """What is known of a person or thing under one name, each value as written."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules on people look at: the schema, the role, and whether a person is under 18; None is unknown."""

    schema: str
    role: EntityRole | None
    minor: bool | None

    @property
    def quarantined(self) -> bool:
        """Whether it is a person without a role, of use for nothing but finding one."""
        return self.schema == PERSON and self.role is None

    @property
    def of_unknown_age(self) -> bool:
        """Whether it is a person of whom nobody knows whether they are under 18."""
        return self.schema == PERSON and self.minor is None

    @property
    def protected(self) -> str:
        """Why stricter rules hold for this person: "minor" or "witness"; "" where they do not."""
        if self.minor:
            return "minor"
        return "witness" if self.role is EntityRole.WITNESS else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Record):
    """A person or a thing of a report. Nominal: never part of the report, never sent except by its own decision.

    ``ref`` ties it to a party of the report, "" where to none. ``minor`` says whether a person is under 18, None where
    nobody knows. ``necessity`` is why a minor or a witness had to be recorded. ``synthetic``: it is invented.
    """

    id: UUID
    report: UUID
    ref: str = ""
    originator: str
    schema: str
    role: EntityRole | None
    properties: tuple[Property, ...]
    handling: Handling
    grade: Grade = UNASSESSED
    minor: bool | None = None
    necessity: str = ""
    synthetic: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, as written, one a script."""
        return self.values("name")

    @property
    def subject(self) -> Subject:
        """The part of it that rules on people look at."""
        return Subject(schema=self.schema, role=self.role, minor=self.minor)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of one property; none where it has no such property."""
        return next((each.values for each in self.properties if each.name == name), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntity:
    """What somebody wants to record of a person or a thing; the fields are those of `Entity`."""

    schema: str
    properties: tuple[Property, ...]
    role: EntityRole | None = None
    ref: str = ""
    handling: Handling = FREE
    grade: Grade = UNASSESSED
    minor: bool | None = None
    necessity: str = ""
    synthetic: bool = False
