"""What every answer tells the browser not to do."""

import httpx
import pytest

from fixtures_web import Officer, served
from hamkar.actions.node import Node
from hamkar.asgi import officer_app
from hamkar.web.drawing import stylesheet

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.parametrize("address", ["/", "/sign-in", "/nowhere", "/api/v1/status", "/api/v1/nowhere", "/seizures/x"])
def test_no_answer_is_framed_sniffed_stored_or_told_of(officer: Officer, address: str) -> None:
    headers = officer.browser.get(address).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_the_stylesheet_is_kept_by_browsers_under_its_own_hash(officer: Officer) -> None:
    answer = officer.browser.get(stylesheet())
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert officer.browser.get("/static/nothing?v=1").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/../asgi.py", "/static/%2e%2e/pages.py", "/static/..%2f..%2fsettings.py"])
def test_nothing_but_the_static_files_is_served_as_such(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code == 404


def test_over_https_the_browser_is_told_to_stay_there(node: Node) -> None:
    with served(officer_app(node, secure=True)) as url:
        assert "max-age" in httpx.get(url + "/sign-in").headers["strict-transport-security"]


def test_no_page_holds_a_script_or_a_style_of_its_own(officer: Officer, event: str) -> None:
    for address in ("/", "/seizures", f"/seizures/{event}", f"/seizures/{event}/release", "/partners", "/imports"):
        page = officer.browser.get(address).text.lower()
        assert "<script" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert "onclick" not in page
