"""Every record survives the trip to plain data and JSON; what is malformed is refused naming the field."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.model.grade import Grade
from hamkar.model.quantity import Quantity
from hamkar.model.report import Report
from reports import claim, kilograms, line


@given(
    st.builds(claim, st.integers(1, 9999), st.text(max_size=9), agency=st.text(max_size=30)),
    st.lists(st.builds(line, st.text(min_size=1, max_size=9), st.none() | st.just(kilograms("1.50"))), max_size=3),
)
def test_a_report_comes_back_as_it_went(report: Report, lines: list[object]) -> None:
    full = Report.from_dict({**report.to_dict(), "lines": [one.to_dict() for one in lines]})  # type: ignore[attr-defined] # lines
    assert Report.from_dict(full.to_dict()) == full
    assert Report.from_json(full.to_json()) == full
    assert Report.from_own_json(full.to_json()) == full


def test_an_amount_keeps_every_printed_digit() -> None:
    quantity = kilograms("6.087999999999999")
    assert Quantity.from_json(quantity.to_json()).amount == Decimal("6.087999999999999")


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"grid": "4x4", "source": 5}, "source"),
        ({"grid": "4x4", "trust": "much"}, "trust"),
        ([], "object"),
        (None, "object"),
    ],
)
def test_what_is_malformed_is_refused_by_the_name_of_its_field(data: object, names: str) -> None:
    with pytest.raises(BadInput, match=names):
        Grade.from_dict(data)


def test_a_field_hidden_deep_inside_is_not_overlooked() -> None:
    plain = claim(1, "a", line("heroin", kilograms("1"))).to_dict()
    plain["lines"][0]["quantity"]["purity"] = "0.9"  # type: ignore[index] # plain data
    with pytest.raises(BadInput, match=r"lines\[0\]\.quantity\.purity"):
        Report.from_dict(plain)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_report_or_a_refusal(data: bytes) -> None:
    with pytest.raises(BadInput):
        Report.from_json(data)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1"])
def test_an_amount_is_finite_and_not_negative(amount: str) -> None:
    plain = kilograms("1").to_dict()
    with pytest.raises(BadInput, match="amount"):
        Quantity.from_dict({**plain, "amount": amount})
