"""No file that somebody uploads takes the node down, reads from it, or reaches out of it."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import openpyxl  # type: ignore[import-untyped]  # openpyxl publishes no types
import pytest

from fixtures_web import Officer, words_of
from hamkar.errors import BadInput
from hamkar.formats import apart
from hamkar.formats.archive import MAX_ENTRIES, MAX_RATIO
from hamkar.formats.sheet import MAX_COLUMNS, Malformed
from hamkar.formats.table import open_table
from hamkar.formats.workbook import MAX_TEXT

HEADER = ("Seizure Date", "Country", "Quantity")
ROW = ("2019-01-02", "Iran", "1")
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: tuple[object, ...]) -> bytes:
    """A workbook with these rows under a header."""
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one of its parts changed."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry)
            new.writestr(entry, change(part) if entry == name else part)
    return out.getvalue()


def zipped(parts: dict[str, bytes], how: int = ZIP_DEFLATED) -> bytes:
    """An archive."""
    out = BytesIO()
    with ZipFile(out, "w", how) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def declaring(subset: bytes, used: bytes = b"&e;") -> bytes:
    """A workbook whose sheet declares entities and uses one as its quantity."""

    def change(part: bytes) -> bytes:
        body = part[part.index(b"<worksheet") :]
        cell = b"<v>1</v>" if b"<v>1</v>" in body else b"<t>1</t>"
        assert cell in body
        return b"<!DOCTYPE worksheet [" + subset + b"]>" + body.replace(cell, cell[:3] + used + cell[-4:])

    return changed(workbook(ROW), SHEET, change)


def laughs() -> bytes:
    """Entities that unfold into a billion."""
    levels = (b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!ENTITY a0 "ha">' + b"".join(levels)


def read(content: bytes, folder: Path, name: str = "upload.xlsx") -> list[object]:
    """Every row of an upload."""
    path = folder / name
    path.write_bytes(content)
    with open_table(path) as sheets:
        return [cells for sheet in sheets for _, cells in sheet.rows]


def test_a_workbook_that_names_a_file_of_this_machine_does_not_get_it(tmp_path: Path) -> None:
    secret = tmp_path / "node.key"
    secret.write_text("a synthetic secret")
    for subset in (
        f'<!ENTITY e SYSTEM "file://{secret}">'.encode(),
        f'<!ENTITY % p SYSTEM "file://{secret}"> %p;'.encode(),
        b'<!ENTITY e SYSTEM "http://127.0.0.1:1/collect">',
    ):
        with pytest.raises(BadInput, match="entities of its own") as refused:
            read(declaring(subset), tmp_path)
        assert "synthetic secret" not in str(refused.value)


@pytest.mark.parametrize(
    "subset", [laughs(), b'<!ENTITY e "%s">' % (b"x" * 10_000)], ids=["billion laughs", "quadratic"]
)
def test_a_workbook_that_unfolds_is_refused_at_once(tmp_path: Path, subset: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(BadInput, match="entities of its own"):
        read(declaring(subset, b"&a9;" if b"a9" in subset else b"&e;" * 10_000), tmp_path)
    assert time.monotonic() - started < 10


def test_the_parts_that_describe_a_workbook_are_read_as_warily_as_its_sheets(tmp_path: Path) -> None:
    def change(part: bytes) -> bytes:
        return b'<!DOCTYPE x [<!ENTITY e "x">]>' + part[part.index(b"<", 1) if part.startswith(b"<?") else 0 :]

    for name in ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        with pytest.raises(BadInput):
            read(changed(workbook(ROW), name, change), tmp_path)


def bomb(ratio: int) -> bytes:
    """A small archive that unpacks to a multiple of what it weighs."""
    return zipped({"a.csv": b"COUNTRY;PLACE\n" + b"\0" * (ratio * 40_000)})


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (bomb(MAX_RATIO * 4), "would unpack to more"),
        (zipped({f"{n}.txt": b"" for n in range(MAX_ENTRIES + 1)}, ZIP_STORED), "would unpack to more"),
        (zipped({"inner.zip": bomb(MAX_RATIO * 4)}), "no table"),
        (zipped({"../../etc/cron.d/x.csv": b"a;b\n1;2\n", "b.csv": b"a;b\n1;2\n"}), "2 tables"),
        (changed(workbook(ROW), SHEET, lambda part: part.replace(b'r="2"', b'r="99999999"')), "larger than"),
        (workbook(tuple("x" for _ in range(MAX_COLUMNS + 1))), "columns"),
    ],
    ids=["ratio", "entries", "an archive in an archive", "a path", "rows", "columns"],
)
def test_what_is_too_much_is_refused_in_a_sentence(tmp_path: Path, content: bytes, advice: str) -> None:
    with pytest.raises(BadInput, match=advice):
        read(content, tmp_path, "upload.zip")


def test_a_row_of_endless_text_is_a_reason_and_not_a_row(tmp_path: Path) -> None:
    long = "x" * 30_000
    rows = workbook(*((long,) * 3 for _ in range(2)), ROW)
    stuffed = changed(rows, SHEET, lambda part: part.replace(long.encode(), long.encode() * 30))
    found = read(stuffed, tmp_path)
    assert [isinstance(each, Malformed) for each in found] == [True, True, False]
    assert str(MAX_TEXT) in str(found[0])


def test_an_archive_with_a_path_out_of_its_folder_writes_nothing_there(tmp_path: Path) -> None:
    read(zipped({"../../escaped.csv": b"COUNTRY;PLACE\nIran;Milak\n"}), tmp_path, "upload.zip")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["upload.zip"]
    assert not (tmp_path.parent.parent / "escaped.csv").exists()


# --- the process apart


def unpacking(code: str) -> subprocess.CompletedProcess[bytes]:
    """What becomes of code that runs under the limits of the process that unpacks."""
    program = f"from hamkar.formats import apart\napart._limit()\n{code}"
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=False, env={}, timeout=60)


def test_what_unpacks_has_little_memory_and_no_file_to_write(tmp_path: Path) -> None:
    assert b"MemoryError" in unpacking(f"x = bytearray({apart.MAX_MEMORY})").stderr
    written = unpacking(f"open({str(tmp_path / 'x')!r}, 'wb', 0).write(b'y')")
    assert b"File too large" in written.stderr
    assert (tmp_path / "x").read_bytes() == b""
    assert unpacking("import resource; assert resource.getrlimit(resource.RLIMIT_CPU)[1] <= 300").returncode == 0


def test_what_unpacks_has_no_secret_of_the_node_in_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://synthetic:secret@localhost/x")
    (tmp_path / "upload.zip").write_bytes(zipped({"a.csv": b"COUNTRY;PLACE\n" + b"Iran;Milak\n" * 200_000}))
    with open_table(tmp_path / "upload.zip") as sheets:
        next(iter(next(sheets).rows))
        (child,) = _children(os.getpid())
        environment = Path(f"/proc/{child}/environ").read_bytes()
    assert b"DATABASE_URL" not in environment
    assert _children(os.getpid()) == []


def _children(process: int) -> list[str]:
    found = [path for path in Path("/proc").glob(f"{process}/task/*/children") if path.exists()]
    return [child for path in found for child in path.read_text().split() if _is_unpacking(child)]


def _is_unpacking(process: str) -> bool:
    return b"hamkar.formats.apart" in Path(f"/proc/{process}/cmdline").read_bytes()


def test_a_file_that_needs_more_than_the_limits_is_refused_and_the_node_goes_on(tmp_path: Path) -> None:
    """The styles are held as a whole: an element weighs thirty times what it is written with."""
    styles = b"<styleSheet>" + b"<a b=''/>" * 7_000_000 + b"</styleSheet>"
    out = BytesIO()
    with ZipFile(BytesIO(workbook(ROW))) as old, ZipFile(out, "w", ZIP_STORED) as new:
        for entry in old.namelist():
            new.writestr(entry, styles if entry == "xl/styles.xml" else old.read(entry))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput, match=r"takes more than|not a workbook"):
        read(out.getvalue(), tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20
    assert len(read(workbook(ROW), tmp_path)) == 1


# --- by way of the pages and the API


@pytest.mark.parametrize(("address", "limit"), [("/imports", 256 << 20), ("/agreements", 1 << 20)])
def test_more_than_an_upload_may_be_is_refused_before_it_is_read(url: str, address: str, limit: int) -> None:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", address)
    for name, value in (("content-length", str(limit + 1)), ("content-type", "multipart/form-data; boundary=x")):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize("depth", [100, 100_000])
def test_json_that_nests_without_end_is_refused(officer: Officer, depth: int) -> None:
    deep = b'{"purposes":' + b"[" * depth + b"]" * depth + b"}"
    token = {"x-hamkar-token": officer.token(), "content-type": "application/json"}
    answer = officer.browser.post("/api/v1/agreements", headers=token, content=deep)
    assert 400 <= answer.status_code < 500


def test_an_upload_that_cannot_be_unpacked_gets_one_sentence_and_the_node_goes_on(officer: Officer) -> None:
    for name, content in (("a.zip", bomb(MAX_RATIO * 4)), ("a.xlsx", declaring(laughs(), b"&a9;"))):
        answer = officer.browser.post(
            "/imports",
            data={"token": officer.token(), "act": "import", "handling": "H0"},
            files={"file": (name, content)},
        )
        assert answer.status_code == 400
        assert re.search("would unpack to more|entities of its own", words_of(answer.text))
    assert officer.browser.get("/status").status_code == 200
