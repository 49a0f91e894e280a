"""Messages as exact bytes."""

from dataclasses import replace

import msgspec
import pytest

from exchange.nodes import message
from hamkar.errors import BadInput
from hamkar.exchange.message import MAX_MESSAGE_BYTES, encode_message, read_message


def with_body(body: bytes) -> bytes:
    return encode_message(replace(message(1), body=msgspec.Raw(body)))


def test_a_message_is_read_back_with_the_exact_bytes_of_its_body() -> None:
    raw = with_body(b'{ "b": 1.0, "a" : [ ] }')
    back = read_message(raw)
    assert bytes(back.body) == b'{ "b": 1.0, "a" : [ ] }'
    assert replace(back, body=msgspec.Raw()) == replace(message(1), body=msgspec.Raw())


def test_a_message_that_fits_no_bundle_is_not_made() -> None:
    room = MAX_MESSAGE_BYTES - len(with_body(b'""'))
    assert len(with_body(b'"' + b"x" * room + b'"')) == MAX_MESSAGE_BYTES
    with pytest.raises(BadInput, match="record record-1 has 1,040,385 bytes as a message and may have 1,040,384"):
        with_body(b'"' + b"x" * (room + 1) + b'"')


@pytest.mark.parametrize("body", [b"", b"{", b"[1]]", b"\xff", b'"\\x"', b"9" * 5000, b"[" * 31 + b"]" * 31])
def test_a_body_no_receiver_could_read_is_not_sent_because_it_would_block_the_stream(body: bytes) -> None:
    with pytest.raises(BadInput, match="record record-1 cannot be sent"):
        with_body(body)


@pytest.mark.parametrize("agreement", ["", "0" * 63, "G" * 64])
def test_no_message_without_an_agreement(agreement: str) -> None:
    with pytest.raises(BadInput, match="names no agreement"):
        encode_message(replace(message(1), agreement=agreement))


@pytest.mark.parametrize("record", ["", "r" * 101])
def test_a_message_names_its_record(record: str) -> None:
    with pytest.raises(BadInput, match="names its record"):
        encode_message(replace(message(1), record=record))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"id":1}', encode_message(message(1))[:-1]])
def test_a_malformed_message_gives_the_reason_to_reject_it_by(raw: bytes) -> None:
    with pytest.raises(BadInput, match="not a usable Message"):
        read_message(raw)
