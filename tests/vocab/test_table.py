"""A mistake in a vocabulary file is named by file, line and column."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.table import Row, read_table


def _row(cell: str) -> Row:
    return read_table(f'code,value\na,"{cell}"\n', "units.csv", "code,value")[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1, column code"),
        ("code\n", "line 1, column value"),
        ("cod,value\n", "line 1, column code"),
        ("code,value,more\n", 'line 1, column "more"'),
        ("code,value\na,1\nb\n", "line 3, column code"),
        ("code,value\na,1,2\n", "line 2, column value"),
        ('code,value\n"a\nb",1\nc\n', "line 4, column code"),
        ('code,value\na,"1"2\n', "line 2"),
        ('code,value\na,"1\n', "line 2"),
    ],
)
def test_a_broken_table_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_table(text, "units.csv", "code,value")
    assert str(refusal.value).startswith(f"vocabulary file units.csv, {place}")
    assert str(refusal.value).endswith("mend the file")


@pytest.mark.parametrize(
    ("reading", "cell"),
    [
        (Row.text, ""),
        (Row.number, "many"),
        (Row.number, "nan"),
        (Row.number, "1e999"),
        (Row.degrees, "north"),
        (Row.degrees, "nan"),
        (Row.degrees, "1e999"),
        (Row.day, ""),
        (Row.day, "2024-02-30"),
    ],
)
def test_a_broken_cell_is_refused_at_its_place(reading: Callable[[Row, str], object], cell: str) -> None:
    with pytest.raises(BadInput, match=r"^vocabulary file units\.csv, line 2, column value: .*; mend the file$"):
        reading(_row(cell), "value")


def test_a_cell_of_several_parts_may_be_separated_by_the_persian_semicolon_too() -> None:
    assert _row("میلک؛ پل ابریشم; ").parts("value") == ("میلک", "پل ابریشم")


def test_a_number_is_read_exactly() -> None:
    assert _row("28.349523125").number("value") == Decimal("28.349523125")


def test_a_word_that_is_not_allowed_is_refused_with_those_that_are() -> None:
    with pytest.raises(BadInput, match='"weight" is none of mass, volume'):
        _row("weight").choice("value", ("mass", "volume"))


@given(st.text())
def test_any_text_gives_rows_or_bad_input(text: str) -> None:
    try:
        rows = read_table(f"code,value\n{text}", "units.csv", "code,value")
    except BadInput:
        return
    assert all(set(row.cells) == {"code", "value"} for row in rows)
