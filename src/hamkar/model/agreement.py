"""An agreement: what two agencies may give each other, for what, and on which terms."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hamkar.model.agency import Agency
from hamkar.model.handling import Condition, HandlingCode
from hamkar.model.record import Record


class Purpose(StrEnum):
    """What information may be used for."""

    PREVENTION = "prevention"
    INVESTIGATION = "investigation"
    ANALYSIS = "analysis"
    STATISTICS = "statistics"
    TRAINING = "training"


class Category(StrEnum):
    """What kind of information it is. PERSON is everything nominal."""

    DRUG_SEIZURE = "drug_seizure"
    PRECURSOR_SEIZURE = "precursor_seizure"
    PERSON = "person"


class Onward(StrEnum):
    """Whether a recipient may pass information on."""

    NEVER = "never"
    WITH_CONSENT = "with_consent"


class ReportField(StrEnum):
    """The parts of a report that an agreement grants or withholds one by one; named as in `Report`."""

    DATES = "dates"
    PLACE = "place"
    AGENCY = "agency"
    LINES = "lines"
    STATED_TOTAL = "stated_total"
    ROUTING = "routing"
    PARTIES = "parties"
    JOINT_WITH = "joint_with"
    SOURCE = "source"
    NOTES = "notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Record):
    """The terms two agencies sign. Its id is the SHA-256 of its exact JSON bytes, so no term can change under a name.

    Days are calendar days in UTC, both ends included. ``retention_days`` runs from receipt. ``supersedes`` is the id of
    the agreement that this one takes the place of from its first day on, "" for none. ``conditions`` are those that
    both sides promise to honour; a record that bears another does not go under it.
    """

    v: int
    title: str
    parties: tuple[Agency, Agency]
    legal_basis: str
    purposes: tuple[Purpose, ...]
    categories: tuple[Category, ...]
    fields: tuple[ReportField, ...]
    highest_handling: HandlingCode
    conditions: tuple[Condition, ...]
    onward: Onward
    retention_days: int
    deadlines: str
    rights_clause: str
    valid_from: date
    valid_until: date
    proposed_at: datetime
    supersedes: str = ""

    def __post_init__(self) -> None:
        if self.parties[0].node == self.parties[1].node:
            msg = "an agreement has two different parties; this one names the same node twice"
            raise ValueError(msg)
        if self.valid_until < self.valid_from:
            msg = f"an agreement cannot end ({self.valid_until}) before it starts ({self.valid_from})"
            raise ValueError(msg)
        if not (self.legal_basis.strip() and self.rights_clause.strip()):
            msg = "an agreement states its legal basis and its rights clause; both must be written"
            raise ValueError(msg)

    def other(self, node: str) -> Agency:
        """The party that is not ``node``. Raises ValueError where ``node`` is no party."""
        first, second = self.parties
        if node == first.node:
            return second
        if node == second.node:
            return first
        msg = f"node {node} is not a party of the agreement “{self.title}”"
        raise ValueError(msg)


class AgreementState(StrEnum):
    """Where an agreement stands; only IN_FORCE lets anything flow."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
