"""Real servers on loopback for tests of what travels by HTTP, and officers who use them."""

import html
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from fixtures_node import PASSWORD, Agencies, file_reports
from hamkar.actions.node import Node
from hamkar.asgi import officer_app
from hamkar.model.place import Place
from hamkar.model.quantity import Qualifier
from hamkar.model.report import Report, Source, SourceKind
from hamkar.model.stated_date import DateKind
from reports import claim, kilograms, line, numbered, on

ACCOUNT = "admin"
_PATIENCE = 10.0
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of an application that answers on loopback as long as the block lasts."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _PATIENCE
    while not server.started and time.monotonic() < until:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def words_of(page: str) -> str:
    """The text of a page as it is read, without marks, in single spaces."""
    running = re.sub(r"</?(?:a|b|bdi|code|span)\b[^>]*>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", running)).split())


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody with a browser that runs no script."""

    browser: httpx.Client

    @classmethod
    @contextmanager
    def at(cls, url: str, *, language: str = "en") -> Iterator["Officer"]:
        """An officer who has not signed in."""
        with httpx.Client(base_url=url, headers={"accept-language": language}) as browser:
            yield cls(browser)

    def sign_in(self, back: str = "/") -> httpx.Response:
        """Sign in with the right password."""
        return self.browser.post("/sign-in", data={"name": ACCOUNT, "password": PASSWORD, "back": back})

    def read(self, address: str) -> str:
        """The text of a page that is there."""
        answer = self.browser.get(address)
        assert answer.status_code == 200, (answer.status_code, words_of(answer.text))
        return words_of(answer.text)

    def token(self) -> str:
        """The token that the forms of this session carry."""
        found = _TOKEN.search(self.browser.get("/status").text)
        assert found, "nobody is signed in"
        return html.unescape(found[1])

    def send(self, address: str, **form: Any) -> httpx.Response:
        """Send a form of this session and follow where it leads."""
        return self.browser.post(address, data={"token": self.token(), **form}, follow_redirects=True)

    def release(self, event: str, **form: Any) -> httpx.Response:
        """Release what the release page of a seizure shows now, as its button does."""
        address = f"/seizures/{event}/release"
        shown = sorted(set(re.findall(r'name="shown" value="([^"]+)"', self.browser.get(address).text)))
        return self.send(address, shown=shown, **form)


def synthetic_reports(node: Node, group: int = 900) -> list[Report]:
    """Three invented reports of one seizure: two copies of one origin and one that differs; ids from ``group`` on."""
    first = claim(
        group + 1,
        "wire",
        line("heroin", kilograms("933.155")),
        dates=(on(DateKind.EVENT, "2019-11-29"), on(DateKind.PUBLICATION, "2019-12-01")),
        agency="Synthetic Customs",
        place=Place(country="AZ", text="Астара", crossing="IRAZ-ASTARA"),
    )
    copy = replace(first, id=numbered(group + 2), lines=(line("heroin", kilograms("933", Qualifier.ABOUT)),))
    other = claim(
        group + 3,
        "office",
        line("heroin", kilograms("900", Qualifier.OVER)),
        agency="Synthetic Border Guard",
        place=Place(country="AZ", text="آستارا"),
    )
    source = Source(kind=SourceKind.PRESS, name="Synthetic Wire", url="https://example.org/1")
    made = (replace(first, source=source, notes="a synthetic note"), copy, other)
    return [replace(report, originator=node.id, group=numbered(group)) for report in made]


@pytest.fixture(scope="module")
def node(agencies: Agencies) -> Node:
    """The node under test, with one seizure on which reports differ."""
    file_reports(agencies.iran, *synthetic_reports(agencies.iran))
    return agencies.iran


@pytest.fixture(scope="module")
def url(node: Node) -> Iterator[str]:
    """The address of the node's pages and API."""
    with served(officer_app(node, secure=False)) as address:
        yield address


@pytest.fixture(scope="module")
def signed_in(url: str) -> Iterator[Officer]:
    """One session for the whole module; the tests of sessions make their own."""
    with Officer.at(url) as made:
        assert made.sign_in().status_code == 303
        yield made


@pytest.fixture
def officer(url: str, signed_in: Officer) -> Iterator[Officer]:
    """An officer who is signed in."""
    with Officer.at(url) as made:
        made.browser.cookies.update(signed_in.browser.cookies)
        yield made


@pytest.fixture
def stranger(url: str) -> Iterator[Officer]:
    """Somebody who is not signed in."""
    with Officer.at(url) as made:
        yield made


@pytest.fixture(scope="module")
def event(node: Node) -> str:
    """The identifier of the seizure on which reports differ."""
    assert node
    return str(numbered(900))
