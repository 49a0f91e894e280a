"""Reading whole files."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tracemalloc import get_traced_memory, start, stop
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]  # openpyxl publishes no types

from hamkar.errors import BadInput
from hamkar.formats.outcome import Read
from hamkar.formats.quality import MOST_LISTED, Quality
from hamkar.formats.reading import read

from .conftest import ORIGINATOR, TODAY, Keep, ReadWhole

HEADER = "COUNTRY;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;TRANSPORT"
ROW = "Azerbaijan;Astara;2016-01-01;Heroin;1.5;Kilogram;"


def workbook(sheets: dict[str, list[str]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line.split(";"))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_quality_counts_what_became_of_every_row(keep: Keep, read_whole: ReadWhole) -> None:
    unknown = ROW.replace("Heroin", "Moon dust").replace("Astara", "Unknown")
    bad = ROW.replace("1.5", "some")
    quality = read_whole(keep(f"{HEADER}\n{ROW}\n{ROW}\n{unknown}\n{bad}\ncut;off\n")).quality

    assert (quality.rows, quality.imported, quality.rejected) == (5, 3, 2)
    assert (quality.doubtful, quality.duplicates) == (1, 1)
    assert [one.row for one in quality.rejections] == [5, 6]
    assert [(one.column, one.cells, one.examples[0].row, one.examples[0].text) for one in quality.doubts] == [
        ("DRUG_NAME", 1, 4, "Moon dust")
    ]
    place, transport = quality.coverage["PLACE"], quality.coverage["TRANSPORT"]
    assert (place.rows, place.filled, place.known, place.filled_pct, place.known_pct) == (4, 4, 3, 100.0, 75.0)
    assert (transport.filled, transport.filled_pct) == (0, 0.0)
    assert "REGION" not in quality.coverage


def test_the_quality_is_plain_data_for_programs_and_sentences_for_people(keep: Keep, read_whole: ReadWhole) -> None:
    quality = read_whole(keep(f"{HEADER};PURITY\n{ROW};\n{ROW.replace('1.5', 'some')};\n")).quality

    plain = json.loads(json.dumps(quality.to_dict()))
    assert {key: plain[key] for key in ("rows", "imported", "rejected", "doubtful", "duplicates")} == {
        "rows": 2,
        "imported": 1,
        "rejected": 1,
        "doubtful": 0,
        "duplicates": 0,
    }
    text = "\n".join(quality.lines())
    assert "2 rows read as unodc-ids" in text
    assert "row 3: AMOUNT" in text
    assert 'not read: "PURITY"' in text


def test_of_very_many_rejected_rows_all_are_counted_and_some_listed(keep: Keep, read_whole: ReadWhole) -> None:
    quality = read_whole(keep(HEADER + "\n" + "cut;off\n" * (MOST_LISTED + 7))).quality

    assert (quality.rejected, len(quality.rejections)) == (MOST_LISTED + 7, MOST_LISTED)
    assert "    and 7 more" in list(quality.lines())


def test_a_file_with_a_header_and_nothing_else_is_an_empty_table(keep: Keep, read_whole: ReadWhole) -> None:
    quality = read_whole(keep(HEADER)).quality

    assert (quality.rows, quality.imported, quality.rejected) == (0, 0, 0)
    assert quality.coverage["PLACE"].filled_pct == 0.0
    assert quality.profile is not None
    assert quality.profile.countries == 0


def test_a_workbook_with_a_sheet_a_year_is_one_table(keep: Keep, read_whole: ReadWhole) -> None:
    content = workbook(
        {
            "Notes": ["what;is;this", "1;2;3"],
            "2016": [HEADER, ROW, ROW],
            "2017": [HEADER, ROW, ROW.replace("1.5", "some")],
        }
    )
    whole = read_whole(keep(content, "ids.xlsx"))

    assert [(claim.sheet, claim.row, claim.duplicate) for claim in whole.claims] == [
        ("2016", 2, False),
        ("2016", 3, True),
        ("2017", 2, True),
    ]
    assert [(one.sheet, one.row) for one in whole.rejected] == [("2017", 3)]
    assert whole.quality.unused == ("Notes",)
    assert 'sheet "2017", row 3' in "\n".join(whole.quality.lines())


def test_a_workbook_gives_the_same_keys_as_its_text(keep: Keep, read_whole: ReadWhole) -> None:
    text = read_whole(keep(f"{HEADER}\n{ROW}\n"))
    book = read_whole(keep(workbook({"2016": [HEADER, ROW]}), "ids.xlsx"))

    assert [claim.key for claim in text.claims] == [claim.key for claim in book.claims]


def test_a_workbook_of_two_tables_is_refused(keep: Keep, read_whole: ReadWhole) -> None:
    reports = (
        "report_id;event_id;publisher;publisher_domain;published;event_date;country;place;agency;substance_as_written;"
        "amount;unit"
    )
    path = keep(workbook({"2016": [HEADER, ROW], "press": [reports]}), "both.xlsx")

    with pytest.raises(BadInput, match=r"both\.xlsx holds two tables, unodc-ids and public-reports"):
        read_whole(path)


def test_a_workbook_without_a_table_is_refused(keep: Keep, read_whole: ReadWhole) -> None:
    with pytest.raises(BadInput, match="no sheet with column names"):
        read_whole(keep(workbook({"Notes": ["nothing"]}), "notes.xlsx"))


def test_a_layout_that_does_not_fit_is_refused_before_anything_is_read(keep: Keep, read_whole: ReadWhole) -> None:
    path = keep(f"{HEADER}\n{ROW}\n")

    assert read_whole(path, "unodc-ids").quality.imported == 1
    with pytest.raises(BadInput, match=r"seizures\.csv .* lacks report_id"):
        read_whole(path, "public-reports")


def test_reading_keeps_no_rows(keep: Keep) -> None:
    lines = "\n".join(ROW.replace("2016-01-01", f"2016-01-{day % 28 + 1:02}") for day in range(30_000))
    reading = read(keep(f"{HEADER}\n{lines}\n"), originator=ORIGINATOR, new_id=lambda: UUID(int=1), today=TODAY)
    start()
    try:
        claims = sum(isinstance(outcome, Read) for outcome in reading)
        _, peak = get_traced_memory()
    finally:
        stop()

    assert claims == 30_000
    assert peak < 12 << 20


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every example overwrites."""
    return tmp_path_factory.mktemp("any") / "any"


STARTS = [b"", b"PK\x03\x04", b"\xef\xbb\xbf", HEADER.encode() + b"\n", f"{HEADER}\n{ROW}\n".encode()]


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_give_outcomes_or_a_refusal(
    scratch: Path, read_whole: ReadWhole, start_of_file: bytes, content: bytes
) -> None:
    scratch.write_bytes(start_of_file + content)
    try:
        whole = read_whole(scratch)
    except BadInput:
        return
    assert whole.quality.rows == sum(claim.rows for claim in whole.claims) + len(whole.rejected)


@dataclass(frozen=True, slots=True)
class Published:
    """What is kept of the reading of the published file, of which all claims at once would not be kept."""

    quality: Quality
    keys: int
    last_row: int


@pytest.fixture(scope="module")
def published(corpus: Path) -> Published:
    """The published file, read once for all tests of this module."""
    reading = read(
        corpus / "unodc_ids" / "ids_2011_2016.zip", originator=ORIGINATOR, new_id=lambda: UUID(int=1), today=TODAY
    )
    keys: set[bytes] = set()
    row = 0
    for outcome in reading:
        row = outcome.row
        if isinstance(outcome, Read):
            keys.add(outcome.key)
    return Published(reading.quality, len(keys), row)


@pytest.mark.corpus
def test_every_row_of_the_published_file_is_a_claim(published: Published) -> None:
    quality = published.quality

    assert (quality.rows, quality.imported, quality.rejected) == (311_038, 311_038, 0)
    assert (published.keys, quality.duplicates) == (311_038, 44_229)
    assert published.last_row == 311_042


@pytest.mark.corpus
def test_the_published_file_has_the_figures_of_the_published_profile(published: Published, corpus: Path) -> None:
    expected = json.loads((corpus / "unodc_ids" / "ids_quality_profile.json").read_text("utf-8"))
    profile = published.quality.profile
    assert profile is not None
    figures = profile.to_dict()
    elsewhere = ("source", "rows", "variables", "blank_pct")

    assert {key: figures[key] for key in expected if key not in elsewhere} == {
        key: figure for key, figure in expected.items() if key not in elsewhere
    }
    assert {column: profile.blank_pct[column] for column in expected["blank_pct"]} == expected["blank_pct"]
    assert list(published.quality.coverage) == expected["variables"]


@pytest.mark.corpus
def test_the_published_file_has_the_rows_of_the_published_profile(published: Published, corpus: Path) -> None:
    expected = json.loads((corpus / "unodc_ids" / "ids_quality_profile.json").read_text("utf-8"))["rows"]
    assert published.quality.profile is not None
    years = published.quality.profile.rows_by_country

    assert published.quality.rows == expected["total"]
    assert not [country for country in years if country.startswith("Turk") and country != "Turkmenistan"]
    assert years["Iran, Islamic Republic of"] == expected["Iran"]["years"]
    assert years["Azerbaijan"] == expected["Azerbaijan"]["years"]
    assert sum(years["Colombia"].values()) == expected["Colombia"]


@pytest.mark.corpus
def test_the_worst_mistakes_of_the_published_file_are_flagged(published: Published) -> None:
    doubts = {(one.column, one.doubt.value): one for one in published.quality.doubts}

    assert "4500000.0" in {cell.text for cell in doubts["AMOUNT", "implausible_amount"].examples}
    assert doubts["AMOUNT", "no_amount"].cells == 1
