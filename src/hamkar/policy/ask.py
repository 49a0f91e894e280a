"""What the policy is asked, and what it answers."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hamkar.model.agency import Agency
from hamkar.model.agreement import Agreement, AgreementState, Category, Onward, Purpose, ReportField
from hamkar.model.consent import Consent
from hamkar.model.entity import Subject
from hamkar.model.handling import Handling
from hamkar.model.release import FieldVerdict, Outcome
from hamkar.policy.gate import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """An agreement with its id and where it stands today."""

    id: str
    agreement: Agreement
    state: AgreementState


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The question whether a record may go to a partner for a purpose, today.

    ``terms`` is the agreement to judge by, None where the two have none. ``filled`` are the record's fields that hold
    something. ``originator`` is the node whose record it is, ``holder`` the node that is asked to give it. For another
    agency's record ``consent`` is what that agency signed, and ``came_under`` what the agreement under which the holder
    got it says of passing on; where a correction follows the version before, ``record`` is the one consented to.
    ``subject`` is who or what a nominal record is about, None for a report or a question. ``gate`` is what the gate
    says of giving it; where nobody asked the gate, nothing nominal goes. ``held``: it is being looked into.
    """

    record: UUID
    recalled: bool
    holder: str
    originator: str
    partner: Agency
    category: Category
    handling: Handling
    purpose: Purpose
    terms: Terms | None
    filled: frozenset[ReportField]
    today: date
    consent: Consent | None = None
    came_under: Onward = Onward.NEVER
    subject: Subject | None = None
    gate: Gate | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A rule's word: its name, its reason in a sentence, and what to do about it, "" for nothing."""

    rule: str
    reason: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """The reason with the remedy, for a person."""
        return f"{self.reason}; {self.remedy}" if self.remedy else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Released or refused, by which rule and why; field by field where released, every field withheld where refused."""

    outcome: Outcome
    verdict: Verdict
    fields: tuple[FieldVerdict, ...]

    @property
    def allowed(self) -> bool:
        """Whether anything goes."""
        return self.outcome is Outcome.RELEASED

    @property
    def given(self) -> frozenset[str]:
        """The names of the fields that go."""
        return frozenset(field.field for field in self.fields if field.given)
