"""Days and moments in the words of a language; in Persian the Solar Hijri date stands beside the Gregorian."""

from calendar import monthrange
from datetime import UTC, date, datetime
from functools import lru_cache

from babel.dates import format_date, format_interval, format_skeleton

from hamkar.errors import BadInput
from hamkar.text.calendar import SolarHijriDate, solar_hijri_of
from hamkar.web.language import Language

_MOST_REMEMBERED = 8_192
_LAST_MONTH = 12
_SHORTENING = ("en", "ru")
"""Languages in which CLDR shortens intervals as people do: "1–20 Jan 2014"."""

_MONTHS = (
    *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور"),
    *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
)


def day(language: Language, value: date) -> str:
    """A day: "10 Sept 2024"; in Persian also by the Solar Hijri calendar."""
    shown = language.digits(_gregorian(str(language.locale), value))
    solar = _solar(value) if language.code == "fa" else None
    return f"{shown} ({language.digits(_solar_words(solar))})" if solar else shown


def moment(language: Language, value: datetime) -> str:
    """A moment to the minute, in UTC, which is named."""
    utc = value.astimezone(UTC)
    return f"{day(language, utc.date())} {language.digits(f'{utc:%H:%M}')} UTC"


def span(language: Language, earliest: date, latest: date) -> str:
    """An interval of days in the shortest words that mean it: a day, a month, a year, or from one day to another."""
    if earliest == latest:
        return day(language, earliest)
    if earliest.day == 1 and latest.day == monthrange(latest.year, latest.month)[1] and earliest.year == latest.year:
        if earliest.month == latest.month:
            return language.digits(_month(str(language.locale), earliest))
        if (earliest.month, latest.month) == (1, _LAST_MONTH):
            return language.digits(str(earliest.year))
    if language.code in _SHORTENING:
        return language.digits(_interval(str(language.locale), earliest, latest))
    return f"{day(language, earliest)} – {day(language, latest)}"


@lru_cache(maxsize=_MOST_REMEMBERED)
def _gregorian(locale: str, value: date) -> str:
    return format_date(value, "medium", locale=locale)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _month(locale: str, value: date) -> str:
    return format_skeleton("yMMMM", value, locale=locale)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _interval(locale: str, earliest: date, latest: date) -> str:
    return format_interval(earliest, latest, "yMMMd", locale=locale)


def _solar(value: date) -> SolarHijriDate | None:
    try:
        return solar_hijri_of(value)
    except BadInput:
        return None


def _solar_words(solar: SolarHijriDate) -> str:
    return f"{solar.day} {_MONTHS[solar.month - 1]} {solar.year}"
