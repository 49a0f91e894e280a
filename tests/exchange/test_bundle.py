"""Bundles: made, sealed, opened by the one they are for, and refused in every other case."""

import base64
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.frames import HEADER_BYTES, Forgery, body_of, frame_of, opened, plaintext_of
from exchange.mutation import MANY, mutated
from exchange.nodes import NORTH, OBSERVER, SOUTH, STRANGER, head, make_node, message, raw_messages
from hamkar.crypto.dsse import pae
from hamkar.crypto.keys import NodeKeys
from hamkar.crypto.sealing import Suite
from hamkar.crypto.signing import verify
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.bundle import (
    BUNDLE_TYPE,
    MAX_FRAME_BYTES,
    open_frame,
    read_header,
    seal_bundle,
    sign_bundle,
    take,
)
from hamkar.exchange.message import BODY_ALLOWANCE, MAX_MESSAGE_BYTES, encode_message
from hamkar.model.bundle import MAX_BODY_BYTES, MAX_MESSAGES
from hamkar.model.checkpoint import Checkpoint, Consistency, LogProgress, LogWord

MESSAGES = raw_messages(3)
SIGNED = sign_bundle(head(), MESSAGES, NORTH.keys.signer)
FRAME = seal_bundle(SIGNED, SOUTH.card)
HASH64 = base64.b64encode(b"h" * 32).decode()
OLD_PARTNER = make_node("A partner without ML-KEM (synthetic)", "AM", suite=Suite.X25519)


def joined(count: int) -> str:
    """The text of a proof of that many hashes."""
    return base64.b64encode(b"h" * 32 * count).decode()


LONGEST = LogWord(
    cosigned=Checkpoint(size=2**53 - 1, root="f" * 64),
    prove_from=(2**53 - 2, 2**53 - 1),
    own=LogProgress(
        size=2**53 - 1,
        root="f" * 64,
        proofs=tuple(Consistency(since=2**53 - 3 + number, hashes=joined(64)) for number in (0, 1)),
    ),
)


def logs_of(**changes: object) -> dict[str, object]:
    """What a bundle says of logs, its own of 5 entries, as JSON, with changes to that; proofs as pairs."""
    proofs: list[tuple[int, str]] = changes.pop("proofs", [(4, HASH64)])  # type: ignore[assignment] # wrong on purpose
    told = [{"since": since, "hashes": hashes} for since, hashes in proofs]
    return {"cosigned": None, "prove_from": [], "own": {"size": 5, "root": "f" * 64, "proofs": told} | changes}


def from_north(body: bytes) -> bytes:
    """A body north has signed, sealed to south: the frame is in order, whatever it says."""
    return frame_of(plaintext_of(body))


def test_a_bundle_opens_to_the_exact_bytes_that_were_signed() -> None:
    back = opened(FRAME)
    assert back == SIGNED
    assert tuple(map(bytes, back.bundle.msgs)) == MESSAGES
    assert verify(NORTH.keys.signer.public, pae(BUNDLE_TYPE, back.body), back.signature)


def test_a_frame_says_in_the_clear_only_which_keys_it_is_between() -> None:
    header = read_header(FRAME)
    assert (header.suite, header.sender_key) == (Suite.HYBRID, NORTH.keys.signer.key_id)
    assert header.recipient_key == SOUTH.keys.sealing[0].key_id
    assert NORTH.id.encode() not in FRAME


def test_bundles_of_like_size_cannot_be_told_apart() -> None:
    frames = [seal_bundle(sign_bundle(head(), raw_messages(1, n), NORTH.keys.signer), SOUTH.card) for n in (1, 99)]
    assert len({len(frame) for frame in frames}) == 1
    assert frames[0] != frames[1]


def test_a_partner_without_a_hybrid_key_is_served_in_the_older_suite() -> None:
    signed = sign_bundle(replace(head(), to=OLD_PARTNER.id), MESSAGES, NORTH.keys.signer)
    frame = seal_bundle(signed, OLD_PARTNER.card)
    assert read_header(frame).suite is Suite.X25519
    assert opened(frame, OLD_PARTNER) == signed


def test_a_hybrid_key_is_used_even_where_an_older_one_stands_first() -> None:
    both = replace(SOUTH.card, sealing_keys=(*OLD_PARTNER.card.sealing_keys, *SOUTH.card.sealing_keys))
    assert read_header(seal_bundle(SIGNED, both)).suite is Suite.HYBRID


def test_a_card_whose_keys_this_version_does_not_know_is_refused() -> None:
    later = replace(SOUTH.card, sealing_keys=(replace(SOUTH.card.sealing_keys[0], algorithm="mlkem1024-p384"),))
    with pytest.raises(ProtocolError, match="no sealing key this version knows"):
        seal_bundle(SIGNED, later)


def test_after_a_rotation_what_was_sealed_to_the_old_key_still_opens() -> None:
    rotated = NodeKeys(SOUTH.keys.signing, (*OBSERVER.keys.sealing, *SOUTH.keys.sealing))
    senders = {NORTH.keys.signer.key_id: NORTH.card}
    assert open_frame(FRAME, node=SOUTH.id, openers=rotated.openers, senders=senders) == SIGNED


def test_a_bundle_is_sealed_only_to_the_node_it_names() -> None:
    with pytest.raises(BadInput, match="take the right card"):
        seal_bundle(SIGNED, OBSERVER.card)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": NORTH.id}, "does not send to itself"),
        ({"stream": "Main"}, "a stream is named"),
        ({"epoch": 0}, "epochs count"),
        ({"first_seq": 0}, "messages count"),
        ({"prev_chain": "1" * 64}, "all zeros"),
        ({"logs": replace(LONGEST, own=replace(LONGEST.own, root="x" * 64))}, "says of logs"),
        ({"logs": replace(LONGEST, prove_from=(1, 2, 3))}, "says of logs"),
    ],
)
def test_a_bundle_that_would_be_refused_is_not_made(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        sign_bundle(replace(head(), **changes), MESSAGES, NORTH.keys.signer)  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.parametrize("count", [0, MAX_MESSAGES + 1])
def test_a_bundle_holds_1_to_500_messages(count: int) -> None:
    with pytest.raises(BadInput, match="1 to 500 messages"):
        sign_bundle(head(), MESSAGES[:1] * count, NORTH.keys.signer)


@given(sizes=st.lists(st.integers(200, MAX_MESSAGE_BYTES), min_size=1, max_size=12))
def test_as_many_of_a_backlog_are_taken_as_fit_and_they_do_fit(sizes: list[int]) -> None:
    backlog = [b'"' + b"x" * (size - 2) + b'"' for size in sizes]
    count = take(backlog)
    longest = replace(
        head(first_seq=2**53 - 501, prev_chain="f" * 64, epoch=2**31 - 1),
        stream="s" * 32,
        logs=LONGEST,
    )
    assert len(sign_bundle(longest, backlog[:count], NORTH.keys.signer).body) <= MAX_BODY_BYTES
    assert count == len(backlog) or sum(sizes[: count + 1]) + count + BODY_ALLOWANCE > MAX_BODY_BYTES


def test_500_messages_are_taken_at_most_and_none_of_none() -> None:
    assert take(MESSAGES[:1] * 501) == 500
    assert take(()) == 0


def test_a_message_too_large_for_any_bundle_is_named_instead_of_blocking_in_silence() -> None:
    assert take([b"x" * MAX_MESSAGE_BYTES]) == 1
    with pytest.raises(BadInput, match="take it out of the outbox"):
        take([b"x" * (MAX_MESSAGE_BYTES + 1)])


def test_the_largest_bundle_makes_a_frame_within_the_limit() -> None:
    base = len(encode_message(message(1, "")))
    large = encode_message(message(1, "x" * (MAX_MESSAGE_BYTES - base)))
    frame = seal_bundle(sign_bundle(head(), [large], NORTH.keys.signer), SOUTH.card)
    assert len(frame) <= MAX_FRAME_BYTES
    assert bytes(opened(frame).bundle.msgs[0]) == large


def test_a_frame_made_by_hand_from_the_description_opens() -> None:
    body = msgspec.json.encode(body_of())
    assert opened(from_north(body)).body == body


@pytest.mark.parametrize(
    ("forgery", "reason"),
    [
        (Forgery(magic=b"HAMKAZ"), "do not start like a Hamkar bundle"),
        (Forgery(version=2), "version 2 and suite 2; this node reads version 1"),
        (Forgery(suite=3), "version 1 and suite 3"),
        (Forgery(suite=0), "version 1 and suite 0"),
        (Forgery(suite=1), "not in use here"),
        (Forgery(sender_key=STRANGER.keys.signer.key_id), "on no card held here"),
        (Forgery(recipient_key="0" * 16), "not in use here"),
        (Forgery(recipient=OBSERVER), "not in use here"),
        (Forgery(recipient=OBSERVER, recipient_key=SOUTH.keys.sealing[0].key_id), "does not open"),
        (Forgery(info=f"hamkar/v1|2|{NORTH.id}|{OBSERVER.id}".encode()), "does not open"),
        (Forgery(info=f"hamkar/v1|2|{STRANGER.id}|{SOUTH.id}".encode()), "does not open"),
        (Forgery(info=f"hamkar/v1|1|{NORTH.id}|{SOUTH.id}".encode()), "does not open"),
        (Forgery(info=b""), "does not open"),
    ],
)
def test_a_frame_that_is_wrong_outside_is_refused(forgery: Forgery, reason: str) -> None:
    with pytest.raises(ProtocolError, match=reason):
        opened(frame_of(plaintext_of(msgspec.json.encode(body_of())), forgery))


BODY = msgspec.json.encode(body_of())


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        b"\0\0\0",
        b"\xff" * 1024,
        plaintext_of(BODY)[:-1],
        plaintext_of(BODY) + b"\0",
        plaintext_of(BODY, padding=b""),
        plaintext_of(BODY)[:-1] + b"\x01",
        plaintext_of(BODY, padding=b"\0" * 2048),
        (len(BODY) + 2000).to_bytes(4) + plaintext_of(BODY)[4:],
        (MAX_BODY_BYTES + 1).to_bytes(4) + bytes(1_081_340),
    ],
    ids=[
        "empty",
        "no length",
        "absurd length",
        "cut",
        "longer",
        "unpadded",
        "not zeros",
        "next class",
        "wrong length",
        "too large",
    ],
)
def test_a_plaintext_that_is_not_a_body_a_signature_and_zeros_is_refused(plaintext: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a body, a signature and zeros"):
        opened(frame_of(plaintext))


def test_a_bundle_signed_by_another_is_refused() -> None:
    with pytest.raises(ProtocolError, match="not signed by key"):
        opened(frame_of(plaintext_of(BODY, signer=STRANGER)))


def test_a_known_partner_cannot_sign_for_another() -> None:
    theirs = frame_of(
        plaintext_of(BODY, signer=OBSERVER),
        Forgery(sender_key=OBSERVER.keys.signer.key_id, info=f"hamkar/v1|2|{OBSERVER.id}|{SOUTH.id}".encode()),
    )
    with pytest.raises(ProtocolError, match=f"is from {NORTH.id} to {SOUTH.id}, and came from {OBSERVER.id}"):
        opened(theirs, SOUTH, OBSERVER)


def test_a_recipient_cannot_pass_a_bundle_on_as_if_it_were_meant_for_a_third() -> None:
    again = frame_of(
        plaintext_of(SIGNED.body),
        Forgery(recipient=OBSERVER, info=f"hamkar/v1|2|{NORTH.id}|{OBSERVER.id}".encode()),
    )
    with pytest.raises(ProtocolError, match=f"is from {NORTH.id} to {SOUTH.id}"):
        opened(again, OBSERVER)


def test_a_frame_replayed_to_another_recipient_does_not_open() -> None:
    with pytest.raises(ProtocolError, match="not in use here"):
        opened(FRAME, OBSERVER)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"v": 2}, "format has to be version 1"),
        ({"v": True}, "not a usable Bundle"),
        ({"sender": "north"}, "sender has to be a node id"),
        ({"to": SOUTH.id.upper()}, "recipient has to be a node id"),
        ({"to": NORTH.id}, "does not send to itself"),
        ({"sender": OBSERVER.id}, "came from"),
        ({"to": OBSERVER.id}, "came from"),
        ({"stream": ""}, "a stream is named"),
        ({"stream": "a" * 33}, "a stream is named"),
        ({"stream": "main\n"}, "a stream is named"),
        ({"stream": "../x"}, "a stream is named"),
        ({"epoch": 0}, "epochs count"),
        ({"epoch": -1}, "epochs count"),
        ({"epoch": 2**31}, "epochs count"),
        ({"epoch": 10**30}, "epochs count"),
        ({"first_seq": 0}, "messages count"),
        ({"first_seq": -5}, "messages count"),
        ({"first_seq": 2**53}, "messages count"),
        ({"first_seq": 1.5}, "not a usable Bundle"),
        ({"first_seq": "1"}, "not a usable Bundle"),
        ({"prev_chain": "0" * 63}, "64 hex digits"),
        ({"prev_chain": "G" * 64}, "64 hex digits"),
        ({"prev_chain": "1" * 64}, "all zeros"),
        ({"issued_at": "2026-03-20T08:30:00"}, "state its zone"),
        ({"issued_at": "9999-12-31T23:59:59-14:00"}, "from 2000 to 2999"),
        ({"issued_at": "yesterday"}, "not a usable Bundle"),
        ({"logs": "c" * 256}, "not a usable Bundle"),
        ({"logs": logs_of(size=-1)}, "says of logs"),
        ({"logs": logs_of(size=2**53)}, "says of logs"),
        ({"logs": logs_of(root="F" * 64)}, "says of logs"),
        ({"logs": logs_of(proofs=[(0, "")])}, "says of logs"),
        ({"logs": logs_of(proofs=[(5, "")])}, "says of logs"),
        ({"logs": logs_of(proofs=[(4, "AAAA")])}, "says of logs"),
        ({"logs": logs_of(proofs=[(4, HASH64 + "\n")])}, "says of logs"),
        ({"logs": logs_of(proofs=[(4, joined(65))])}, "says of logs"),
        ({"logs": logs_of(proofs=[(4, ""), (4, "")])}, "says of logs"),
        ({"logs": logs_of(proofs=[(1, ""), (2, ""), (3, "")])}, "says of logs"),
        ({"logs": logs_of() | {"cosigned": {"size": 1, "root": ""}}}, "says of logs"),
        ({"logs": logs_of() | {"prove_from": [0]}}, "says of logs"),
        ({"logs": logs_of() | {"prove_from": [1, 2, 3]}}, "says of logs"),
        ({"msgs": []}, "1 to 500 messages"),
        ({"msgs": [1] * 501}, "1 to 500 messages"),
        ({"msgs": None}, "not a usable Bundle"),
        ({"later": 1}, "later is not a field"),
    ],
)
def test_a_signed_body_that_breaks_a_rule_is_refused_with_the_rule(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ProtocolError, match=reason):
        opened(from_north(msgspec.json.encode(body_of(**changes))))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"\xff\xfe", b"[" * 100_000, BODY.replace(b'"n":1', b'"n":' + b"9" * 5000), BODY + b"x"],
    ids=["nothing", "null", "a list", "not UTF-8", "deep", "a number of 5,000 digits", "more after the end"],
)
def test_a_signed_body_that_is_no_bundle_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        opened(from_north(body))


def test_a_body_nested_within_the_limit_is_read_and_beyond_it_is_not() -> None:
    assert opened(from_north(BODY.replace(b'{"n":1}', b"[" * 30 + b"]" * 30)))
    with pytest.raises(ProtocolError, match="nests deeper than 32"):
        opened(from_north(BODY.replace(b'{"n":1}', b"[" * 31 + b"]" * 31)))


@pytest.mark.parametrize("size", [0, HEADER_BYTES, MAX_FRAME_BYTES + 1])
def test_a_frame_of_impossible_size_is_refused_before_anything_else(size: int) -> None:
    with pytest.raises(ProtocolError, match="has 25 to 1,082,504 bytes"):
        opened(FRAME[:size].ljust(size, b"\0"))


@given(frame=st.binary(max_size=200) | st.binary(max_size=3000).map(lambda tail: FRAME[:HEADER_BYTES] + tail))
def test_any_bytes_are_a_bundle_or_a_protocol_error(frame: bytes) -> None:
    with pytest.raises(ProtocolError):
        opened(frame)


@MANY
@given(data=st.data())
def test_a_changed_frame_never_opens(data: st.DataObject) -> None:
    changed = mutated(data, FRAME)
    if changed != FRAME:
        with pytest.raises(ProtocolError):
            opened(changed)


@MANY
@given(data=st.data())
def test_a_changed_plaintext_under_a_good_seal_never_opens(data: st.DataObject) -> None:
    original = plaintext_of(SIGNED.body)
    changed = mutated(data, original)
    if changed != original:
        with pytest.raises(ProtocolError):
            opened(frame_of(changed))


@MANY
@given(data=st.data())
def test_a_changed_body_under_a_good_signature_is_a_bundle_or_a_protocol_error(data: st.DataObject) -> None:
    body = mutated(data, SIGNED.body)
    try:
        back = opened(from_north(body))
    except ProtocolError:
        return
    assert back.body == body
    assert (back.bundle.sender, back.bundle.to) == (NORTH.id, SOUTH.id)


def test_two_bundles_with_the_same_messages_are_sealed_differently_each_time() -> None:
    assert len({seal_bundle(SIGNED, SOUTH.card) for _ in range(3)}) == 3
