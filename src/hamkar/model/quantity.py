"""How much, exactly as somebody reported it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hamkar.model.record import Record


class Qualifier(StrEnum):
    """What the reporter's word before the number means."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    AT_LEAST = "at_least"


class Weighing(StrEnum):
    """Whether packaging is in the weight."""

    GROSS = "gross"
    NET = "net"
    UNKNOWN = "unknown"


class Measured(StrEnum):
    """By whom the substance and the amount were established."""

    FIELD_TEST = "field_test"
    LABORATORY = "laboratory"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """Bulk weight counts the whole seized mass, pure weight only the active substance; never compared."""

    BULK = "bulk"
    PURE = "pure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Record):
    """An amount in the unit it was reported in; never converted, never rounded.

    ``unit`` is the code of the unit vocabulary, or None where ``unit_text`` is not in it.
    """

    amount: Decimal
    unit: str | None
    unit_text: str
    qualifier: Qualifier = Qualifier.EXACT
    weighing: Weighing = Weighing.UNKNOWN
    measured: Measured = Measured.UNKNOWN
    basis: Basis = Basis.BULK

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0:
            msg = f"an amount is a finite number of zero or more, not {self.amount}"
            raise ValueError(msg)
