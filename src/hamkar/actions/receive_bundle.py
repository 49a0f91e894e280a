"""Taking a bundle from a partner: one unit of work from opening it to the signed receipt."""

from hamkar.actions.accepting.accept import Accepted, accept_all
from hamkar.actions.accepting.desk import Desk
from hamkar.actions.node import Node
from hamkar.actions.partners import trust
from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Acknowledged, Answer, Declined, Halted, Wanted
from hamkar.exchange.bundle import SignedBundle, open_frame, read_header
from hamkar.exchange.card import require_current
from hamkar.exchange.receipt import make_receipt, sign_receipt
from hamkar.exchange.receiver import Duplicate, Equivocation, Frozen, Gap, New, StreamState, judge
from hamkar.exchange.receiver import Entry as Arrival
from hamkar.model.bundle import Bundle
from hamkar.model.receipt import MessageVerdict
from hamkar.store import inbox, log, outbox, receipts
from hamkar.store.database import Connection
from hamkar.store.inbox import Evidence, InRow, StreamIn
from hamkar.store.log import Entry
from hamkar.store.receipts import StreamPoint

BAD_REQUEST = 400
FORBIDDEN = 403


def receive(node: Node, frame: bytes) -> Answer:
    """The answer to a frame: a receipt once its messages are durably held, or why not, with nothing changed.

    A message that fails a rule is kept as rejected and the stream moves on; a bundle seen before gets the receipt it
    got then; other content under a number seen before freezes the stream and both bundles are kept.
    """
    with node.database.transaction() as connection:
        known = trust(connection)
        try:
            if read_header(frame).sender_key not in known.senders:
                return Declined(FORBIDDEN, "this node knows no partner with that signing key; exchange cards first")
            opened = open_frame(frame, node=node.id, openers=node.keys.openers, senders=known.senders)
            require_current(known.cards[opened.bundle.sender].card, node.now())
        except ProtocolError as error:
            return Declined(BAD_REQUEST, str(error))
        return _receive(node, connection, opened)


def _receive(node: Node, connection: Connection, opened: SignedBundle) -> Answer:
    bundle = opened.bundle
    if not outbox.is_stream(bundle.stream):
        return Declined(BAD_REQUEST, f"there is no stream {bundle.stream}: one is named terms or after its agreement")
    stream = inbox.lock_stream(connection, bundle.sender, bundle.stream)
    held = inbox.leaves(connection, stream, bundle.first_seq, bundle.last_seq)
    state = StreamState(
        epoch=stream.epoch, next_seq=stream.next_seq, chain=stream.chain, frozen=stream.frozen is not None
    )
    verdict = judge(state, bundle, held.get)
    match verdict:
        case New():
            return Acknowledged(_take(node, connection, stream, opened, verdict))
        case Duplicate(upto):
            return _receipt_again(connection, opened, node.id, upto)
        case Gap(wanted, epoch):
            return Wanted(
                wanted, epoch, f"message {wanted} of the stream {bundle.stream} has not arrived yet; send from there"
            )
        case Equivocation(seq):
            _note_contradiction(node, connection, stream, opened, seq)
            return Halted(
                f"message {seq} of the stream {bundle.stream} came before with other content; the stream is frozen"
            )
        case Frozen():
            return Halted(f"the stream {bundle.stream} is frozen until people have looked: {stream.frozen}")


def _take(node: Node, connection: Connection, stream: StreamIn, opened: SignedBundle, new: New) -> bytes:
    desk = Desk.opened(node, connection, stream.partner, stream.stream)
    accepted = accept_all(desk, [entry.message for entry in new.entries])
    judged = list(zip(new.entries, accepted, strict=True))
    verdicts = _verdicts_held(connection, stream, opened.bundle, new)
    verdicts += [
        MessageVerdict(seq=entry.seq, acceptance=said.acceptance, rule=said.rule, reason=said.reason)
        for entry, said in judged
    ]
    inbox.put_messages(connection, [_row(node, stream, new.state.epoch, *each) for each in judged])
    inbox.advance(connection, stream, new.state.epoch, new.state.next_seq, new.state.chain)
    inbox.put_evidence(connection, stream, _evidence(node, opened, contradicts=False))
    receipt = make_receipt(opened.bundle, new.state, verdicts, node.now())
    envelope = sign_receipt(receipt, node.keys.signer)
    receipts.put_receipt(connection, receipt, envelope)
    note = Entry(
        actor=stream.partner,
        act="received",
        subject=f"{stream.stream}/{new.entries[0].seq}-{new.entries[-1].seq}",
        partner=stream.partner,
    )
    log.append(connection, note, node.now())
    return envelope


def _verdicts_held(connection: Connection, stream: StreamIn, bundle: Bundle, new: New) -> list[MessageVerdict]:
    """The verdicts on messages of the bundle that came before: their receipt may never have reached the sender."""
    if bundle.epoch != stream.epoch:
        return []
    return inbox.verdicts(connection, stream, bundle.first_seq, new.entries[0].seq - 1)


def _row(node: Node, stream: StreamIn, epoch: int, entry: Arrival, accepted: Accepted) -> InRow:
    return InRow(
        partner=stream.partner,
        stream=stream.stream,
        epoch=epoch,
        seq=entry.seq,
        leaf=entry.leaf,
        kind=accepted.kind,
        record=accepted.record,
        agreement=accepted.agreement,
        acceptance=accepted.acceptance,
        rule=accepted.rule,
        reason=accepted.reason,
        received_at=node.now(),
    )


def _evidence(node: Node, opened: SignedBundle, *, contradicts: bool) -> Evidence:
    return Evidence(
        epoch=opened.bundle.epoch,
        first_seq=opened.bundle.first_seq,
        last_seq=opened.bundle.last_seq,
        body=opened.body,
        key_id=opened.key_id,
        signature=opened.signature,
        contradicts=contradicts,
        received_at=node.now(),
    )


def _receipt_again(connection: Connection, opened: SignedBundle, receiver: str, upto: int) -> Answer:
    bundle = opened.bundle
    point = StreamPoint(sender=bundle.sender, receiver=receiver, stream=bundle.stream, epoch=bundle.epoch, seq=upto)
    stored = receipts.receipt_covering(connection, point)
    if stored is None:
        return Declined(BAD_REQUEST, f"no receipt covers message {upto} of the stream {bundle.stream}")
    return Acknowledged(stored)


def _note_contradiction(node: Node, connection: Connection, stream: StreamIn, opened: SignedBundle, seq: int) -> None:
    why = f"message {seq} came twice with different content; both signed bundles are kept as evidence"
    inbox.put_evidence(connection, stream, _evidence(node, opened, contradicts=True))
    inbox.freeze(connection, stream, why)
    entry = Entry(actor=stream.partner, act="froze", subject=stream.stream, partner=stream.partner, detail=why)
    log.append(connection, entry, node.now())
