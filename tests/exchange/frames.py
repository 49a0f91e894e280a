"""Frames put together by hand, to say what `seal_bundle` would never say."""

import struct
from dataclasses import dataclass

from exchange.nodes import NORTH, NOW, SOUTH, Node
from hamkar.crypto.dsse import pae
from hamkar.crypto.sealing import Suite, seal
from hamkar.exchange.bundle import BUNDLE_TYPE, SignedBundle, open_frame
from hamkar.exchange.checkpoint import SILENT
from hamkar.exchange.trust import Trust
from hamkar.model.bundle import GENESIS, Bundle

HEADER_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """Every choice in making a frame; the defaults make an honest one from north to south."""

    magic: bytes = b"HAMKAR"
    version: int = 1
    suite: int = 2
    sender_key: str = NORTH.keys.signer.key_id
    recipient: Node = SOUTH
    recipient_key: str = ""
    info: bytes = f"hamkar/v1|2|{NORTH.id}|{SOUTH.id}".encode()


def plaintext_of(body: bytes, signer: Node = NORTH, padding: bytes | None = None) -> bytes:
    """Length, body and signature, padded with zeros to their class or with what is given."""
    signed = struct.pack(">I", len(body)) + body + signer.keys.signer.sign(pae(BUNDLE_TYPE, body))
    return signed.ljust(size_class(len(signed)), b"\0") if padding is None else signed + padding


def size_class(size: int) -> int:
    """Padmé as the paper's pseudocode has it, for lengths from 2, and 1,024 at least."""
    exponent = size.bit_length() - 1
    free = exponent - exponent.bit_length()
    return max(1024, (size + (1 << free) - 1) >> free << free)


def frame_of(plaintext: bytes, forgery: Forgery = Forgery()) -> bytes:
    """The frame around any plaintext."""
    key = forgery.recipient.keys.sealing[0]
    header = struct.pack(
        ">6sBB8s8s",
        forgery.magic,
        forgery.version,
        forgery.suite,
        bytes.fromhex(forgery.sender_key),
        bytes.fromhex(forgery.recipient_key or key.key_id),
    )
    return header + seal(Suite.HYBRID, key.public, plaintext, forgery.info)


def body_of(**changes: object) -> dict[str, object]:
    """The plain JSON of a bundle from north to south, with fields changed."""
    bundle = Bundle(
        v=1,
        sender=NORTH.id,
        to=SOUTH.id,
        stream="main",
        epoch=1,
        first_seq=1,
        prev_chain=GENESIS,
        issued_at=NOW,
        logs=SILENT,
        msgs=(),
    )
    return bundle.to_dict() | {"msgs": [{"n": 1}]} | changes


def opened(frame: bytes, at: Node = SOUTH, *known: Node) -> SignedBundle:
    """The frame as opened at a node that knows north and perhaps others."""
    trust = Trust.of(node.signed for node in (NORTH, *known))
    return open_frame(frame, node=at.id, openers=at.keys.openers, senders=trust.senders)
