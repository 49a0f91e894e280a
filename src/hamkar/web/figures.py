"""Numbers and amounts in the words of a language, with every digit that was reported and none that was not."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from hamkar.web.language import Language
from hamkar.web.words import phrase, word

_MOST_REMEMBERED = 8_192


def number(language: Language, value: Decimal | int) -> str:
    """The number with its exact decimals, grouped as the language groups them.

    In Persian the point starts the decimals, as Iranian software writes it: the Unicode separators (U+066B, U+066C)
    look alike in common fonts, and 933.115 kg must never be read as 933,115 kg.
    """
    return language.digits(_grouped(str(language.locale), Decimal(value)))


@lru_cache(maxsize=_MOST_REMEMBERED)
def _grouped(locale: str, value: Decimal) -> str:
    decimals = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=locale)


def amount(language: Language, value: Decimal, unit: str | None, unit_text: str, qualifier: str) -> str:
    """An amount as reported: "over 2,400 kg". A unit that the vocabulary lacks stands as it was written."""
    named = word(language, "unit", unit) if unit else unit_text
    plain = f"{number(language, value)} {named}".rstrip()
    return phrase(language, "qualifier", qualifier).format(amount=plain)


def bounded_count(language: Language, counted: int, limit: int) -> str:
    """A count that stopped at its limit, said so: "more than 10,000"."""
    if counted <= limit:
        return number(language, counted)
    return phrase(language, "count", "beyond").format(number=number(language, limit))
