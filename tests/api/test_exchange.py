"""The door for partners: only bundles and the card, and whatever else comes is turned away without a trace."""

from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures_node import BY, Agencies, file_reports
from fixtures_web import served, synthetic_reports
from hamkar.actions.deliver import deliver
from hamkar.actions.node import Node
from hamkar.actions.release import release
from hamkar.actions.status import status
from hamkar.asgi import partner_app
from hamkar.crypto.keys import new_node_keys
from hamkar.exchange.answer import Acknowledged, Answer, read_answer
from hamkar.exchange.bundle import CONTENT_TYPE, MAX_FRAME_BYTES, BundleHead, seal_bundle, sign_bundle
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import GENESIS
from reports import numbered

BUNDLE = "/exchange/v1/bundle"


@pytest.fixture(scope="module")
def door(agencies: Agencies) -> Iterator[httpx.Client]:
    """The door of the Azerbaijani node."""
    with served(partner_app(agencies.azerbaijan)) as url, httpx.Client(base_url=url) as client:
        yield client


class Posted:
    """The way to a partner by HTTP; every frame that went is kept."""

    def __init__(self, door: httpx.Client) -> None:
        self._door = door
        self.frames: list[bytes] = []

    def post_bundle(self, frame: bytes) -> Answer:
        """The partner's answer."""
        self.frames.append(frame)
        answer = post(self._door, frame)
        return read_answer(answer.status_code, answer.content)


def post(door: httpx.Client, frame: bytes, kind: str = CONTENT_TYPE) -> httpx.Response:
    return door.post(BUNDLE, content=frame, headers={"content-type": kind})


def test_the_card_is_given_exactly_as_signed(door: httpx.Client, agencies: Agencies) -> None:
    answer = door.get("/exchange/v1/card")
    assert answer.content == agencies.azerbaijan.signed_card.envelope
    assert answer.headers["content-type"] == "application/json"


def test_a_bundle_gets_a_signed_receipt_and_the_same_bundle_the_same_receipt(
    door: httpx.Client, agencies: Agencies
) -> None:
    file_reports(agencies.iran, *synthetic_reports(agencies.iran))
    release(agencies.iran, numbered(900), agencies.azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    way = Posted(door)
    before = status(agencies.azerbaijan).received
    delivered = deliver(agencies.iran, agencies.azerbaijan.id, way)
    assert sum(each.messages for each in delivered) == 3
    assert status(agencies.azerbaijan).received == before + 3
    again = [post(door, frame) for frame in way.frames]
    assert {answer.status_code for answer in again} == {200}
    assert post(door, way.frames[-1]).content == again[-1].content
    assert isinstance(read_answer(200, again[-1].content), Acknowledged)
    assert status(agencies.azerbaijan).received == before + 3


def test_an_unknown_sender_is_turned_away(door: httpx.Client, agencies: Agencies) -> None:
    answer = post(door, strangers_frame(agencies.azerbaijan, agencies.clock()))
    assert answer.status_code == 403
    assert "knows no partner" in answer.json()["error"]


def strangers_frame(to: Node, now: datetime) -> bytes:
    head = BundleHead(
        sender="b" * 32, to=to.id, stream="terms", epoch=1, first_seq=1, prev_chain=GENESIS, issued_at=now
    )
    signed = sign_bundle(head, [b'{"synthetic":true}'], new_node_keys().signer)
    return seal_bundle(signed, to.signed_card.card)


@pytest.mark.parametrize("body", [b"", b"\x00", b"HAMKAR", b"{}", b"\xff" * 100_000])
def test_what_is_no_bundle_is_declined_in_a_sentence(door: httpx.Client, agencies: Agencies, body: bytes) -> None:
    before = status(agencies.azerbaijan)
    answer = post(door, body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert status(agencies.azerbaijan) == before


@settings(max_examples=40)
@given(body=st.binary(max_size=300))
def test_any_bytes_are_declined_and_leave_no_trace(door: httpx.Client, agencies: Agencies, body: bytes) -> None:
    before = status(agencies.azerbaijan)
    assert post(door, body).status_code in {400, 403}
    assert post(door, b"HAMKAR\x01\x02" + body).status_code in {400, 403}
    assert status(agencies.azerbaijan) == before


def test_a_bundle_that_is_too_large_is_refused_unread(door: httpx.Client) -> None:
    answer = post(door, b"x" * (MAX_FRAME_BYTES + 1))
    assert answer.status_code == 413
    assert "larger" in answer.json()["error"]


def test_a_bundle_that_never_says_how_large_it_is_is_refused_where_it_gets_too_large(door: httpx.Client) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(MAX_FRAME_BYTES // 65_536 + 2):
            yield b"x" * 65_536

    answer = door.post(BUNDLE, content=drip(), headers={"content-type": CONTENT_TYPE})
    assert answer.status_code == 413
    assert "larger" in answer.json()["error"]


def test_the_largest_bundle_is_read(door: httpx.Client) -> None:
    assert post(door, b"x" * MAX_FRAME_BYTES).status_code == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_a_bundle_comes_as_a_bundle(door: httpx.Client, kind: str) -> None:
    answer = post(door, b"HAMKAR", kind)
    assert answer.status_code == 400
    assert CONTENT_TYPE in answer.json()["error"]


@pytest.mark.parametrize(
    "address",
    ["/", "/sign-in", "/api/v1/status", "/api/v1/openapi.json", "/openapi.json", "/docs", "/static/hamkar.css", BUNDLE],
)
def test_nothing_else_is_behind_this_door(door: httpx.Client, address: str) -> None:
    answer = door.get(address)
    assert answer.status_code in {404, 405}
    assert set(answer.json()) == {"error"}
