"""A grade is one of its grid's, is kept as given, and reads in the coarser grid as no more than was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.model.grade import UNASSESSED, Grade
from hamkar.vocab.grades import Grid, grids

GRIDS = st.sampled_from(grids())


@given(GRIDS, st.data())
def test_every_grade_of_a_grid_makes_the_trip_and_reads_in_the_4x4(grid: Grid, data: st.DataObject) -> None:
    source, information = (data.draw(st.sampled_from(sorted(codes))) for codes in (grid.source, grid.information))
    grade = Grade(grid=grid.id, source=source, information=information)
    assert Grade.from_json(grade.to_json()) == grade
    assert grade.view.grid == "4x4"
    assert grade.view.view == grade.view
    assert (grade.grid, grade.source, grade.information) == (grid.id, source, information)


@pytest.mark.parametrize(
    ("grade", "advice"),
    [
        ({"grid": "4x4", "source": "D", "information": "1"}, "no source grade of Europol 4x4; use one of A, B, C, X"),
        ({"grid": "4x4", "source": "A", "information": "5"}, "no information grade of Europol 4x4"),
        ({"grid": "3x5x2", "source": "A", "information": "A"}, "no source grade of United Kingdom 3x5x2"),
        ({"grid": "6x6", "source": "A", "information": "1"}, "no grid"),
        ({"grid": "4x4", "source": "a", "information": "1"}, "no source grade"),
        ({"grid": "4x4", "source": "", "information": ""}, "no source grade"),
    ],
)
def test_a_grade_that_is_not_in_its_grid_is_refused(grade: dict[str, str], advice: str) -> None:
    with pytest.raises(BadInput, match=advice):
        Grade.from_dict(grade)


@pytest.mark.parametrize("part", ["source", "information"])
def test_what_was_graded_worse_never_reads_better(part: str) -> None:
    """The last source grade of every grid is that of a source nobody can judge, which has no place in the order."""
    for grid in grids():
        codes = list(grid.source if part == "source" else grid.information)
        unjudged = {"5x5x5": "E", "3x5x2": "2", "admiralty": "F", "4x4": "X"}[grid.id]
        ordered = [code for code in codes if part == "information" or code != unjudged]
        views = [getattr(_graded(grid, part, code).view, part) for code in ordered]
        assert views == sorted(views)


def _graded(grid: Grid, part: str, code: str) -> Grade:
    other = {"source": next(iter(grid.source)), "information": next(iter(grid.information))}
    return Grade(grid=grid.id, **{**other, part: code})


def test_what_nobody_assessed_reads_as_x4() -> None:
    assert str(UNASSESSED) == "X4"
    assert UNASSESSED.view == UNASSESSED
    assert str(Grade(grid="admiralty", source="F", information="6").view) == "X4"
