"""The Solar Hijri calendar of Iran beside the Gregorian."""

from dataclasses import dataclass
from datetime import date

from persiantools.jdatetime import JalaliDate

from hamkar.errors import BadInput

# Iran adopted the calendar by law in 1304; within these bounds the arithmetic leap years are the observed ones.
FIRST_YEAR = 1300
LAST_YEAR = 1499
_FIRST_DAY = date(1921, 3, 21)
_LAST_DAY = date(2121, 3, 20)


@dataclass(frozen=True, slots=True)
class SolarHijriDate:
    """A day of the Solar Hijri calendar in the years 1300 to 1499."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.year:04}/{self.month:02}/{self.day:02}"


def gregorian_of(year: int, month: int, day: int) -> date:
    """The Gregorian day of a Solar Hijri date. Raises BadInput where there is no such day in 1300 to 1499."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and JalaliDate.check_date(year, month, day)):
        msg = f"there is no Solar Hijri date {year}/{month}/{day} in the years {FIRST_YEAR} to {LAST_YEAR}; correct it"
        raise BadInput(msg)
    return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call] # its constructor is untyped


def solar_hijri_of(day: date) -> SolarHijriDate:
    """The Solar Hijri date of a Gregorian day. Raises BadInput outside 21 March 1921 to 20 March 2121."""
    if not _FIRST_DAY <= day <= _LAST_DAY:
        msg = f"{day.isoformat()} is outside the Solar Hijri years {FIRST_YEAR} to {LAST_YEAR}; correct the date"
        raise BadInput(msg)
    solar = JalaliDate.to_jalali(day.year, day.month, day.day)  # type: ignore[no-untyped-call] # untyped upstream
    return SolarHijriDate(solar.year, solar.month, solar.day)


def solar_hijri_month_length(year: int, month: int) -> int:
    """How many days the Solar Hijri month has: 31, 30, or 29 for Esfand of a common year. Raises BadInput as above."""
    gregorian_of(year, month, 1)
    return JalaliDate.days_in_month(month, year)
