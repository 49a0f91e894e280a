"""Requests: asking partners, and acknowledging, answering, refusing and withdrawing."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hamkar.actions import request_moves
from hamkar.actions import requests as actions
from hamkar.actions.access import require_release
from hamkar.actions.request_moves import Saying
from hamkar.actions.requests import DraftRequest, Listed
from hamkar.api.caller import Acting, Called
from hamkar.api.problem import problems
from hamkar.api.text import Line, NodeId, Text
from hamkar.errors import BadInput
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.release import Release
from hamkar.model.request import (
    Ground,
    MoveKind,
    Request,
    RequestMove,
    RequestState,
    Side,
    Subject,
    SubjectKind,
    Urgency,
)

router = APIRouter(prefix="/requests", tags=["requests"])


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request and where it stands; ``side`` is this node's, ``rejected`` why the partner's node did not take it."""

    request: Request
    partner: str
    side: Side
    state: RequestState
    due: dt.datetime
    finished_at: dt.datetime | None
    rejected: str


@dataclass(frozen=True, slots=True)
class ShownMove:
    """A move; ``verdict`` is the partner's node's on an own one ("" before its receipt), ``told_by`` who told of it."""

    move: RequestMove
    officer: str
    told_by: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """A request with every move about it, and what this node may do next."""

    about: ShownRequest
    moves: list[ShownMove]
    possible: list[MoveKind]


@dataclass(frozen=True, slots=True)
class Made:
    """A move that was made, with the decisions on the records that were to go along."""

    move: RequestMove
    state: RequestState
    releases: list[Release]


class About(BaseModel, extra="forbid"):
    """What is asked about: its kind, and its name or number as written."""

    kind: SubjectKind
    value: Line = Field(min_length=1)


class Marking(BaseModel, extra="forbid"):
    """How what is said may be handled; H3 takes its restriction in words."""

    code: HandlingCode = HandlingCode.H0
    restriction: Text = ""

    def handling(self) -> Handling:
        """The same as a record has it. Raises BadInput."""
        try:
            return Handling(code=self.code, restriction=self.restriction)
        except ValueError as error:
            raise BadInput(str(error)) from error


class Question(BaseModel, extra="forbid"):
    """A question. ``again`` is why it is asked although it was asked before."""

    partner: NodeId
    question: Text = Field(min_length=1)
    subjects: list[About] = Field(min_length=1, max_length=50)
    purpose: Purpose
    urgency: Urgency = Urgency.NORMAL
    agreement: Line = ""
    case: Line = ""
    why: Text = ""
    marking: Marking = Field(default_factory=Marking)
    again: Text = ""

    def draft(self) -> DraftRequest:
        """The question as the use case takes it."""
        return DraftRequest(
            partner=self.partner,
            question=self.question,
            subjects=tuple(Subject(kind=each.kind, value=each.value) for each in self.subjects),
            purpose=self.purpose,
            urgency=self.urgency,
            agreement=self.agreement,
            case=self.case,
            why=self.why,
            handling=self.marking.handling(),
            again=self.again,
        )


class Move(BaseModel, extra="forbid"):
    """What is done about a request: a ground with a refusal, records with an answer."""

    kind: MoveKind
    text: Text = ""
    ground: Ground | None = None
    to_be_obtained: bool = False
    records: list[UUID] = Field(default_factory=list, max_length=200)
    marking: Marking = Field(default_factory=Marking)

    def saying(self) -> Saying:
        """The move as the use case takes it. Raises BadInput."""
        if self.records and not self.kind.answers:
            msg = f"records go with an answer, not with {self.kind}; leave them out"
            raise BadInput(msg)
        return Saying(
            kind=self.kind,
            text=self.text,
            ground=self.ground,
            to_be_obtained=self.to_be_obtained,
            handling=self.marking.handling(),
        )


@router.get("", operation_id="list_requests", responses=problems())
def list_requests(
    caller: Called,
    due: Annotated[bool, Query(description="The open ones only, the first due first.")] = False,  # noqa: FBT002 - a query parameter is named by whoever sends it
) -> list[ShownRequest]:
    """The requests of both directions, the newest first."""
    return [_shown(each) for each in actions.list_requests(caller.node, due=due)]


@router.post("", status_code=201, operation_id="ask_request", responses=problems(404, 409))
def ask(caller: Acting, question: Question) -> WholeRequest:
    """Ask a partner; the deadline is the one that the agreement sets."""
    return _whole(caller, actions.ask(caller.node, question.draft(), by=caller.session.account).id)


@router.get("/{request}", operation_id="show_request", responses=problems(404))
def show(caller: Called, request: UUID) -> WholeRequest:
    """One request with everything that was done about it."""
    return _whole(caller, request)


@router.post("/{request}/moves", status_code=201, operation_id="move_request", responses=problems(404, 409))
def move(caller: Acting, request: UUID, made: Move) -> Made:
    """Acknowledge, answer, refuse, withdraw or remind; each record is decided on by the rules of release."""
    if made.records:
        require_release(caller.node, caller.person, made.records)
    done = request_moves.move(caller.node, request, made.saying(), by=caller.session.account, records=made.records)
    state = actions.show_request(caller.node, request).row.state
    return Made(done.move, state, [one.release for one in done.decided])


def _whole(caller: Called, request: UUID) -> WholeRequest:
    told = actions.show_request(caller.node, request)
    moves = [
        ShownMove(row.move, row.kept.officer, row.kept.told_by, row.kept.verdict, row.kept.reason) for row in told.moves
    ]
    return WholeRequest(_shown(Listed(told.row, told.partner, told.side)), moves, list(told.possible))


def _shown(each: Listed) -> ShownRequest:
    row = each.row
    rejected = row.kept.reason if row.kept.rejected else ""
    return ShownRequest(row.request, each.partner, each.side, row.state, row.due, row.finished_at, rejected)
