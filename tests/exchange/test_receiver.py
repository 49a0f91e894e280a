"""The receiving end of a stream: what each bundle means, and a model of it that is only a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from exchange.nodes import NORTH, NOW, SOUTH
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.checkpoint import SILENT
from hamkar.exchange.receiver import (
    START,
    Duplicate,
    Entry,
    Equivocation,
    Frozen,
    Gap,
    Judgement,
    New,
    StreamState,
    judge,
)
from hamkar.model.bundle import GENESIS, Bundle


def bundle(history: Sequence[bytes], first: int, last: int, epoch: int = 1) -> Bundle:
    """Messages ``first`` to ``last`` of what a sender holds to be its history."""
    return Bundle(
        v=1,
        sender=NORTH.id,
        to=SOUTH.id,
        stream="main",
        epoch=epoch,
        first_seq=first,
        prev_chain=chain_after(history[: first - 1]),
        issued_at=NOW,
        logs=SILENT,
        msgs=tuple(msgspec.Raw(message) for message in history[first - 1 : last]),
    )


def chain_after(history: Sequence[bytes]) -> str:
    return advance_all(GENESIS, map(leaf, history))[-1]


def state_after(history: Sequence[bytes], epoch: int = 1) -> StreamState:
    return StreamState(epoch=epoch, next_seq=len(history) + 1, chain=chain_after(history))


def judged(held: Sequence[bytes], offered: Bundle, epoch: int = 1) -> Judgement:
    """What a receiver that holds these messages says."""
    leaves = {number: leaf(message) for number, message in enumerate(held, 1)}
    return judge(state_after(held, epoch), offered, leaves.get)


NOTHING_KEPT: dict[int, str] = {}
HISTORY = [b'"message %d"' % number for number in range(1, 11)]
OTHER = [*HISTORY[:3], b'"another fourth"', *HISTORY[4:]]


def test_the_first_bundle_is_new_from_its_first_message() -> None:
    verdict = judged([], bundle(HISTORY, 1, 2))
    assert verdict == New(
        (
            Entry(1, leaf(HISTORY[0]), chain_after(HISTORY[:1]), HISTORY[0]),
            Entry(2, leaf(HISTORY[1]), chain_after(HISTORY[:2]), HISTORY[1]),
        ),
        state_after(HISTORY[:2]),
    )


@pytest.mark.parametrize(
    ("held", "first", "last", "expected"),
    [
        (5, 6, 8, "new 6-8"),
        (5, 1, 8, "new 6-8"),
        (5, 5, 6, "new 6-6"),
        (5, 1, 5, "duplicate up to 5"),
        (5, 5, 5, "duplicate up to 5"),
        (5, 2, 3, "duplicate up to 5"),
        (5, 7, 8, "gap, wanted 6"),
        (0, 2, 3, "gap, wanted 1"),
    ],
)
def test_what_a_bundle_of_the_same_history_means(held: int, first: int, last: int, expected: str) -> None:
    verdict = judged(HISTORY[:held], bundle(HISTORY, first, last))
    match verdict:
        case New(entries, state):
            assert expected == f"new {entries[0].seq}-{entries[-1].seq}"
            assert [entry.message for entry in entries] == HISTORY[held:last]
            assert state == state_after(HISTORY[:last])
        case Duplicate(upto):
            assert expected == f"duplicate up to {upto}"
        case Gap(wanted, epoch):
            assert (expected, epoch) == (f"gap, wanted {wanted}", 1)
        case _:
            pytest.fail(f"unexpected {verdict}")


@pytest.mark.parametrize(
    ("first", "last", "seq"),
    [
        (1, 4, 4),
        (4, 4, 4),
        (2, 8, 4),
        (5, 6, 5),
        (6, 8, 5),
    ],
    ids=["ends at it", "is it", "contains it", "hides it before the overlap", "continues from it"],
)
def test_another_content_anywhere_in_the_history_freezes_the_stream(first: int, last: int, seq: int) -> None:
    verdict = judged(HISTORY[:5], bundle(OTHER, first, last))
    assert verdict == Equivocation(seq, replace(state_after(HISTORY[:5]), frozen=True))


def test_other_content_is_seen_by_the_chain_where_leaves_are_kept_no_longer() -> None:
    verdict = judge(state_after(HISTORY[:5]), bundle(OTHER, 1, 6), lambda _: None)
    assert isinstance(verdict, Equivocation)


def test_an_old_bundle_whose_leaves_are_kept_no_longer_is_a_duplicate_and_applied_to_nothing() -> None:
    assert judge(state_after(HISTORY[:5]), bundle(HISTORY, 1, 3), lambda _: None) == Duplicate(5)


@pytest.mark.parametrize("first", [1, 6, 9])
def test_a_frozen_stream_takes_nothing_not_even_a_new_epoch(first: int) -> None:
    frozen = replace(state_after(HISTORY[:5]), frozen=True)
    assert judge(frozen, bundle(HISTORY, first, 10), NOTHING_KEPT.get) == Frozen()
    assert judge(frozen, bundle(HISTORY, 1, 10, epoch=2), NOTHING_KEPT.get) == Frozen()


def test_a_new_epoch_starts_afresh_at_number_1() -> None:
    verdict = judged(HISTORY[:5], bundle(OTHER, 1, 4, epoch=2))
    assert isinstance(verdict, New)
    assert verdict.state == state_after(OTHER[:4], epoch=2)
    assert [entry.seq for entry in verdict.entries] == [1, 2, 3, 4]


def test_a_new_epoch_that_starts_later_is_told_what_is_held_for_the_end_of_the_one_before_may_be_lost() -> None:
    assert judged(HISTORY[:5], bundle(HISTORY, 6, 8, epoch=3)) == Gap(6, 1)


def test_a_bundle_of_an_earlier_epoch_is_told_which_is_current() -> None:
    assert judged(HISTORY[:5], bundle(HISTORY, 1, 8, epoch=1), epoch=2) == Gap(6, 2)


@dataclass
class Receiver:
    """A receiver as the store keeps it: rows by number, and the state of the stream."""

    rows: dict[int, Entry]
    state: StreamState = START

    def receive(self, offered: Bundle) -> Judgement:
        """Judge a bundle and keep what the verdict says to keep."""
        verdict = judge(self.state, offered, lambda seq: self.rows[seq].leaf if seq in self.rows else None)
        if isinstance(verdict, New):
            self.rows |= {entry.seq: entry for entry in verdict.entries}
        if isinstance(verdict, New | Equivocation):
            self.state = verdict.state
        return verdict


class StreamMachine(RuleBasedStateMachine):
    """Any slice of a sender's history in any order, again and again: the receiver holds a prefix of it, always."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.receiver = Receiver({})
        self.wanted = 1
        self.frozen = False

    @rule(count=st.integers(1, 6), text=st.text(max_size=3))
    def the_sender_writes(self, count: int, text: str) -> None:
        """More history, of which nothing has arrived yet."""
        self.sent += [msgspec.json.encode([len(self.sent) + place, text]) for place in range(count)]

    @rule(data=st.data())
    def any_slice_arrives(self, data: st.DataObject) -> None:
        """Repeated, reordered, late or early."""
        if not self.sent:
            return
        first = data.draw(st.integers(1, len(self.sent)))
        last = data.draw(st.integers(first, min(first + 5, len(self.sent))))
        self.arrives(first, last)

    @rule(length=st.integers(1, 6))
    def what_is_wanted_arrives(self, length: int) -> None:
        """As a line that works brings it."""
        if self.wanted <= len(self.sent):
            self.arrives(self.wanted, min(self.wanted + length - 1, len(self.sent)))

    def arrives(self, first: int, last: int) -> None:
        """A slice of the true history, judged by both the receiver and the oracle."""
        verdict = self.receiver.receive(bundle(self.sent, first, last))
        expected = self.expected(first, last)
        assert type(verdict) is expected
        if expected is New:
            self.wanted = last + 1

    def expected(self, first: int, last: int) -> type[Judgement]:
        """What the oracle, which knows only the number wanted next, says."""
        if self.frozen:
            return Frozen
        if first > self.wanted:
            return Gap
        return Duplicate if last < self.wanted else New

    @rule(data=st.data())
    def the_sender_contradicts_itself(self, data: st.DataObject) -> None:
        """One message that was taken is another in a bundle that comes later."""
        if self.wanted == 1:
            return
        changed = data.draw(st.integers(1, self.wanted - 1))
        forged = [*self.sent[: changed - 1], b'"forged"', *self.sent[changed:]]
        first = data.draw(st.integers(max(1, changed - 2), self.wanted))
        last = min(self.wanted + 2, len(forged))
        if last < first:
            return
        verdict = self.receiver.receive(bundle(forged, first, last))
        assert type(verdict) is (Frozen if self.frozen else Equivocation)
        self.frozen = True

    @invariant()
    def what_is_held_is_a_prefix_of_what_was_sent(self) -> None:
        """Nothing lost, nothing twice, nothing out of order."""
        held = [self.receiver.rows[number].message for number in sorted(self.receiver.rows)]
        assert held == self.sent[: self.wanted - 1]
        assert list(self.receiver.rows) == list(range(1, self.wanted))

    @invariant()
    def the_chain_proves_it(self) -> None:
        """The state is what follows from that prefix alone."""
        assert self.receiver.state == replace(state_after(self.sent[: self.wanted - 1]), frozen=self.frozen)


StreamMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestStream = StreamMachine.TestCase
