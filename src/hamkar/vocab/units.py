"""Units in which amounts are reported, and the labels that lead to them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal, cast, get_args

from hamkar.text.fold import fold
from hamkar.vocab.lookup import lookup
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

Dimension = Literal["mass", "volume", "count", "plants", "area", "package", "unknown"]

_FILE = "units.csv"
_HEADER = "code,dimension,base,per_base,name,labels,basis"
GRAM = "g"
MILLILITRE = "ml"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of report. One of it is ``per_base`` of the unit ``base``, which for a base unit is 1 of itself.

    Bases are ``g``, ``ml``, ``m2`` and one for each thing that is counted; what was counted stays apart, because a
    capsule is no tablet. ``basis`` says where ``per_base`` comes from.
    """

    code: str
    dimension: Dimension
    base: str
    per_base: Decimal
    name: str
    labels: tuple[str, ...]
    basis: str

    @property
    def grams(self) -> Decimal | None:
        """Grams in one of it, where it is a unit of mass."""
        return self.per_base if self.base == GRAM else None

    @property
    def millilitres(self) -> Decimal | None:
        """Millilitres in one of it, where it is a unit of volume."""
        return self.per_base if self.base == MILLILITRE else None


def unit(code: str) -> Unit | None:
    """The unit with this code, or None."""
    return _by_code().get(code)


@cache
def units() -> tuple[Unit, ...]:
    """Every unit, in the order of the file."""
    return tuple(_by_code().values())


def unit_of(label: str) -> str | None:
    """The code a label leads to (codes, names and labels, compared exactly after folding), or None.

    "ton" is the metric tonne, as UNODC and the public reports use it; short and long tons must be named as such.
    """
    return _find()(label)


def read_units(text: str, file: str) -> dict[str, Unit]:
    """The units of a CSV text by code. Raises BadInput naming file, line and column."""
    found: dict[str, Unit] = {}
    for row in read_table(text, file, _HEADER):
        code = row.text("code")
        if code in found:
            row.reject("code", "it stands in the file twice")
        if row.text("base") not in {code, *found}:
            row.reject("base", "no line above has this code")
        found[code] = _unit(row)
    return found


def _unit(row: Row) -> Unit:
    per_base = row.number("per_base")
    if not per_base:
        row.reject("per_base", "it must be more than zero")
    dimension = cast("Dimension", row.choice("dimension", get_args(Dimension)))
    code, base, name = row.text("code"), row.text("base"), row.text("name")
    return Unit(code, dimension, base, per_base, name, row.parts("labels"), row.text("basis"))


@cache
def _by_code() -> dict[str, Unit]:
    return read_units(data_text(_FILE), _FILE)


@cache
def _find() -> Callable[[str], str | None]:
    every = units()
    return lookup(fold, ((label, each.code) for each in every for label in (each.code, each.name, *each.labels)))
