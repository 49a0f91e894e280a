"""Checkpoints of a log: how they are written, what has to hold of them, and what one says against another.

Two honest readers of a log who compare checkpoints notice if it was rewritten, cut or shown to each in another form
(RFC 9162, section 8.3, and the split view that it describes).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hamkar.exchange.merkle import HASH_BYTES, Part, Subtree, goes_on, leaf_hash, proof_of
from hamkar.model.checkpoint import EMPTY_LOG, Checkpoint, Consistency, LogProgress, LogWord

MAX_SIZE = 2**53 - 1
MAX_HASHES = 64
MAX_PROOFS = 2
SALT_BYTES = 32
CLOCK_SLACK = timedelta(minutes=10)
"""How much later than a longer log a shorter one may be dated: two bundles made at once are signed in any order."""

SILENT = LogWord(cosigned=None, prove_from=(), own=EMPTY_LOG)
"""The word of a node that has seen no log and has none."""

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def commitment(salt: bytes, event: bytes) -> bytes:
    """What stands for an event in the tree: it can be proved with the salt, and says nothing without it."""
    return hashlib.sha256(salt + event).digest()


def entry_leaf(committed: bytes) -> bytes:
    """The hash of an entry's leaf, from its commitment."""
    return leaf_hash(committed)


def join_hashes(hashes: Sequence[bytes]) -> str:
    """The hashes of a proof as text."""
    return base64.b64encode(b"".join(hashes)).decode("ascii")


def split_hashes(text: str) -> list[bytes] | None:
    """The hashes in this text; None where it is not the one exact text of at most 64 of them."""
    try:
        joined = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(joined) % HASH_BYTES or len(joined) > MAX_HASHES * HASH_BYTES or base64.b64encode(joined).decode() != text:
        return None
    return [joined[start : start + HASH_BYTES] for start in range(0, len(joined), HASH_BYTES)]


def consistency(since: int, parts: Sequence[Part], hashes: Mapping[Subtree, bytes]) -> Consistency:
    """The proof from ``since`` made of these parts."""
    return Consistency(since=since, hashes=join_hashes(proof_of(parts, hashes)))


def is_checkpoint(checkpoint: Checkpoint) -> bool:
    """Whether this can be the checkpoint of a log."""
    return 0 <= checkpoint.size <= MAX_SIZE and bool(_HASH.match(checkpoint.root))


def is_sound(progress: LogProgress) -> bool:
    """Whether this can be what a node says of its log: a checkpoint, and proofs from at most two earlier sizes."""
    return (
        is_checkpoint(progress.checkpoint)
        and len(progress.proofs) <= MAX_PROOFS
        and all(0 < proof.since < progress.size for proof in progress.proofs)
        and len({proof.since for proof in progress.proofs}) == len(progress.proofs)
        and all(split_hashes(proof.hashes) is not None for proof in progress.proofs)
    )


def is_sound_word(word: LogWord) -> bool:
    """Whether this can be what a node says of two logs."""
    return (
        is_sound(word.own)
        and (word.cosigned is None or is_checkpoint(word.cosigned))
        and len(word.prove_from) <= MAX_PROOFS
        and all(0 < size <= MAX_SIZE for size in word.prove_from)
    )


class Finding(StrEnum):
    """What one statement about a log means to whoever holds an earlier one."""

    GOES_ON = "goes_on"
    SAME = "same"
    UNPROVED = "unproved"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that a node has signed, and when it says to have done so."""

    checkpoint: Checkpoint
    issued_at: datetime


def compare(held: Seen, shown: LogProgress, issued_at: datetime) -> tuple[Finding, str]:
    """What a newer statement means against the one held, and why.

    A shorter log is an old statement that comes late, unless it is dated later than the longer one. Whoever shows no
    proof from what is held is asked for it, because it may not know yet what that is.
    """
    if shown.size < held.checkpoint.size:
        return _shorter(held, shown, issued_at)
    if shown.size == held.checkpoint.size:
        if shown.root == held.checkpoint.root:
            return Finding.SAME, ""
        return Finding.FORKED, f"it has signed two different logs of {shown.size} entries"
    return _longer(held.checkpoint, shown)


def _shorter(held: Seen, shown: LogProgress, issued_at: datetime) -> tuple[Finding, str]:
    if issued_at <= held.issued_at + CLOCK_SLACK:
        return Finding.UNPROVED, ""
    why = (
        f"it had {held.checkpoint.size} entries on {held.issued_at:%Y-%m-%d %H:%M} UTC and {shown.size} on"
        f" {issued_at:%Y-%m-%d %H:%M} UTC: its log was cut, or its clock was set back"
    )
    return Finding.FORKED, why


def _longer(had: Checkpoint, shown: LogProgress) -> tuple[Finding, str]:
    proof = next((split_hashes(proof.hashes) for proof in shown.proofs if proof.since == had.size), None)
    if proof is None:
        return Finding.UNPROVED, ""
    if goes_on(had.size, bytes.fromhex(had.root), shown.size, bytes.fromhex(shown.root), proof):
        return Finding.GOES_ON, ""
    return Finding.FORKED, f"its log of {shown.size} entries does not begin with the {had.size} it had signed before"
