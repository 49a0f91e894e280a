"""Padding to few sizes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.exchange.padding import MIN_PADDED, padded_size


@given(size=st.integers(0, 2**21))
def test_padding_never_shortens_costs_an_eighth_at_most_and_is_stable(size: int) -> None:
    padded = padded_size(size)
    assert size <= padded <= max(MIN_PADDED, size * 1.125)
    assert padded_size(padded) == padded


@pytest.mark.parametrize(
    ("size", "padded"), [(0, 1024), (1024, 1024), (1025, 1088), (100_000, 100_352), (1_048_644, 1_081_344)]
)
def test_sizes_fall_into_the_classes_of_the_paper(size: int, padded: int) -> None:
    assert padded_size(size) == padded


def test_a_mebibyte_knows_few_sizes() -> None:
    assert len({padded_size(size) for size in range(0, 2**20 + 1, 8)}) < 320
