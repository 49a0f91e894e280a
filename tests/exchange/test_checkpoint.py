"""Checkpoints: what one statement about a log means against another, and what is no statement at all."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.log_example import HASHES, SIZE, root_of
from exchange.nodes import NOW
from hamkar.exchange.checkpoint import (
    CLOCK_SLACK,
    MAX_HASHES,
    Finding,
    Seen,
    commitment,
    compare,
    consistency,
    is_sound_word,
    join_hashes,
    split_hashes,
)
from hamkar.exchange.merkle import consistency_parts
from hamkar.model.checkpoint import EMPTY_LOG, Checkpoint, Consistency, LogProgress, LogWord

LATER = NOW + CLOCK_SLACK + timedelta(seconds=1)


def seen(size: int, root: str = "") -> Seen:
    return Seen(Checkpoint(size=size, root=root or root_of(size)), NOW)


def shown(size: int, *since: int, root: str = "") -> LogProgress:
    proofs = tuple(consistency(old, consistency_parts(old, size), HASHES) for old in since)
    return LogProgress(size=size, root=root or root_of(size), proofs=proofs)


@pytest.mark.parametrize("old", range(1, SIZE))
def test_a_log_that_only_grew_goes_on(old: int) -> None:
    assert compare(seen(old), shown(SIZE, old), LATER) == (Finding.GOES_ON, "")


@pytest.mark.parametrize("old", range(1, SIZE))
def test_a_log_with_another_past_is_forked(old: int) -> None:
    finding, why = compare(seen(old, "a" * 64), shown(SIZE, old), LATER)
    assert finding is Finding.FORKED
    assert f"does not begin with the {old}" in why


def test_two_roots_of_one_size_are_forked_and_one_root_is_the_same() -> None:
    assert compare(seen(3), shown(3), LATER)[0] is Finding.SAME
    assert compare(seen(3), shown(3, root="a" * 64), LATER)[0] is Finding.FORKED


def test_a_proof_from_elsewhere_proves_nothing_and_is_asked_for_again() -> None:
    assert compare(seen(3), shown(SIZE, 2, 4), LATER)[0] is Finding.UNPROVED
    assert compare(seen(3), shown(SIZE), LATER)[0] is Finding.UNPROVED
    assert compare(seen(3), shown(SIZE, 2, 3), LATER)[0] is Finding.GOES_ON


@pytest.mark.parametrize(
    ("issued_after", "finding"),
    [
        (timedelta(days=-1), Finding.UNPROVED),
        (timedelta(0), Finding.UNPROVED),
        (CLOCK_SLACK, Finding.UNPROVED),
        (CLOCK_SLACK + timedelta(seconds=1), Finding.FORKED),
    ],
)
def test_a_shorter_log_is_late_unless_it_is_dated_later(issued_after: timedelta, finding: Finding) -> None:
    assert compare(seen(SIZE), shown(3), NOW + issued_after)[0] is finding


@given(hashes=st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES))
def test_the_hashes_of_a_proof_are_read_back(hashes: list[bytes]) -> None:
    assert split_hashes(join_hashes(hashes)) == hashes


@given(text=st.text(max_size=60) | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
def test_any_text_is_hashes_or_none(text: str) -> None:
    found = split_hashes(text)
    assert found is None or join_hashes(found) == text


def test_a_proof_has_64_hashes_at_most() -> None:
    assert split_hashes(join_hashes([b"h" * 32] * 65)) is None


def test_a_commitment_says_nothing_without_its_salt() -> None:
    assert len({commitment(bytes([salt]) * 32, b"event") for salt in range(100)}) == 100


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        (LogWord(cosigned=None, prove_from=(), own=EMPTY_LOG), True),
        (LogWord(cosigned=Checkpoint(size=2, root=root_of(2)), prove_from=(2,), own=shown(SIZE, 3)), True),
        (LogWord(cosigned=Checkpoint(size=2, root="G" * 64), prove_from=(), own=EMPTY_LOG), False),
        (LogWord(cosigned=Checkpoint(size=2**53, root=root_of(2)), prove_from=(), own=EMPTY_LOG), False),
        (LogWord(cosigned=None, prove_from=(0,), own=EMPTY_LOG), False),
        (LogWord(cosigned=None, prove_from=(2**53,), own=EMPTY_LOG), False),
        (LogWord(cosigned=None, prove_from=(1, 2, 3), own=EMPTY_LOG), False),
        (LogWord(cosigned=None, prove_from=(), own=shown(SIZE, 1, 2, 3)), False),
        (LogWord(cosigned=None, prove_from=(), own=shown(SIZE, 3, 3)), False),
        (
            LogWord(
                cosigned=None,
                prove_from=(),
                own=LogProgress(size=3, root=root_of(3), proofs=(Consistency(since=3, hashes=""),)),
            ),
            False,
        ),
    ],
)
def test_what_a_node_says_of_logs_is_bounded(word: LogWord, sound: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_sound_word(word) is sound
