"""How grades of other grids read in the 4x4."""

import pytest

from hamkar.errors import BadInput
from hamkar.vocab.grade_views import VIEW, read_views, seen_in_4x4
from hamkar.vocab.grades import grids


def test_every_code_of_every_grid_has_a_view() -> None:
    for grid in grids():
        for source in grid.source:
            for information in grid.information:
                assert len("".join(seen_in_4x4(grid.id, source, information))) == 2


def test_the_4x4_reads_as_itself() -> None:
    assert seen_in_4x4(VIEW, "B", "2") == ("B", "2")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("6x6,source,A,A", "line 2, column grid"),
        ("admiralty,colour,A,A", "line 2, column part"),
        ("admiralty,source,Z,A", "line 2, column code"),
        ("admiralty,source,A,D", "line 2, column view"),
    ],
)
def test_a_mistake_in_the_file_names_its_place(line: str, place: str) -> None:
    with pytest.raises(BadInput, match=place):
        read_views(f"grid,part,code,view\n{line}\n", "grade_views.csv")
