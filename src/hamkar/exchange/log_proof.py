"""Checking a proof of what stands in a log: signatures, inclusion, consistency and cosignatures, and no node needed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from hamkar.crypto import dsse
from hamkar.crypto.fingerprint import spoken
from hamkar.crypto.key_holder import Signer
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import SignedCard, read_card
from hamkar.exchange.checkpoint import commitment, entry_leaf, is_checkpoint, split_hashes
from hamkar.exchange.document import read_document
from hamkar.exchange.merkle import goes_on, includes
from hamkar.exchange.public_key import raw_bytes
from hamkar.exchange.receipt import read_receipt
from hamkar.model.agency import Agency
from hamkar.model.checkpoint import Checkpoint, LogEvent, SignedCheckpoint
from hamkar.model.log_proof import Cosignature, LogProof, ProvedEntry
from hamkar.model.moment import is_moment

CHECKPOINT_TYPE = "application/vnd.hamkar.checkpoint+json"
MAX_CHECKPOINT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry that is proved to stand in the log under its number; None where what it said has been erased."""

    seq: int
    event: LogEvent | None


@dataclass(frozen=True, slots=True)
class CheckedCosignature:
    """A partner that is proved to have seen the log up to ``size``, as it still is, and when it said so."""

    agency: Agency
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckedProof:
    """All that a proof proves; whether ``agency`` is who it says is for people to compare, by its node id."""

    agency: Agency
    checkpoint: SignedCheckpoint
    entries: tuple[CheckedEntry, ...]
    cosignatures: tuple[CheckedCosignature, ...]


def sign_checkpoint(node: str, checkpoint: Checkpoint, now: datetime, signer: Signer) -> bytes:
    """A node's signed word on how its log stands."""
    signed = SignedCheckpoint(v=1, node=node, size=checkpoint.size, root=checkpoint.root, issued_at=now)
    return dsse.sign(CHECKPOINT_TYPE, signed.to_json(), signer).to_json()


def read_checkpoint(data: bytes, card: SignedCard) -> SignedCheckpoint:
    """The checkpoint in these bytes, signed by a key on its node's card. Raises ProtocolError."""
    envelope = dsse.read_envelope(data, CHECKPOINT_TYPE, MAX_CHECKPOINT_BYTES)
    if not any(envelope.signed_by(key.id, raw_bytes(key)) for key in card.card.signing_keys):
        _refuse(f"its checkpoint is not signed by a key on the card of {card.card.agency.name}")
    signed = read_document(envelope.payload, SignedCheckpoint)
    sound = is_checkpoint(Checkpoint(size=signed.size, root=signed.root)) and is_moment(signed.issued_at)
    if signed.v != 1 or signed.node != card.node or not sound:
        _refuse(f"its checkpoint is not one of the log of node {card.node}")
    return signed


def check_proof(data: bytes, node: str = "") -> CheckedProof:
    """What the proof in these bytes proves; ``node`` is the node id it has to be of, where that was compared.

    Raises BadInput where it is of another node, ProtocolError where anything in it is not as it says.
    """
    proof = read_document(data, LogProof)
    if proof.v != 1:
        _refuse("its format is not version 1")
    card = read_card(proof.card.encode())
    if node and card.node != node:
        msg = (
            f"this proof is of node {spoken(card.node)} and the fingerprint is that of {spoken(node)}; ask for its own"
        )
        raise BadInput(msg)
    checkpoint = read_checkpoint(proof.checkpoint.encode(), card)
    return CheckedProof(
        agency=card.card.agency,
        checkpoint=checkpoint,
        entries=tuple(_entry(entry, checkpoint) for entry in proof.entries),
        cosignatures=tuple(_cosignature(cosigned, checkpoint) for cosigned in proof.cosignatures),
    )


def _entry(entry: ProvedEntry, checkpoint: SignedCheckpoint) -> CheckedEntry:
    committed, path = _hash(entry.commitment, entry.seq), split_hashes(entry.path)
    root = bytes.fromhex(checkpoint.root)
    if path is None or not includes(entry.seq - 1, checkpoint.size, entry_leaf(committed), path, root):
        _refuse(f"entry {entry.seq} does not stand in the log of {checkpoint.size} entries that the node has signed")
    if entry.event is None and entry.salt is None:
        return CheckedEntry(entry.seq, None)
    event = (entry.event or "").encode()
    if commitment(_hash(entry.salt or "", entry.seq), event) != committed:
        _refuse(f"entry {entry.seq} does not say what the log has committed to")
    return CheckedEntry(entry.seq, read_document(event, LogEvent))


def _cosignature(cosigned: Cosignature, checkpoint: SignedCheckpoint) -> CheckedCosignature:
    card = read_card(cosigned.card.encode())
    receipt = read_receipt(cosigned.receipt.encode(), card.card)
    seen, proof, who = receipt.logs.cosigned, split_hashes(cosigned.proof), card.card.agency.name
    if receipt.sender != checkpoint.node or seen is None:
        _refuse(f"the receipt of {who} does not cosign this log")
    old, new = bytes.fromhex(seen.root), bytes.fromhex(checkpoint.root)
    if proof is None or not goes_on(seen.size, old, checkpoint.size, new, proof):
        _refuse(f"the log does not go on from the {seen.size} entries that {who} has cosigned")
    return CheckedCosignature(card.card.agency, seen.size, receipt.issued_at)


def _hash(text: str, seq: int) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != hashlib.sha256().digest_size or value.hex() != text:
        _refuse(f"entry {seq} has no commitment or salt of 64 hex digits")
    return value


def _refuse(why: str) -> NoReturn:
    msg = f"this proof does not hold: {why}; keep it and ask the agency"
    raise ProtocolError(msg)
