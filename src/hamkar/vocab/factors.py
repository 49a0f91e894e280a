"""The factors by which reported amounts become grams, as data with a version and a source."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache

from hamkar.vocab.resource import data_text
from hamkar.vocab.substances import substance as find_substance
from hamkar.vocab.table import Row, read_table
from hamkar.vocab.units import unit as find_unit

_FILE = "conversion_factors.csv"
_HEADER = "set_id,version,valid_from,substance,unit,low_g,central_g,high_g,source,note"
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Factor:
    """Grams of bulk weight in one unit: the lowest, the central and the highest figure, and who says so.

    ``substance`` is a slug, or ``*`` for any. A converted figure names ``set_id`` and ``version`` and stands beside the
    amount as reported, never in its place. It is bulk weight and never compared with pure weight.
    """

    set_id: str
    version: str
    valid_from: date
    substance: str
    unit: str
    low_g: Decimal
    central_g: Decimal
    high_g: Decimal
    source: str
    note: str | None

    @property
    def is_exact(self) -> bool:
        """Whether there is one figure and no range."""
        return self.low_g == self.high_g


def factor(substance: str | None, unit: str) -> Factor | None:
    """The factor for this substance (None where it is not known) in this unit, or None where there is none.

    There is none for plants, areas, packages and unknown units, nor for a counted unit of a substance whose unit mass
    nobody has stated: such amounts are refused, not guessed. A multiple takes the factor of its base, so that a
    thousand tablets weigh a thousand times a tablet.
    """
    counted = find_unit(unit)
    if counted is None:
        return None
    found = _factors().get((substance or _ANY, counted.base)) or _factors().get((_ANY, counted.base))
    return found and _times(found, counted.code, counted.per_base)


@cache
def factors() -> tuple[Factor, ...]:
    """Every factor as it stands in the file, one version of one set."""
    return tuple(_factors().values())


def read_factors(text: str, file: str) -> tuple[Factor, ...]:
    """The factors of a CSV text. Raises BadInput naming file, line and column."""
    rows = read_table(text, file, _HEADER)
    found: dict[tuple[str, str], Factor] = {}
    for row in rows:
        each = _factor(row)
        if (each.substance, each.unit) in found:
            row.reject("unit", "this substance has a factor for it already")
        if (each.set_id, each.version) != (rows[0].text("set_id"), rows[0].text("version")):
            row.reject("version", "a file holds one version of one set")
        found[each.substance, each.unit] = each
    return tuple(found.values())


def _factor(row: Row) -> Factor:
    substance, unit = row.text("substance"), row.text("unit")
    if substance != _ANY and find_substance(substance) is None:
        row.reject("substance", "it is neither * nor the slug of a substance")
    counted = find_unit(unit)
    if counted is None or counted.base != unit:
        row.reject("unit", "it is not the code of a base unit")
    if counted.dimension not in {"mass", "volume", "count"}:
        row.reject("unit", f"a unit of {counted.dimension} has no mass")
    low, central, high = (_grams(row, column) for column in ("low_g", "central_g", "high_g"))
    if not low <= central <= high:
        row.reject("central_g", "it is not between low_g and high_g")
    return Factor(
        set_id=row.text("set_id"),
        version=row.text("version"),
        valid_from=row.day("valid_from"),
        substance=substance,
        unit=unit,
        low_g=low,
        central_g=central,
        high_g=high,
        source=row.text("source"),
        note=row.maybe("note"),
    )


def _grams(row: Row, column: str) -> Decimal:
    found = row.number(column)
    if not found:
        row.reject(column, "it must be more than zero")
    return found


def _times(base: Factor, unit: str, count: Decimal) -> Factor:
    return replace(
        base, unit=unit, low_g=base.low_g * count, central_g=base.central_g * count, high_g=base.high_g * count
    )


@cache
def _factors() -> dict[tuple[str, str], Factor]:
    return {(each.substance, each.unit): each for each in read_factors(data_text(_FILE), _FILE)}
