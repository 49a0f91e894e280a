"""Which writing a text is in, so that a page can mark it for screen readers and fonts."""

import unicodedata

_TAGS = {"ARABIC": "und-Arab", "CYRILLIC": "und-Cyrl", "ARMENIAN": "und-Armn", "GEORGIAN": "und-Geor"}
"""BCP 47: the language is undetermined, the script is seen. Latin text needs no mark of its own."""


def script_tag(text: str) -> str:
    """The ``lang`` value for the script of the first letter that is not Latin; "" where all are Latin."""
    if text.isascii():
        return ""
    for char in text:
        if char.isalpha() and not char.isascii():
            tag = _TAGS.get(unicodedata.name(char, "").partition(" ")[0])
            if tag:
                return tag
    return ""
