"""A mistake in the file of codes is named by file and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.vocab.document import read_document
from hamkar.vocab.grades import read_grids
from hamkar.vocab.handling import read_handling


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1, column 1"),
        ('{"a": 1,\n }', "line 2, column 2"),
        ("[1]", "line 1, column 1"),
        ("[" * 100_000, "line 1, column 1"),
        ('{"a": ' + "1" * 5_000 + "}", "line 1, column 1"),
    ],
)
def test_a_broken_document_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(BadInput, match=f"^vocabulary file codes.json, {place}: .*; mend the file$"):
        read_document(text, "codes.json")


def test_a_missing_grid_is_named() -> None:
    with pytest.raises(BadInput, match=r"vocabulary file codes\.json, key europol_4x4: there is no object"):
        read_grids({}, "codes.json")


def test_a_missing_handling_code_is_named() -> None:
    with pytest.raises(BadInput, match=r"vocabulary file codes\.json, key H1: there is no text"):
        read_handling({"europol_handling": {"H0": "free", "H1": 1}}, "codes.json")


@given(st.text())
def test_any_text_gives_an_object_or_bad_input(text: str) -> None:
    try:
        read_document(text, "codes.json")
    except BadInput:
        return
    assert text.strip().startswith("{")
