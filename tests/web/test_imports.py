"""Reading a file of seizures through the page."""

import pytest

from fixtures_node import Agencies
from fixtures_web import Officer, words_of
from hamkar.actions.status import status
from hamkar.vocab.resource import data_bytes


@pytest.fixture(scope="module")
def table() -> bytes:
    """The first lines of the public reports."""
    return b"\n".join(data_bytes("public/public_seizure_reports.csv").splitlines()[:6])


def upload(officer: Officer, data: bytes, act: str, **form: str) -> tuple[int, str]:
    """The answer to an upload: its status and words."""
    answer = officer.browser.post(
        "/imports",
        data={"token": officer.token(), "act": act, "handling": "H1", **form},
        files={"file": ("../../etc/pass\x1bwd<b>.csv", data)},
    )
    return answer.status_code, words_of(answer.text)


def test_a_dry_run_judges_the_file_and_keeps_nothing(officer: Officer, agencies: Agencies, table: bytes) -> None:
    before = status(agencies.iran).reports
    code, page = upload(officer, table, "dry-run")
    assert code == 200
    assert "Dry run: nothing was kept Rows read 5 Claims that would be filed 5" in page
    assert status(agencies.iran).reports == before


def test_an_import_files_claims_once(officer: Officer, agencies: Agencies, table: bytes) -> None:
    before = status(agencies.iran).reports
    assert "Claims filed 5 Held already 0" in upload(officer, table, "import")[1]
    assert "Claims filed 0 Held already 5" in upload(officer, table, "import")[1]
    assert status(agencies.iran).reports == before + 5
    page = officer.read("/imports")
    assert "pass_wd_b_.csv" in page
    assert "etc" not in page


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02" * 100, b"PK\x03\x04broken", b"a;b;c\n1;2;3\n", "ü;\n".encode("utf-16")]
)
def test_a_file_that_is_no_table_gets_one_sentence(officer: Officer, agencies: Agencies, data: bytes) -> None:
    before = status(agencies.iran)
    code, page = upload(officer, data, "import")
    assert code == 400, page
    assert status(agencies.iran) == before


def test_no_file_and_no_such_handling_are_refused(officer: Officer, table: bytes) -> None:
    answer = officer.send("/imports", act="import")
    assert answer.status_code == 400
    assert "no file was chosen" in words_of(answer.text).lower()
    assert upload(officer, table, "import", handling="H9")[0] == 400
    assert upload(officer, table, "import", handling="H3")[0] == 400


def test_what_nobody_signed_in_uploads_is_not_read(stranger: Officer, table: bytes) -> None:
    answer = stranger.browser.post("/imports", files={"file": ("a.csv", table)}, data={"token": "x"})
    assert answer.status_code == 303
