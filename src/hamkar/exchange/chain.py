"""The hash chain of a stream: one value for message n that binds every message up to n.

leaf_n = SHA-256(exact JSON bytes of message n); chain_n = SHA-256(chain_(n-1) || leaf_n), both 32 raw bytes inside the
hash and hex outside; chain_0 is 32 zero bytes.
"""

import hashlib
from collections.abc import Iterable
from itertools import accumulate


def leaf(message: bytes) -> str:
    """The leaf (hex) of a message, from its exact JSON bytes."""
    return hashlib.sha256(message).hexdigest()


def advance(chain: str, leaf: str) -> str:
    """The chain value (hex) after one more leaf."""
    return hashlib.sha256(bytes.fromhex(chain) + bytes.fromhex(leaf)).hexdigest()


def advance_all(chain: str, leaves: Iterable[str]) -> tuple[str, ...]:
    """The chain value before the leaves and after each of them; one more than there are leaves."""
    return tuple(accumulate(leaves, advance, initial=chain))
