"""Border crossings and ports of the corridor, and the names that lead to them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from hamkar.text.fold import fold_plain
from hamkar.vocab.lookup import lookup
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

_FILE = "border_crossings.csv"
_HEADER = (
    "id,pair,name_a,iso_a,name_b,iso_b,mode,lat,lon,coord_feature,coord_source,approx_error_km,unlocode_a,unlocode_b,"
    "name_fa,name_az_tr,official_list,status_note,source"
)
_NAME_COLUMNS = ("name_a", "name_b", "name_fa", "name_az_tr")
# "Horadiz area" or "Etrek side" says where a crossing lies, it is not what anybody calls it.
_WHEREABOUTS = re.compile(r"\b(?:area|side)\b")
_SEPARATORS = re.compile(r"[/;؛]")
_WITH_OTHER_NAME = re.compile(r"(.+?) *\(([^()]{3,})\)")


@dataclass(frozen=True, slots=True)
class Crossing:
    """A border crossing or port. ``provinces`` are ISO 3166-2 codes on both sides, ``modes`` road, rail or sea.

    ``lat`` and ``lon`` are degrees of ``coord_feature``, mostly a town's centre, off by up to ``error_km``; None where
    nobody verified them. ``status_note`` is what was known when the file was compiled: a crossing's status is
    time-bound and is not to be computed with.
    """

    id: str
    pair: str
    names: tuple[str, ...]
    provinces: tuple[str, ...]
    modes: tuple[str, ...]
    lat: float | None
    lon: float | None
    coord_feature: str | None
    error_km: Decimal | None
    status_note: str | None
    source: str | None


def crossing(crossing_id: str) -> Crossing | None:
    """The crossing with this id, or None."""
    return _by_id().get(crossing_id)


@cache
def crossings() -> tuple[Crossing, ...]:
    """Every crossing, in the order of the file."""
    return tuple(_by_id().values())


def crossing_of(text: str) -> str | None:
    """The id of the crossing that has this name on either side or in any of its languages, or None.

    Names are compared exactly, diacritics, apostrophes and hyphens aside; a name two crossings have leads to none.
    """
    return _find()(text)


def read_crossings(text: str, file: str) -> dict[str, Crossing]:
    """The crossings of a CSV text by id. Raises BadInput naming file, line and column."""
    found: dict[str, Crossing] = {}
    for row in read_table(text, file, _HEADER):
        if row.text("id") in found:
            row.reject("id", "it stands in the file twice")
        found[row.text("id")] = _crossing(row)
    return found


def _crossing(row: Row) -> Crossing:
    provinces = (part for column in ("iso_a", "iso_b") for part in row.cells[column].split("/") if part)
    return Crossing(
        id=row.text("id"),
        pair=row.text("pair"),
        names=tuple(dict.fromkeys(name for column in _NAME_COLUMNS for name in _names(row.cells[column]))),
        provinces=tuple(provinces),
        modes=row.parts("mode"),
        lat=row.degrees("lat"),
        lon=row.degrees("lon"),
        coord_feature=row.maybe("coord_feature"),
        error_km=row.number("approx_error_km"),
        status_note=row.maybe("status_note"),
        source=row.maybe("source"),
    )


def _names(cell: str) -> Iterator[str]:
    """The names in a cell such as "Milak (Silk Bridge)"; a country in brackets, as in "Samur (RU)", is no name."""
    for part in map(str.strip, _SEPARATORS.split(cell)):
        if not part or _WHEREABOUTS.search(part):
            continue
        both = _WITH_OTHER_NAME.fullmatch(part)
        yield from (both.groups() if both else (part,))


@cache
def _by_id() -> dict[str, Crossing]:
    return read_crossings(data_text(_FILE), _FILE)


@cache
def _find() -> Callable[[str], str | None]:
    every = crossings()
    return lookup(
        fold_plain,
        ((each.id, each.id) for each in every),
        ((name, each.id) for each in every for name in each.names),
    )
