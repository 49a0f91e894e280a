"""Grading grids."""

import pytest

from hamkar.vocab.grades import grade_fault, grid, grids


@pytest.mark.parametrize(
    ("grid_id", "source", "information"),
    [
        ("4x4", "ABCX", "1234"),
        ("5x5x5", "ABCDE", "12345"),
        ("3x5x2", "123", "ABCDE"),
        ("admiralty", "ABCDEF", "123456"),
    ],
)
def test_a_grid_allows_its_codes_and_no_others(grid_id: str, source: str, information: str) -> None:
    found = grid(grid_id)
    assert found is not None
    assert ("".join(found.source), "".join(found.information)) == (source, information)
    assert grade_fault(grid_id, source[0], information[-1]) == ""
    assert "is no source grade of" in grade_fault(grid_id, "Z", information[0])
    assert "is no information grade of" in grade_fault(grid_id, source[0], "9")


def test_what_comes_unassessed_is_x4_in_the_europol_grid_alone() -> None:
    assert {each.id: each.default for each in grids()} == {
        "4x4": ("X", "4"),
        "5x5x5": None,
        "3x5x2": None,
        "admiralty": None,
    }


def test_every_code_has_a_meaning_and_every_grid_says_how_far_it_was_verified() -> None:
    for each in grids():
        assert each.verified
        assert all([*each.source.values(), *each.information.values()])


def test_an_unknown_grid_is_none() -> None:
    assert grid("6x6") is None
    assert "no grid; use one of 4x4, 5x5x5, 3x5x2, admiralty" in grade_fault("6x6", "A", "1")
