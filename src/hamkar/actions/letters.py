"""Letters between this node and a partner: saying where every stream stands, and acting on what the partner says.

A letter that shows more than this node ever sent means that this node was restored from a backup; one that shows less
than its writer receipted means that the writer was. Either is mended here, before anything new goes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from hamkar.actions.deliver import settle_receipt
from hamkar.actions.node import Node
from hamkar.actions.partners import card_now, partner_cards
from hamkar.actions.restart_stream import ASKED_ANEW, RESTORED_HERE, RESTORED_THERE, restart, sent_state
from hamkar.actions.take_back_card import take_back_card
from hamkar.errors import ProtocolError
from hamkar.exchange.card import revoked_keys, stored_card
from hamkar.exchange.letter import MAX_RECEIPTS, MAX_STREAMS, fitting, read_letter, sign_letter
from hamkar.exchange.receipt import read_receipt
from hamkar.exchange.sender import Ahead, Held, compare, require_of
from hamkar.model.bundle import GENESIS
from hamkar.model.letter import Head, Letter, Sent
from hamkar.model.receipt import Receipt
from hamkar.store import epochs, inbox, letters, log, outbox, partners, receipts
from hamkar.store.database import Connection
from hamkar.store.epochs import Beginning
from hamkar.store.inbox import StreamIn
from hamkar.store.log import Entry
from hamkar.store.outbox import StreamOut
from hamkar.store.receipts import StreamPoint

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a letter brought: how far its writer has sent, and how many receipts; whether it is the newest.

    ``doubts`` stand against sending anything to its writer now; ``problems`` are receipts and cards of no use.
    """

    sent: Mapping[str, Sent]
    receipts: int
    newest: bool
    doubts: tuple[str, ...]
    problems: tuple[str, ...]


def compose(
    node: Node,
    connection: Connection,
    partner: str,
    known: Mapping[str, Sent] | None,
    *,
    cards: Sequence[bytes] = (),
    returned: Sequence[bytes] = (),
) -> Letter:
    """A letter to a partner of whom ``known`` is how far receipts have reached it; None where that is not known.

    ``cards`` and ``returned`` are what it brings of this node's cards and of the partner's own.
    """
    names = [stream.stream for stream in inbox.streams_from(connection, partner)][:MAX_STREAMS]
    # Locked, so that every receipt is issued either before this letter, which then tells of it, or after.
    heads = [inbox.lock_stream(connection, partner, name) for name in names]
    streams = [stream for stream in outbox.streams(connection) if stream.partner == partner][:MAX_STREAMS]
    return Letter(
        v=1,
        sender=node.id,
        to=partner,
        issued_at=node.now(),
        heads=tuple(
            Head(stream=s.stream, epoch=s.epoch, next_seq=s.next_seq, chain=s.chain, frozen=s.frozen is not None)
            for s in heads
        ),
        sent=tuple(
            Sent(stream=s.stream, epoch=s.epoch, last_seq=s.next_seq - 1, confirmed_seq=s.acked_seq) for s in streams
        ),
        receipts=() if known is None else tuple(map(msgspec.Raw, _owed(node, connection, heads, known))),
        cards=tuple(map(msgspec.Raw, cards)),
        card=card_now(node, connection).card.version,
        returned=tuple(map(msgspec.Raw, returned)),
    )


def lost_card(connection: Connection, letter: Letter) -> tuple[bytes, ...]:
    """The newest card of whoever wrote this letter, where its writer knows of none so new: it was restored."""
    held = partners.find_partner(connection, letter.sender)
    return (held.envelope,) if held.version > letter.card else ()


def signed(node: Node, letter: Letter) -> bytes:
    """The letter under this node's signature."""
    return sign_letter(letter, node.keys.signer)


def read_from_partner(node: Node, connection: Connection, data: bytes, partner: str | None = None) -> Letter:
    """A letter to this node from a partner, from the one named where one is. Raises ProtocolError."""
    rows = partners.list_partners(connection)
    letter = read_letter(data, node.id, [stored_card(row.envelope).card for row in rows])
    if partner is not None and letter.sender != partner:
        msg = f"the letter is from {letter.sender}, and {partner} was asked; call the agency"
        raise ProtocolError(msg)
    return letter


def take_letter(node: Node, letter: Letter) -> Taken:
    """Act on a verified letter: note its receipts, and begin anew what one of the two nodes has lost.

    The same letter again changes nothing. Of an older letter than is known only what stays true counts: its receipts,
    and that its writer once held more than this node knows of.
    """
    with node.database.transaction() as connection:
        # A clock that was ahead once must not make all later letters old.
        newest = letters.note_letter(connection, letter.sender, min(letter.issued_at, node.now()), letter.sent)
        known = {stream.stream for stream in outbox.streams(connection) if stream.partner == letter.sender}
    reading = _Reading(node, letter, newest=newest)
    for card in letter.returned:
        reading.take_back(bytes(card))
    for receipt in letter.receipts:
        reading.attempt(reading.take_receipt, bytes(receipt))
    named = {head.stream for head in letter.heads}
    for head in (*letter.heads, *map(_not_begun, sorted(known - named))):
        reading.attempt(reading.take_head, head)
    sent = {each.stream: each for each in letter.sent}
    return Taken(sent, len(letter.receipts), newest, tuple(reading.doubts), tuple(reading.problems))


def _owed(node: Node, connection: Connection, heads: Sequence[StreamIn], known: Mapping[str, Sent]) -> list[bytes]:
    """The receipts that the partner lacks, each stream's in order, as many as a letter takes."""
    found: list[bytes] = []
    for stream in heads:
        sent = known.get(stream.stream)
        point = StreamPoint(
            sender=stream.partner,
            receiver=node.id,
            stream=stream.stream,
            epoch=sent.epoch if sent else 1,
            seq=sent.confirmed_seq if sent else 0,
        )
        found += receipts.receipts_after(connection, point, MAX_RECEIPTS - len(found))
    return fitting(found)


def _not_begun(stream: str) -> Head:
    return Head(stream=stream, epoch=1, next_seq=1, chain=GENESIS, frozen=False)


@dataclass(slots=True)
class _Reading:
    """A letter while it is read; what cannot be used of it keeps nothing else from being used."""

    node: Node
    letter: Letter
    newest: bool = field(kw_only=True)
    doubts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def attempt(self, act: Callable[[T], None], part: T) -> None:
        """Do it, or note why not."""
        try:
            act(part)
        except ProtocolError as error:
            self.doubts.append(str(error))

    def take_back(self, card: bytes) -> None:
        """Take back a card of this node's own that it has lost."""
        try:
            take_back_card(self.node, card, self.letter.sender)
        except ProtocolError as error:
            self.problems.append(str(error))

    def take_receipt(self, envelope: bytes) -> None:
        """Settle a receipt; one for more than was ever sent begins its stream anew."""
        partner = self.letter.sender
        with self.node.database.transaction() as connection:
            try:
                receipt = _read_receipt(connection, partner, envelope)
            except ProtocolError as error:
                self.problems.append(str(error))
                return
            stream = self._lock(connection, receipt.stream)
            require_of(sent_state(self.node, stream), receipt)
            if self._begun_anew(connection, stream, Held.by_receipt(receipt)):
                receipts.put_receipt(connection, receipt, envelope)
            else:
                settle_receipt(self.node, connection, receipt, envelope)

    def take_head(self, head: Head) -> None:
        """Compare what the partner has of a stream with what it was sent."""
        with self.node.database.transaction() as connection:
            stream = self._lock(connection, head.stream)
            if head.frozen:
                why = f"{self._name(connection)} has frozen the stream; talk to the agency"
                if stream.waiting:
                    outbox.note_try(connection, stream.address, self.node.now(), why)
                return
            if not self._begun_anew(connection, stream, Held.by_head(head)) and self.newest:
                self._make_good(connection, stream, head)

    def _begun_anew(self, connection: Connection, stream: StreamOut, held: Held) -> bool:
        """Begin the stream anew where the partner holds what this node never sent as far as it knows."""
        outcome = compare(sent_state(self.node, stream), held, lambda seq: outbox.chain_at(connection, stream, seq))
        if not isinstance(outcome, Ahead):
            return False
        proved = stream.acked_seq if held.upto > stream.acked_seq or held.epoch > stream.epoch else 0
        why = (RESTORED_HERE if held.upto else ASKED_ANEW).format(self._name(connection))
        restart(self.node, connection, stream, Beginning(outcome.epoch, (stream.epoch, proved), why))
        return True

    def _make_good(self, connection: Connection, stream: StreamOut, head: Head) -> None:
        """Let go again what the partner has lost of what it had receipted."""
        why = RESTORED_THERE.format(self._name(connection))
        last = head.next_seq - 1
        point = StreamPoint(
            sender=self.node.id, receiver=stream.partner, stream=stream.stream, epoch=head.epoch, seq=last
        )
        receipted = receipts.last_issued_after(connection, point)
        if receipted is not None and receipted >= self.letter.issued_at:
            return  # the letter was written before: what it lacks has arrived meanwhile
        if epochs.keeps_earlier(connection, stream, head.epoch, last):
            restart(self.node, connection, stream, Beginning(stream.epoch + 1, (head.epoch, last), why))
        elif head.epoch == stream.epoch and last < stream.acked_seq:
            outbox.reopen(connection, stream, last)
            entry = Entry(
                actor="node",
                act="stream_reopened",
                subject=f"{stream.stream}/{last}",
                partner=stream.partner,
                detail=why,
            )
            log.append(connection, entry, self.node.now())

    def _lock(self, connection: Connection, name: str) -> StreamOut:
        """The stream to the partner; a backup may lack it altogether. Raises ProtocolError for one that cannot be."""
        known = {each.stream for each in outbox.streams(connection) if each.partner == self.letter.sender}
        if not outbox.is_stream(name) or (name not in known and len(known) >= MAX_STREAMS):
            msg = f"the letter of {self._name(connection)} speaks of a stream “{name[:32]}”, which there is not"
            raise ProtocolError(msg)
        return outbox.lock_stream(connection, outbox.Address(self.letter.sender, name))

    def _name(self, connection: Connection) -> str:
        return partners.find_partner(connection, self.letter.sender).name


def _read_receipt(connection: Connection, partner: str, envelope: bytes) -> Receipt:
    """The verified receipt; it may be older than the partner's present keys. Raises ProtocolError."""
    cards = [held.card for held in partner_cards(connection, partner)]
    newest, revoked = cards[0], revoked_keys(cards[0])
    for card in cards[1:]:
        good = tuple(key for key in card.signing_keys if key.id not in revoked)
        try:
            return read_receipt(envelope, replace(card, signing_keys=good))
        except ProtocolError:
            continue
    return read_receipt(envelope, newest)
