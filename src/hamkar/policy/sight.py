"""What somebody sees of the seizures a node holds: the same rules for a list of rows and for a report in hand."""

from dataclasses import dataclass
from typing import Final, TypeVar

from hamkar.model.handling import HandlingCode
from hamkar.model.report import Report
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.condition import OfRecord, Remainder, answer
from hamkar.policy.look import Look
from hamkar.policy.people import sees_minors, visible

HANDLING: Final = "handling"
"""The one fact of a report that a sight may ask for."""

_RANKS: Final = tuple(code.rank for code in HandlingCode)

R = TypeVar("R", bound=Report)


@dataclass(frozen=True, slots=True)
class Sight:
    """Which reports are seen, by what is left of the rules once the person is known.

    ``protected`` is whether it is seen, too, that a minor or a witness is on record with them.
    """

    rule: Remainder
    protected: bool = True

    def sees(self, rank: int) -> bool:
        """Whether a report of this handling rank is seen."""
        return answer(self.rule, {HANDLING: rank})

    @property
    def whole(self) -> bool:
        """Whether reports of every handling rank are seen, and everybody on record with them."""
        return self.protected and all(self.sees(rank) for rank in _RANKS)

    def of(self, reports: list[R]) -> list[R]:
        """Those of the reports that are seen."""
        return [report for report in reports if self.sees(report.handling.code.rank)]


WHOLE: Final = Sight(OfRecord(HANDLING, "<=", 3))
"""Everything that is held: for the node's own work, never for a person."""


def sight_of(person: Person) -> Sight:
    """What a person sees."""
    return Sight(visible(Look(person=person, act=Act.READ_SEIZURE)), protected=sees_minors(person))
