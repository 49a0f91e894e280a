"""Sending what waits for a partner, and taking its receipts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hamkar.actions.agreements import standing_of
from hamkar.actions.node import Node
from hamkar.errors import HamkarError, ProtocolError
from hamkar.exchange.answer import Acknowledged, Answer, Declined, Halted, Wanted
from hamkar.exchange.bundle import BundleHead, seal_bundle, sign_bundle, take
from hamkar.exchange.card import require_current, stored_card
from hamkar.exchange.receipt import read_receipt
from hamkar.exchange.sender import Confirmed, SentState, resume_at, settle
from hamkar.model.agency import NodeCard
from hamkar.model.agreement import AgreementState
from hamkar.model.bundle import GENESIS, MAX_MESSAGES
from hamkar.model.receipt import Receipt
from hamkar.store import agreements, log, outbox, partners, receipts
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.outbox import OutRow, StreamOut

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
        due = [s.address for s in outbox.streams(connection) if s.partner == partner and s.waiting]
    terms = [_drain(node, address, link) for address in due if address.stream == outbox.TERMS]
    records = [address for address in due if address.stream != outbox.TERMS]
    missing = next((each.stopped for each in terms if each.stopped), "")
    if missing:
        return terms + [_hold(node, address, missing) for address in records]
    return terms + [_drain(node, address, link) for address in records]


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


def _hold(node: Node, address: outbox.Address, missing: str) -> Delivered:
    """Let a stream of records wait for the agreements, as long as these do."""
    stopped = f"waits until the agreements have arrived, which stopped: {missing}"
    with node.database.transaction() as connection:
        outbox.note_try(connection, address, node.now(), stopped)
    return Delivered(address.partner, address.stream, 0, stopped)


def _drain(node: Node, address: outbox.Address, link: Link) -> Delivered:
    """Send what has no receipt, and note why it stopped if it did."""
    with node.database.transaction() as connection:
        begun = outbox.find_stream(connection, address).acked_seq
    stopped = ""
    try:
        _send_from(node, address, link, begun + 1)
    except HamkarError as error:
        stopped = str(error)
        with node.database.transaction() as connection:
            outbox.note_try(connection, address, node.now(), stopped)
    with node.database.transaction() as connection:
        confirmed = outbox.find_stream(connection, address).acked_seq - begun
    return Delivered(address.partner, address.stream, confirmed, stopped)


def _send_from(node: Node, address: outbox.Address, link: Link, first_seq: int) -> None:
    """Send bundle after bundle. A partner that lost messages it had receipted is sent them again from where it says.

    Once: after that the numbers only rise, so that no answers of a partner keep a node sending for ever.
    """
    rewound = False
    with node.database.transaction() as connection:
        load = _load(node, connection, address, first_seq)
    while load is not None:
        following = _post(node, load, link)
        if following.first_seq <= load.first_seq:
            if rewound:
                again = following.first_seq
                msg = f"node {address.partner} goes back to message {again} again and again; call the agency"
                raise ProtocolError(msg)
            rewound = True
        load = following.load


@dataclass(frozen=True, slots=True)
class _Load:
    """Messages that go next, the chain before them, and the card of whom they are for."""

    stream: StreamOut
    rows: list[OutRow]
    chain: str
    card: NodeCard

    @property
    def first_seq(self) -> int:
        """The number of the first message."""
        return self.rows[0].seq


@dataclass(frozen=True, slots=True)
class _Following:
    """What goes after an answer: from which number on, and the messages, None where none are left."""

    first_seq: int
    load: _Load | None


def _load(node: Node, connection: Connection, address: outbox.Address, first_seq: int) -> _Load | None:
    """What fits into one bundle from this number on; None where nothing is left to send."""
    stream = outbox.find_stream(connection, address)
    backlog = outbox.messages_from(connection, stream, first_seq, MAX_MESSAGES)
    if not backlog:
        return None
    rows = backlog[: take([row.message for row in backlog])]
    chain = outbox.chain_at(connection, stream, first_seq - 1) or GENESIS
    return _Load(stream, rows, chain, _card_for(node, connection, stream))


def _post(node: Node, load: _Load, link: Link) -> _Following:
    """Send one bundle; what goes next."""
    answer = link.post_bundle(_frame(node, load))
    first_seq, card = load.first_seq, load.card
    match answer:
        case Acknowledged(envelope):
            receipt = read_receipt(envelope, card)
            if receipt.stream != load.stream.stream:
                msg = f"{card.agency.name} answered a bundle of {load.stream.stream} with a receipt for another stream"
                raise ProtocolError(msg)
            with node.database.transaction() as connection:
                settle_receipt(node, connection, receipt, envelope)
                upto = receipt.upto_seq + 1
                return _Following(upto, _load(node, connection, load.stream.address, upto))
        case Wanted() if (wanted := resume_at(_sent(node, load.stream), answer)) < first_seq:
            with node.database.transaction() as connection:
                return _Following(wanted, _load(node, connection, load.stream.address, wanted))
        case Wanted(seq, _, reason):
            msg = f"{card.agency.name} was sent message {first_seq} and still wants message {seq}: {reason}"
            raise ProtocolError(msg)
        case Declined(status, reason):
            msg = f"{card.agency.name} declined the bundle ({status}): {reason}"
            raise ProtocolError(msg)
        case Halted(reason):
            msg = f"{card.agency.name} has stopped the stream: {reason}"
            raise ProtocolError(msg)


def settle_receipt(node: Node, connection: Connection, receipt: Receipt, envelope: bytes) -> None:
    """Take a verified receipt, once it is proved against this node's own chain. Raises ProtocolError."""
    stream = outbox.lock_stream(connection, outbox.Address(receipt.receiver, receipt.stream))
    outcome = settle(_sent(node, stream), receipt, lambda seq: outbox.chain_at(connection, stream, seq))
    if not isinstance(outcome, Confirmed):
        return
    outbox.acknowledge(connection, stream, outcome.upto, receipt.verdicts, node.now())
    receipts.put_receipt(connection, receipt, envelope)
    subject = f"{stream.stream}/{outcome.upto}"
    entry = Entry(actor=stream.partner, act="receipt", subject=subject, partner=stream.partner)
    log.append(connection, entry, node.now())


def _card_for(node: Node, connection: Connection, stream: StreamOut) -> NodeCard:
    """The partner's card, if it still counts and the stream's agreement still lets records go."""
    card = stored_card(partners.find_partner(connection, stream.partner).envelope).card
    require_current(card, node.now())
    if stream.stream != outbox.TERMS:
        row = agreements.agreement_of_stream(connection, stream.partner, stream.stream[1:])
        standing = standing_of(node, connection, row)
        if standing.state is not AgreementState.IN_FORCE:
            msg = f"held back: the agreement “{standing.signed.agreement.title}” is {standing.state.replace('_', ' ')}"
            raise ProtocolError(msg)
    return card


def _frame(node: Node, load: _Load) -> bytes:
    head = BundleHead(
        sender=node.id,
        to=load.stream.partner,
        stream=load.stream.stream,
        epoch=load.stream.epoch,
        first_seq=load.first_seq,
        prev_chain=load.chain,
        issued_at=node.now(),
    )
    return seal_bundle(sign_bundle(head, [row.message for row in load.rows], node.keys.signer), load.card)


def _sent(node: Node, stream: StreamOut) -> SentState:
    return SentState(
        sender=node.id,
        receiver=stream.partner,
        stream=stream.stream,
        epoch=stream.epoch,
        last_seq=stream.next_seq - 1,
        confirmed_seq=stream.acked_seq,
    )
