"""Requests: what was asked in both directions, what was done about it, and what can be done now."""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response
from pydantic import BaseModel, Field

from hamkar.actions import request_moves
from hamkar.actions import requests as actions
from hamkar.actions.access import require_release
from hamkar.actions.events import parse_id
from hamkar.actions.partners import list_partners
from hamkar.actions.request_moves import Saying
from hamkar.actions.requests import DraftRequest
from hamkar.errors import BadInput, Refused
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.request import Ground, MoveKind, Subject, SubjectKind, Urgency
from hamkar.requests.grounds import GROUNDS
from hamkar.requests.soundness import LONGEST_LINE, LONGEST_TEXT
from hamkar.store.requests import MoveRow
from hamkar.web.forms import LINE, REASON_LENGTH, TEXT
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)

SUBJECTS_IN_FORM: Final = 4
WORDED_CODES: Final = tuple(code for code in HandlingCode if code is not HandlingCode.H3)
"""The handling codes that say everything by themselves; H3 needs a restriction in words, on the command line."""

_CONFLICT = 409
_Text = Annotated[str, Field(pattern=TEXT, max_length=LONGEST_TEXT)]
_Line = Annotated[str, Field(pattern=LINE, max_length=LONGEST_LINE)]


class RequestForm(BaseModel):
    """A question as filled in; subjects left empty are none."""

    partner: str = Field(pattern=r"^[a-z2-7]{32}$")
    question: _Text
    kind: list[SubjectKind] = Field(max_length=SUBJECTS_IN_FORM)
    value: list[_Line] = Field(max_length=SUBJECTS_IN_FORM)
    purpose: Purpose
    urgency: Urgency
    case: _Line = ""
    why: _Text = ""
    handling: HandlingCode = HandlingCode.H0
    again: str = Field(default="", pattern=TEXT, max_length=REASON_LENGTH)

    def draft(self) -> DraftRequest:
        """The question. Raises BadInput."""
        return DraftRequest(
            partner=self.partner,
            question=_lines(self.question),
            subjects=tuple(
                Subject(kind=kind, value=value.strip())
                for kind, value in zip(self.kind, self.value, strict=False)
                if value.strip()
            ),
            purpose=self.purpose,
            urgency=self.urgency,
            agreement="",
            case=self.case,
            why=_lines(self.why),
            handling=_handling(self.handling),
            again=self.again,
        )


class MoveForm(BaseModel):
    """What is said with a move; which of it counts depends on the move."""

    text: _Text = ""
    part: bool = False
    records: _Text = ""
    ground: Ground | None = None
    to_be_obtained: bool = False
    handling: HandlingCode = HandlingCode.H0


_SAYINGS: Final[dict[str, Callable[[MoveForm], Saying]]] = {
    "acknowledge": lambda form: Saying(
        kind=MoveKind.ACKNOWLEDGE, text=_lines(form.text), to_be_obtained=form.to_be_obtained
    ),
    "answer": lambda form: Saying(
        kind=MoveKind.ANSWER_PARTLY if form.part else MoveKind.ANSWER_FINALLY,
        text=_lines(form.text),
        handling=_handling(form.handling),
    ),
    "refuse": lambda form: Saying(kind=MoveKind.REFUSE, text=_lines(form.text), ground=form.ground),
    "withdraw": lambda form: Saying(kind=MoveKind.WITHDRAW, text=_lines(form.text)),
}


@router.get("/requests")
def show_all(visit: Visited) -> Response:
    """Every request of both directions, and how those with each partner ended."""
    listed = actions.list_requests(visit.node)
    return visit.page("requests.html", listed=listed, tallies=actions.tallies(listed), now=visit.node.now())


@router.get("/requests/new")
def show_form(visit: Visited) -> Response:
    """The form to ask."""
    return _form(visit, None, "")


@router.post("/requests")
def ask(visit: Acting, form: Annotated[RequestForm, Form()]) -> Response:
    """Ask; where it was asked before, the form again with who asked, and room for the reason to ask all the same."""
    try:
        asked = actions.ask(visit.node, form.draft(), by=visit.session.account)
    except (Refused, BadInput) as error:
        return _form(visit, form, str(error))
    return go(f"/requests/{asked.id}")


def _form(visit: Visited, form: RequestForm | None, problem: str) -> Response:
    page = visit.page(
        "request_new.html",
        partners=list_partners(visit.node),
        form=form,
        subjects=SUBJECTS_IN_FORM,
        codes=WORDED_CODES,
        problem_told=problem,
    )
    page.status_code = _CONFLICT if problem else page.status_code
    return page


@router.get("/requests/{wanted}")
def show(visit: Visited, wanted: UUID) -> Response:
    """One request, everything that was done about it, and a form for each thing this node may do."""
    told = actions.show_request(visit.node, wanted)
    return visit.page(
        "request.html",
        told=told,
        asked=told.row.request,
        possible=frozenset(told.possible),
        grounds=GROUNDS,
        codes=WORDED_CODES,
        fate=_fate,
        now=visit.node.now(),
    )


def _fate(row: MoveRow, node: str) -> str:
    """What became of an own move on the way: waiting, taken or rejected; "" for the other side's."""
    if row.move.by != node or row.kept.message is None:
        return ""
    return row.kept.verdict or "waiting"


@router.post("/requests/{wanted}/{change}")
def move(
    visit: Acting,
    wanted: UUID,
    change: Annotated[str, Path(pattern="^(acknowledge|answer|refuse|withdraw)$")],
    form: Annotated[MoveForm, Form()],
) -> Response:
    """Acknowledge, answer, refuse or withdraw."""
    records = [parse_id(word) for word in form.records.split()] if change == "answer" else []
    if records:
        require_release(visit.node, visit.person, records)
    request_moves.move(visit.node, wanted, _SAYINGS[change](form), by=visit.session.account, records=records)
    return go(f"/requests/{wanted}")


def _handling(code: HandlingCode) -> Handling:
    if code not in WORDED_CODES:
        msg = "H3 means a restriction in words; ask or answer so with `hamkar request … --handling H3 --restriction`"
        raise BadInput(msg)
    return Handling(code=code)


def _lines(text: str) -> str:
    """The text as typed, with the line ends that everybody else writes (browsers send CR LF)."""
    return text.replace("\r\n", "\n")
