"""An amount as people write it."""

import re
from decimal import Decimal
from functools import lru_cache

from hamkar.errors import BadInput
from hamkar.text.bidi import strip_bidi
from hamkar.text.digits import ascii_digits
from hamkar.text.quoted import quoted

_LONGEST = 40
_TOO_LARGE = Decimal(10) ** 15
_MOST_DECIMALS = 30

# How numbers are written, the plainest first: the whole text, what separates thousands, what starts the decimals.
# A lone dot is always decimal, as every machine writes it. A lone comma before exactly three digits separates
# thousands, as English-language reports do; before any other count, or after 0, it can only be decimal.
_WRITTEN = tuple(
    (re.compile(pattern), thousands, decimals)
    for pattern, thousands, decimals in (
        (r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", "", "."),
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?", ",", "."),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}", ".", ","),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+", ".", ","),
        (r"[0-9]+,[0-9]+", "", ","),
        (r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:,[0-9]+)?", " ", ","),
        (r"[1-9][0-9]{0,2}(?: [0-9]{3})+\.[0-9]+", " ", "."),
        (r"[1-9][0-9]{0,2}(?:[٬،,][0-9]{3})+(?:٫[0-9]+)?", "٬،,", "٫"),
        (r"[0-9]+٫[0-9]+", "", "٫"),
    )
)


def read_number(text: str) -> Decimal | None:
    """The finite, non-negative number the text states, exactly as stated; None where the text is blank.

    Reads ``2400.0``, ``1e-05``, ``2,400``, ``2 400``, ``1.234,5``, ``1,234.5`` and ``۲٬۴۰۰٫۵``. Raises BadInput,
    quoting the text, for anything else: signs, words, NaN, infinity, 10**15 and more, over 30 decimal places.
    """
    return _read(text) if len(text) <= _LONGEST else _read_long(text)


@lru_cache(maxsize=32_768)
def _read(text: str) -> Decimal | None:
    cleaned = " ".join(strip_bidi(ascii_digits(text)).split())
    if not cleaned:
        return None
    return _bounded(_exact(cleaned, text), text)


def _read_long(text: str) -> Decimal | None:
    """Padding may make a short number long; nothing longer is a number, and hostile lengths are not remembered."""
    trimmed = text.strip()
    if len(trimmed) > _LONGEST:
        msg = f"{quoted(trimmed)} is not an amount: it is {len(trimmed)} characters long; write a plain number"
        raise BadInput(msg)
    return _read(trimmed)


def _exact(cleaned: str, text: str) -> Decimal:
    for pattern, thousands, decimals in _WRITTEN:
        if pattern.fullmatch(cleaned):
            bare = cleaned.translate(dict.fromkeys(map(ord, thousands)))
            return Decimal(bare.replace(decimals, "."))
    msg = f"{quoted(text)} is not a finite number of zero or more that can be read only one way; write it like 2400.5"
    raise BadInput(msg)


def _bounded(number: Decimal, text: str) -> Decimal:
    exponent = int(number.as_tuple().exponent)
    if number >= _TOO_LARGE or -exponent > _MOST_DECIMALS:
        msg = f"{quoted(text)} is beyond any amount: write a number below 10**15 with at most 30 decimal places"
        raise BadInput(msg)
    return number.quantize(Decimal(1)) if exponent > 0 else number
