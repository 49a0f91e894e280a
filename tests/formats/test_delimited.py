"""Tables in delimited text."""

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.formats.delimited import MAX_LINE, read_delimited
from hamkar.formats.sheet import Malformed, Row, Sheet


def table(content: str | bytes) -> Sheet:
    data = content.encode() if isinstance(content, str) else content
    return read_delimited(BytesIO(data), len(data), "seizures.csv", None)


def rows(content: str | bytes) -> list[Row]:
    return list(table(content).rows)


def reasons(content: str | bytes) -> dict[int, str]:
    return {number: cells.reason for number, cells in rows(content) if isinstance(cells, Malformed)}


def cells(content: str | bytes) -> dict[int, list[str]]:
    return {number: found for number, found in rows(content) if isinstance(found, list)}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_separator_mark_and_line_end_gives_the_same_table(separator: str, mark: str, end: str) -> None:
    lines = [["COUNTRY", "PLACE"], ["Azerbaijan", "Biləsuvar"], ["Iran", "میلک"]]
    text = mark + "".join(separator.join(line) + end for line in lines)

    assert table(text).header == ("COUNTRY", "PLACE")
    assert rows(text) == [(2, lines[1]), (3, lines[2])]


def test_a_cell_in_quotation_marks_holds_separators_line_breaks_and_quotation_marks() -> None:
    text = 'COUNTRY;PLACE\nBulgaria;"Kapitan; Andreevo\nBCP"\nEcuador;"""El Bale"""\n'

    assert rows(text) == [(2, ["Bulgaria", "Kapitan; Andreevo\nBCP"]), (4, ["Ecuador", '"El Bale"'])]


def test_a_row_is_numbered_by_the_line_it_begins_on() -> None:
    text = 'A;B\n1;"x\ny\nz"\n2;w\n'

    assert [number for number, _ in rows(text)] == [2, 5]


def test_a_header_in_quotation_marks_is_read() -> None:
    assert table('"COUNTRY","PLACE, OR TOWN"\nIran,Milak\n').header == ("COUNTRY", "PLACE, OR TOWN")


def test_a_quotation_mark_left_open_costs_its_own_row_only() -> None:
    text = 'A;B\n1;"open\n2;fine\n3;fine\n'

    assert list(reasons(text)) == [2]
    assert "quotation marks" in reasons(text)[2]
    assert cells(text) == {3: ["2", "fine"], 4: ["3", "fine"]}


def test_a_quotation_mark_left_open_is_not_closed_by_the_next_row_that_has_one() -> None:
    text = 'A;B\n1;"open\n2;fine\n3;"also fine"\n'

    assert list(reasons(text)) == [2]
    assert cells(text) == {3: ["2", "fine"], 4: ["3", "also fine"]}


def test_a_quotation_mark_inside_a_plain_cell_is_a_character() -> None:
    assert cells('A;B\n1;5" pipe\n') == {2: ["1", '5" pipe']}


def test_a_file_cut_in_the_middle_loses_only_its_last_row() -> None:
    text = "A;B;C\n1;2;3\n4;5"

    assert cells(text) == {2: ["1", "2", "3"]}
    assert "2 cells and the header 3" in reasons(text)[3]


def test_a_file_cut_inside_a_letter_loses_only_its_last_row() -> None:
    content = "A;B\n1;x\n2;ə".encode()[:-1]

    assert cells(content) == {2: ["1", "x"]}
    assert "not UTF-8" in reasons(content)[3]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"1;2;3", "3 cells and the header 2"),
        (b"1", "1 cells and the header 2"),
        (b"1;\xe9t\xe9", "byte 0xE9"),
        (b"1;a\0b", "NUL"),
        (b'1;"a"b', "quotation marks"),
        (b"1;a\rb", "carriage return"),
        (b"1;" + b"x" * MAX_LINE, "longer than"),
        (b'1;"' + b"x" * 200_000 + b'"', "a cell is longer"),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_the_rest_is_read(bad: bytes, reason: str) -> None:
    content = b"A;B\n1;fine\n" + bad + b"\n2;fine\n"

    assert reason in reasons(content)[3]
    assert cells(content) == {2: ["1", "fine"], 4: ["2", "fine"]}


def test_rows_without_content_are_passed_over_and_numbers_stay_those_of_the_file() -> None:
    assert cells("\n\nA;B\n\n1;2\n;\n  ; \n3;4\n\n") == {5: ["1", "2"], 8: ["3", "4"]}


def test_titles_above_the_header_are_passed_over() -> None:
    assert table("Individual drug seizures\n\nA;B\n1;2\n").header == ("A", "B")


def test_controls_and_direction_marks_go_and_the_persian_non_joiner_stays() -> None:
    text = "A;B\n\u202eI\u0001ran\u2069;می\u200cلک\n"

    assert cells(text) == {2: ["Iran", "می\u200cلک"]}


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"just words\nand more\n", "no header"),
        (b"", "no header"),
        (b"\n" * 100, "no header"),
        ("A;B\n1;2\n".encode("utf-16"), "UTF-16"),
        (b"\x00\x01\x02;\x03", "not a table"),
        (b"A;B\r1;2\r", "carriage return"),
        ("Страна;Место\n".encode("cp1251"), "not UTF-8"),
        (b";".join(b"c%d" % number for number in range(300)), "300 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence_that_names_the_file(content: bytes, advice: str) -> None:
    with pytest.raises(BadInput, match=advice) as refusal:
        table(content)
    assert "seizures.csv" in str(refusal.value)


CELL = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' ;,"\n'), max_size=12)


@given(
    st.lists(st.tuples(CELL, CELL, CELL).filter(lambda row: any(map(str.strip, row))), max_size=8),
    st.sampled_from(";,\t"),
)
def test_what_a_csv_writer_writes_is_read_as_it_was(written: list[tuple[str, str, str]], separator: str) -> None:
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerows([("first", "second", "third"), *written])

    # A separator standing alone in quotation marks is content to a writer and blank to a person.
    assert [found for _, found in rows(out.getvalue())] == [list(row) for row in written if has_content(row)]


def has_content(row: tuple[str, str, str]) -> bool:
    return any(cell.strip(' ;,"\n\t') for cell in row) or any('"' in cell or "\n" in cell for cell in row)


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_a_refusal(content: bytes) -> None:
    try:
        sheet = table(content)
    except BadInput:
        return
    for number, found in sheet.rows:
        assert number > 0
        assert isinstance(found, Malformed) or len(found) == len(sheet.header)


PIECES = st.lists(st.sampled_from([b'"', b";", b"\n", b"\r", b"a", b"\0", b"\xff", "ə".encode(), b" "]), max_size=60)


@given(PIECES)
def test_whatever_stands_under_a_header_rows_are_numbered_upwards_and_as_wide_as_it(pieces: list[bytes]) -> None:
    found = rows(b"A;B\n" + b"".join(pieces))

    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))
    assert all(isinstance(cells, Malformed) or len(cells) == 2 for _, cells in found)
