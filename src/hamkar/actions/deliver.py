"""Sending what waits for a partner, and taking its receipts."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from hamkar.actions.agreements import standing_of
from hamkar.actions.node import Node
from hamkar.actions.restart_stream import begun_anew, sent_state
from hamkar.errors import HamkarError, ProtocolError
from hamkar.exchange.answer import Acknowledged, Answer, Declined, Halted, Wanted
from hamkar.exchange.bundle import BundleHead, seal_bundle, sign_bundle, take
from hamkar.exchange.card import require_current, stored_card
from hamkar.exchange.chain import erased
from hamkar.exchange.receipt import read_receipt
from hamkar.exchange.sender import Confirmed, resume_at, settle
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import AgreementState
from hamkar.model.bundle import MAX_MESSAGES
from hamkar.model.checkpoint import LogWord
from hamkar.model.receipt import Receipt
from hamkar.store import agreements, card_exchange, log, outbox, partners, receipts, witness
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.outbox import OutRow, StreamOut
from hamkar.store.rows import together
from hamkar.store.witness import Stated

LONGEST_PAUSE = timedelta(minutes=5)


class Link(Protocol):
    """The way to a partner's node; the other side is not ours, so this is a port."""

    def post_bundle(self, frame: bytes) -> Answer:
        """The partner's answer to a frame. Raises Unreachable or ProtocolError."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one attempt did for a stream: how many messages got a receipt, and why it stopped ("" where all did)."""

    partner: str
    stream: str
    messages: int
    stopped: str


def deliver(node: Node, partner: str, link: Link) -> list[Delivered]:
    """Send everything that waits for a partner, agreements first, until all has receipts or something stops it.

    May be broken off anywhere and run again, also twice at once: the partner takes each message once. Records wait
    until the agreements have arrived, because a partner rejects for good what no agreement it holds covers.
    """
    with node.database.transaction() as connection:
        due = [s for s in outbox.streams(connection) if s.partner == partner and s.waiting]
    terms = [_drain(node, stream, link) for stream in due if stream.stream == outbox.TERMS]
    records = [stream for stream in due if stream.stream != outbox.TERMS]
    missing = next((each.stopped for each in terms if each.stopped), "")
    if missing:
        return terms + [_hold(node, stream.address, missing) for stream in records]
    return terms + [_drain(node, stream, link) for stream in records]


def waiting_partners(connection: Connection) -> list[str]:
    """The partners for whom something waits."""
    return sorted({stream.partner for stream in outbox.streams(connection) if stream.waiting})


def due_partners(node: Node) -> list[str]:
    """The partners for whom something waits and whose last failure is long enough ago: 1, 2, 4 … 300 seconds."""
    with node.database.transaction() as connection:
        return sorted({s.partner for s in outbox.streams(connection) if s.waiting and _may_try(s, node.now())})


def _may_try(stream: StreamOut, now: datetime) -> bool:
    if stream.last_try_at is None or not stream.failures:
        return True
    pause = min(timedelta(seconds=2 ** min(stream.failures - 1, 16)), LONGEST_PAUSE)
    return now >= stream.last_try_at + pause


def note_failure(node: Node, partner: str, why: str) -> list[Delivered]:
    """Note for everything that waits for a partner why it could not even be tried."""
    with node.database.transaction() as connection:
        due = [s for s in outbox.streams(connection) if s.partner == partner and s.waiting]
        for stream in due:
            outbox.note_try(connection, stream.address, node.now(), why)
    return [Delivered(partner, stream.stream, 0, why) for stream in due]


def _hold(node: Node, address: outbox.Address, missing: str) -> Delivered:
    """Let a stream of records wait for the agreements, as long as these do."""
    stopped = f"waits until the agreements have arrived, which stopped: {missing}"
    with node.database.transaction() as connection:
        outbox.note_try(connection, address, node.now(), stopped)
    return Delivered(address.partner, address.stream, 0, stopped)


def _drain(node: Node, stream: StreamOut, link: Link) -> Delivered:
    """Send what has no receipt, and note why it stopped if it did."""
    sending = _Sending(node, stream.address, link, stream.acked_seq)
    stopped = ""
    try:
        sending.from_number(stream.acked_seq + 1)
    except HamkarError as error:
        stopped = str(error)
        with node.database.transaction() as connection:
            outbox.note_try(connection, stream.address, node.now(), stopped)
    return Delivered(stream.partner, stream.stream, sending.messages, stopped)


@dataclass(slots=True)
class _Sending:
    """A stream while it is sent: everything up to ``acked_seq`` has a receipt, of which ``messages`` are new.

    While the partner judges one bundle, the receipt for the one before is taken and the one after is made ready; none
    leaves before the one before it has been answered.
    """

    node: Node
    address: outbox.Address
    link: Link
    acked_seq: int
    messages: int = 0

    def from_number(self, first_seq: int) -> None:
        """Send bundle after bundle. A partner that lost messages it had receipted is sent them again from there.

        Once: after that the numbers only rise, so that no answers of a partner keep a node sending for ever.
        """
        rewound = False
        with ThreadPoolExecutor(1) as line:
            under_way = self._depart(line, self._ready(first_seq))
            while under_way is not None:
                load = under_way.load
                following = self._ready(load.last_seq + 1) if load.more else None
                outcome = self._outcome(load, under_way.answer())
                as_sent = outcome.wanted == load.last_seq + 1
                under_way = self._depart(line, following) if as_sent else None
                self._settle(outcome)
                if as_sent:
                    continue
                if outcome.wanted <= load.first_seq:
                    if rewound:
                        who = self.address.partner
                        msg = f"node {who} goes back to message {outcome.wanted} again and again; call the agency"
                        raise ProtocolError(msg)
                    rewound = True
                under_way = self._depart(line, self._ready(outcome.wanted))

    def _ready(self, first_seq: int) -> "tuple[Load, bytes] | None":
        """The bundle that starts with this number, sealed; None where nothing is left to send."""
        with self.node.database.transaction() as connection:
            load = load_from(self.node, connection, self.address, first_seq)
        return (load, frame_of(self.node, load)) if load else None

    def _depart(self, line: Executor, ready: "tuple[Load, bytes] | None") -> "_UnderWay | None":
        """Send a bundle; where more follow, without waiting for the answer."""
        if ready is None:
            return None
        load, frame = ready
        if load.more:
            return _UnderWay(load, line.submit(self.link.post_bundle, frame).result)
        answer = self.link.post_bundle(frame)
        return _UnderWay(load, lambda: answer)

    def _outcome(self, load: "Load", answer: Answer) -> "_Outcome":
        """What an answer says; raises ProtocolError where it is no way on."""
        node, card = self.node, load.card
        match answer:
            case Acknowledged(envelope):
                receipt = read_receipt(envelope, card)
                if receipt.stream != load.stream.stream:
                    msg = f"{card.agency.name} answered a bundle of {load.stream.stream} with another stream's receipt"
                    raise ProtocolError(msg)
                return _Outcome(receipt.upto_seq + 1, receipt, envelope)
            case Wanted() if begun_anew(node, self.address, answer):
                self.acked_seq = 0
                return _Outcome(1)
            case Wanted() if (wanted := resume_at(sent_state(node, load.stream), answer)) < load.first_seq:
                return _Outcome(wanted)
            case Wanted(seq, _, reason):
                msg = f"{card.agency.name} was sent message {load.first_seq} and still wants message {seq}: {reason}"
            case Declined(status, reason):
                with node.database.transaction() as connection:
                    card_exchange.forget_confirmed(connection, self.address.partner)
                msg = f"{card.agency.name} declined the bundle ({status}): {reason}"
            case Halted(reason):
                msg = f"{card.agency.name} has stopped the stream: {reason}"
        raise ProtocolError(msg)

    def _settle(self, outcome: "_Outcome") -> None:
        if outcome.receipt is None:
            return
        with self.node.database.transaction() as connection:
            settle_receipt(self.node, connection, outcome.receipt, outcome.envelope)
        upto = outcome.receipt.upto_seq
        self.messages += max(0, upto - self.acked_seq)
        self.acked_seq = max(self.acked_seq, upto)


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A bundle that was sent, and how to wait for its answer."""

    load: "Load"
    answer: Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What comes of an answer: the number wanted next, and the receipt if it was one."""

    wanted: int
    receipt: Receipt | None = None
    envelope: bytes = b""


@dataclass(frozen=True, slots=True)
class Load:
    """Messages that go next, the chain before them, the card of whom they are for, and what is said of logs."""

    stream: StreamOut
    rows: list[OutRow]
    chain: str
    card: NodeCard
    logs: LogWord

    @property
    def first_seq(self) -> int:
        """The number of the first message."""
        return self.rows[0].seq

    @property
    def last_seq(self) -> int:
        """The number of the last message."""
        return self.rows[-1].seq

    @property
    def more(self) -> bool:
        """Whether the stream had more to send when this was read."""
        return self.last_seq + 1 < self.stream.next_seq


def load_from(node: Node, connection: Connection, address: outbox.Address, first_seq: int) -> Load | None:
    """What fits into one bundle from this number on; None where nothing is left to send.

    A record whose date of deletion has come leaves as its leaf alone, whether or not retention has run since.
    """
    stream = outbox.find_stream(connection, address)
    if first_seq >= stream.next_seq:
        return None
    chain, backlog = outbox.chain_and_messages(connection, stream, first_seq, MAX_MESSAGES)
    if not backlog:
        return None
    backlog = [_as_it_may_leave(row, node.today) for row in backlog]
    rows = backlog[: take([row.message for row in backlog])]
    card = _card_for(node, connection, stream)
    return Load(stream, rows, chain, card, witness.word_for(connection, stream.partner))


def _as_it_may_leave(row: OutRow, today: date) -> OutRow:
    return row if row.delete_by is None or today < row.delete_by else replace(row, message=erased(row.message))


def settle_receipt(node: Node, connection: Connection, receipt: Receipt, envelope: bytes) -> None:
    """Take a verified receipt, once it is proved against this node's own chain. Raises ProtocolError."""
    stream = outbox.lock_stream(connection, outbox.Address(receipt.receiver, receipt.stream))
    outcome = settle(sent_state(node, stream), receipt, lambda seq: outbox.chain_at(connection, stream, seq))
    if not isinstance(outcome, Confirmed):
        return
    with together(connection) as writes:
        outbox.acknowledge(writes, stream, outcome.upto, receipt.verdicts, node.now())
        receipts.put_receipt(writes, receipt, envelope)
    subject = f"{stream.stream}/{outcome.upto}"
    entry = Entry(actor=stream.partner, act="receipt", subject=subject, partner=stream.partner)
    log.append(connection, entry, node.now())
    heard = witness.take_word(connection, stream.partner, receipt.logs, _stated(receipt, envelope), node.now())
    heard.keep(connection)


def _stated(receipt: Receipt, envelope: bytes) -> Stated:
    """Where the partner says what it says of both logs."""
    return Stated(
        kind=witness.IN_RECEIPT,
        stream=receipt.stream,
        epoch=receipt.epoch,
        number=receipt.upto_seq,
        issued_at=receipt.issued_at,
        signed=lambda: envelope,
    )


def _card_for(node: Node, connection: Connection, stream: StreamOut) -> NodeCard:
    """The partner's card, if it still counts and the stream's agreement still lets records go."""
    card = stored_card(partners.find_partner(connection, stream.partner).envelope).card
    require_current(card, node.now())
    if stream.stream != outbox.TERMS:
        row = agreements.agreement_of_stream(connection, stream.partner, stream.stream[1:])
        standing = standing_of(node, row)
        if standing.state is not AgreementState.IN_FORCE:
            msg = f"held back: the agreement “{standing.signed.agreement.title}” is {standing.state.replace('_', ' ')}"
            raise ProtocolError(msg)
    return card


def frame_of(node: Node, load: Load) -> bytes:
    """The bundle of a load, sealed to its partner."""
    head = BundleHead(
        sender=node.id,
        to=load.stream.partner,
        stream=load.stream.stream,
        epoch=load.stream.epoch,
        first_seq=load.first_seq,
        prev_chain=load.chain,
        issued_at=node.now(),
        logs=load.logs,
    )
    return seal_bundle(sign_bundle(head, [row.message for row in load.rows], node.keys.signer), load.card)
