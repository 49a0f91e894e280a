"""A request for information: a question to a partner, with a clock, and the moves by which the two deal with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from hamkar.model.agreement import Purpose
from hamkar.model.handling import FREE, Handling
from hamkar.model.moment import FIRST_YEAR, LAST_YEAR, is_moment
from hamkar.model.record import Record


class SubjectKind(StrEnum):
    """What kind of thing is asked about."""

    PHONE = "phone"
    VEHICLE = "vehicle"
    PERSON_NAME = "person_name"
    DOCUMENT = "document"
    FIRM = "firm"
    PLACE = "place"
    SEIZURE = "seizure"
    SUBSTANCE = "substance"
    OTHER = "other"

    @property
    def nominal(self) -> bool:
        """Whether such a thing names or identifies a person."""
        return self in _NOMINAL


_NOMINAL: Final = frozenset({SubjectKind.PHONE, SubjectKind.VEHICLE, SubjectKind.PERSON_NAME, SubjectKind.DOCUMENT})


class Urgency(StrEnum):
    """How soon the asker needs to know."""

    URGENT = "urgent"
    NORMAL = "normal"


class Side(StrEnum):
    """Whose turn a move is."""

    ASKER = "asker"
    ASKED = "asked"


class MoveKind(StrEnum):
    """What either side may do about a request once it has been asked."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER_PARTLY = "answer_partly"
    ANSWER_FINALLY = "answer_finally"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REMIND = "remind"

    @property
    def side(self) -> Side:
        """Who makes such a move."""
        return Side.ASKER if self in _BY_ASKER else Side.ASKED

    @property
    def answers(self) -> bool:
        """Whether it tells what was asked for, or a part of it."""
        return self in _ANSWERS


_BY_ASKER: Final = frozenset({MoveKind.WITHDRAW, MoveKind.REMIND})
_ANSWERS: Final = frozenset({MoveKind.ANSWER_PARTLY, MoveKind.ANSWER_FINALLY})


class RequestState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"
    PARTLY_ANSWERED = "partly_answered"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ANSWERED = "answered"

    @property
    def open(self) -> bool:
        """Whether the clock runs."""
        return self in _OPEN


_OPEN: Final = frozenset({RequestState.ASKED, RequestState.ACKNOWLEDGED, RequestState.PARTLY_ANSWERED})


class Ground(StrEnum):
    """Why a request is refused: a closed list. That nothing is held is no ground but an answer."""

    NATIONAL_SECURITY = "national_security"
    ONGOING_INVESTIGATION = "ongoing_investigation"
    SAFETY_OF_A_PERSON = "safety_of_a_person"
    JUDICIAL_AUTHORISATION = "judicial_authorisation"
    DEFICIENT_REQUEST = "deficient_request"
    DISPROPORTIONATE = "disproportionate"
    MINOR_OFFENCE = "minor_offence"
    NO_OFFENCE = "no_offence"
    THIRD_PARTY_CONSENT = "third_party_consent"
    INACCURATE = "inaccurate"
    DOMESTIC_LAW = "domestic_law"
    POLITICAL_CHARACTER = "political_character"
    CAPITAL_EXPOSURE = "capital_exposure"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Record):
    """What is asked about: its kind, and its name or number as written."""

    kind: SubjectKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Record):
    """A question under an agreement; never edited. ``asker`` and ``asked`` are nodes, ``why`` its ground and need.

    ``due`` is the last moment to answer, for both sides the same: the asker's ``asked_at`` and the term that the
    agreement's profile of ``deadlines`` gives. Both are in UTC.
    """

    id: UUID
    agreement: str
    asker: str
    asked: str
    purpose: Purpose
    urgency: Urgency
    question: str
    subjects: tuple[Subject, ...]
    case: str
    why: str
    handling: Handling
    asked_at: datetime
    deadlines: str
    due: datetime

    def __post_init__(self) -> None:
        require_utc("asked_at", self.asked_at)
        require_utc("due", self.due)

    @property
    def nominal(self) -> bool:
        """Whether something in it names or identifies a person."""
        return any(subject.kind.nominal for subject in self.subjects)

    def side_of(self, node: str) -> Side:
        """On which side a node stands that is one of the two."""
        return Side.ASKER if node == self.asker else Side.ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMove(Record):
    """What one side did about a request. ``number`` counts that side's moves from 1; ``by`` is its node.

    ``ground`` stands with a refusal and with nothing else. ``records`` are the records released along with an answer.
    ``to_be_obtained`` stands with an acknowledgement: what was asked for is not held directly.
    """

    id: UUID
    request: UUID
    by: str
    number: int
    kind: MoveKind
    at: datetime
    text: str = ""
    ground: Ground | None = None
    records: tuple[UUID, ...] = ()
    to_be_obtained: bool = False
    handling: Handling = FREE

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        if (self.ground is not None) != (self.kind is MoveKind.REFUSE):
            msg = f"a refusal has a ground and nothing else has one; this is {self.kind} with {self.ground}"
            raise ValueError(msg)
        if self.records and not self.kind.answers:
            msg = f"records go with an answer, not with {self.kind}"
            raise ValueError(msg)
        if self.to_be_obtained and self.kind is not MoveKind.ACKNOWLEDGE:
            msg = f"that something is to be obtained is said when acknowledging, not with {self.kind}"
            raise ValueError(msg)


def require_utc(name: str, at: datetime) -> None:
    """Raises ValueError for a moment that is not in UTC, or so far away that no calendar can count on from it."""
    if at.utcoffset() != timedelta(0) or not is_moment(at):
        msg = f"{name} is a moment in UTC of the years {FIRST_YEAR} to {LAST_YEAR}, not {at.isoformat()}"
        raise ValueError(msg)
