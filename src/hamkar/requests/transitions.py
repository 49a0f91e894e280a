"""The life of a request as a table: who may do what in which state, and what comes of moves that cross on the way.

Both sides run this one table over the same set of moves and end in the same state, in whatever order these arrive:
the state is the furthest that any move leads to, in the order of `RequestState`. So what a partner has told cannot be
made untold: a final answer that crosses a withdrawal, or a refusal made from an older backup, stands.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from hamkar.errors import Refused
from hamkar.model.request import MoveKind, RequestState, Side

MOVE_POSSIBLE: Final = "move_possible"
"""The rule by which a move is refused in a state that does not allow it."""

_WHILE_OPEN: Final = {
    MoveKind.ANSWER_PARTLY: RequestState.PARTLY_ANSWERED,
    MoveKind.ANSWER_FINALLY: RequestState.ANSWERED,
    MoveKind.REFUSE: RequestState.REFUSED,
    MoveKind.WITHDRAW: RequestState.WITHDRAWN,
}

MADE: Final[Mapping[RequestState, Mapping[MoveKind, RequestState]]] = MappingProxyType(
    {
        RequestState.ASKED: {
            MoveKind.ACKNOWLEDGE: RequestState.ACKNOWLEDGED,
            **_WHILE_OPEN,
            MoveKind.REMIND: RequestState.ASKED,
        },
        RequestState.ACKNOWLEDGED: {**_WHILE_OPEN, MoveKind.REMIND: RequestState.ACKNOWLEDGED},
        RequestState.PARTLY_ANSWERED: {**_WHILE_OPEN, MoveKind.REMIND: RequestState.PARTLY_ANSWERED},
        RequestState.WITHDRAWN: {},
        RequestState.REFUSED: {},
        RequestState.ANSWERED: {},
    }
)
"""What a side that knows the state may do, and the state that follows; `MoveKind.side` tells which side."""

CROSSED: Final[Mapping[RequestState, Mapping[MoveKind, RequestState]]] = MappingProxyType(
    {
        RequestState.ASKED: {},
        RequestState.ACKNOWLEDGED: {MoveKind.ACKNOWLEDGE: RequestState.ACKNOWLEDGED},
        RequestState.PARTLY_ANSWERED: {MoveKind.ACKNOWLEDGE: RequestState.PARTLY_ANSWERED},
        RequestState.WITHDRAWN: {
            MoveKind.ACKNOWLEDGE: RequestState.WITHDRAWN,
            MoveKind.ANSWER_PARTLY: RequestState.WITHDRAWN,
            MoveKind.ANSWER_FINALLY: RequestState.ANSWERED,
            MoveKind.REFUSE: RequestState.REFUSED,
            MoveKind.WITHDRAW: RequestState.WITHDRAWN,
            MoveKind.REMIND: RequestState.WITHDRAWN,
        },
        RequestState.REFUSED: {
            MoveKind.ACKNOWLEDGE: RequestState.REFUSED,
            MoveKind.ANSWER_PARTLY: RequestState.REFUSED,
            MoveKind.ANSWER_FINALLY: RequestState.ANSWERED,
            MoveKind.REFUSE: RequestState.REFUSED,
            MoveKind.WITHDRAW: RequestState.REFUSED,
            MoveKind.REMIND: RequestState.REFUSED,
        },
        RequestState.ANSWERED: dict.fromkeys(MoveKind, RequestState.ANSWERED),
    }
)
"""What follows from a move whose maker did not know the state: it crossed another, or a node forgot its own."""


def follow(state: RequestState, move: MoveKind) -> RequestState:
    """The state after a move that was made, whether its maker knew the state or not."""
    return MADE[state].get(move) or CROSSED[state][move]


def state_after(moves: Iterable[MoveKind]) -> RequestState:
    """Where a request stands after these moves; their order does not matter, nor whether one is told twice."""
    state = RequestState.ASKED
    for move in moves:
        state = follow(state, move)
    return state


def possible(state: RequestState, side: Side) -> list[MoveKind]:
    """What this side may do in this state."""
    return [move for move in MADE[state] if move.side is side]


def require_possible(state: RequestState, side: Side, move: MoveKind) -> None:
    """Raises Refused, naming the state and what can be done in it, for a move that this side cannot make now."""
    choices = possible(state, side)
    if move in choices:
        return
    can = ", ".join(choice.replace("_", " ") for choice in choices) or "nothing more"
    msg = (
        f"the request is {state.replace('_', ' ')}: the {side} cannot {move.replace('_', ' ')} it now; possible: {can}"
    )
    raise Refused(msg, rule=MOVE_POSSIBLE)
