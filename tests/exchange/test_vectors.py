"""The published worked example is what this code makes and reads, and what the description says, step by step."""

import base64
import hashlib
import json
import struct
from typing import Any

import pytest

from exchange.frames import opened, size_class
from exchange.nodes import NORTH, NOW, SOUTH
from exchange.worked_example import PATH, everything_but_the_frame, signed_bundle
from hamkar.crypto.sealing import SealingKey, Suite
from hamkar.crypto.signing import SigningKey, verify
from hamkar.exchange.agreement import read_agreement
from hamkar.exchange.card import accept
from hamkar.exchange.receipt import read_receipt


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    published: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return published


def test_the_published_example_is_what_this_version_makes(example: dict[str, Any]) -> None:
    published = {name: value for name, value in example.items() if name != "frame"}
    assert published == everything_but_the_frame()


def test_the_published_frame_opens_to_the_published_bundle(example: dict[str, Any]) -> None:
    assert opened(base64.b64decode(example["frame"])) == signed_bundle()


def test_the_published_cards_agreement_and_receipt_are_accepted(example: dict[str, Any]) -> None:
    assert accept(None, example["north"]["card"].encode(), NOW) == NORTH.signed
    agreement = read_agreement(example["agreement"]["signed_by_both"].encode(), (NORTH.card, SOUTH.card))
    assert agreement.is_signed_by_both
    assert read_receipt(example["receipt"].encode(), SOUTH.card).chain == example["messages"][-1]["chain"]


def test_the_frame_follows_the_description_byte_by_byte(example: dict[str, Any]) -> None:
    """Read without the code under test, except for HPKE and Ed25519 themselves."""
    frame, bundle = base64.b64decode(example["frame"]), example["bundle"]
    body = bundle["body"].encode()
    signature = bytes.fromhex(bundle["signature"])
    assert frame[:24].hex() == bundle["header"]
    opener = SealingKey(Suite.HYBRID, bytes.fromhex(example["south"]["sealing_seed"]))
    plaintext = opener.open(frame[24:], bundle["hpke_info"].encode())
    (length,) = struct.unpack(">I", plaintext[:4])
    assert length == len(body)
    assert plaintext[4 : 4 + length] == body
    assert plaintext[4 + length : 68 + length] == signature
    assert set(plaintext[68 + length :]) == {0}
    assert len(plaintext) == size_class(68 + length)
    signed = b"DSSEv1 34 application/vnd.hamkar.bundle+json %d %b" % (length, body)
    assert hashlib.sha256(signed).hexdigest() == bundle["pae_sha256"]
    assert verify(bytes.fromhex(example["north"]["signing_public"]), signed, signature)
    assert SigningKey(bytes.fromhex(example["north"]["signing_seed"])).sign(signed) == signature


def test_the_chain_follows_the_description(example: dict[str, Any]) -> None:
    chain = bytes(32)
    for message in example["messages"]:
        chain = hashlib.sha256(chain + hashlib.sha256(message["json"].encode()).digest()).digest()
        assert chain.hex() == message["chain"]


def test_the_names_follow_the_description(example: dict[str, Any]) -> None:
    for node in (example["north"], example["south"]):
        digest = hashlib.sha256(bytes.fromhex(node["root_public"])).digest()
        assert base64.b32encode(digest[:20]).decode().lower() == node["node_id"]
        assert hashlib.sha256(bytes.fromhex(node["signing_public"])).hexdigest()[:16] == node["signing_key_id"]
