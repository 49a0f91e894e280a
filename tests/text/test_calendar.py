"""The Solar Hijri calendar against days that are known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.text.calendar import SolarHijriDate, gregorian_of, solar_hijri_month_length, solar_hijri_of

_DAYS = st.dates(min_value=date(1921, 3, 21), max_value=date(2121, 3, 20))


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ((1403, 6, 20), date(2024, 9, 10)),  # the seed seizure: 20 Shahrivar 1403
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1399, 12, 30), date(2021, 3, 20)),  # the last day of a leap year
        ((1400, 1, 1), date(2021, 3, 21)),
        ((1403, 1, 1), date(2024, 3, 20)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1404, 1, 1), date(2025, 3, 21)),
        ((1300, 1, 1), date(1921, 3, 21)),
        ((1499, 12, 29), date(2121, 3, 20)),
    ],
)
def test_known_days(solar: tuple[int, int, int], gregorian: date) -> None:
    assert gregorian_of(*solar) == gregorian
    assert solar_hijri_of(gregorian) == SolarHijriDate(*solar)


@given(_DAYS)
def test_a_day_survives_the_trip_to_solar_hijri_and_back(day: date) -> None:
    solar = solar_hijri_of(day)
    assert gregorian_of(solar.year, solar.month, solar.day) == day


@given(_DAYS.filter(lambda day: day < date(2121, 3, 20)))
def test_the_next_day_is_the_next_day_in_both_calendars(day: date) -> None:
    today, tomorrow = solar_hijri_of(day), solar_hijri_of(day + timedelta(days=1))
    if tomorrow.day == 1:
        assert today.day == solar_hijri_month_length(today.year, today.month)
    else:
        assert (tomorrow.year, tomorrow.month, tomorrow.day) == (today.year, today.month, today.day + 1)


@pytest.mark.parametrize(
    "solar",
    [
        (1404, 12, 30),
        (1403, 7, 31),
        (1403, 13, 1),
        (1403, 0, 1),
        (1403, 1, 0),
        (1403, -1, 1),
        (1299, 1, 1),
        (1500, 1, 1),
    ],
)
def test_a_day_that_does_not_exist_is_refused(solar: tuple[int, int, int]) -> None:
    with pytest.raises(BadInput, match=r"there is no Solar Hijri date .* correct it"):
        gregorian_of(*solar)


@pytest.mark.parametrize("day", [date.min, date(1921, 3, 20), date(2121, 3, 21), date.max])
def test_a_day_outside_the_bounds_is_refused(day: date) -> None:
    with pytest.raises(BadInput, match="outside the Solar Hijri years 1300 to 1499"):
        solar_hijri_of(day)


def test_a_solar_hijri_date_is_written_as_iranians_write_it() -> None:
    assert str(SolarHijriDate(1403, 6, 20)) == "1403/06/20"
