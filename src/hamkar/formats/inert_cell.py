"""A cell of an exported table that no spreadsheet takes for a formula."""

import unicodedata
from typing import Final

from hamkar.text.bidi import strip_bidi

_LIVE: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet begins a formula with, or drops before it looks for one (OWASP, CSV injection)."""


def inert(text: str) -> str:
    """The text as a cell: with a leading ``'`` where it would be a formula, and without marks that turn text around.

    A cell that was exported, read and exported again has one quote, not two. Numbers are written as numbers, not here.
    """
    shown = strip_bidi(text)
    return f"'{shown}" if _begins_a_formula(shown) else shown


def _begins_a_formula(text: str) -> bool:
    """Whether the first character that is seen begins one; blanks and marks that are not seen are passed over."""
    for character in text:
        if character in _LIVE:
            return True
        if not (character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}):
            return False
    return False
