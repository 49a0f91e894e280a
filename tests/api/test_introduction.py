"""Cards and introductions over the door for partners, between real programs and real connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fixtures_web import served
from hamkar.actions.invite import invite
from hamkar.actions.node import ROOT_KEY
from hamkar.actions.partners import list_partners
from hamkar.actions.renew_card import renew_card
from hamkar.asgi import partner_app
from hamkar.crypto.check_words import new_nonce
from hamkar.exchange.invitation import introduce, read_welcome
from hamkar.store.postgres.cluster import Cluster
from two_nodes import Two, colleagues, strangers


@contextmanager
def door(two: Two) -> Iterator[httpx.Client]:
    """The door of the southern node."""
    with served(partner_app(two.south)) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def partners(postgres: Cluster, tmp_path: Path) -> Iterator[Two]:
    """Two nodes that are partners."""
    with colleagues(postgres, tmp_path) as opened:
        yield opened


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[Two]:
    """Two nodes that do not know one another."""
    with strangers(postgres, tmp_path) as opened:
        yield opened


def test_a_partners_newest_card_is_taken_and_answered_with_the_version_held(partners: Two) -> None:
    newest = renew_card(partners.north, partners.north.home / ROOT_KEY, by="test").envelope
    with door(partners) as client:
        for _ in range(2):
            answer = client.post("/exchange/v1/card", content=newest)
            assert (answer.status_code, answer.json()) == (200, {"version": 2})
        older = client.post("/exchange/v1/card", content=partners.north.signed_card.envelope)
    assert older.status_code == 400
    assert "older than card 2" in older.json()["error"]


def test_a_strangers_card_is_turned_away(two: Two) -> None:
    with door(two) as client:
        answer = client.post("/exchange/v1/card", content=two.north.signed_card.envelope)
    assert answer.status_code == 403
    assert list_partners(two.south) == []


def test_an_introduction_is_welcomed_once(two: Two) -> None:
    made = invite(two.south, hours=1, by="first").invitation
    introduction = introduce(made, two.north.signed_card, new_nonce())
    with door(two) as client:
        welcome = client.post("/exchange/v1/introduction", content=introduction.to_json())
        again = client.post("/exchange/v1/introduction", content=introduction.to_json())
    assert welcome.status_code == 200
    assert read_welcome(welcome.content, introduction, made.secret, two.south.signed_card).v == 1
    assert again.status_code == 403


@pytest.mark.parametrize("path", ["card", "introduction"])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff" * 1000, b"[" * 50_000, b'{"v":1}'])
def test_what_is_neither_is_declined_in_a_sentence(two: Two, path: str, body: bytes) -> None:
    with door(two) as client:
        answer = client.post(f"/exchange/v1/{path}", content=body)
    assert answer.status_code in {400, 403}
    assert answer.json()["error"]
