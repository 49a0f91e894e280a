"""The receiving end of a stream, as data: where it stands, what a bundle means there, and where it stands after.

    a bundle that …                                        is
    comes to a frozen stream                               Frozen
    is of an earlier epoch                                 Gap     (tells which epoch and number are wanted)
    starts beyond the number wanted                        Gap
    holds another message under a number held here,
    or continues another history                           Equivocation; the stream freezes
    ends before the number wanted                          Duplicate
    reaches the number wanted or beyond it                 New; what is held already is passed over

A later epoch starts afresh at number 1: its sender was restored from a backup and has said so under its signature. One
that does not start there leaves the number wanted as it is: what is missing may be the end of the epoch before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hamkar.exchange.chain import advance_all, leaf
from hamkar.model.bundle import GENESIS, Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """What a receiver has of a stream: everything before ``next_seq``, bound together by ``chain`` (hex)."""

    epoch: int = 1
    next_seq: int = 1
    chain: str = GENESIS
    frozen: bool = False


START = StreamState()
"""A stream from which nothing has come."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to store under its number: its leaf, the chain value up to it, and its exact bytes."""

    seq: int
    leaf: str
    chain: str
    message: bytes


@dataclass(frozen=True, slots=True)
class New:
    """Messages to store, in order and without a gap, and the state once they are."""

    entries: tuple[Entry, ...]
    state: StreamState


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Nothing new; answer with the stored receipt for ``upto``, the last number held."""

    upto: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is missing before this bundle; ``wanted`` in ``epoch`` is the number to send from."""

    wanted: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Equivocation:
    """The sender has signed two histories that differ at ``seq`` at the latest; keep both bundles, and freeze."""

    seq: int
    state: StreamState


@dataclass(frozen=True, slots=True)
class Frozen:
    """The stream was frozen earlier; nothing is taken until a person has settled why."""


Judgement = New | Duplicate | Gap | Equivocation | Frozen


def judge(state: StreamState, bundle: Bundle, held_leaf: Callable[[int], str | None]) -> Judgement:
    """What this bundle means to a receiver in this state; see the table above.

    ``held_leaf`` gives the leaf stored under a number of the bundle's epoch, or None where it is kept no longer.
    """
    if state.frozen:
        return Frozen()
    if bundle.epoch > state.epoch and bundle.first_seq == 1:
        state = StreamState(epoch=bundle.epoch)
    if bundle.epoch != state.epoch or bundle.first_seq > state.next_seq:
        return Gap(state.next_seq, state.epoch)
    leaves = tuple(leaf(bytes(message)) for message in bundle.msgs)
    chains = advance_all(bundle.prev_chain, leaves)
    differs = _first_difference(state, bundle.first_seq, leaves, held_leaf) or _break(state, bundle.first_seq, chains)
    if differs is not None:
        return Equivocation(differs, replace(state, frozen=True))
    if bundle.last_seq < state.next_seq:
        return Duplicate(state.next_seq - 1)
    known = state.next_seq - bundle.first_seq
    return New(_entries(bundle, leaves, chains, known), replace(state, next_seq=bundle.last_seq + 1, chain=chains[-1]))


def _first_difference(
    state: StreamState, first_seq: int, leaves: Sequence[str], held_leaf: Callable[[int], str | None]
) -> int | None:
    """The first number under which another message is held."""
    for seq, offered in zip(range(first_seq, state.next_seq), leaves, strict=False):
        held = held_leaf(seq)
        if held is not None and held != offered:
            return seq
    return None


def _break(state: StreamState, first_seq: int, chains: Sequence[str]) -> int | None:
    """The last number held, where the bundle reaches it by another history than the one held."""
    known = state.next_seq - first_seq
    return state.next_seq - 1 if known < len(chains) and chains[known] != state.chain else None


def _entries(bundle: Bundle, leaves: Sequence[str], chains: Sequence[str], known: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(bundle.first_seq + place, leaves[place], chains[place + 1], bytes(bundle.msgs[place]))
        for place in range(known, len(leaves))
    )
