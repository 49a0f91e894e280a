"""Checking the node's own log: against itself, and against what partners have cosigned of it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from hamkar.actions.node import Node
from hamkar.actions.partners import partner_cards
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import SignedCard
from hamkar.exchange.checkpoint import commitment, entry_leaf
from hamkar.exchange.merkle import grow, root
from hamkar.exchange.receipt import read_receipt
from hamkar.model.checkpoint import Checkpoint, LogEvent
from hamkar.model.record import Record
from hamkar.store import log, partners, witness
from hamkar.store.database import Connection
from hamkar.store.log import LogRow
from hamkar.store.witness import WitnessRow

ERASED = "log_erased"
"""The act of forgetting what an entry says; its subject is the number of the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignedLog(Record):
    """How far a partner has cosigned this node's log, and when; the newest receipt that says so."""

    partner: str
    name: str
    size: int
    root: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint of this node's log that a partner has cosigned: in which receipt, and by which of its cards."""

    checkpoint: Checkpoint
    at: datetime
    receipt: bytes
    card: SignedCard

    def told(self) -> CosignedLog:
        """The same as plain data."""
        agency, seen = self.card.card.agency, self.checkpoint
        return CosignedLog(partner=agency.node, name=agency.name, size=seen.size, root=seen.root, at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedLog(Record):
    """How far this node has checked a partner's log, and how many of its checkpoints came since without a proof."""

    partner: str
    name: str
    size: int
    at: datetime
    unproved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLog(Record):
    """How many entries there are, the root (hex) over them, who vouches for it, and what does not hold, if anything.

    ``broken_at`` is the first entry at which, or before which, the log was changed; ``why`` says how that shows.
    """

    entries: int
    head: str
    broken_at: int | None
    why: str
    erased: int
    cosigned: tuple[CosignedLog, ...]
    witnessed: tuple[WitnessedLog, ...]
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which, or before which, a log was changed, and how that shows."""

    seq: int
    why: str


@dataclass(slots=True)
class LogWalk:
    """A log read from its beginning: how far it is sound, and the root over what was read."""

    promised: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    size: int = 0
    peaks: list[bytes] = field(default_factory=list)
    erased: set[int] = field(default_factory=set)
    allowed: set[int] = field(default_factory=set)
    broken: Broken | None = None

    def through(self, rows: Iterable[LogRow]) -> "LogWalk":
        """Read these entries, which are to be all. ``promised`` are roots that others saw, by size, and who saw each.

        An entry may be empty only where a later one says that it was erased.
        """
        for row in rows:
            why = self._fault(row)
            if why and not self.broken:
                self.broken = Broken(row.seq, why)
        beyond = [size for size in self.promised if size > self.size]
        if beyond and not self.broken:
            who = ", ".join(sorted(self.promised[max(beyond)]))
            why = f"{who} cosigned {max(beyond)} entries and there are {self.size}: the end was cut off"
            self.broken = Broken(self.size + 1, why)
        if self.erased - self.allowed and not self.broken:
            self.broken = Broken(min(self.erased - self.allowed), "it was emptied, and no entry says so")
        return self

    def _fault(self, row: LogRow) -> str:
        """What is wrong with the entry that comes next; "" where nothing is."""
        if row.seq != self.size + 1:
            return f"entry {self.size + 1} is missing"
        self.peaks, completed = grow(self.peaks, self.size, entry_leaf(row.commitment))
        self.size += 1
        if row.subtrees != b"".join(completed):
            return "it does not follow from the entries before"
        return self._fault_in_event(row) or self._unkept_promise()

    def _fault_in_event(self, row: LogRow) -> str:
        if row.event is None and row.salt is None:
            self.erased.add(row.seq)
            return ""
        event = (row.event or "").encode()
        if commitment(row.salt or b"", event) != row.commitment:
            return "it does not say what the log has committed to"
        try:
            said = LogEvent.from_json(event)
        except BadInput:
            return "it cannot be read"
        if said.at != row.at:
            return "its time was changed"
        if said.act == ERASED and said.subject.isdecimal():
            self.allowed.add(int(said.subject))
        return ""

    def _unkept_promise(self) -> str:
        seen = self.promised.get(self.size)
        if not seen:
            return ""
        now = root(self.peaks).hex()
        others = sorted(who for who, promised in seen.items() if promised != now)
        return f"{', '.join(others)} cosigned another log up to here: it was rewritten" if others else ""


def check_log(node: Node) -> CheckedLog:
    """Whether every entry, every hash and every cosigned checkpoint still holds, and who vouches for how much.

    Whoever rewrites the whole log with all its hashes cannot rewrite what partners have cosigned.
    """
    with node.database.transaction() as connection:
        names = {row.node: row.name for row in partners.list_partners(connection)}
        kept = witness.rows(connection)
        cosigned = [_told(row, names) for row in kept if row.cosigned and row.cosigned_at]
        in_receipts = [each for partner in names if (each := newest_cosignature(node, connection, partner))]
        promised: dict[int, dict[str, str]] = {}
        for promise in [*cosigned, *(found.told() for found in in_receipts)]:
            promised.setdefault(promise.size, {})[promise.name] = promise.root
        walk = LogWalk(promised).through(log.walk(connection))
        return CheckedLog(
            entries=walk.size,
            head=root(walk.peaks).hex(),
            broken_at=walk.broken.seq if walk.broken else None,
            why=walk.broken.why if walk.broken else "",
            erased=len(walk.erased),
            cosigned=tuple(cosigned),
            witnessed=tuple(_witnessed(kept, names)),
            contradictions=witness.contradictions(connection, names),
        )


def newest_cosignature(node: Node, connection: Connection, partner: str) -> Cosigned | None:
    """The newest checkpoint of this node's log that a receipt kept of a partner cosigns; None where none does.

    It stands for all before it: the partner has checked that each went on from the last.
    """
    cards = partner_cards(connection, partner)
    for envelope in witness.receipts_of(connection, partner):
        for card in cards:
            with suppress(ProtocolError):
                receipt = read_receipt(envelope, card.card)
                if receipt.sender == node.id and receipt.logs.cosigned:
                    return Cosigned(receipt.logs.cosigned, receipt.issued_at, envelope, card)
    return None


def _told(row: WitnessRow, names: Mapping[str, str]) -> CosignedLog:
    assert row.cosigned_at is not None, "it has cosigned"  # noqa: S101 - an invariant, not a check of input
    return CosignedLog(
        partner=row.partner, name=names[row.partner], size=row.cosigned, root=row.cosigned_root, at=row.cosigned_at
    )


def _witnessed(rows: Iterable[WitnessRow], names: Mapping[str, str]) -> Iterator[WitnessedLog]:
    for row in rows:
        if row.size is not None and row.issued_at is not None:
            yield WitnessedLog(
                partner=row.partner,
                name=names[row.partner],
                size=row.size,
                at=row.issued_at,
                unproved=row.unproved,
            )
