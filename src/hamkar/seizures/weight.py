"""Comparing quantities as reported."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hamkar.model.quantity import Qualifier, Quantity
from hamkar.seizures.resolve import Measure
from hamkar.vocab.units import unit

_ABOUT = Decimal("0.1")
_OVER_REACHES = Decimal(13) / Decimal(12)
"""How far "over" can reach: a report of "over 2,400" fits a weighing of up to about 2,600."""

_LOWER_BOUNDS = (Qualifier.OVER, Qualifier.AT_LEAST)


def span(quantity: Quantity) -> tuple[Decimal, Decimal]:
    """The amounts, in the reported unit, that the words can mean; an exact figure holds to its last printed digit."""
    amount = quantity.amount
    if quantity.qualifier in _LOWER_BOUNDS:
        return amount, amount * _OVER_REACHES
    if quantity.qualifier is Qualifier.ABOUT:
        return amount * (1 - _ABOUT), amount * (1 + _ABOUT)
    exponent = amount.as_tuple().exponent
    half_digit = Decimal(5).scaleb(min(int(exponent), 0) - 1)
    return amount - half_digit, amount + half_digit


def _span_in_base(quantity: Quantity) -> tuple[str, Decimal, Decimal]:
    """The span with the measure it is in: the base of its unit where that is known."""
    low, high = span(quantity)
    known = unit(quantity.unit) if quantity.unit else None
    if known is None:
        return quantity.unit or quantity.unit_text.casefold(), low, high
    return known.base, low * known.per_base, high * known.per_base


def compatible(one: Quantity, other: Quantity) -> bool:
    """Whether both can be true of one load. Bulk and pure weight, and units of different kinds, never are."""
    measure, low, high = _span_in_base(one)
    other_measure, other_low, other_high = _span_in_base(other)
    meet = (low, high) == (other_low, other_high) or (low < other_high and other_low < high)
    return measure == other_measure and one.basis is other.basis and meet


def _width(quantity: Quantity) -> Decimal:
    _, low, high = _span_in_base(quantity)
    return high - low


def join(values: Sequence[Quantity]) -> Quantity:
    """The narrowest of compatible quantities; "over" beside an exact report of the same figure gives "at least"."""
    best = min(values, key=lambda v: (_width(v), v.amount, v.unit or v.unit_text, v.qualifier))
    bound = any(v.qualifier in _LOWER_BOUNDS and v.amount == best.amount and v.unit == best.unit for v in values)
    return replace(best, qualifier=Qualifier.AT_LEAST) if bound else best


QUANTITY = Measure(compatible=compatible, join=join)
