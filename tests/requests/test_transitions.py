"""The life of a request: one table, and the same end on both sides whatever happens on the way."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hamkar.errors import Refused
from hamkar.model.request import Ground, MoveKind, RequestMove, RequestState, Side
from hamkar.requests.lost import lost_moves
from hamkar.requests.transitions import CROSSED, MADE, follow, possible, require_possible, state_after

AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_every_move_in_every_state_has_exactly_one_place_in_the_table() -> None:
    for state in RequestState:
        assert set(MADE[state]).isdisjoint(CROSSED[state])
        assert set(MADE[state]) | set(CROSSED[state]) == set(MoveKind)


@pytest.mark.parametrize("state", RequestState)
def test_a_move_never_leads_back(state: RequestState) -> None:
    order = list(RequestState)
    for move in MoveKind:
        leads_to = follow(RequestState.ASKED, move)
        assert follow(state, move) == max(state, leads_to, key=order.index)


@given(st.lists(st.sampled_from(MoveKind), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_moves_does_not_matter_nor_does_telling_one_twice(moves: list[MoveKind], random: object) -> None:
    shuffled = [*moves, *moves]
    random.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random
    assert state_after(shuffled) == state_after(moves)


@pytest.mark.parametrize(
    ("ours", "theirs", "end"),
    [
        (MoveKind.WITHDRAW, MoveKind.ANSWER_FINALLY, RequestState.ANSWERED),
        (MoveKind.WITHDRAW, MoveKind.REFUSE, RequestState.REFUSED),
        (MoveKind.WITHDRAW, MoveKind.ANSWER_PARTLY, RequestState.WITHDRAWN),
        (MoveKind.WITHDRAW, MoveKind.ACKNOWLEDGE, RequestState.WITHDRAWN),
        (MoveKind.REMIND, MoveKind.ANSWER_FINALLY, RequestState.ANSWERED),
    ],
)
def test_moves_that_cross_end_alike_on_both_sides(ours: MoveKind, theirs: MoveKind, end: RequestState) -> None:
    assert state_after([ours, theirs]) is state_after([theirs, ours]) is end


@pytest.mark.parametrize("state", [state for state in RequestState if not state.open])
@pytest.mark.parametrize("side", Side)
def test_nothing_is_done_about_a_request_that_is_over(state: RequestState, side: Side) -> None:
    assert possible(state, side) == []


def test_an_error_names_the_state_and_what_can_be_done() -> None:
    with pytest.raises(Refused, match=r"is acknowledged: the asked cannot acknowledge it now; possible: answer partly"):
        require_possible(RequestState.ACKNOWLEDGED, Side.ASKED, MoveKind.ACKNOWLEDGE)
    with pytest.raises(Refused, match="is answered: the asker cannot withdraw it now; possible: nothing more"):
        require_possible(RequestState.ANSWERED, Side.ASKER, MoveKind.WITHDRAW)
    with pytest.raises(Refused, match="the asker cannot refuse it now; possible: withdraw, remind"):
        require_possible(RequestState.ASKED, Side.ASKER, MoveKind.REFUSE)


@dataclass
class _Party:
    """One side with the moves it holds, and what is on the way to it, in no order."""

    side: Side
    held: dict[UUID, RequestMove] = field(default_factory=dict)
    coming: list[RequestMove] = field(default_factory=list)

    @property
    def state(self) -> RequestState:
        return state_after(move.kind for move in self.held.values())

    def own(self) -> list[RequestMove]:
        return [move for move in self.held.values() if move.by == self.side]


class CrossingMoves(RuleBasedStateMachine):
    """Two sides that move as they see fit, over a link that delays, reorders and repeats, and nodes that forget."""

    def __init__(self) -> None:
        super().__init__()
        self.parties = {side: _Party(side) for side in Side}
        self.ids = (UUID(int=number) for number in itertools.count(1))

    @rule(side=st.sampled_from(Side), data=st.data())
    def move(self, side: Side, data: st.DataObject) -> None:
        """A side makes a move that its state allows."""
        party = self.parties[side]
        choices = possible(party.state, side)
        if not choices:
            return
        kind = data.draw(st.sampled_from(choices))
        number = max((each.number for each in party.own()), default=0) + 1
        ground = Ground.RIGHTS if kind is MoveKind.REFUSE else None
        made = RequestMove(
            id=next(self.ids), request=UUID(int=0), by=side, number=number, kind=kind, at=AT, text="said", ground=ground
        )
        party.held[made.id] = made
        self.other(side).coming.append(made)

    @rule(side=st.sampled_from(Side), data=st.data())
    def arrive(self, side: Side, data: st.DataObject) -> None:
        """Something arrives, not always what was sent first, and may arrive again."""
        party = self.parties[side]
        if party.coming:
            at = data.draw(st.integers(0, len(party.coming) - 1))
            self.take(party, party.coming[at] if data.draw(st.booleans()) else party.coming.pop(at))

    @rule(side=st.sampled_from(Side), kept=st.integers(0, 3))
    def restore_an_older_state(self, side: Side, kept: int) -> None:
        """A node goes back to what it held some moves ago."""
        party, other = self.parties[side], self.other(side)
        party.held = dict(list(party.held.items())[:kept])
        # What was on the way to the restored node comes in time; what was on the way from it is no longer taken, once
        # it has begun anew. Then each sends all it holds of its own, and gives back what it holds of the other's.
        other.coming = list(party.held.values())
        party.coming += other.held.values()

    @precondition(lambda self: any(party.coming for party in self.parties.values()))
    @rule()
    def let_everything_arrive(self) -> None:
        """Once nothing is on the way any more, both hold the same and stand alike."""
        while any(party.coming for party in self.parties.values()):
            for party in self.parties.values():
                for move in [party.coming.pop() for _ in list(party.coming)]:
                    self.take(party, move)
        asker, asked = self.parties.values()
        assert asker.held == asked.held
        assert asker.state is asked.state

    def take(self, party: _Party, move: RequestMove) -> None:
        """Take a move as a node does."""
        if move.id in party.held:
            return
        if move.by != party.side:
            self.other(party.side).coming += lost_moves(party.held.values(), move)
        party.held[move.id] = move

    def other(self, side: Side) -> _Party:
        """The other side."""
        return next(party for party in self.parties.values() if party.side is not side)

    def teardown(self) -> None:
        """Every run ends with everything delivered."""
        if any(party.coming for party in self.parties.values()):
            self.let_everything_arrive()


TestCrossingMoves = CrossingMoves.TestCase
