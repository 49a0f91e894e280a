"""Identifiers sort by the moment they were made (RFC 9562, section 5.7)."""

from datetime import UTC, datetime
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.ids.uuid7 import uuid7

moments = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
ten_bytes = st.binary(min_size=10, max_size=10)


@given(moments, ten_bytes)
def test_it_says_its_version_and_its_moment(moment: datetime, random: bytes) -> None:
    made = uuid7(moment, random)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(moment.timestamp() * 1000)


@given(moments, moments, ten_bytes, ten_bytes)
def test_a_later_millisecond_sorts_later(one: datetime, other: datetime, some: bytes, more: bytes) -> None:
    if int(one.timestamp() * 1000) < int(other.timestamp() * 1000):
        assert uuid7(one, some) < uuid7(other, more)


def test_the_example_of_the_rfc() -> None:
    # RFC 9562, appendix A.6: 2022-02-22 19:22:22.00 UTC, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
    made = uuid7(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC), (0x0CC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10))
    assert str(made) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        uuid7(datetime(2022, 2, 22, tzinfo=UTC), b"short")
