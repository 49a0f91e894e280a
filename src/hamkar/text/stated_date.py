"""A date as somebody wrote it, and the days it can mean."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from hamkar.errors import BadInput
from hamkar.text.calendar import FIRST_YEAR, LAST_YEAR, gregorian_of, solar_hijri_month_length
from hamkar.text.fold import fold
from hamkar.text.quoted import quoted

Precision = Literal["day", "month", "year"]
Calendar = Literal["gregorian", "solar_hijri"]
DayOrder = Literal["day_first", "month_first"]

_LONGEST = 60
_GREGORIAN_YEARS = range(1900, 2101)
_LAST_MONTH = 12

_YEAR_FIRST = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_NAMED = re.compile(r"(?:([0-9]{1,2}) )?([^\W0-9_]+)\.?,? ([0-9]{4})")
_NAME_FIRST = re.compile(r"([^\W0-9_]+)\.? ([0-9]{1,2}),? ([0-9]{4})")

_ENGLISH = "january february march april may june july august september october november december"
_PERSIAN = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_PERSIAN_IN_LATIN = "farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar dey bahman esfand"
_MONTHS: dict[str, tuple[Calendar, int]] = {
    **{name: ("gregorian", month) for month, name in enumerate(_ENGLISH.split(), 1)},
    **{name[:3]: ("gregorian", month) for month, name in enumerate(_ENGLISH.split(), 1)},
    "sept": ("gregorian", 9),
    **{name: ("solar_hijri", month) for month, name in enumerate(_PERSIAN.split(), 1)},
    **{name: ("solar_hijri", month) for month, name in enumerate(_PERSIAN_IN_LATIN.split(), 1)},
    "امرداد": ("solar_hijri", 5),
    "amordad": ("solar_hijri", 5),
}


@dataclass(frozen=True, slots=True)
class DateReading:
    """The closed interval of Gregorian days that a written date can mean, with its precision and calendar."""

    earliest: date
    latest: date
    precision: Precision
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class _Parts:
    year: int
    month: int | None
    day: int | None
    calendar: Calendar


def read_date(text: str, order: DayOrder | None = None) -> DateReading:
    """The days a written date can mean.

    Reads ``2024``, ``2024-09``, ``2024-09-10`` (also with / or .), ``1403/06/20``, ``۱۴۰۳/۰۶/۲۰``, ``10 September
    2024``, ``Sep 10, 2024``, ``20 Shahrivar 1403``, ``شهریور ۱۴۰۳``; and ``10/09/2024`` only where the caller names
    the ``order``, because nothing in the text tells. Years 1300 to 1499 are Solar Hijri, 1900 to 2100 Gregorian.
    Raises BadInput, quoting the text, for anything else.
    """
    if len(text) > _LONGEST:
        raise _unreadable(text)
    return _read(text, order)


@lru_cache(maxsize=8_192)
def _read(text: str, order: DayOrder | None) -> DateReading:
    cleaned = fold(text)
    parts = _numeric(cleaned) or _year_last(cleaned, order, text) or _named(cleaned)
    if parts is None:
        raise _unreadable(text)
    try:
        return _gregorian_days(parts) if parts.calendar == "gregorian" else _solar_hijri_days(parts)
    except (ValueError, BadInput) as error:
        msg = f"{quoted(text)} names a day or month that does not exist; correct it"
        raise BadInput(msg) from error


def _unreadable(text: str) -> BadInput:
    return BadInput(f"{quoted(text)} is not a date that can be read; write it as YYYY-MM-DD, or 1403/06/20")


def _calendar_of(year: int) -> Calendar | None:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return "solar_hijri"
    return "gregorian" if year in _GREGORIAN_YEARS else None


def _parts(year: str, month: str | None, day: str | None) -> _Parts | None:
    calendar = _calendar_of(int(year))
    if calendar is None:
        return None
    return _Parts(int(year), int(month) if month else None, int(day) if day else None, calendar)


def _numeric(cleaned: str) -> _Parts | None:
    found = _YEAR_FIRST.fullmatch(cleaned)
    return _parts(found[1], found[3], found[4]) if found else None


def _year_last(cleaned: str, order: DayOrder | None, text: str) -> _Parts | None:
    found = _YEAR_LAST.fullmatch(cleaned)
    if not found:
        return None
    if order is None:
        msg = f"{quoted(text)} does not tell the day from the month; name the order they stand in, or write YYYY-MM-DD"
        raise BadInput(msg)
    first, second, year = found[1], found[3], found[4]
    return _parts(year, second, first) if order == "day_first" else _parts(year, first, second)


def _named(cleaned: str) -> _Parts | None:
    if found := _NAMED.fullmatch(cleaned):
        day, name, year = found[1], found[2], found[3]
    elif found := _NAME_FIRST.fullmatch(cleaned):
        name, day, year = found[1], found[2], found[3]
    else:
        return None
    calendar, month = _MONTHS.get(name, (None, None))
    parts = _parts(year, str(month), day) if month else None
    return parts if parts and parts.calendar == calendar else None


def _gregorian_days(parts: _Parts) -> DateReading:
    year, month, day = parts.year, parts.month, parts.day
    if month is None:
        return DateReading(date(year, 1, 1), date(year, 12, 31), "year", "gregorian")
    if day is None:
        first = date(year, month, 1)
        return DateReading(first, first.replace(day=monthrange(year, month)[1]), "month", "gregorian")
    return DateReading(date(year, month, day), date(year, month, day), "day", "gregorian")


def _solar_hijri_days(parts: _Parts) -> DateReading:
    year, month, day = parts.year, parts.month, parts.day
    if month is None:
        last = gregorian_of(year, _LAST_MONTH, solar_hijri_month_length(year, _LAST_MONTH))
        return DateReading(gregorian_of(year, 1, 1), last, "year", "solar_hijri")
    if day is None:
        last = gregorian_of(year, month, solar_hijri_month_length(year, month))
        return DateReading(gregorian_of(year, month, 1), last, "month", "solar_hijri")
    return DateReading(gregorian_of(year, month, day), gregorian_of(year, month, day), "day", "solar_hijri")
