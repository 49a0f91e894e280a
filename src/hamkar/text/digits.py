"""Decimal digits as Persian, Arabic and Latin scripts write them."""

_ASCII = "0123456789"
_PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC_INDIC = "٠١٢٣٤٥٦٧٨٩"
_TO_ASCII = str.maketrans(_PERSIAN + _ARABIC_INDIC, _ASCII * 2)
_TO_PERSIAN = str.maketrans(_ASCII, _PERSIAN)


def ascii_digits(text: str) -> str:
    """The text with Persian (U+06F0…) and Arabic-Indic (U+0660…) digits as 0 to 9; nothing else changes."""
    return text if text.isascii() else text.translate(_TO_ASCII)


def persian_digits(text: str) -> str:
    """The text with the digits 0 to 9 as a Persian reader expects them; nothing else changes."""
    return text.translate(_TO_PERSIAN)
