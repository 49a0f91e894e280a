"""The Europol handling codes, as words for people; what they oblige a holder to is enforced elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hamkar.vocab.document import section, words
from hamkar.vocab.police_codes import FILE, police_codes

_BLOCK = "europol_handling"
_CODES = ("H0", "H1", "H2", "H3")


@dataclass(frozen=True, slots=True)
class HandlingMeaning:
    """A handling code, its place in the order of strictness (0 for H0 to 3 for H3), and what it says."""

    code: str
    order: int
    meaning: str


@cache
def handling_meanings() -> tuple[HandlingMeaning, ...]:
    """Every code, the least strict first."""
    return read_handling(police_codes(), FILE)


def read_handling(document: Mapping[str, object], file: str) -> tuple[HandlingMeaning, ...]:
    """The handling codes of a codes document. Raises BadInput naming file and key."""
    block = section(document, file, _BLOCK)
    return tuple(HandlingMeaning(code, order, words(block, file, code)) for order, code in enumerate(_CODES))
