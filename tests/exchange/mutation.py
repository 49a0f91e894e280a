"""Small damage to valid bytes, as a bad line or a clumsy forger does it."""

from hypothesis import settings
from hypothesis import strategies as st

MANY = settings(max_examples=400, deadline=None)
"""For hostile input: enough to try every kind of damage in every field, and still quick."""


def mutated(data: st.DataObject, original: bytes) -> bytes:
    """The bytes with one byte changed, a piece cut out, or a piece doubled."""
    place = data.draw(st.integers(0, len(original) - 1))
    length = data.draw(st.integers(1, 40))
    head, piece, tail = original[:place], original[place : place + length], original[place + length :]
    changed = bytes([piece[0] ^ data.draw(st.integers(1, 255))]) + piece[1:]
    return data.draw(st.sampled_from((head + changed + tail, head + tail, head + piece + piece + tail)))
