"""Amounts as people and machines write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.text.digits import persian_digits
from hamkar.text.number import read_number


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("2400", "2400"),
        ("2400.0", "2400.0"),
        ("0.0", "0.0"),
        (".5", "0.5"),
        ("1e-05", "0.00001"),
        ("1.4000000000000001e-05", "0.000014000000000000001"),
        ("9E2", "900"),
        ("2,400", "2400"),
        ("1,234,567.25", "1234567.25"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1.234", "1.234"),
        ("12,5", "12.5"),
        ("0,500", "0.500"),
        ("1234,500", "1234.500"),
        ("2 400", "2400"),
        ("2\u00a0400,5", "2400.5"),
        ("2\u202f400.5", "2400.5"),
        ("۲۴۰۰", "2400"),
        ("۲٬۴۰۰", "2400"),
        ("۲٬۴۰۰٫۵", "2400.5"),
        ("۲,۴۰۰٫۵", "2400.5"),
        ("۲،۴۰۰", "2400"),
        ("٠٫٥", "0.5"),
        ("  7.4 ", "7.4"),
        ("\u200f۷٫۴", "7.4"),
        (" " * 100 + "7.4", "7.4"),
    ],
)
def test_reads_what_can_be_read_only_one_way(written: str, amount: str) -> None:
    assert read_number(written) == Decimal(amount)


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0", "\u200f"])
def test_a_blank_cell_states_no_amount(blank: str) -> None:
    assert read_number(blank) is None


@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        "nan",
        "Inf",
        "-Infinity",
        "-5",
        "+5",
        "−5",
        "1e400",
        "1e-400",
        "9" * 16,
        "1" * 41,
        "1_000",
        "0x10",
        "1,2,3",
        "1,23,456",
        "1.234,567,8",
        "1.23.456",
        "1,234.567.8",
        "012,345.5",
        "1 23",
        "2.400,",
        "۲٬۴",
        "1/2",
        "about 5",
        "5 kg",
        "१२",
        "½",
        "٫",
        ".",
        ",",
        "=1+1",
        "1\x005",
    ],
)
def test_refuses_the_rest_and_quotes_it(written: str) -> None:
    with pytest.raises(BadInput, match=r'^"'):
        read_number(written)


def test_a_number_of_a_million_digits_is_refused_at_once_and_quoted_short() -> None:
    with pytest.raises(BadInput) as refusal:
        read_number("9" * 1_000_000)
    assert len(str(refusal.value)) < 200


_AMOUNTS = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=4)


@given(_AMOUNTS)
def test_every_amount_survives_being_written(amount: Decimal) -> None:
    for written in (f"{amount}", f"{amount:.4f}", f"{amount:,.4f}", f"{float(amount)!r}"):
        assert read_number(written) == Decimal(written.replace(",", ""))


@given(_AMOUNTS)
def test_the_persian_way_of_writing_gives_the_same_amount(amount: Decimal) -> None:
    written = persian_digits(f"{amount:,.4f}").replace(",", "٬").replace(".", "٫")
    assert read_number(written) == amount


@given(_AMOUNTS.filter(lambda amount: amount >= 1_000))
def test_the_continental_way_of_writing_gives_the_same_amount(amount: Decimal) -> None:
    written = f"{amount:,.4f}".translate(str.maketrans(",.", ".,"))
    assert read_number(written) == amount


@given(st.text() | st.text(alphabet="0123456789.,٬٫ eE+-۱۲", max_size=20))
def test_any_text_gives_a_finite_amount_of_zero_or_more_or_none_or_bad_input(text: str) -> None:
    try:
        amount = read_number(text)
    except BadInput:
        return
    assert amount is None or (amount.is_finite() and 0 <= amount < 10**15)
