"""A proof of what stands in a node's log, as a file that anybody can check without the node."""

from dataclasses import dataclass

from hamkar.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedEntry(Record):
    """An entry and its way to the root: salt and commitment in hex, ``path`` as joined hashes in base64.

    ``event`` is the exact JSON of a `LogEvent`; event and salt are None where the entry has been erased.
    """

    seq: int
    event: str | None
    salt: str | None
    commitment: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature(Record):
    """A partner's signed receipt that cosigns an earlier checkpoint, its card, and proof that the log went on."""

    receipt: str
    card: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof(Record):
    """Entries of a log under a checkpoint that its node has signed; card, checkpoint and receipts as exact JSON."""

    v: int
    card: str
    checkpoint: str
    entries: tuple[ProvedEntry, ...]
    cosignatures: tuple[Cosignature, ...]
