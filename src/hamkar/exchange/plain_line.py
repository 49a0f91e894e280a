"""Names that show as what they are, because people compare them before they trust."""

import unicodedata

from hamkar.text.bidi import strip_bidi

MAX_LETTERS = 200


def is_plain_line(text: str) -> bool:
    """Whether ``text`` is one line of 1 to 200 letters without control characters or changes of direction."""
    hidden = strip_bidi(text) != text or any(unicodedata.category(letter) == "Cc" for letter in text)
    return bool(text.strip()) and len(text) <= MAX_LETTERS and not hidden
