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


FREE = Handling(code=HandlingCode.H0)
"""H0 with no condition."""
