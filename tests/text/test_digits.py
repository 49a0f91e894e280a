"""Digits of three scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.text.digits import ascii_digits, persian_digits


@given(st.text(alphabet=st.characters(exclude_characters="۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")))
def test_text_survives_the_trip_to_persian_digits_and_back(text: str) -> None:
    assert ascii_digits(persian_digits(text)) == text


@pytest.mark.parametrize(
    ("written", "ascii_text"),
    [("۱۴۰۳/۰۶/۲۰", "1403/06/20"), ("٢٤٠٠ كيلوغرام", "2400 كيلوغرام"), ("2400", "2400"), ("", "")],
)
def test_persian_and_arabic_digits_become_ascii_and_the_rest_stays(written: str, ascii_text: str) -> None:
    assert ascii_digits(written) == ascii_text


def test_digits_of_other_scripts_are_left_alone() -> None:
    assert ascii_digits("१२३") == "१२३"
