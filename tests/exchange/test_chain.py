"""The chain that binds a stream together."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from hamkar.exchange.chain import advance, advance_all, leaf
from hamkar.model.bundle import GENESIS

messages = st.lists(st.binary(max_size=20), max_size=6)


def test_a_chain_value_is_the_hash_of_the_one_before_and_the_leaf() -> None:
    first = hashlib.sha256(bytes(32) + hashlib.sha256(b"one").digest()).hexdigest()
    assert advance(GENESIS, leaf(b"one")) == first


@given(messages=messages)
def test_advancing_step_by_step_or_at_once_is_the_same(messages: list[bytes]) -> None:
    chain = GENESIS
    steps = [chain]
    for message in messages:
        chain = advance(chain, leaf(message))
        steps.append(chain)
    assert advance_all(GENESIS, map(leaf, messages)) == tuple(steps)


@given(left=messages, right=messages)
def test_two_histories_never_have_one_chain_value(left: list[bytes], right: list[bytes]) -> None:
    ends = [advance_all(GENESIS, map(leaf, history))[-1] for history in (left, right)]
    assert (ends[0] == ends[1]) == (left == right)
