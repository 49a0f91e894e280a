"""From a label, as somebody wrote it, to a code."""

from collections.abc import Callable, Iterable
from functools import lru_cache

Fold = Callable[[str], str]
Claim = tuple[str, str | None]
"""A label and the code it is said to mean; None says that it must not be read as any."""

LONGEST_LABEL = 200
_REMEMBERED = 8_192


def lookup(fold: Fold, *tiers: Iterable[Claim]) -> Callable[[str], str | None]:
    """A function from a label to the one code it leads to, or None.

    Labels are compared exactly, after folding. The first tier that knows a label decides; where that tier claims it
    for two codes, the label is ambiguous and leads to none. Nothing is ever guessed. Labels over 200 characters lead
    to none.
    """
    codes: dict[str, str | None] = {}
    for tier in tiers:
        codes = _decided(fold, tier) | codes

    @lru_cache(maxsize=_REMEMBERED)
    def find(label: str) -> str | None:
        return codes.get(fold(label))

    def code_of(label: str) -> str | None:
        return find(label) if len(label) <= LONGEST_LABEL else None

    return code_of


def _decided(fold: Fold, tier: Iterable[Claim]) -> dict[str, str | None]:
    claimed: dict[str, set[str | None]] = {}
    for label, code in tier:
        claimed.setdefault(fold(label), set()).add(code)
    return {label: codes.pop() if len(codes) == 1 else None for label, codes in claimed.items() if label}
