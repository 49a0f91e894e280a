"""Countries under their ISO 3166-1 alpha-2 codes, and the spellings that lead to them."""

from collections.abc import Callable, Iterator
from functools import cache

from hamkar.text.fold import fold_plain
from hamkar.vocab.iso3166 import iso_countries
from hamkar.vocab.lookup import Claim, lookup
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import read_table

INTERNATIONAL_WATERS = "XZ"
UNITED_NATIONS = "UN"

_FILE = "country_aliases.csv"
_HEADER = "label,alpha2,basis"
# User-assigned and reserved codes: XZ is UN/LOCODE's for international waters, UN is reserved for the organisation.
_NOT_COUNTRIES = {INTERNATIONAL_WATERS: "International waters", UNITED_NATIONS: "United Nations"}


def country_of(text: str) -> str | None:
    """The alpha-2 code that a code, a name of ISO 3166-1 or a UNODC spelling leads to, or None.

    ``XZ`` stands for international waters and ``UN`` for the United Nations as an originator. Codes are read in
    capitals only, because "no", "is" and "in" are words. A state that no longer is one leads to none.
    """
    return _codes().get(text.strip()) or _find()(text)


def country_name(alpha2: str) -> str | None:
    """The short English name for a code, or None."""
    return _names().get(alpha2)


def read_country_aliases(text: str, file: str, known: frozenset[str]) -> tuple[Claim, ...]:
    """The spellings of a CSV text with their codes. Raises BadInput for a code that is not known."""
    claims = []
    for row in read_table(text, file, _HEADER):
        if row.text("alpha2") not in known:
            row.reject("alpha2", "it is the code of no country")
        row.text("basis")
        claims.append((row.text("label"), row.text("alpha2")))
    return tuple(claims)


@cache
def _names() -> dict[str, str]:
    return {each.alpha2: each.name for each in iso_countries()} | _NOT_COUNTRIES


@cache
def _codes() -> dict[str, str]:
    return {code: each.alpha2 for each in iso_countries() for code in (each.alpha2, each.alpha3)} | {
        code: code for code in _NOT_COUNTRIES
    }


@cache
def _find() -> Callable[[str], str | None]:
    return lookup(fold_plain, read_country_aliases(data_text(_FILE), _FILE, frozenset(_names())), _named())


def _named() -> Iterator[Claim]:
    yield from ((name, code) for code, name in _NOT_COUNTRIES.items())
    for each in iso_countries():
        yield from ((name, each.alpha2) for name in (each.name, *each.other_names))
