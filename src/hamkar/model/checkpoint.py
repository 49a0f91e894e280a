"""What a node says of its log to others, and what others say of it in return."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent(Record):
    """What an entry of the log says: when, who did what to what, for or with which partner, and by which rule."""

    at: datetime
    actor: str
    act: str
    subject: str
    partner: str
    rule: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint(Record):
    """A log as it stood: how many entries it had, and the root (hex) of the Merkle tree over them (RFC 9162)."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency(Record):
    """Proof that a log goes on from its first ``since`` entries; the hashes are joined and written in base64."""

    since: int
    hashes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProgress(Record):
    """The newest checkpoint of a node's own log, proved to go on from what its reader has seen of it."""

    size: int
    root: str
    proofs: tuple[Consistency, ...]

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint without its proofs."""
        return Checkpoint(size=self.size, root=self.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWord(Record):
    """What a node says of two logs in every bundle and receipt; the signature of that document covers it.

    ``cosigned`` is the newest checkpoint of the other's log that goes on from all this node had seen of it before. The
    other's next proofs should start from ``prove_from``. ``own`` is the log of the node that speaks.
    """

    cosigned: Checkpoint | None
    prove_from: tuple[int, ...]
    own: LogProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint(Record):
    """A checkpoint that a node signs by itself, for a proof that is handed on as a file."""

    v: int
    node: str
    size: int
    root: str
    issued_at: datetime


EMPTY_LOG = LogProgress(size=0, root=hashlib.sha256().hexdigest(), proofs=())
"""The log of a node that has written nothing yet."""
