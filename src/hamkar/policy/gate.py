"""The gate for nominal records that could put a life at risk: what has to be there before one may go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from hamkar.model.agreement import Purpose
from hamkar.model.assessment import Assessment
from hamkar.model.assurance import Assurance
from hamkar.model.gate_decision import GateDecision
from hamkar.model.handling import Condition, Handling, HandlingCode
from hamkar.policy.exposure import Reason
from hamkar.text.counted import counted

ATTACHED: Final = (Condition.NO_ONWARD, Condition.NO_COURT_USE, Condition.NO_CAPITAL_USE)
"""The conditions under which an exposed record goes, in the order of the vocabulary."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that has to be there and is not, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the gate says of one record and one partner: open where nothing is exposed, or nothing lacking.

    ``table`` is the version of the table of jurisdictions by which it was asked, "" where it was not asked here.
    ``lacking`` is the first thing that is missing. Under the agreements in ``breaches`` a condition was broken, so
    nothing nominal goes whatever else is there.
    """

    table: str = ""
    exposed: tuple[Reason, ...] = ()
    lacking: Lack | None = None
    breaches: frozenset[str] = frozenset()

    @property
    def open(self) -> bool:
        """Whether nothing at the gate stands against the release."""
        return not self.exposed or self.lacking is None

    @property
    def why(self) -> str:
        """The first ground of exposure in a sentence, and how many others there are; "" where nothing is at risk."""
        if not self.exposed:
            return ""
        others = len(self.exposed) - 1
        more = f", and {counted(others, 'other ground')}" if others else ""
        return f"{self.exposed[0].sentence}{more}"


NOT_AT_RISK: Final = Gate()
"""The gate where no life was found to be at risk, or where another node has asked it: a receiver knows no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that was written about giving one record to one partner, as it stands now.

    ``author`` recorded the record here, "" where it came from elsewhere. ``revoked`` are assurances taken back.
    """

    entity: UUID
    partner: str
    partner_name: str
    purpose: Purpose
    author: str
    now: datetime
    assessment: Assessment | None = None
    decision: GateDecision | None = None
    used: bool = False
    assurances: tuple[Assurance, ...] = ()
    revoked: frozenset[UUID] = frozenset()

    @property
    def today(self) -> date:
        """The day it is, in UTC."""
        return self.now.date()

    @property
    def saves_life(self) -> bool:
        """Whether it is asked for the exception."""
        return self.assessment is not None and self.assessment.saves_life


def gate(exposed: tuple[Reason, ...], dossier: Dossier) -> Gate:
    """The gate for a record with these grounds of exposure: the first requirement that is not met stands in it."""
    if not exposed:
        return NOT_AT_RISK
    lacking = next((lack for requirement in REQUIREMENTS if (lack := requirement(dossier))), None)
    return Gate(exposed=exposed, lacking=lacking)


def _assured(dossier: Dossier) -> Lack | None:
    if dossier.saves_life or _standing_assurance(dossier):
        return None
    named = dossier.assessment.assurances if dossier.assessment else ()
    if set(named) & dossier.revoked:
        return Lack("the assurance was taken back", "obtain another and write a new assessment that names it")
    if named:
        said = "no assurance named in the assessment is in force for this record and partner today"
        return Lack(said, "obtain another and write a new assessment that names it")
    return Lack(
        f"there is no assurance of {dossier.partner_name} against capital use",
        "record one with `hamkar gate assurance add` and name it in the assessment;"
        " or answer whether there is a hit, or give what names nobody",
    )


def _standing_assurance(dossier: Dossier) -> bool:
    return any(
        each.id not in dossier.revoked and each.holds(dossier.entity, dossier.partner, dossier.today)
        for each in dossier.assurances
    )


def _assessed(dossier: Dossier) -> Lack | None:
    if dossier.assessment is not None:
        return None
    return Lack(
        "there is no written assessment of necessity and risk",
        f"write one with `hamkar gate ask {dossier.entity}`;"
        " or answer whether there is a hit, or give what names nobody",
    )


def _same_purpose(dossier: Dossier) -> Lack | None:
    assessed = dossier.assessment
    if assessed is None or assessed.purpose is dossier.purpose:
        return None
    said = f"the assessment is for {assessed.purpose}, not for {dossier.purpose}"
    return Lack(said, "write another for that purpose")


def _decided(dossier: Dossier) -> Lack | None:
    if dossier.decision is None:
        asked = dossier.assessment.id if dossier.assessment else dossier.entity
        said = "no second, senior person has authorised it"
        return Lack(said, f"one who neither recorded it nor asked does so with `hamkar gate authorise {asked}`")
    if dossier.decision.granted:
        return None
    said = f"{dossier.decision.decided_by} refused it ({dossier.decision.reason})"
    return Lack(said, "write a new assessment if something has changed")


def _two_people(dossier: Dossier) -> Lack | None:
    """That two people decide is the point, so it is asked again at the release, whatever was stored."""
    if dossier.assessment is None or dossier.decision is None:
        return None
    if dossier.decision.unreached:
        alone = "one person alone authorised it, and no life is under threat"
        return None if dossier.saves_life else Lack(alone, "ask a senior authoriser")
    against = second_person(dossier.assessment, dossier.author, dossier.decision.decided_by)
    return Lack(against, "another senior authoriser decides") if against else None


def second_person(assessment: Assessment, author: str, by: str) -> str:
    """Why ``by`` is not the second person for this assessment, "" where they are."""
    if by == assessment.asked_by:
        return f"{by} asked for it and cannot authorise it too"
    return f"{by} recorded it and cannot authorise giving it" if by == author else ""


def _in_time(dossier: Dossier) -> Lack | None:
    if dossier.decision is None or dossier.now <= dossier.decision.until:
        return None
    return Lack(f"the authorisation ended {dossier.decision.until:%Y-%m-%d %H:%M} UTC", "write a new assessment")


def _unused(dossier: Dossier) -> Lack | None:
    said = "the authorisation was for one release, which has been"
    return Lack(said, "write a new assessment to give it once more") if dossier.used else None


REQUIREMENTS: Final[tuple[Callable[[Dossier], Lack | None], ...]] = (
    _assured,
    _assessed,
    _same_purpose,
    _decided,
    _two_people,
    _in_time,
    _unused,
)
"""Each answers what is lacking, or None. The first answer is the gate's."""


NO_CAPITAL_USE: Final = Handling(code=HandlingCode.H0, conditions=(Condition.NO_CAPITAL_USE,))
"""What binds every nominal record for a jurisdiction that has not abolished the death penalty, exposed or not."""


def attached(marking: Handling, until: date | None) -> Handling:
    """The marking under which an exposed record goes: its own, and the conditions, and a day by which it is deleted.

    Its originator may clear it as evidence for one case afterwards; capital use stays forbidden.
    """
    return marking.joined(Handling(code=HandlingCode.H0, conditions=ATTACHED, delete_by=until))
