"""Provinces under their ISO 3166-2 codes, and the spellings that lead to them."""

from collections.abc import Callable
from functools import cache, lru_cache

from hamkar.text.fold import fold_plain
from hamkar.vocab.iso3166 import IsoSubdivision, iso_subdivisions
from hamkar.vocab.lookup import Claim, lookup
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

_FILE = "province_aliases.csv"
_HEADER = "country,label,code,basis"
_COUNTRIES = 300

Province = IsoSubdivision


def province(code: str) -> Province | None:
    """The province with this ISO 3166-2 code, or None. Iran's are the renumbered codes IR-00 to IR-30."""
    return next((each for each in provinces_of(code[:2]) if each.code == code), None)


def provinces_of(country: str) -> tuple[Province, ...]:
    """The provinces of a country (alpha-2) in the order of their codes; none for an unknown country."""
    return iso_subdivisions().get(country, ())


def province_of(text: str, country: str) -> str | None:
    """The code of the country's province that a code or name leads to, or None.

    Names are compared exactly, diacritics, apostrophes and hyphens aside. A name that a town and a district share, as
    Lənkəran does, leads to none: the code would be a guess.
    """
    return _find(country)(text)


def read_province_aliases(text: str, file: str) -> dict[str, tuple[Claim, ...]]:
    """The spellings of a CSV text by country. Raises BadInput for a code that is not one of the country's."""
    found: dict[str, list[Claim]] = {}
    for row in read_table(text, file, _HEADER):
        found.setdefault(row.text("country"), []).append(_alias(row))
    return {country: tuple(claims) for country, claims in found.items()}


def _alias(row: Row) -> Claim:
    code = row.text("code")
    if code not in {each.code for each in provinces_of(row.text("country"))}:
        row.reject("code", f"it is the code of no province of {row.text('country')}")
    row.text("basis")
    return row.text("label"), code


@cache
def _aliases() -> dict[str, tuple[Claim, ...]]:
    return read_province_aliases(data_text(_FILE), _FILE)


@lru_cache(maxsize=_COUNTRIES)
def _find(country: str) -> Callable[[str], str | None]:
    every = provinces_of(country)
    return lookup(
        fold_plain,
        ((each.code, each.code) for each in every),
        _aliases().get(country, ()),
        ((each.name, each.code) for each in every),
    )
