"""Which columns a file has, whatever its edition calls them. The names are data: ``data/column_aliases.csv``."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter

from hamkar.errors import BadInput
from hamkar.text.fold import fold
from hamkar.text.quoted import quoted

_FILE = "column_aliases.csv"
_SHOWN = 24

Cells = tuple[str, ...]
Picker = Callable[[Sequence[str]], Cells]


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of a column: which layout and edition uses it, the canonical name, and whether a file must have it."""

    layout: str
    edition: str
    canonical: str
    needed: bool
    name: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file under their canonical names, each with its place (from 0) in a row.

    ``edition`` is the one whose name the first needed column bears. ``unused`` are the headings nothing is read from.
    """

    name: str
    edition: str
    columns: Mapping[str, int]
    unused: tuple[str, ...]

    def picker(self, *names: str) -> Picker:
        """A function from a row to its cells under these two or more names; "" for a column the file has not."""
        places = [self.columns.get(name, -1) for name in names]
        pick: Callable[[Sequence[str]], Cells] = itemgetter(*places)
        return pick if -1 not in places else lambda cells: pick([*cells, ""])


@cache
def aliases() -> tuple[Alias, ...]:
    """Every column name of every layout, in the order of the file."""
    text = files("hamkar.formats").joinpath("data", _FILE).read_text("utf-8")
    return tuple(
        Alias(row["layout"], row["edition"], row["canonical"], row["needed"] == "yes", row["alias"])
        for row in csv.DictReader(text.splitlines(), strict=True)
    )


def layout_names() -> tuple[str, ...]:
    """The layouts that can be read."""
    return tuple(dict.fromkeys(alias.layout for alias in aliases()))


def canonical_columns(layout: str) -> tuple[str, ...]:
    """The canonical columns of a layout, in the order of the file.

    Keys of claims are made of cells in this order: a new column goes to the end of its layout, so that files without it
    keep their keys.
    """
    return tuple(dict.fromkeys(alias.canonical for alias in aliases() if alias.layout == layout))


def layout_of(header: Sequence[str], file: str, name: str | None = None) -> Layout:
    """The layout whose columns a header names; ``name`` says which it must be.

    Headings are compared by their letters and digits. Raises BadInput naming the file and what is missing.
    """
    if name is not None and name not in layout_names():
        msg = f"there is no layout {quoted(name)}; the layouts are {', '.join(layout_names())}"
        raise BadInput(msg)
    found = [_match(header, layout, file) for layout in layout_names() if name in (None, layout)]
    best = max(found, key=lambda layout: len(layout.columns))
    missing = _missing(best)
    if missing:
        msg = (
            f"{file} is not a table that can be imported: as {best.name} it lacks {', '.join(missing)}; its columns are"
            f" {_shown(header)}; rename them, or give another file"
        )
        raise BadInput(msg)
    return best


def _match(header: Sequence[str], layout: str, file: str) -> Layout:
    known = {_key(alias.name): alias for alias in aliases() if alias.layout == layout}
    matched = {place: known[_key(heading)] for place, heading in enumerate(header) if _key(heading) in known}
    columns: dict[str, int] = {}
    for place, alias in matched.items():
        if alias.canonical in columns:
            both = f"{quoted(header[columns[alias.canonical]])} and {quoted(header[place])}"
            msg = f"{file} has two columns for {alias.canonical}, {both}; remove one"
            raise BadInput(msg)
        columns[alias.canonical] = place
    edition = next((alias.edition for alias in _in_order(matched.values()) if alias.needed), "")
    unused = tuple(heading for place, heading in enumerate(header) if place not in matched and heading.strip())
    return Layout(layout, edition, columns, unused)


def _in_order(found: Iterable[Alias]) -> list[Alias]:
    order = aliases()
    return sorted(found, key=order.index)


def _missing(layout: Layout) -> list[str]:
    needed = dict.fromkeys(alias.canonical for alias in aliases() if alias.layout == layout.name and alias.needed)
    return [column for column in needed if column not in layout.columns]


def _shown(header: Sequence[str]) -> str:
    more = f" and {len(header) - _SHOWN} more" if len(header) > _SHOWN else ""
    return ", ".join(quoted(heading) for heading in header[:_SHOWN] if heading.strip()) + more


def _key(heading: str) -> str:
    return "".join(character for character in fold(heading) if character.isalnum())
