"""Writing what waits for a partner to files: the same sealed bundles, and a sealed letter with receipts and a card."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hamkar.actions.deliver import Load, frame_of, load_from
from hamkar.actions.letters import compose, signed
from hamkar.actions.node import Node
from hamkar.actions.partners import card_now
from hamkar.crypto.dsse import read_envelope
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import require_current, stored_card
from hamkar.exchange.letter import seal_letter
from hamkar.exchange.receipt import MAX_RECEIPT_BYTES, RECEIPT_TYPE
from hamkar.model.agency import NodeCard
from hamkar.model.letter import Letter, Sent
from hamkar.model.receipt import Receipt
from hamkar.model.record import Record
from hamkar.store import letters, log, outbox, partners, stick
from hamkar.store.log import Entry
from hamkar.store.outbox import StreamOut
from hamkar.text.counted import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Record):
    """What was written for a partner (``size`` in bytes), and why that ended early ("" where it did not).

    ``remaining`` messages are left for the next stick; for ``held`` there is a reason why they may not go.
    ``unreceipted`` messages stand on an earlier stick, and no receipt for them has come yet.
    """

    partner: str
    name: str
    files: int
    size: int
    messages: int
    receipts: int
    remaining: int
    unreceipted: int
    stopped: str
    held: tuple[str, ...]


def export(node: Node, wanted: str, folder: Path, *, most_bytes: int | None, again: bool) -> Exported:
    """Write what waits for a partner, from where the last export ended, or ``again`` from the last receipt.

    Each file is whole or not there; broken off, it is run again. Raises NotFound, BadInput, or ProtocolError where the
    partner's card has expired.
    """
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted)
        card = stored_card(partner.envelope).card
        require_current(card, node.now())
        known = {each.stream: each for each in letters.sent_by(connection, partner.node)}
    stick.open_folder(folder)
    packing = _Packing(node, card, folder, most_bytes)
    try:
        packing.put_letters(known)
        packing.put_streams(again=again)
    except BadInput as error:
        if not packing.files:
            raise
        packing.stopped = str(error)
    return packing.finished()


@dataclass(slots=True)
class _Packing:
    """A stick while it is written: its files so far, and up to where each stream stands on it or on one before."""

    node: Node
    card: NodeCard
    folder: Path
    most_bytes: int | None
    files: int = 0
    size: int = 0
    messages: int = 0
    receipts: int = 0
    stopped: str = ""
    held: list[str] = field(default_factory=list)

    @property
    def partner(self) -> str:
        """Whom it is for."""
        return self.card.agency.node

    def put_letters(self, known: Mapping[str, Sent]) -> None:
        """Write as many letters as the receipts that are owed fill; the first also brings both nodes' cards."""
        more = True
        while more:
            with self.node.database.transaction() as connection:
                cards = [] if self.files else [card_now(self.node, connection).envelope]
                returned = [] if self.files else [partners.find_partner(connection, self.partner).envelope]
                letter = compose(self.node, connection, self.partner, known, cards=cards, returned=returned)
            if self.files and not letter.receipts:
                return
            sealed = seal_letter(signed(self.node, letter), self.node.id, self.node.keys.signer, self.card)
            if not self._fits(sealed):
                self.stopped = f"{self.folder} has no room left for {counted(len(letter.receipts), 'receipt')}"
                return
            self._put(sealed)
            self.receipts += len(letter.receipts)
            known, more = _after(known, letter), bool(letter.receipts)

    def put_streams(self, *, again: bool) -> None:
        """Write the bundles that follow, agreements before anything that needs them."""
        with self.node.database.transaction() as connection:
            streams = [each for each in outbox.streams(connection) if each.partner == self.partner]
        for stream in sorted(streams, key=lambda each: (each.stream != outbox.TERMS, each.stream)):
            try:
                self._put_stream(stream, again=again)
            except ProtocolError as error:
                self.held.append(str(error))
            if self.stopped:
                return

    def finished(self) -> Exported:
        """What was done, which now also stands in the log."""
        with self.node.database.transaction() as connection:
            streams = [each for each in outbox.streams(connection) if each.partner == self.partner]
            written = {each.stream: max(each.acked_seq, outbox.exported_seq(connection, each)) for each in streams}
            detail = f"{counted(self.files, 'file')}, {counted(self.messages, 'message')}"
            entry = Entry(actor="node", act="courier_export", subject=self.partner, partner=self.partner, detail=detail)
            log.append(connection, entry, self.node.now())
        return Exported(
            partner=self.partner,
            name=self.card.agency.name,
            files=self.files,
            size=self.size,
            messages=self.messages,
            receipts=self.receipts,
            remaining=sum(each.next_seq - 1 - written[each.stream] for each in streams),
            unreceipted=sum(written[each.stream] - each.acked_seq for each in streams),
            stopped=self.stopped,
            held=tuple(self.held),
        )

    def _put_stream(self, stream: StreamOut, *, again: bool) -> None:
        with self.node.database.transaction() as connection:
            exported = 0 if again else outbox.exported_seq(connection, stream)
        for load in self._loads(stream, max(stream.acked_seq, exported) + 1):
            frame = frame_of(self.node, load)
            if not self._fits(frame):
                self.stopped = f"{self.folder} has no room left; the next export goes on from here"
                return
            self._put(frame)
            self.messages += len(load.rows)
            with self.node.database.transaction() as connection:
                outbox.note_exported(connection, load.stream, load.rows[-1].seq, self.node.now())

    def _loads(self, stream: StreamOut, first_seq: int) -> Iterator[Load]:
        while load := self._load(stream, first_seq):
            yield load
            first_seq = load.rows[-1].seq + 1

    def _load(self, stream: StreamOut, first_seq: int) -> Load | None:
        with self.node.database.transaction() as connection:
            return load_from(self.node, connection, stream.address, first_seq)

    def _fits(self, data: bytes) -> bool:
        return self.most_bytes is None or self.size + len(data) <= self.most_bytes

    def _put(self, data: bytes) -> None:
        name = f"{self.files:06d}-{hashlib.sha256(data).hexdigest()[:16]}{stick.SUFFIX}"
        stick.put_file(self.folder, name, data)
        self.files += 1
        self.size += len(data)


def _after(known: Mapping[str, Sent], letter: Letter) -> dict[str, Sent]:
    """What the partner will know once it has read a letter."""
    after = dict(known)
    for raw in letter.receipts:
        receipt = Receipt.from_own_json(read_envelope(bytes(raw), RECEIPT_TYPE, MAX_RECEIPT_BYTES).payload)
        after[receipt.stream] = Sent(
            stream=receipt.stream, epoch=receipt.epoch, last_seq=receipt.upto_seq, confirmed_seq=receipt.upto_seq
        )
    return after
