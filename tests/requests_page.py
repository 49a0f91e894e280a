"""Prints docs/requests.md from the tables themselves: ``python tests/requests_page.py > docs/requests.md``."""

from collections.abc import Iterable

import click

from hamkar.model.request import MoveKind, RequestState, Side, SubjectKind, Urgency
from hamkar.requests.deadlines import PROFILES
from hamkar.requests.grounds import GROUNDS
from hamkar.requests.transitions import CROSSED, MADE, possible

_INTRODUCTION = """\
# Requests: states, moves, deadlines, grounds

This page is printed from the tables in `hamkar.requests` by `make docs`; do not edit it. How to ask and answer stands
in [liaison_officer.md](liaison_officer.md#asking-and-answering), what travels in [protocol.md](protocol.md#requests).
"""

_CROSSING = """\
## When moves cross

Both sides run this one table over the same set of moves, so they end alike in whatever order the moves arrive and
however often. Whoever knows the state makes only the moves above. A move whose maker did not know it, because another
was on the way or because its node had lost its own, leads on all the same: the state is the furthest that any move
leads to, in the order of the rows. What has been told cannot be made untold, so a final answer that crosses a
withdrawal stands.
"""

_DEADLINES = """\
## Deadlines

The agreement names a profile. The time runs from the moment of asking, which both sides hold signed; a calendar day
is 24 hours, whatever the time zone. `eu-2023-977` is Directive (EU) 2023/977, article 5(1), where the time runs from
receipt: whoever keeps this keeps that. `bilateral` is this project's own; no treaty sets it. An asked agency that
says with its acknowledgement that it has to obtain the information from others gets the longer time for an urgent
request.
"""

_GROUNDS = """\
## Grounds of refusal

The list is closed. That nothing is held is no ground: it is an answer, and is given as one.
"""

_SUBJECTS = """\
## What a request is about

A request names at least one subject. If one of them names or identifies a person the whole request is nominal, and
goes only under an agreement that covers people, and neither to an observer nor from one.
"""


def page() -> str:
    """The whole page."""
    parts = (
        _INTRODUCTION,
        _diagram(),
        _table(("state", "the asker may", "the asked side may"), map(_state_row, RequestState)),
        _CROSSING,
        _table(("in the state", "this comes", "and then it is"), _crossing_rows()),
        _DEADLINES,
        _table(
            ("profile", "urgent, held directly", "urgent, to be obtained", "all other"), map(_profile_row, PROFILES)
        ),
        _GROUNDS,
        _table(("ground", "meaning", "source"), ((f"`{ground}`", *told) for ground, told in GROUNDS.items())),
        _SUBJECTS,
        _table(("kind", "nominal"), ((f"`{kind}`", "yes" if kind.nominal else "no") for kind in SubjectKind)),
    )
    return "\n".join(parts)


def _diagram() -> str:
    lines = [f"    [*] --> {RequestState.ASKED}: asker asks"]
    for state in RequestState:
        lines += [f"    {state} --> {after}: {move.side} {_words(move)}s" for move, after in MADE[state].items()]
        lines += [] if MADE[state] else [f"    {state} --> [*]"]
    return "## States\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(map(_grammar, lines)) + "\n```\n"


def _grammar(line: str) -> str:
    return line.replace("partlys", "s partly").replace("finallys", "s finally").replace(" s ", "s ")


def _state_row(state: RequestState) -> tuple[str, ...]:
    return (f"`{state}`", *(", ".join(map(_words, possible(state, side))) or "nothing" for side in Side))


def _crossing_rows() -> Iterable[tuple[str, ...]]:
    for state in RequestState:
        by_end: dict[RequestState, list[MoveKind]] = {}
        for move, after in CROSSED[state].items():
            by_end.setdefault(after, []).append(move)
        for after, moves in by_end.items():
            yield f"`{state}`", ", ".join(map(_words, moves)), f"`{after}`"


def _profile_row(name: str) -> tuple[str, ...]:
    profile = PROFILES[name]
    terms = (
        profile.term(Urgency.URGENT),
        profile.term(Urgency.URGENT, to_be_obtained=True),
        profile.term(Urgency.NORMAL),
    )
    return (f"`{name}`", *(_time(term.total_seconds() / 3600) for term in terms))


def _time(hours: float) -> str:
    days = hours / 24
    return f"{hours:.0f} hours" if days <= 1 else f"{days:.0f} days"


def _words(move: MoveKind) -> str:
    return move.replace("_", " ")


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" if line[0] != "---" else f"|{'|'.join(line)}|" for line in lines) + "\n"


if __name__ == "__main__":
    click.echo(page(), nl=False)
