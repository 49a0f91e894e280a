"""Tables in workbooks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]  # openpyxl publishes no types

from hamkar.errors import BadInput
from hamkar.formats.sheet import Malformed, Sheet
from hamkar.formats.table import open_table
from hamkar.formats.unpacked import read_archive

from .conftest import Keep

HEADER = ("Seizure Date", "Country", "Quantity")
Sheets = dict[str, Iterable[Sequence[object]]]


def workbook(sheets: Sheets) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with one of its parts put in or exchanged."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, part)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


def sheets_of(path: Path) -> list[Sheet]:
    with open_table(path) as sheets:
        return [Sheet(sheet.name, sheet.header, iter(list(sheet.rows))) for sheet in sheets]


def rows_of(path: Path) -> list[tuple[int, list[str] | Malformed]]:
    (sheet,) = sheets_of(path)
    return list(sheet.rows)


def test_cells_are_read_as_a_person_would_type_them(keep: Keep) -> None:
    values = [
        (date(2019, 12, 1), "Azerbaijan", 933.155),
        (datetime(2019, 12, 1, 14, 30, tzinfo=UTC).replace(tzinfo=None), True, 6.087999999999999),
        (time(8, 5), None, 490),
    ]

    assert rows_of(keep(workbook({"2019": [HEADER, *values]}), "ids.xlsx")) == [
        (2, ["2019-12-01", "Azerbaijan", "933.155"]),
        (3, ["2019-12-01 14:30:00", "TRUE", "6.087999999999999"]),
        (4, ["08:05:00", "", "490"]),
    ]


def test_rows_keep_the_numbers_of_the_sheet_and_empty_ones_are_passed_over(keep: Keep) -> None:
    rows = [("IDS report",), (), HEADER, (), ("2019-01-02", "Iran", "1"), ("", " ", None), ("2019-01-03", "Iran")]

    assert rows_of(keep(workbook({"2019": rows}), "ids.xlsx")) == [
        (5, ["2019-01-02", "Iran", "1"]),
        (7, ["2019-01-03", "Iran", ""]),
    ]


def test_a_cell_beyond_the_header_is_a_reason_and_not_lost(keep: Keep) -> None:
    ((_, cells),) = rows_of(keep(workbook({"2019": [HEADER, ("2019-01-02", "Iran", "1", "stray")]}), "ids.xlsx"))

    assert isinstance(cells, Malformed)
    assert "4 cells and the header 3" in cells.reason


def test_every_sheet_with_a_header_is_read_and_notes_are_not(keep: Keep) -> None:
    content = workbook(
        {
            "About": [("Individual drug seizures",), ("as of 2026",)],
            "2018": [HEADER, ("2018-01-02", "Iran", 1)],
            "2019": [HEADER, ("2019-01-02", "Iran", 1)],
        }
    )

    found = sheets_of(keep(content, "ids.xlsx"))
    assert [(sheet.name, [number for number, _ in sheet.rows]) for sheet in found] == [("2018", [2]), ("2019", [2])]


def test_a_formula_is_its_last_value_and_blank_where_none_was_stored(keep: Keep) -> None:
    content = workbook({"2019": [HEADER, ("2019-01-02", "=1+1", "=2+2")]})
    xml = part(content, "xl/worksheets/sheet1.xml").replace(b"<f>2+2</f><v />", b"<f>2+2</f><v>4</v>")

    assert b"<v>4</v>" in xml
    assert rows_of(keep(with_part(content, "xl/worksheets/sheet1.xml", xml), "ids.xlsx")) == [
        (2, ["2019-01-02", "", "4"])
    ]


def test_controls_and_direction_marks_go(keep: Keep) -> None:
    content = workbook({"2019": [HEADER, ("2019-01-02", "\u202eIran", "1\n2")]})

    assert rows_of(keep(content, "ids.xlsx")) == [(2, ["2019-01-02", "Iran", "1\n2"])]


def test_a_date_out_of_range_is_an_error_value_and_no_failure(keep: Keep) -> None:
    content = workbook({"2019": [HEADER, (date(2019, 1, 2), "Iran", 1)]})
    xml = part(content, "xl/worksheets/sheet1.xml").replace(b"<v>43467</v>", b"<v>99999999999</v>")

    assert b"99999999999" in xml
    assert rows_of(keep(with_part(content, "xl/worksheets/sheet1.xml", xml), "ids.xlsx")) == [
        (2, ["#VALUE!", "Iran", "1"])
    ]


def test_dimensions_are_not_believed(keep: Keep) -> None:
    content = workbook({"2019": [HEADER, ("2019-01-02", "Iran", "1")]})
    xml = part(content, "xl/worksheets/sheet1.xml").replace(b'ref="A1:C2"', b'ref="A1:ZZZ1048576"')

    assert b"ZZZ" in xml
    assert len(rows_of(keep(with_part(content, "xl/worksheets/sheet1.xml", xml), "ids.xlsx"))) == 1


def far_row(content: bytes) -> bytes:
    xml = part(content, "xl/worksheets/sheet1.xml").replace(b'r="2"', b'r="99999999999"')
    return with_part(content, "xl/worksheets/sheet1.xml", xml)


def far_column(content: bytes) -> bytes:
    xml = part(content, "xl/worksheets/sheet1.xml").replace(b'r="C2"', b'r="ZZZ2"')
    return with_part(content, "xl/worksheets/sheet1.xml", xml)


def laughs(content: bytes) -> bytes:
    """Entities that would unfold into 10**9 characters."""
    entities = b"".join(b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10))
    xml = part(content, "xl/worksheets/sheet1.xml")
    start = xml.index(b"<worksheet")
    doctype = b'<!DOCTYPE worksheet [<!ENTITY a0 "ha">%s]>' % entities
    return with_part(content, "xl/worksheets/sheet1.xml", doctype + xml[start:].replace(b"<v>1</v>", b"<v>&a9;</v>"))


PLAIN = workbook({"2019": [HEADER, ("2019-01-02", "Iran", 1)]})


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (with_part(PLAIN, "xl/vbaProject.bin", b"macros"), "macros"),
        (far_row(PLAIN), "larger than"),
        (far_column(PLAIN), "larger than"),
        (with_part(PLAIN, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "not a workbook"),
        (with_part(PLAIN, "xl/workbook.xml", b"<other"), "not a workbook"),
        (laughs(PLAIN), "entities of its own"),
    ],
)
def test_an_unusable_workbook_is_refused_in_a_sentence_that_names_it(keep: Keep, content: bytes, advice: str) -> None:
    with pytest.raises(BadInput, match=advice) as refusal:
        rows_of(keep(content, "ids.xlsx"))
    assert str(refusal.value).startswith("ids.xlsx ")


SHARED_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_shared_strings(content: bytes) -> bytes:
    """As spreadsheet programs store text: once, with its place in a list in the cell."""
    types = part(content, "[Content_Types].xml").decode()
    declared = types.replace(
        "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_TYPE}"/></Types>'
    )
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Armenia</t></si></sst>'
    xml = part(content, "xl/worksheets/sheet1.xml")
    inline = b'<c r="B2" t="inlineStr"><is><t>Iran</t></is></c>'
    assert inline in xml
    sheet = xml.replace(inline, b'<c r="B2" t="s"><v>0</v></c>')
    content = with_part(content, "[Content_Types].xml", declared.encode())
    content = with_part(content, "xl/sharedStrings.xml", strings)
    return with_part(content, "xl/worksheets/sheet1.xml", sheet)


def test_shared_strings_are_looked_up(keep: Keep) -> None:
    assert rows_of(keep(with_shared_strings(PLAIN), "ids.xlsx")) == [(2, ["2019-01-02", "Armenia", "1"])]


PARTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every example overwrites."""
    return tmp_path_factory.mktemp("any") / "any.xlsx"


@settings(max_examples=200)
@given(st.data())
def test_any_damage_to_a_part_gives_rows_or_a_refusal(scratch: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(PARTS))
    whole = with_shared_strings(PLAIN)
    damaged = bytearray(part(whole, name))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    scratch.write_bytes(with_part(whole, name, bytes(damaged)))

    try:
        with scratch.open("rb") as stream:
            found = [row for sheet in read_archive(stream, "any.xlsx", None) for row in sheet.rows]
    except BadInput:
        return
    assert all(isinstance(cells, Malformed | list) for _, cells in found)
