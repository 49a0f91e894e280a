"""Signed envelopes: the vectors of the specification, and hostile ones."""

import base64
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.crypto.dsse import MAX_SIGNATURES, Envelope, pae, read_envelope, sign
from hamkar.crypto.signing import SigningKey
from hamkar.errors import ProtocolError

TYPE = "http://example.com/HelloWorld"
KEY = SigningKey(b"synthetic signing seed, 32 bytes")
OTHER = SigningKey(b"another signing seed of 32 bytes")
SIGNED = sign(TYPE, b"hello world", KEY)
LIMIT = 10_000


def test_the_signed_bytes_are_those_of_the_specification() -> None:
    assert pae(TYPE, b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_the_envelope_has_the_names_and_values_of_the_specification() -> None:
    wire = json.loads(SIGNED.to_json())
    assert wire == {
        "payloadType": "http://example.com/HelloWorld",
        "payload": "aGVsbG8gd29ybGQ=",
        "signatures": [{"keyid": KEY.key_id, "sig": base64.b64encode(KEY.sign(pae(TYPE, b"hello world"))).decode()}],
    }


def test_lengths_count_bytes_and_not_letters() -> None:
    assert pae("نوع", "é".encode()) == b"DSSEv1 6 " + "نوع".encode() + b" 2 " + "é".encode()


@given(payload=st.binary(max_size=500), kind=st.text(max_size=30), seed=st.binary(min_size=32, max_size=32))
def test_an_envelope_survives_the_trip_and_its_signature_with_it(payload: bytes, kind: str, seed: bytes) -> None:
    key = SigningKey(seed)
    envelope = sign(kind, payload, key)
    back = read_envelope(envelope.to_json(), kind, LIMIT)
    assert back == envelope
    assert back.signed_by(key.key_id, key.public)
    assert not back.signed_by(key.key_id, OTHER.public)
    assert not back.signed_by(OTHER.key_id, key.public)


@given(left=st.tuples(st.text(), st.binary()), right=st.tuples(st.text(), st.binary()))
def test_two_documents_never_sign_the_same_bytes(left: tuple[str, bytes], right: tuple[str, bytes]) -> None:
    assert (pae(*left) == pae(*right)) == (left == right)


def test_a_signature_for_one_type_is_none_for_another() -> None:
    elsewhere = Envelope("another type", SIGNED.payload, SIGNED.signatures)
    assert not elsewhere.signed_by(KEY.key_id, KEY.public)


def test_url_safe_base64_is_read_too() -> None:
    envelope = sign(TYPE, b"\xfb\xff\xfe", KEY)
    wire = envelope.to_json().replace(b"+", b"-").replace(b"/HelloWorld", b"%HelloWorld").replace(b"://", b":%%")
    wire = wire.replace(b"/", b"_").replace(b"%", b"/")
    assert b"-__-" in wire
    assert read_envelope(wire, TYPE, LIMIT) == envelope


def test_fields_of_a_later_version_are_passed_over() -> None:
    wire = json.loads(SIGNED.to_json()) | {"later": True}
    assert read_envelope(msgspec.json.encode(wire), TYPE, LIMIT) == SIGNED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"payloadType": "another type"}, "where a “http://example.com/HelloWorld” belongs"),
        ({"payload": "aGVsbG8gd29ybGQ"}, "not base64"),
        ({"payload": "aGVsbG8gd29ybGR="}, "one exact form"),
        ({"payload": "aGVs bG8gd29ybGQ="}, "not base64"),
        ({"payload": "سلام"}, "not base64"),
        ({"payload": None}, "not a signed document"),
        ({"signatures": []}, "1 to 4 signatures"),
        ({"signatures": [{"keyid": "0" * 16, "sig": "AAAA"}]}, "64 bytes"),
        ({"signatures": [{"keyid": "no hex", "sig": "A" * 86 + "=="}]}, "16 hex digits"),
        ({"signatures": [{"sig": "A" * 86 + "=="}]}, "not a signed document"),
        ({"signatures": [{"keyid": "0" * 16, "sig": "A" * 86 + "=="}] * (MAX_SIGNATURES + 1)}, "1 to 4 signatures"),
    ],
)
def test_a_malformed_envelope_is_refused_with_its_reason(change: dict[str, object], reason: str) -> None:
    wire = json.loads(SIGNED.to_json()) | change
    with pytest.raises(ProtocolError, match=reason):
        read_envelope(msgspec.json.encode(wire), TYPE, LIMIT)


def test_an_envelope_beyond_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(ProtocolError, match="may have 10,000"):
        read_envelope(b"[" * 10_001, TYPE, LIMIT)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_an_envelope_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_envelope(data, TYPE, LIMIT)


@given(place=st.integers(0, len(SIGNED.to_json()) - 1), byte=st.integers(1, 255))
def test_a_changed_envelope_is_refused_or_still_says_what_was_signed(place: int, byte: int) -> None:
    wire = bytearray(SIGNED.to_json())
    wire[place] ^= byte
    try:
        back = read_envelope(bytes(wire), TYPE, LIMIT)
    except ProtocolError:
        return
    assert back.payload == SIGNED.payload or not back.signed_by(KEY.key_id, KEY.public)
