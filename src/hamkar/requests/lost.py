"""Moves that their own maker has lost by going back to an older state of its node."""

from collections.abc import Iterable

from hamkar.model.request import RequestMove


def lost_moves(held: Iterable[RequestMove], received: RequestMove) -> list[RequestMove]:
    """The maker's moves held here of which it cannot know, having given the number of one of them, or less, again.

    Told to it again they bring both sides back to the same set of moves; one that it holds after all changes nothing.
    """
    return [
        move for move in held if move.by == received.by and move.number >= received.number and move.id != received.id
    ]
