"""Codes that people type in: those of a generator, and those that serve once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.code_generator import generator_address, new_generator_secret, step_of
from hamkar.crypto.one_time_code import new_one_time_code, one_time_code_hash

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - "12345678901234567890", of RFC 6238
AT = datetime(2026, 3, 2, 3, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    """Appendix B gives eight digits; six are the last six of them."""
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(second, UTC), after=0) == second // 30


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_a_code_is_taken_as_people_type_it(typed: str) -> None:
    assert step_of(RFC_SECRET, typed.format(pyotp.TOTP(RFC_SECRET).at(AT)), AT, after=0) is not None


def test_a_code_in_persian_digits_is_the_same_code() -> None:
    persian = pyotp.TOTP(RFC_SECRET).at(AT).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert step_of(RFC_SECRET, persian, AT, after=0) is not None


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(late: int, *, taken: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(AT + timedelta(seconds=late))
    assert (step_of(RFC_SECRET, code, AT, after=0) is not None) == taken


def test_no_code_serves_twice_nor_one_before_the_last() -> None:
    step = step_of(RFC_SECRET, pyotp.TOTP(RFC_SECRET).at(AT), AT, after=0)
    assert step is not None
    for earlier in (0, -30):
        code = pyotp.TOTP(RFC_SECRET).at(AT + timedelta(seconds=earlier))
        assert step_of(RFC_SECRET, code, AT, after=step) is None


@given(st.text())
def test_whatever_is_typed_is_a_code_or_is_not(typed: str) -> None:
    step = step_of(RFC_SECRET, typed, AT, after=0)
    assert step is None or abs(step * 30 - AT.timestamp()) <= 60
    assert len(one_time_code_hash(typed)) == 32


def test_a_generator_learns_whose_code_it_shows() -> None:
    address = generator_address(new_generator_secret(), "aliya", "Synthetic Customs")
    assert address.startswith("otpauth://totp/Synthetic%20Customs:aliya?secret=")


def test_a_one_time_code_is_the_same_however_it_is_typed() -> None:
    code = new_one_time_code()
    assert len(code) == 19
    assert len({one_time_code_hash(each) for each in (code, code.lower(), code.replace("-", " "), f" {code}\n")}) == 1
    assert new_one_time_code() != code
