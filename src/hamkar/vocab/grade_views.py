"""How a grade of another grid reads in Europol's 4x4: a coarser view for people, which never says more than was said.

Where two grades of the 4x4 fit, the lower is taken. The grade as given is what is kept, compared and sent.
"""

from collections.abc import Mapping
from functools import cache

from hamkar.vocab.grades import grid
from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

VIEW = "4x4"
_FILE = "grade_views.csv"
_HEADER = "grid,part,code,view"

View = tuple[str, str, str]
"""A grid, a part of a grade ("source" or "information"), and a code of that part."""


def seen_in_4x4(grid_id: str, source: str, information: str) -> tuple[str, str]:
    """The two codes of the 4x4 that a grade reads as; a grade of the 4x4 reads as itself."""
    if grid_id == VIEW:
        return source, information
    views = _views()
    return views[grid_id, "source", source], views[grid_id, "information", information]


@cache
def _views() -> Mapping[View, str]:
    return read_views(data_text(_FILE), _FILE)


def read_views(text: str, file: str) -> Mapping[View, str]:
    """The views of a table. Raises BadInput naming file, line and column."""
    return dict(map(_view, read_table(text, file, _HEADER)))


def _view(row: Row) -> tuple[View, str]:
    part = row.choice("part", ("source", "information"))
    known, coarse = grid(row.text("grid")), grid(VIEW)
    if known is None or coarse is None:
        row.reject("grid", "there is no such grid")
    code = row.choice("code", tuple(known.source if part == "source" else known.information))
    view = row.choice("view", tuple(coarse.source if part == "source" else coarse.information))
    return (known.id, part, code), view
