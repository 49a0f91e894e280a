"""Letters between two nodes as bytes: signed, sealed for a stick, and with frames in the answer to a pull.

    sealed    = "HAMKAL" | version | suite | writer's signing key id | reader's sealing key id | HPKE ciphertext
    plaintext = length of the envelope (4 bytes, big endian) | the signed letter (DSSE JSON) | zeros up to padded size
    HPKE info = "hamkar/v1|letter|suite|writer's node id|reader's node id"

docs/protocol.md ("Pulling", "Courier") tells the rest.
"""

import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from hamkar.crypto import dsse
from hamkar.crypto.fingerprint import NODE_ID
from hamkar.crypto.key_holder import Opener, Signer
from hamkar.crypto.sealing import DEFAULT_SUITE, Suite, seal
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.answer import Acknowledged, read_answer
from hamkar.exchange.bundle import MAX_EPOCH, MAX_FRAME_BYTES, MAX_SEQ, sealing_key
from hamkar.exchange.document import read_document
from hamkar.exchange.padding import padded_size
from hamkar.exchange.public_key import raw_bytes
from hamkar.model.agency import NodeCard
from hamkar.model.bundle import GENESIS
from hamkar.model.letter import Head, Letter, Sent
from hamkar.model.moment import is_moment

LETTER_TYPE = "application/vnd.hamkar.letter+json"
MAX_LETTER_BYTES = MAX_FRAME_BYTES
"""As an envelope: a pull goes through the same door as a bundle, and is no larger."""

MAX_STREAMS = 256
MAX_RECEIPTS = 500
RECEIPT_ROOM = 640_000
"""What the receipts of one letter may have together; the longest receipt of this version fits alone."""

MAX_FRAMES = 4
MAX_ANSWER_BYTES = MAX_LETTER_BYTES + MAX_FRAMES * (MAX_FRAME_BYTES * 4 // 3 + 8) + 1024

_MAGIC = b"HAMKAL"
_VERSION = 1
_HEADER = struct.Struct(">6sBB8s8s")
HEADER_BYTES = _HEADER.size
_LENGTH = struct.Struct(">I")
MAX_SEALED_BYTES = HEADER_BYTES + DEFAULT_SUITE.overhead + padded_size(_LENGTH.size + MAX_LETTER_BYTES)
_STREAM = re.compile(r"[a-z0-9-]{1,32}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_OK = 200


@dataclass(frozen=True, slots=True)
class PullAnswer:
    """What a node gives to who pulls: its own letter (DSSE JSON, not verified) and sealed bundles."""

    letter: bytes
    frames: tuple[bytes, ...]


def sign_letter(letter: Letter, signer: Signer) -> bytes:
    """The signed letter. Raises BadInput where a reader would not take it."""
    broken = _broken_rule(letter)
    data = dsse.sign(LETTER_TYPE, letter.to_json(), signer).to_json()
    if broken or len(data) > MAX_LETTER_BYTES:
        msg = f"a letter to {letter.to} cannot be written: {broken or 'it is too large'}; mend it before it is sent"
        raise BadInput(msg)
    return data


def read_letter(data: bytes, to: str, cards: Iterable[NodeCard]) -> Letter:
    """The letter in these bytes, written to node ``to`` and signed by a key on one of the cards. Raises ProtocolError.

    ``cards`` may hold older cards of a node beside its newest.
    """
    envelope = dsse.read_envelope(data, LETTER_TYPE, MAX_LETTER_BYTES)
    named = {signature.key_id for signature in envelope.signatures}
    signed = [(card, key) for card in cards for key in card.signing_keys if key.id in named]
    if not signed:
        msg = "the letter names no signing key on a card held here; give this node your current card first"
        raise ProtocolError(msg)
    writer = next((card for card, key in signed if envelope.signed_by(key.id, raw_bytes(key))), None)
    if writer is None:
        msg = f"the letter is not signed by a key of {signed[0][0].agency.name}; ask for it again"
        raise ProtocolError(msg)
    letter = read_document(envelope.payload, Letter)
    if (letter.sender, letter.to) != (writer.agency.node, to):
        msg = f"the letter is from {letter.sender[:32]} to {letter.to[:32]}, and {writer.agency.node} gave it to {to}"
        raise ProtocolError(msg)
    broken = _broken_rule(letter)
    if broken:
        msg = f"the letter of {writer.agency.name} breaks the protocol: {broken}; tell the agency"
        raise ProtocolError(msg)
    return letter


def read_unverified(data: bytes) -> Letter:
    """The letter in these bytes, whoever signed it: only for the card it brings, which its own root key vouches for."""
    return read_document(dsse.read_envelope(data, LETTER_TYPE, MAX_LETTER_BYTES).payload, Letter)


def fitting(receipts: Sequence[bytes]) -> list[bytes]:
    """As many of the first of these receipts as one letter takes."""
    room, chosen = RECEIPT_ROOM, []
    for receipt in receipts[:MAX_RECEIPTS]:
        room -= len(receipt) + 1
        if room < 0:
            break
        chosen.append(receipt)
    return chosen


def write_pull_answer(answer: PullAnswer) -> bytes:
    """The answer as JSON."""
    return msgspec.json.encode(_WireAnswer(msgspec.Raw(answer.letter), answer.frames))


def read_pull_answer(status: int, body: bytes) -> PullAnswer:
    """The answer in an HTTP status and body. Raises Unreachable or ProtocolError where the partner gives none."""
    answer = read_answer(status, body)
    if not isinstance(answer, Acknowledged):
        msg = f"the partner declined the pull ({status}): {answer.reason}"
        raise ProtocolError(msg)
    try:
        wire = msgspec.json.decode(body, type=_WireAnswer)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        msg = f"the partner's answer to a pull cannot be read: {error}; tell the agency"
        raise ProtocolError(msg) from error
    if len(wire.frames) > MAX_FRAMES:
        msg = f"the partner gave {len(wire.frames)} bundles at once and may give {MAX_FRAMES}; tell the agency"
        raise ProtocolError(msg)
    return PullAnswer(bytes(wire.letter), wire.frames)


def is_sealed_letter(data: bytes) -> bool:
    """Whether these bytes start like a sealed letter."""
    return data.startswith(_MAGIC)


def seal_letter(signed: bytes, sender: str, signer: Signer, to: NodeCard) -> bytes:
    """A signed letter that only the node on this card opens. Raises ProtocolError where the card has no usable key."""
    key, suite = sealing_key(to)
    plain = _LENGTH.pack(len(signed)) + signed
    header = _HEADER.pack(_MAGIC, _VERSION, suite, bytes.fromhex(signer.key_id), bytes.fromhex(key.id))
    sealed = seal(
        suite, raw_bytes(key), plain.ljust(padded_size(len(plain)), b"\0"), _info(suite, sender, to.agency.node)
    )
    return header + sealed


def recipient_key(data: bytes) -> str:
    """The id of the key to which a frame or a letter is sealed, as its header has it; "" where there is no header."""
    return data[HEADER_BYTES - 8 : HEADER_BYTES].hex() if len(data) > HEADER_BYTES else ""


def open_letter(data: bytes, node: str, openers: Mapping[str, Opener], cards: Sequence[NodeCard]) -> bytes:
    """The signed letter that was sealed to this node, not verified yet. Raises ProtocolError.

    The writer's key may be new here, on the card that the letter brings; so each partner is tried as its writer.
    """
    if not HEADER_BYTES < len(data) <= MAX_SEALED_BYTES:
        msg = f"a sealed letter does not have {len(data):,} bytes; ask for it again"
        raise ProtocolError(msg)
    magic, version, suite, sender_key, reader_key = _HEADER.unpack_from(data)
    opener = openers.get(reader_key.hex())
    if magic != _MAGIC or version != _VERSION or opener is None or opener.suite != suite:
        msg = f"the letter has version {version} and is sealed to key {reader_key.hex()}, which is not in use here"
        raise ProtocolError(msg)
    known = [card for card in cards if any(key.id == sender_key.hex() for key in card.signing_keys)]
    for card in known or cards:
        try:
            return _unpadded(opener.open(data[HEADER_BYTES:], _info(opener.suite, card.agency.node, node)))
        except ProtocolError:
            continue
    msg = "the letter was altered, or was sealed by a node that is no partner; ask for it again"
    raise ProtocolError(msg)


class _WireAnswer(msgspec.Struct, frozen=True):
    letter: msgspec.Raw
    frames: tuple[bytes, ...]


def _info(suite: Suite, sender: str, to: str) -> bytes:
    return f"hamkar/v{_VERSION}|letter|{suite:d}|{sender}|{to}".encode("ascii")


def _unpadded(plain: bytes) -> bytes:
    size = _LENGTH.unpack_from(plain)[0] if len(plain) >= _LENGTH.size else MAX_LETTER_BYTES + 1
    end = _LENGTH.size + size
    if size > MAX_LETTER_BYTES or len(plain) != padded_size(end) or plain.count(0, end) != len(plain) - end:
        msg = "what is sealed in this letter is not a signed letter and zeros up to its size class"
        raise ProtocolError(msg)
    return plain[_LENGTH.size : end]


def _each_stream_once(parts: Sequence[Head] | Sequence[Sent]) -> bool:
    names = [part.stream for part in parts]
    return len(set(names)) == len(names) <= MAX_STREAMS and all(map(_STREAM.match, names))


def _is_sound_head(head: Head) -> bool:
    counted = 1 <= head.epoch <= MAX_EPOCH and 1 <= head.next_seq <= MAX_SEQ
    return counted and bool(_HASH.match(head.chain)) and (head.next_seq > 1 or head.chain == GENESIS)


def _is_sound_sent(sent: Sent) -> bool:
    return 1 <= sent.epoch <= MAX_EPOCH and 0 <= sent.confirmed_seq <= sent.last_seq <= MAX_SEQ


LETTER_RULES: tuple[tuple[str, Callable[[Letter], bool]], ...] = (
    ("its format has to be version 1", lambda letter: letter.v == 1),
    ("its writer has to be a node id", lambda letter: bool(NODE_ID.match(letter.sender))),
    ("its reader has to be a node id", lambda letter: bool(NODE_ID.match(letter.to))),
    ("a node does not write to itself", lambda letter: letter.sender != letter.to),
    ("its time has to state its zone, from 2000 to 2999", lambda letter: is_moment(letter.issued_at)),
    (
        "it names each of up to 256 streams once",
        lambda letter: _each_stream_once(letter.heads) and _each_stream_once(letter.sent),
    ),
    ("what it has of a stream is a whole point", lambda letter: all(map(_is_sound_head, letter.heads))),
    ("no more is confirmed than was sent", lambda letter: all(map(_is_sound_sent, letter.sent))),
    ("it brings up to 500 receipts", lambda letter: len(letter.receipts) <= MAX_RECEIPTS),
    ("it brings one card at most", lambda letter: len(letter.cards) <= 1),
    ("its writer's card has a number of 1 or more", lambda letter: letter.card >= 1),
    ("it gives back one card at most", lambda letter: len(letter.returned) <= 1),
)
"""What has to hold of every letter, whoever wrote it."""


def _broken_rule(letter: Letter) -> str | None:
    return next((rule for rule, holds in LETTER_RULES if not holds(letter)), None)
