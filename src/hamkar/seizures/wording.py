"""Comparing what reports say in words: agencies, places, the ends of a route."""

import unicodedata
from collections.abc import Sequence

from hamkar.seizures.resolve import Measure
from hamkar.text.fold import fold


def _script(text: str) -> str:
    """The script of the first letter, by its Unicode name: LATIN, CYRILLIC, ARABIC and so on."""
    return next((unicodedata.name(char, "").split(" ")[0] for char in text if char.isalpha()), "")


def _one_says_less(one: str, other: str) -> bool:
    a, b = fold(one), fold(other)
    return a in b or b in a


def _comparable_or_silent(one: str, other: str) -> bool:
    return _script(one) != _script(other) or _one_says_less(one, other)


def _most_detailed(values: Sequence[str]) -> str:
    return max(values, key=lambda text: (len(text), text))


CODE: Measure[str] = Measure(compatible=lambda one, other: one == other, join=lambda values: values[0])
"""Codes are the same or they contradict."""

WORDS: Measure[str] = Measure(compatible=_one_says_less, join=_most_detailed)
"""Words agree where one says the same as the other with less detail."""

PLACE_NAME: Measure[str] = Measure(compatible=_comparable_or_silent, join=_most_detailed)
"""As WORDS; names in different scripts cannot be compared letter by letter and so do not contradict."""
