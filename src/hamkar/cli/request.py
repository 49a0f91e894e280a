"""``hamkar request``."""

from typing import Any, TypeVar

import click

from hamkar.actions import request_moves, requests
from hamkar.actions.events import parse_id
from hamkar.actions.request_moves import Moved, Saying
from hamkar.actions.requests import DraftRequest, Listed, Told
from hamkar.cli.here import choice, json_option, node, operator, show, table
from hamkar.errors import BadInput
from hamkar.model.agreement import Purpose
from hamkar.model.handling import Handling, HandlingCode
from hamkar.model.release import Outcome
from hamkar.model.request import Ground, MoveKind, Side, Subject, SubjectKind, Urgency
from hamkar.requests.grounds import GROUNDS
from hamkar.requests.tally import Tally
from hamkar.store.requests import MoveRow, RequestRow

F = TypeVar("F", bound=Any)


@click.group("request")
def command() -> None:
    """Requests: ask, acknowledge, answer, refuse, withdraw, list, show."""


def _handling_options(decorated: F) -> F:
    """Add how what is said may be handled."""
    restriction = click.option("--restriction", default="", help="With H3: the further restriction, in words.")
    code = click.option(
        "--handling",
        "code",
        type=choice(HandlingCode),
        default=HandlingCode.H0.value,
        show_default=True,
        help="The handling code of what is said.",
    )
    made: F = code(restriction(decorated))
    return made


def _handling(code: str, restriction: str) -> Handling:
    try:
        return Handling(code=HandlingCode(code), restriction=restriction)
    except ValueError as error:
        msg = f"{error} with --restriction"
        raise BadInput(msg) from error


@command.command("ask")
@click.argument("partner")
@click.option("--question", required=True, help="What you want to know, in words.")
@click.option(
    "--about",
    "abouts",
    multiple=True,
    required=True,
    metavar="KIND=VALUE",
    help=f"What it is about; repeat it. KIND is one of {', '.join(SubjectKind)}.",
)
@click.option("--purpose", type=choice(Purpose), required=True, help="What the answer is to be used for.")
@click.option("--agreement", default="", help="The agreement to ask under; by default one that allows it.")
@click.option("--urgent", is_flag=True, help="Ask for the shorter deadline.")
@click.option("--case", default="", help="The reference of your case.")
@click.option("--why", default="", help="Why it is needed, the offence, and why the partner may know.")
@click.option("--again", default="", metavar="REASON", help="Why you ask although it has been asked before.")
@_handling_options
@json_option
def ask(*, partner: str, abouts: tuple[str, ...], urgent: bool, as_json: bool, **said: str) -> None:
    """Ask PARTNER a question; it goes with the deadline that the agreement sets."""
    draft = DraftRequest(
        partner=partner,
        question=said["question"],
        subjects=tuple(map(_subject, abouts)),
        purpose=Purpose(said["purpose"]),
        urgency=Urgency.URGENT if urgent else Urgency.NORMAL,
        agreement=said["agreement"],
        case=said["case"],
        why=said["why"],
        handling=_handling(said["code"], said["restriction"]),
        again=said["again"],
    )
    with node() as here:
        asked = requests.ask(here, draft, by=operator())
    show(asked.to_dict(), f"Asked: request {asked.id}, due {asked.due:%Y-%m-%d %H:%M} UTC.", as_json=as_json)


def _subject(text: str) -> Subject:
    kind, found, value = text.partition("=")
    if not found or kind not in list(SubjectKind):
        msg = f"--about {text!r} is not KIND=VALUE with a kind of {', '.join(SubjectKind)}; write, say, phone=+99450…"
        raise BadInput(msg)
    return Subject(kind=SubjectKind(kind), value=value)


@command.command("acknowledge")
@click.argument("request")
@click.option("--text", default="", help="A word to the asker, such as whom to call.")
@click.option(
    "--to-be-obtained",
    is_flag=True,
    help="It is not held directly and must be obtained from others: an urgent request gets the longer deadline.",
)
@json_option
def acknowledge(*, request: str, text: str, to_be_obtained: bool, as_json: bool) -> None:
    """Say that somebody deals with REQUEST."""
    saying = Saying(kind=MoveKind.ACKNOWLEDGE, text=text, to_be_obtained=to_be_obtained)
    _move(request, saying, (), as_json=as_json)


@command.command("answer")
@click.argument("request")
@click.option("--text", default="", help="The answer in words; that nothing is held is an answer too.")
@click.option("--record", "records", multiple=True, help="A record to release along with it; repeat it.")
@click.option("--final/--partial", "final", default=True, help="Whether this is all, or more will follow.")
@_handling_options
@json_option
def answer(
    *, request: str, text: str, records: tuple[str, ...], final: bool, code: str, restriction: str, as_json: bool
) -> None:
    """Answer REQUEST, in words or with records; each record is decided on by the rules of release."""
    kind = MoveKind.ANSWER_FINALLY if final else MoveKind.ANSWER_PARTLY
    _move(request, Saying(kind=kind, text=text, handling=_handling(code, restriction)), records, as_json=as_json)


@command.command("refuse")
@click.argument("request")
@click.option("--ground", type=choice(Ground), required=True, help="The ground, from the closed list.")
@click.option("--text", default="", help="What more can be said of it.")
@json_option
def refuse(*, request: str, ground: str, text: str, as_json: bool) -> None:
    """Refuse REQUEST on a ground. That nothing is held is no ground: answer so."""
    _move(request, Saying(kind=MoveKind.REFUSE, text=text, ground=Ground(ground)), (), as_json=as_json)


@command.command("withdraw")
@click.argument("request")
@click.option("--text", default="", help="Why it is no longer needed.")
@json_option
def withdraw(*, request: str, text: str, as_json: bool) -> None:
    """Take an own REQUEST back; an answer that crosses this on the way still counts."""
    _move(request, Saying(kind=MoveKind.WITHDRAW, text=text), (), as_json=as_json)


def _move(request: str, saying: Saying, records: tuple[str, ...], *, as_json: bool) -> None:
    with node() as here:
        moved = request_moves.move(
            here, parse_id(request), saying, by=operator(), records=[parse_id(record) for record in records]
        )
        told = requests.show_request(here, moved.move.request)
    value = {
        "move": moved.move.to_dict(),
        "state": told.row.state,
        "due": told.row.due,
        "records": [one.release.to_dict() for one in moved.decided],
    }
    show(value, "\n".join([_state_line(told), *_decided(moved)]), as_json=as_json)


def _decided(moved: Moved) -> list[str]:
    return [
        f"  {'goes along' if made.outcome is Outcome.RELEASED else 'refused'}: {made.kind} {made.record}"
        f" ({made.rule}): {made.reason}"
        for made in (one.release for one in moved.decided)
    ]


@command.command("list")
@click.option("--due", is_flag=True, help="The open ones only, the first due first.")
@json_option
def list_(*, due: bool, as_json: bool) -> None:
    """List the requests of both directions, and how those with each partner ended."""
    with node() as here:
        listed = requests.list_requests(here, due=due)
    figures = {} if due else requests.tallies(listed)
    lines = [_tally_line(partner, side, counts) for (partner, side), counts in figures.items()]
    value = {
        "requests": [_listed(each) for each in listed],
        "tallies": [
            {"partner": partner, "side": side, **counts.to_dict()} for (partner, side), counts in figures.items()
        ],
    }
    show(value, "\n".join([table(_HEADER, [_line(each) for each in listed]), *lines]), as_json=as_json)


_HEADER = ("id", "side", "partner", "state", "urgency", "due", "about")


def _line(each: Listed) -> tuple[str, ...]:
    asked = each.row.request
    about = ", ".join(f"{subject.kind}={subject.value}" for subject in asked.subjects)
    due = f"{each.row.due:%Y-%m-%d %H:%M}" if each.row.open else ""
    return str(asked.id), each.side, each.partner, _state(each.row), asked.urgency, due, about


def _state(row: RequestRow) -> str:
    return "not taken" if row.kept.rejected else row.state.replace("_", " ")


def _tally_line(partner: str, side: Side, counts: Tally) -> str:
    who = f"asked {partner}" if side is Side.ASKER else f"asked by {partner}"
    time = "" if counts.median_hours is None else f"; median time to a final answer {counts.median_hours} hours"
    return (
        f"{who}: {counts.asked} requests, {counts.answered} answered, {counts.refused} refused,"
        f" {counts.withdrawn} withdrawn, {counts.open} open{time}"
    )


@command.command("show")
@click.argument("request")
@json_option
def show_(*, request: str, as_json: bool) -> None:
    """Print REQUEST with everything that was done about it, and what can be done next."""
    with node() as here:
        told = requests.show_request(here, parse_id(request))
    value = {
        **_listed(Listed(told.row, told.partner, told.side)),
        "moves": [
            {**row.move.to_dict(), "officer": row.kept.officer, "verdict": row.kept.verdict} for row in told.moves
        ],
        "possible": told.possible,
    }
    show(value, _told_text(told), as_json=as_json)


def _listed(each: Listed) -> dict[str, object]:
    row = each.row
    return {
        **row.request.to_dict(),
        "partner": each.partner,
        "side": each.side,
        "state": _state(row).replace(" ", "_"),
        "due": row.due,
        "finished_at": row.finished_at,
        "officer": row.kept.officer,
        "reason": row.kept.reason,
    }


def _told_text(told: Told) -> str:
    asked = told.row.request
    facts = {
        "about": ", ".join(f"{subject.kind} {subject.value}" for subject in asked.subjects),
        "purpose": asked.purpose,
        "case": asked.case,
        "why": asked.why,
        "handling": f"{asked.handling.code} {asked.handling.restriction}".rstrip(),
        "asked": f"{asked.asked_at:%Y-%m-%d %H:%M} UTC ({asked.urgency}, deadlines {asked.deadlines})",
        "not taken": told.row.kept.reason if told.row.kept.rejected else "",
    }
    can = ", ".join(move.replace("_", " ") for move in told.possible) or "nothing more"
    return "\n".join(
        [
            _state_line(told),
            f"  {asked.question}",
            *(f"  {name}: {value}" for name, value in facts.items() if value),
            *map(_move_text, told.moves),
            f"  possible now: {can}",
        ]
    )


def _state_line(told: Told) -> str:
    row = told.row
    whom = f"to {told.partner}" if told.side is Side.ASKER else f"from {told.partner}"
    due = f", due {row.due:%Y-%m-%d %H:%M} UTC" if row.open else ""
    return f"Request {row.request.id} {whom}: {_state(row)}{due}."


def _move_text(row: MoveRow) -> str:
    made = row.move
    parts = [
        f"{made.at:%Y-%m-%d %H:%M} UTC, {made.kind.side}: {made.kind.replace('_', ' ')}",
        f"because {GROUNDS[made.ground][0]}" if made.ground else "",
        "what is asked for is to be obtained from others" if made.to_be_obtained else "",
        made.text,
        f"records: {', '.join(map(str, made.records))}" if made.records else "",
        f"not taken by the partner's node: {row.kept.reason}" if row.kept.rejected else "",
    ]
    return "  - " + "; ".join(part for part in parts if part)
