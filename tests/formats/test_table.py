"""Opening files as tables."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.formats.sheet import Malformed, Row
from hamkar.formats.table import open_table

from .conftest import Keep

TEXT = b"COUNTRY;PLACE\nIran;Milak\nAzerbaijan;Astara\n"


def opened(path: Path) -> list[Row]:
    with open_table(path) as sheets:
        return [row for sheet in sheets for row in sheet.rows]


def zipped(entries: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zipped_table_is_the_table(keep: Keep) -> None:
    packed = zipped({"ids/drug-trafficking.csv": TEXT, "ids/README.md": b"about", "__MACOSX/ids/._x.csv": b"litter"})

    assert (
        opened(keep(packed, "ids.zip")) == opened(keep(TEXT)) == [(2, ["Iran", "Milak"]), (3, ["Azerbaijan", "Astara"])]
    )


def test_a_file_is_taken_for_what_it_is_and_not_for_its_name(keep: Keep) -> None:
    assert opened(keep(zipped({"a.csv": TEXT}), "seizures.csv")) == opened(keep(TEXT, "seizures.zip"))


def test_the_names_inside_an_archive_lead_nowhere(keep: Keep) -> None:
    path = keep(zipped({"../../../etc/passwd.csv": TEXT}), "ids.zip")

    assert len(opened(path)) == 2
    assert [each.name for each in path.parent.iterdir()] == ["ids.zip"]


def bomb() -> bytes:
    return zipped({"a.csv": b"COUNTRY;PLACE\n" + b"Iran;Milak\n" * 2_000_000})


def crowd() -> bytes:
    return zipped({f"{number}.txt": b"" for number in range(1_001)})


def with_a_false_size() -> bytes:
    content = bytearray(zipped({"a.csv": TEXT * 50}, ZIP_STORED))
    size = len(TEXT * 50).to_bytes(4, "little")
    return bytes(content).replace(size, (10).to_bytes(4, "little"))


def encrypted() -> bytes:
    content = bytearray(zipped({"a.csv": TEXT}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "password-protected workbook"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (zipped({"a.csv": TEXT, "b.csv": TEXT}), "2 tables"),
        (zipped({"a.jpg": b"x"}), "no table"),
        (zipped({}), "no table"),
        (zipped({"a.csv": TEXT})[:60], "damaged or cut off"),
        (zipped({"a.csv": b""}), "no header"),
        (bomb(), "unpack"),
        (crowd(), "unpack"),
        (encrypted(), "password"),
        (with_a_false_size(), "damaged or cut off"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",  # the bytes of an archive hold the time it was made
)
def test_what_cannot_be_opened_is_refused_in_a_sentence_that_names_the_file(
    keep: Keep, content: bytes, advice: str
) -> None:
    with pytest.raises(BadInput, match=advice) as refusal:
        opened(keep(content, "file"))
    assert str(refusal.value).startswith("file ")


def test_damage_in_the_packed_bytes_is_refused_where_it_is_reached(keep: Keep) -> None:
    lines = b"".join(b"Iran;place %d\n" % (number * number) for number in range(20_000))
    content = bytearray(zipped({"a.csv": b"COUNTRY;PLACE\n" + lines}))
    content[len(content) // 2] ^= 0xFF

    with pytest.raises(BadInput, match="damaged"):
        opened(keep(bytes(content), "ids.zip"))


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.csv", tmp_path / "nul\0.csv"):
        with pytest.raises(BadInput, match="cannot be read"):
            opened(path)


def test_progress_is_told_in_bytes_of_the_text(keep: Keep) -> None:
    text = b"COUNTRY;PLACE\n" + b"Iran;Milak\n" * 300_000
    told: list[tuple[int, int]] = []
    with open_table(keep(text), lambda done, total: told.append((done, total))) as sheets:
        assert sum(1 for sheet in sheets for _ in sheet.rows) == 300_000

    assert len(told) == 3
    assert all(0 < done <= len(text) and total == len(text) for done, total in told)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every example overwrites."""
    return tmp_path_factory.mktemp("any") / "any.zip"


@given(st.data())
def test_any_damage_to_an_archive_gives_rows_or_a_refusal(scratch: Path, data: st.DataObject) -> None:
    content = bytearray(zipped({"a.csv": TEXT * 4}))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    scratch.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))

    try:
        found = opened(scratch)
    except BadInput:
        return
    assert all(isinstance(cells, Malformed | list) for _, cells in found)
