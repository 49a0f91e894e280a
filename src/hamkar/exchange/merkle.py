"""Merkle trees over an append-only list: roots, and short proofs that an entry is in it or that it only grew.

Source: RFC 9162, Certificate Transparency version 2.0, sections 2.1.1 to 2.1.5, with SHA-256. A tree over n leaves is a
row of perfect subtrees, the largest first, one for each bit of n (its peaks); whoever keeps the hash of every perfect
subtree can prove anything with a few reads.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""The root of the tree over nothing."""


@dataclass(frozen=True, slots=True)
class Subtree:
    """The perfect subtree over leaves ``index * 2^level`` up to, not including, ``(index + 1) * 2^level``."""

    level: int
    index: int

    @property
    def end(self) -> int:
        """How many leaves the tree has when this subtree becomes whole."""
        return (self.index + 1) << self.level


Part = tuple[Subtree, ...]
"""Perfect subtrees side by side, the largest first, whose common hash is one step of a proof."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(peaks: Sequence[bytes]) -> bytes:
    """The root of the tree with these peaks, the largest first."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY_ROOT


def grow(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[list[bytes], list[bytes]]:
    """The peaks of a tree of ``size`` leaves after one more, and the hashes of the subtrees it completed, small first.

    The leaf itself, which is whole at once, is not among the latter.
    """
    grown, completed, whole = list(peaks), [], leaf
    while size & 1:
        whole = node_hash(grown.pop(), whole)
        completed.append(whole)
        size >>= 1
    return [*grown, whole], completed


def peaks_of(size: int) -> Part:
    """The peaks of a tree over ``size`` leaves."""
    return _cover(0, size)


def inclusion_parts(index: int, size: int) -> tuple[Part, ...]:
    """What the proof for the leaf at ``index``, counted from 0, in a tree of ``size`` is made of (section 2.1.3.1)."""
    start, end, parts = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            parts.append(_cover(middle, end))
            end = middle
        else:
            parts.append(_cover(start, middle))
            start = middle
    return tuple(reversed(parts))


def consistency_parts(old: int, new: int) -> tuple[Part, ...]:
    """What the proof is made of that a tree of ``new`` leaves goes on from one of ``old`` (section 2.1.4.1).

    Nothing has to be proved from 0, nor between equals.
    """
    if not 0 < old < new:
        return ()
    start, end, parts = 0, new, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append(_cover(middle, end))
            end = middle
        else:
            parts.append(_cover(start, middle))
            start = middle
    if start:
        parts.append(_cover(start, end))
    return tuple(reversed(parts))


def proof_of(parts: Sequence[Part], hashes: Mapping[Subtree, bytes]) -> tuple[bytes, ...]:
    """The proof made of these parts, from the hashes of all their subtrees."""
    return tuple(root([hashes[subtree] for subtree in part]) for part in parts)


def includes(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof shows this leaf at ``index`` in the tree of that size and root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == expected


def goes_on(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``new`` leaves begins with the tree of ``old`` (section 2.1.4.2)."""
    if old in (0, new):
        return not proof and (old_root == new_root if old else old_root == EMPTY_ROOT)
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _cover(start: int, end: int) -> Part:
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(Subtree(level, start >> level))
        start += 1 << level
    return tuple(parts)
