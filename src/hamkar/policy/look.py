"""What a person asks of this node's policy: to do something, perhaps with a record that has been loaded."""

from dataclasses import dataclass
from enum import StrEnum

from hamkar.model.role import Person
from hamkar.policy.act import Act


class ReadPurpose(StrEnum):
    """For what a nominal part may be read. The last two are for the person's own sake."""

    PREVENTION = "prevention"
    INVESTIGATION = "investigation"
    ANALYSIS = "analysis"
    FIND_ROLE = "find_role"
    SUBJECT_ACCESS = "subject_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rules look at in a record: its handling rank 0 to 3, and for a nominal one who is in it.

    ``author`` is the account that recorded it at this node, "" for what came from elsewhere.
    """

    handling: int
    author: str = ""
    role: str | None = None
    minor: bool | None = None
    quarantined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The question whether a person may do an act now; with ``record``, whether with that record.

    ``case`` and ``purpose`` are what a nominal query states; ``within_budget`` says that the day's budget is not spent.
    """

    person: Person
    act: Act
    record: Seen | None = None
    case: str = ""
    purpose: ReadPurpose | None = None
    within_budget: bool = True
