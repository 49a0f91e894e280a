"""The hash chain of a stream: one value for message n that binds every message up to n.

leaf_n = SHA-256(exact JSON bytes of message n); chain_n = SHA-256(chain_(n-1) || leaf_n), both 32 raw bytes inside the
hash and hex outside; chain_0 is 32 zero bytes.

A message whose record was erased is kept, and travels, as its leaf alone: ``{"erased":"<leaf>"}``. The leaf of that
form is the one it names, so that erasing breaks no chain, no receipt and no comparison (docs/adr/0006).
"""

import hashlib
import re
from collections.abc import Iterable
from itertools import accumulate

_ERASED = re.compile(rb'\{"erased":"([0-9a-f]{64})"\}')
_ERASED_BYTES = 77


def leaf(message: bytes) -> str:
    """The leaf (hex) of a message, from its exact JSON bytes or from what was left of it."""
    return _left(message) or hashlib.sha256(message).hexdigest()


def erased(message: bytes) -> bytes:
    """What is left of a message once its content has to go: its leaf."""
    return b'{"erased":"%s"}' % leaf(message).encode()


def is_erased(message: bytes) -> bool:
    """Whether only the leaf is left of this message."""
    return _left(message) is not None


def _left(message: bytes) -> str | None:
    found = _ERASED.fullmatch(message) if len(message) == _ERASED_BYTES else None
    return found[1].decode() if found else None


def link(chain: str, message: bytes) -> str:
    """The chain value (hex) after one more message."""
    return advance(chain, leaf(message))


def advance(chain: str, leaf: str) -> str:
    """The chain value (hex) after one more leaf."""
    return hashlib.sha256(bytes.fromhex(chain) + bytes.fromhex(leaf)).hexdigest()


def advance_all(chain: str, leaves: Iterable[str]) -> tuple[str, ...]:
    """The chain value before the leaves and after each of them; one more than there are leaves."""
    return tuple(accumulate(leaves, advance, initial=chain))
