"""The cells that say of what there was how much."""

from decimal import Decimal

from hamkar.errors import BadInput
from hamkar.formats.country_cell import Flags
from hamkar.model.quantity import Qualifier, Quantity
from hamkar.model.report import Doubt, Flag
from hamkar.text.number import read_number
from hamkar.vocab.units import unit, unit_of

MOST_PLAUSIBLE_G = Decimal(100_000_000)
"""100 tonnes: above it a unit was mistaken, as in the 4,500 tonnes of one amphetamine row of the 2013 data."""


def read_quantity(
    columns: tuple[str, str], amount_text: str, unit_text: str, qualifier: Qualifier
) -> tuple[Quantity | None, Flags]:
    """The quantity as reported, exact to the last printed digit, with its doubts; None where no amount is given.

    ``columns`` name the amount and the unit. A missing amount, an unknown unit, an amount of zero (rounded away, or not
    weighed) and a mass above 100 t are flagged and kept. Raises BadInput for what no claim can be made of: an amount
    that is not a number, negative, NaN, infinite or 10**15 and more.
    """
    amount = _amount(columns[0], amount_text)
    if amount is None:
        return None, (Flag(column=columns[0], text=amount_text, doubt=Doubt.NO_AMOUNT),)
    code = unit_of(unit_text)
    quantity = Quantity(amount=amount, unit=code, unit_text=unit_text, qualifier=qualifier)
    flags: Flags = () if code else (Flag(column=columns[1], text=unit_text, doubt=Doubt.UNKNOWN_UNIT),)
    if not _is_plausible(amount, code):
        flags += (Flag(column=columns[0], text=amount_text, doubt=Doubt.IMPLAUSIBLE_AMOUNT),)
    return quantity, flags


def grams_in(code: str | None) -> Decimal | None:
    """Grams in one of a unit of mass; None for every other unit."""
    known = unit(code) if code else None
    return known.grams if known else None


def _amount(column: str, text: str) -> Decimal | None:
    try:
        return read_number(text)
    except BadInput as error:
        msg = f"{column}: {error}"
        raise BadInput(msg) from error


def _is_plausible(amount: Decimal, code: str | None) -> bool:
    grams = grams_in(code)
    return amount > 0 and (grams is None or amount * grams <= MOST_PLAUSIBLE_G)
