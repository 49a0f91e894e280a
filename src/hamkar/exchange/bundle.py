"""Bundle v1: consecutive messages, signed as exact bytes, padded and sealed to one recipient.

    frame     = "HAMKAR" | version | suite | sender's signing key id | recipient's sealing key id | HPKE ciphertext
    plaintext = length of body (4 bytes, big endian) | body | signature (64 bytes) | zeros up to the padded size
    signature = Ed25519(PAE(BUNDLE_TYPE, body)); HPKE info = "hamkar/v1|suite|sender's node id|recipient's node id"

docs/protocol.md tells it byte by byte; docs/vectors/bundle_v1.json is a worked example.
"""

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from hamkar.crypto.dsse import pae
from hamkar.crypto.fingerprint import NODE_ID
from hamkar.crypto.key_holder import Opener, Signer
from hamkar.crypto.sealing import DEFAULT_SUITE, Suite, seal
from hamkar.crypto.signing import SIGNATURE_BYTES, verify
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.checkpoint import SILENT, is_sound_word
from hamkar.exchange.document import refuse_deep, refuse_unreadable
from hamkar.exchange.message import BODY_ALLOWANCE, MAX_MESSAGE_BYTES
from hamkar.exchange.padding import padded_size
from hamkar.exchange.public_key import raw_bytes, suite_of
from hamkar.model.agency import NodeCard, PublicKey
from hamkar.model.bundle import GENESIS, MAX_BODY_BYTES, MAX_MESSAGES, Bundle
from hamkar.model.checkpoint import LogWord
from hamkar.model.moment import is_moment

BUNDLE_TYPE = "application/vnd.hamkar.bundle+json"
CONTENT_TYPE = "application/vnd.hamkar.bundle"
MAX_EPOCH = 2**31 - 1
MAX_SEQ = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact (RFC 8259, section 6)."""

_MAGIC = b"HAMKAR"
_VERSION = 1
_HEADER = struct.Struct(">6sBB8s8s")
_LENGTH = struct.Struct(">I")
_MAX_PLAINTEXT = padded_size(_LENGTH.size + MAX_BODY_BYTES + SIGNATURE_BYTES)
MAX_FRAME_BYTES = _HEADER.size + DEFAULT_SUITE.overhead + _MAX_PLAINTEXT

_STREAM = re.compile(r"[a-z0-9-]{1,32}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleHead:
    """Everything a bundle says besides its messages; see `Bundle`."""

    sender: str
    to: str
    stream: str
    epoch: int
    first_seq: int
    prev_chain: str
    issued_at: datetime
    logs: LogWord = SILENT


@dataclass(frozen=True, slots=True)
class SignedBundle:
    """A bundle, the exact bytes of its body, and a signature over them that was made or verified here.

    Body, signature and key id are the evidence to keep: anyone with the sender's card can check them again.
    """

    bundle: Bundle
    body: bytes
    signature: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What a frame says in the clear."""

    suite: Suite
    sender_key: str
    recipient_key: str


def take(backlog: Sequence[bytes]) -> int:
    """How many of the first messages of a backlog go into one bundle; at least one where there are any.

    Raises BadInput where the first is too large for any bundle; `encode_message` makes none such.
    """
    room = MAX_BODY_BYTES - BODY_ALLOWANCE + 1
    for count, message in enumerate(backlog[:MAX_MESSAGES]):
        room -= len(message) + 1
        if room >= 0:
            continue
        if count == 0:
            msg = f"a message has {len(message):,} bytes and may have {MAX_MESSAGE_BYTES:,}; take it out of the outbox"
            raise BadInput(msg)
        return count
    return min(len(backlog), MAX_MESSAGES)


def sign_bundle(head: BundleHead, messages: Sequence[bytes], signer: Signer) -> SignedBundle:
    """The bundle of these messages, each as its exact JSON bytes, signed. Raises BadInput."""
    bundle = Bundle(
        v=_VERSION,
        sender=head.sender,
        to=head.to,
        stream=head.stream,
        epoch=head.epoch,
        first_seq=head.first_seq,
        prev_chain=head.prev_chain,
        issued_at=head.issued_at,
        logs=head.logs,
        msgs=tuple(msgspec.Raw(message) for message in messages),
    )
    body = bundle.to_json()
    broken = _broken_rule(bundle)
    if broken or len(body) > MAX_BODY_BYTES:
        msg = f"a bundle for {head.to} cannot be made: {broken or 'its body is too large'}; mend it before it is sent"
        raise BadInput(msg)
    return SignedBundle(bundle, body, signer.sign(pae(BUNDLE_TYPE, body)), signer.key_id)


def seal_bundle(signed: SignedBundle, to: NodeCard) -> bytes:
    """The frame that only the node on this card opens; its first hybrid key is used, else its first of any suite.

    Raises BadInput where the bundle is for another node, ProtocolError where the card has no usable key.
    """
    if to.agency.node != signed.bundle.to:
        msg = (
            f"this bundle is for node {signed.bundle.to} and the card is that of {to.agency.node}; take the right card"
        )
        raise BadInput(msg)
    key, suite = sealing_key(to)
    header = _HEADER.pack(_MAGIC, _VERSION, suite, bytes.fromhex(signed.key_id), bytes.fromhex(key.id))
    plaintext = _pad(_LENGTH.pack(len(signed.body)) + signed.body + signed.signature)
    return header + seal(suite, raw_bytes(key), plaintext, _info(suite, signed.bundle.sender, signed.bundle.to))


def read_header(frame: bytes) -> FrameHeader:
    """What a frame of at most MAX_FRAME_BYTES says in the clear; costs no cryptography. Raises ProtocolError."""
    if not _HEADER.size < len(frame) <= MAX_FRAME_BYTES:
        msg = f"a bundle has {_HEADER.size + 1} to {MAX_FRAME_BYTES:,} bytes, not {len(frame):,}; send it again"
        raise ProtocolError(msg)
    magic, version, suite, sender_key, recipient_key = _HEADER.unpack_from(frame)
    if magic != _MAGIC:
        msg = "these bytes do not start like a Hamkar bundle; send it as it was made"
        raise ProtocolError(msg)
    if version != _VERSION or suite not in tuple(Suite):
        msg = f"this bundle has version {version} and suite {suite}; this node reads version 1, suites 1 and 2; upgrade"
        raise ProtocolError(msg)
    return FrameHeader(Suite(suite), sender_key.hex(), recipient_key.hex())


def open_frame(
    frame: bytes, *, node: str, openers: Mapping[str, Opener], senders: Mapping[str, NodeCard]
) -> SignedBundle:
    """The bundle in a frame, proved to come from a known sender and to be meant for ``node``.

    ``openers`` are this node's own keys by id, ``senders`` the partners' cards by signing key id. Key ids are looked up
    before any public-key work is done. Raises ProtocolError for everything else.
    """
    header = read_header(frame)
    sender, opener = senders.get(header.sender_key), openers.get(header.recipient_key)
    if sender is None:
        msg = f"the signing key {header.sender_key} is on no card held here; give this node your current card first"
        raise ProtocolError(msg)
    if opener is None or opener.suite is not header.suite:
        msg = (
            f"the sealing key {header.recipient_key} is not in use here; fetch this node's current card and seal again"
        )
        raise ProtocolError(msg)
    plaintext = opener.open(frame[_HEADER.size :], _info(header.suite, sender.agency.node, node))
    body, signature = _split(plaintext)
    if not verify(_raw_signing_key(sender, header.sender_key), pae(BUNDLE_TYPE, body), signature):
        msg = f"the bundle is not signed by key {header.sender_key} of {sender.agency.name}; sign it and send it again"
        raise ProtocolError(msg)
    bundle = _read_body(body)
    if (bundle.sender, bundle.to) != (sender.agency.node, node):
        msg = (
            f"the bundle is from {bundle.sender} to {bundle.to}, and came from {sender.agency.node} to {node}; mend it"
        )
        raise ProtocolError(msg)
    return SignedBundle(bundle, body, signature, header.sender_key)


def _info(suite: Suite, sender: str, to: str) -> bytes:
    return f"hamkar/v{_VERSION}|{suite:d}|{sender}|{to}".encode("ascii")


def _pad(plaintext: bytes) -> bytes:
    return plaintext.ljust(padded_size(len(plaintext)), b"\0")


def sealing_key(card: NodeCard) -> tuple[PublicKey, Suite]:
    """The key to seal to, and its suite: the first hybrid one, else the first of any. Raises ProtocolError."""
    usable = [(key, suite) for key in card.sealing_keys if (suite := suite_of(key)) is not None]
    if not usable:
        msg = f"the card of {card.agency.name} has no sealing key this version knows; ask for a new card, or upgrade"
        raise ProtocolError(msg)
    return next((pair for pair in usable if pair[1] is DEFAULT_SUITE), usable[0])


def _raw_signing_key(card: NodeCard, key_id: str) -> bytes:
    return next(raw_bytes(key) for key in card.signing_keys if key.id == key_id)


def _split(plaintext: bytes) -> tuple[bytes, bytes]:
    """Body and signature. There is one right length for each body, and nothing but zeros after the signature."""
    size = _LENGTH.unpack_from(plaintext)[0] if len(plaintext) >= _LENGTH.size else MAX_BODY_BYTES + 1
    end_of_body = _LENGTH.size + size
    end = end_of_body + SIGNATURE_BYTES
    if size > MAX_BODY_BYTES or len(plaintext) != padded_size(end) or plaintext.count(0, end) != len(plaintext) - end:
        msg = "what is sealed in this bundle is not a body, a signature and zeros up to its size class; make it anew"
        raise ProtocolError(msg)
    return plaintext[_LENGTH.size : end_of_body], plaintext[end_of_body:end]


def _read_body(body: bytes) -> Bundle:
    refuse_deep(body, "bundle")
    refuse_unreadable(body, "bundle")
    try:
        bundle = Bundle.from_json(body)
    except BadInput as error:
        raise ProtocolError(str(error)) from error
    broken = _broken_rule(bundle)
    if broken:
        msg = f"this bundle breaks the protocol: {broken}; mend the sending node"
        raise ProtocolError(msg)
    return bundle


BUNDLE_RULES: tuple[tuple[str, Callable[[Bundle], bool]], ...] = (
    ("its format has to be version 1", lambda bundle: bundle.v == _VERSION),
    ("its sender has to be a node id", lambda bundle: bool(NODE_ID.match(bundle.sender))),
    ("its recipient has to be a node id", lambda bundle: bool(NODE_ID.match(bundle.to))),
    ("a node does not send to itself", lambda bundle: bundle.sender != bundle.to),
    ("a stream is named by 1 to 32 of a-z, 0-9 and -", lambda bundle: bool(_STREAM.match(bundle.stream))),
    ("epochs count from 1 to 2^31 - 1", lambda bundle: 1 <= bundle.epoch <= MAX_EPOCH),
    ("it has to hold 1 to 500 messages", lambda bundle: 1 <= len(bundle.msgs) <= MAX_MESSAGES),
    ("messages count from 1 to 2^53 - 1", lambda bundle: 1 <= bundle.first_seq <= bundle.last_seq <= MAX_SEQ),
    ("its previous chain value has to be 64 hex digits", lambda bundle: bool(_HASH.match(bundle.prev_chain))),
    ("the chain before message 1 is all zeros", lambda bundle: bundle.first_seq > 1 or bundle.prev_chain == GENESIS),
    ("its time has to state its zone, from 2000 to 2999", lambda bundle: is_moment(bundle.issued_at)),
    ("what it says of logs has to be sound", lambda bundle: is_sound_word(bundle.logs)),
)
"""What has to hold of every bundle, whoever made it."""


def _broken_rule(bundle: Bundle) -> str | None:
    return next((rule for rule, holds in BUNDLE_RULES if not holds(bundle)), None)
