"""What countries, provinces, crossings and substances are called in a language, and lists of them to choose from."""

import re
from collections.abc import Callable
from functools import lru_cache

from hamkar.vocab.countries import INTERNATIONAL_WATERS, UNITED_NATIONS
from hamkar.vocab.crossings import crossing
from hamkar.vocab.iso3166 import iso_countries
from hamkar.vocab.provinces import province
from hamkar.vocab.substances import substance, substances
from hamkar.web.language import Language, find_language
from hamkar.web.words import N_

Choice = tuple[str, str]
"""A code, and the name to show for it."""

_SEMICOLON = re.compile("[;؛]")
"""Separates several names of one substance in the vocabulary; the first is shown."""

_NOT_COUNTRIES = {INTERNATIONAL_WATERS: N_("international waters"), UNITED_NATIONS: N_("United Nations")}


def country_name(language: Language, code: str) -> str:
    """The name of a country; the code where it has none."""
    if code in _NOT_COUNTRIES:
        return language.translations.gettext(_NOT_COUNTRIES[code])
    return str(language.locale.territories.get(code, code))


def province_name(code: str) -> str:
    """The name of a province by its ISO 3166-2 code, or the text as written."""
    found = province(code)
    return found.name if found else code


def crossing_name(code: str) -> str:
    """The name of a border crossing by its id, with the two countries' codes, or the text as written."""
    found = crossing(code)
    return f"{found.names[0]} ({found.pair})" if found else code


def substance_name(language: Language, slug: str) -> str:
    """The name of a substance in the language, or else in English; a text that is no slug stands as written."""
    found = substance(slug)
    if found is None:
        return slug.removeprefix("text:")
    local: str | None = getattr(found, f"name_{language.code}", None)
    return _SEMICOLON.split(local or found.name)[0].strip()


@lru_cache(maxsize=16)
def country_choices(code: str) -> tuple[Choice, ...]:
    """Every country, in the order of the language with this code."""
    codes = [*(each.alpha2 for each in iso_countries()), INTERNATIONAL_WATERS]
    return _ordered(code, codes, country_name)


@lru_cache(maxsize=16)
def substance_choices(code: str) -> tuple[Choice, ...]:
    """Every substance, in the order of the language with this code."""
    return _ordered(code, [each.slug for each in substances()], substance_name)


def _ordered(code: str, codes: list[str], name: Callable[[Language, str], str]) -> tuple[Choice, ...]:
    language = find_language(code)
    if language is None:
        return ()
    return tuple(sorted(((each, name(language, each)) for each in codes), key=lambda choice: language.order(choice[1])))
