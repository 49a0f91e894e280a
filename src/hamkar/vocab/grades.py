"""The grids by which police grade a source and its information."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from hamkar.text.quoted import quoted
from hamkar.vocab.document import section, words
from hamkar.vocab.police_codes import FILE, police_codes


@dataclass(frozen=True, slots=True)
class Grid:
    """A grading grid: the source and information codes it allows, in its own order, each with its meaning.

    ``default`` is the pair that stands for anything received unassessed, where the grid's source defines one. Grades
    of different grids are never averaged and never converted in place.
    """

    id: str
    name: str
    source: Mapping[str, str]
    information: Mapping[str, str]
    default: tuple[str, str] | None
    verified: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file a grid stands, and under which keys."""

    block: str
    name: str
    source: str = "source"
    information: str = "information"
    default: tuple[str, str] | None = None


_PLACES = {
    # Regulation (EU) 2016/794, article 29(4): information without an assessment falls back to X and 4.
    "4x4": _Place("europol_4x4", "Europol 4x4", "source_reliability", "information_accuracy", ("X", "4")),
    "5x5x5": _Place("uk_5x5x5", "United Kingdom 5x5x5"),
    "3x5x2": _Place("uk_3x5x2", "United Kingdom 3x5x2"),
    "admiralty": _Place("admiralty_nato", "Admiralty (NATO)"),
}


def grid(grid_id: str) -> Grid | None:
    """The grid ``4x4``, ``5x5x5``, ``3x5x2`` or ``admiralty``; None for any other id."""
    return _grids().get(grid_id)


@lru_cache(maxsize=512)
def grade_fault(grid_id: str, source: str, information: str) -> str:
    """What is wrong with a grade in one sentence, "" where it is one of its grid."""
    known = grid(grid_id)
    if known is None:
        return f"{quoted(grid_id)} is no grid; use one of {', '.join(_grids())}"
    for part, code, codes in (("source", source, known.source), ("information", information, known.information)):
        if code not in codes:
            return f"{quoted(code)} is no {part} grade of {known.name}; use one of {', '.join(codes)}"
    return ""


def grids() -> tuple[Grid, ...]:
    """Every grid, Europol's first."""
    return tuple(_grids().values())


@cache
def _grids() -> dict[str, Grid]:
    return read_grids(police_codes(), FILE)


def read_grids(document: Mapping[str, object], file: str) -> dict[str, Grid]:
    """The grids of a codes document by id. Raises BadInput naming file and key."""
    return {grid_id: _grid(grid_id, place, document, file) for grid_id, place in _PLACES.items()}


def _grid(grid_id: str, place: _Place, document: Mapping[str, object], file: str) -> Grid:
    block = section(document, file, place.block)
    return Grid(
        id=grid_id,
        name=place.name,
        source=_meanings(block, file, place.source),
        information=_meanings(block, file, place.information),
        default=place.default,
        verified=words(block, file, "verified"),
    )


def _meanings(block: Mapping[str, object], file: str, key: str) -> dict[str, str]:
    codes = section(block, file, key)
    return {code: words(codes, file, code) for code in codes}
