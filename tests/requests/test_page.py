"""The page on requests is what the tables give."""

from pathlib import Path

from requests_page import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "requests.md"


def test_the_page_is_what_the_tables_give() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs` to print it anew"
