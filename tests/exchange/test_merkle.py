"""The Merkle tree against the recursive definition of RFC 9162, written here as it stands there."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.exchange.merkle import (
    EMPTY_ROOT,
    Subtree,
    consistency_parts,
    goes_on,
    grow,
    includes,
    inclusion_parts,
    leaf_hash,
    peaks_of,
    proof_of,
    root,
)

LEAVES = [bytes([number]) * number for number in range(70)]


def split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH(D_n), section 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D_n), section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D_n, b), section 2.1.4.1."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def kept(leaves: Sequence[bytes]) -> tuple[list[bytes], dict[Subtree, bytes]]:
    """The peaks after appending one by one, and every perfect subtree completed on the way."""
    peaks: list[bytes] = []
    hashes: dict[Subtree, bytes] = {}
    for size, data in enumerate(leaves):
        peaks, completed = grow(peaks, size, leaf_hash(data))
        for level, hash_ in enumerate([leaf_hash(data), *completed]):
            hashes[Subtree(level, size >> level)] = hash_
    return peaks, hashes


def inclusion(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    return proof_of(inclusion_parts(index, len(leaves)), kept(leaves)[1])


def consistency(old: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    return proof_of(consistency_parts(old, len(leaves)), kept(leaves)[1])


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(len(LEAVES)))
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    peaks, hashes = kept(LEAVES[:size])
    assert root(peaks) == mth(LEAVES[:size])
    assert [hashes[peak] for peak in peaks_of(size)] == peaks


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 65])
def test_every_leaf_is_proved_as_the_recursive_definition_proves_it(size: int) -> None:
    leaves = LEAVES[:size]
    for index in range(size):
        proof = inclusion(index, leaves)
        assert list(proof) == path(index, leaves)
        assert includes(index, size, leaf_hash(leaves[index]), proof, mth(leaves))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 65])
def test_every_earlier_tree_is_proved_as_the_recursive_definition_proves_it(size: int) -> None:
    leaves = LEAVES[:size]
    for old in range(1, size + 1):
        proof = consistency(old, leaves)
        assert list(proof) == subproof(old, leaves, whole=True)
        assert goes_on(old, mth(leaves[:old]), size, mth(leaves), proof)


def test_every_tree_goes_on_from_nothing_without_a_proof() -> None:
    assert goes_on(0, EMPTY_ROOT, 5, mth(LEAVES[:5]), ())
    assert not goes_on(0, mth(LEAVES[:1]), 5, mth(LEAVES[:5]), ())
    assert not goes_on(0, EMPTY_ROOT, 5, mth(LEAVES[:5]), (EMPTY_ROOT,))


@given(data=st.data(), size=st.integers(2, 69))
def test_a_leaf_that_is_not_there_is_never_proved(data: st.DataObject, size: int) -> None:
    leaves, index = LEAVES[:size], data.draw(st.integers(0, size - 1))
    proof, good = inclusion(index, leaves), leaf_hash(leaves[index])
    other_place = data.draw(st.integers(-1, size).filter(lambda place: place != index))
    assert not includes(index, size, leaf_hash(b"other"), proof, mth(leaves))
    assert not includes(other_place, size, good, proof, mth(leaves))
    assert not includes(index, size, good, proof, mth(leaves[:-1]))
    for spoiled in spoiled_proofs(data, proof):
        assert not includes(index, size, good, spoiled, mth(leaves))


@given(data=st.data(), size=st.integers(2, 69))
def test_a_tree_with_another_past_is_never_proved(data: st.DataObject, size: int) -> None:
    leaves, old = LEAVES[:size], data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    past = [b"other" if place == changed else leaf for place, leaf in enumerate(leaves[:old])]
    proof = consistency(old, leaves)
    assert not goes_on(old, mth(past), size, mth(leaves), proof)
    assert not goes_on(old, mth(leaves[:old]), size, mth([*past, *leaves[old:]]), proof)
    assert not goes_on(size, mth(leaves), old, mth(leaves[:old]), proof)
    for spoiled in spoiled_proofs(data, proof):
        assert not goes_on(old, mth(leaves[:old]), size, mth(leaves), spoiled)


def spoiled_proofs(data: st.DataObject, proof: Sequence[bytes]) -> list[list[bytes]]:
    """The proof with a step changed, left out, doubled and added."""
    if not proof:
        return [[EMPTY_ROOT]]
    at = data.draw(st.integers(0, len(proof) - 1))
    before, step, after = list(proof[:at]), proof[at], list(proof[at + 1 :])
    flipped = bytes([step[0] ^ data.draw(st.integers(1, 255))]) + step[1:]
    return [[*before, flipped, *after], [*before, *after], [*before, step, step, *after], [*proof, EMPTY_ROOT]]


@given(
    sizes=st.tuples(st.integers(-3, 80), st.integers(-3, 80)),
    roots=st.tuples(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32)),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=8),
)
def test_any_proof_gets_an_answer(sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: list[bytes]) -> None:
    assert not goes_on(sizes[0], roots[0], sizes[1], roots[1], proof) or sizes[0] == sizes[1]
    assert not includes(sizes[0], sizes[1], roots[0], proof, roots[1]) or not proof


@pytest.mark.parametrize("size", [2**20 + 1, 2**40 - 1, 2**53 - 1])
def test_proofs_of_huge_trees_stay_short(size: int) -> None:
    for old in (1, 2**19, size // 3, size - 1):
        assert len(consistency_parts(old, size)) <= 64
        assert len(inclusion_parts(old, size)) <= 64
