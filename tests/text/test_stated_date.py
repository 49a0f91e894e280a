"""Dates as reports write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.text.calendar import solar_hijri_of
from hamkar.text.digits import persian_digits
from hamkar.text.stated_date import DateReading, DayOrder, read_date

_SEED_DAY = date(2024, 9, 10)
_SEED = DateReading(_SEED_DAY, _SEED_DAY, "day", "gregorian")
_SEED_SOLAR = DateReading(_SEED_DAY, _SEED_DAY, "day", "solar_hijri")


@pytest.mark.parametrize(
    "written",
    [
        "2024-09-10",
        "2024/9/10",
        "2024.09.10",
        "10 September 2024",
        "10 Sep 2024",
        "10 Sept. 2024",
        "September 10, 2024",
        "SEP 10 2024",
        " 2024-09-10 ",
        "۲۰۲۴-۰۹-۱۰",
        "\u200e2024-09-10",
    ],
)
def test_the_day_of_the_seed_seizure_in_gregorian(written: str) -> None:
    assert read_date(written) == _SEED


@pytest.mark.parametrize(
    "written",
    [
        "1403/06/20",
        "1403-6-20",
        "۱۴۰۳/۰۶/۲۰",
        "20 Shahrivar 1403",
        "20 shahrivar, 1403",
        "۲۰ شهریور ۱۴۰۳",
        "20 شهريور 1403",
    ],
)
def test_the_day_of_the_seed_seizure_in_solar_hijri(written: str) -> None:
    assert read_date(written) == _SEED_SOLAR


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("2024", DateReading(date(2024, 1, 1), date(2024, 12, 31), "year", "gregorian")),
        ("2024-02", DateReading(date(2024, 2, 1), date(2024, 2, 29), "month", "gregorian")),
        ("September 2024", DateReading(date(2024, 9, 1), date(2024, 9, 30), "month", "gregorian")),
        ("1403", DateReading(date(2024, 3, 20), date(2025, 3, 20), "year", "solar_hijri")),
        ("1403/06", DateReading(date(2024, 8, 22), date(2024, 9, 21), "month", "solar_hijri")),
        ("شهریور ۱۴۰۳", DateReading(date(2024, 8, 22), date(2024, 9, 21), "month", "solar_hijri")),
        ("Esfand 1403", DateReading(date(2025, 2, 19), date(2025, 3, 20), "month", "solar_hijri")),
        ("مرداد 1403", DateReading(date(2024, 7, 22), date(2024, 8, 21), "month", "solar_hijri")),
        ("امرداد 1403", DateReading(date(2024, 7, 22), date(2024, 8, 21), "month", "solar_hijri")),
    ],
)
def test_a_coarser_date_is_the_interval_it_can_mean(written: str, reading: DateReading) -> None:
    assert read_date(written) == reading


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("10/09/2024", "day_first", _SEED_DAY),
        ("09/10/2024", "month_first", _SEED_DAY),
        ("10.09.2024", "day_first", _SEED_DAY),
        ("20/06/1403", "day_first", _SEED_DAY),
        ("۲۰/۰۶/۱۴۰۳", "day_first", _SEED_DAY),
    ],
)
def test_a_date_with_the_year_last_is_read_in_the_order_the_caller_names(
    written: str, order: DayOrder, day: date
) -> None:
    assert read_date(written, order).earliest == day


@pytest.mark.parametrize("written", ["10/09/2024", "25/12/2024", "20/06/1403"])
def test_without_an_order_even_an_obvious_day_is_not_guessed(written: str) -> None:
    with pytest.raises(BadInput, match="does not tell the day from the month"):
        read_date(written)


@pytest.mark.parametrize(
    "written",
    [
        "2024-13-01",
        "2024-00",
        "2024-02-30",
        "2023-02-29",
        "1404/12/30",
        "1403/00/01",
        "1403/01/00",
        "1403/07/31",
        "31 Mehr 1403",
        "30 February 2024",
    ],
)
def test_a_day_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        read_date(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "unknown",
        "yesterday",
        "2024-09/10",
        "24-09-10",
        "20240910",
        "2024-09-10T00:00:00",
        "0201-01-01",
        "1600",
        "2204-01-01",
        "20 Shahrivar 2024",
        "10 September 1403",
        "10 Brumaire 2024",
        "२०२४",
        "10/09/24",
        "2024-09-10 to 2024-09-12",
        "9" * 1_000,
    ],
)
def test_anything_else_is_refused_and_quoted(written: str) -> None:
    with pytest.raises(BadInput, match=r'^"'):
        read_date(written, "day_first")


@given(st.dates(min_value=date(1921, 3, 21), max_value=date(2100, 12, 31)))
def test_every_day_is_read_back_in_both_calendars(day: date) -> None:
    solar = solar_hijri_of(day)
    assert read_date(day.isoformat()) == DateReading(day, day, "day", "gregorian")
    assert read_date(persian_digits(str(solar))) == DateReading(day, day, "day", "solar_hijri")


@given(st.text() | st.from_regex(r"[0-9۰-۹]{1,4}[-/. ][0-9A-Za-zا-ی]{1,9}[-/. ][0-9]{1,4}", fullmatch=True))
def test_any_text_gives_an_interval_or_bad_input(text: str) -> None:
    try:
        reading = read_date(text, "month_first")
    except BadInput:
        return
    assert reading.earliest <= reading.latest
