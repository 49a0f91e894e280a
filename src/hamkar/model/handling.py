"""What a holder may do with a record: the originator's word, which travels with it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hamkar.model.record import Record


class HandlingCode(StrEnum):
    """The Europol handling codes; the higher the code, the less is allowed.

    H0 for preventing and combating crime only; H1 not in judicial proceedings without the originator's permission;
    H2 no further dissemination without it; H3 further restrictions in words.
    """

    H0 = "H0"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"

    @property
    def rank(self) -> int:
        """Its place in the order of strictness, 0 to 3."""
        return int(self.value[1])


class Use(StrEnum):
    """What a holder may use a record as; everything travels as intelligence, and only its originator clears more."""

    INTELLIGENCE_ONLY = "intelligence_only"
    EVIDENCE_CLEARED = "evidence_cleared"


class Condition(StrEnum):
    """Conditions that bind every holder."""

    NO_ONWARD = "no_onward"
    NO_COURT_USE = "no_court_use"
    NO_CAPITAL_USE = "no_capital_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling(Record):
    """A handling code with conditions, a date by which every copy is deleted, and words where the code is H3."""

    code: HandlingCode
    conditions: tuple[Condition, ...] = ()
    delete_by: date | None = None
    restriction: str = ""

    def __post_init__(self) -> None:
        if self.code is HandlingCode.H3 and not self.restriction.strip():
            msg = "handling code H3 means a restriction in words; write it"
            raise ValueError(msg)

    @property
    def forbids_court(self) -> bool:
        """Whether it keeps a record out of judicial proceedings unless its originator clears it."""
        return self.code is not HandlingCode.H0 or Condition.NO_COURT_USE in self.conditions

    def joined(self, other: "Handling") -> "Handling":
        """What obeys both: the higher code, every condition, the earlier day of deletion, and both restrictions."""
        days = [day for day in (self.delete_by, other.delete_by) if day is not None]
        return Handling(
            code=max(self.code, other.code),
            conditions=tuple(each for each in Condition if each in {*self.conditions, *other.conditions}),
            delete_by=min(days, default=None),
            restriction=_both_said(self.restriction, other.restriction),
        )

    def obeys(self, other: "Handling") -> bool:
        """Whether whoever keeps to this handling keeps to the other one too: it is looser in nothing."""
        return (
            self.code >= other.code
            and set(self.conditions) >= set(other.conditions)
            and (other.delete_by is None or (self.delete_by is not None and self.delete_by <= other.delete_by))
            and other.restriction in self.restriction
        )


def _both_said(one: str, other: str) -> str:
    if other in one:
        return one
    return other if one in other else f"{one}; {other}"


FREE = Handling(code=HandlingCode.H0)
"""H0 with no condition."""
