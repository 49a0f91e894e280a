"""The languages of the pages. Words, digits and sort order are decided here and never left to the browser."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations

from babel import Locale

from hamkar.text.digits import persian_digits
from hamkar.web.catalogue import SOURCE_LANGUAGE, catalogue


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: its own name for itself, which way it is written, and the order of its letters."""

    code: str
    name: str
    direction: str
    locale: Locale
    alphabet: str
    translations: NullTranslations

    def digits(self, text: str) -> str:
        """The text with its digits as this language writes them."""
        return persian_digits(text) if self.code == "fa" else text

    @property
    def comma(self) -> str:
        """What stands between the parts of a list."""
        return "، " if self.code == "fa" else ", "

    def order(self, text: str) -> tuple[int, ...]:
        """What to sort words of this language by; letters of other alphabets come after its own."""
        places = _places(self.alphabet)
        small = (text.translate(_TURKIC_I) if self.code == "az" else text).lower()
        return tuple(places.get(letter, ord(letter) + len(places)) for letter in small)


# The small letter of I is ı and that of İ is i, which str.lower() does not know.
_TURKIC_I = str.maketrans({"İ": "i", "I": "ı"})


@cache
def _places(alphabet: str) -> Mapping[str, int]:
    return {letter: place for place, letter in enumerate(" " + alphabet)}


@dataclass(frozen=True, slots=True)
class _Described:
    code: str
    name: str
    direction: str
    locale: str
    alphabet: str


# English dates are written day first, as the agencies of the region and the United Nations write them.
_DESCRIBED = (
    _Described("en", "English", "ltr", "en_GB", "abcdefghijklmnopqrstuvwxyz"),
    _Described("fa", "فارسی", "rtl", "fa", "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"),
    _Described("az", "Azərbaycanca", "ltr", "az", "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"),
    _Described("ru", "Русский", "ltr", "ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
)


@cache
def languages() -> tuple[Language, ...]:
    """Every language of the pages, English first."""
    return tuple(
        Language(each.code, each.name, each.direction, Locale.parse(each.locale), each.alphabet, catalogue(each.code))
        for each in _DESCRIBED
    )


def find_language(code: str) -> Language | None:
    """The language with this code, or None."""
    return next((each for each in languages() if each.code == code), None)


def choose_language(chosen: str, accepted: str) -> Language:
    """The language somebody chose, or else the first of the Accept-Language header that there is, or English."""
    codes = [chosen, *(code for code, _ in _accepted(accepted)), SOURCE_LANGUAGE]
    return next(language for code in codes if (language := find_language(code)))


_RANGE = re.compile(r"\s*([a-zA-Z]{2,3})(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?\s*")
_LONGEST_HEADER = 1_000


def _accepted(header: str) -> list[tuple[str, float]]:
    """The primary subtags of an Accept-Language header (RFC 9110, section 12.5.4), the most wanted first."""
    found = (_RANGE.fullmatch(part) for part in header[:_LONGEST_HEADER].split(","))
    wanted = [(each[1].lower(), float(each[2] or 1)) for each in found if each]
    return sorted((each for each in wanted if each[1] > 0), key=lambda each: -each[1])
