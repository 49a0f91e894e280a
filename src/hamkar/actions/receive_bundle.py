"""Taking a bundle from a partner: one unit of work from opening it to the signed receipt."""

from collections.abc import Sequence

from hamkar.actions.accepting.accept import Accepted, accept_all
from hamkar.actions.accepting.desk import Desk
from hamkar.actions.node import Node
from hamkar.actions.partners import trust
from hamkar.actions.request_moves import tell_all_again
from hamkar.errors import ProtocolError
from hamkar.exchange.answer import Acknowledged, Answer, Declined, Halted, Wanted
from hamkar.exchange.bundle import SignedBundle, open_frame, read_header
from hamkar.exchange.card import require_current
from hamkar.exchange.receipt import make_receipt, sign_receipt
from hamkar.exchange.receiver import Duplicate, Equivocation, Frozen, Gap, New, StreamState, judge
from hamkar.exchange.receiver import Entry as Arrival
from hamkar.model.bundle import Bundle
from hamkar.model.receipt import Acceptance, MessageVerdict
from hamkar.store import inbox, log, outbox, quota, receipts, witness
from hamkar.store.database import Connection
from hamkar.store.inbox import Evidence, InRow, StreamIn
from hamkar.store.log import Entry
from hamkar.store.quota import Offered
from hamkar.store.receipts import StreamPoint
from hamkar.store.rows import together
from hamkar.store.witness import Stated

BAD_REQUEST = 400
FORBIDDEN = 403
TRY_LATER = 429


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
    came_before = bundle.epoch == stream.epoch and bundle.first_seq < stream.next_seq
    held = inbox.leaves(connection, stream, bundle.first_seq, bundle.last_seq) if came_before else {}
    state = StreamState(
        epoch=stream.epoch, next_seq=stream.next_seq, chain=stream.chain, frozen=stream.frozen is not None
    )
    verdict = judge(state, bundle, held.get)
    match verdict:
        case New():
            return _take_if_within(node, connection, stream, opened, verdict)
        case Duplicate():
            return _receipt_again(connection, opened, node.id)
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


def _take_if_within(node: Node, connection: Connection, stream: StreamIn, opened: SignedBundle, new: New) -> Answer:
    """Take what is new, unless its sender has sent as much as it may today."""
    offered = _offered(opened, new)
    if quota.admit(connection, offered, node.now()):
        return Acknowledged(_take(node, connection, stream, opened, new))
    quota.note_declined(connection, offered, node.now())
    return Declined(TRY_LATER, "this partner has sent as much as it may in a day; send it again tomorrow")


def _offered(opened: SignedBundle, new: New) -> Offered:
    bundle = opened.bundle
    terms = bundle.stream == outbox.TERMS
    return Offered(partner=bundle.sender, terms=terms, bytes=len(opened.body), messages=len(new.entries))


def _take(node: Node, connection: Connection, stream: StreamIn, opened: SignedBundle, new: New) -> bytes:
    desk = Desk.opened(node, connection, stream.partner, stream.stream)
    accepted = accept_all(desk, [entry.message for entry in new.entries])
    rejected = sum(said.acceptance is Acceptance.REJECTED for said in accepted)
    if rejected:
        quota.note_rejected(connection, _offered(opened, new), rejected, node.now())
    judged = list(zip(new.entries, accepted, strict=True))
    verdicts = _verdicts_held(connection, stream, opened.bundle, new)
    verdicts += [
        MessageVerdict(seq=entry.seq, acceptance=said.acceptance, rule=said.rule, reason=said.reason)
        for entry, said in judged
    ]
    if stream.epoch < new.state.epoch and stream.next_seq > 1:
        tell_all_again(node, connection, stream.partner, stream.stream)
    _keep(desk, stream, opened, new, judged)
    return _signed_receipt(node, connection, opened, new, verdicts)


def _keep(
    desk: Desk, stream: StreamIn, opened: SignedBundle, new: New, judged: Sequence[tuple[Arrival, Accepted]]
) -> None:
    """Write what the bundle has brought, and the verdicts on it."""
    node, epoch = desk.node, new.state.epoch
    with together(desk.connection) as writes:
        desk.write(writes)
        inbox.put_messages(writes, (_row(node, stream, epoch, *each) for each in judged))
        inbox.advance(writes, stream, epoch, new.state.next_seq, new.state.chain)
        inbox.put_evidence(writes, stream, _evidence(node, opened, contradicts=False))
    desk.close()


def _signed_receipt(
    node: Node, connection: Connection, opened: SignedBundle, new: New, verdicts: Sequence[MessageVerdict]
) -> bytes:
    """The receipt, kept, with what is said of both logs once this bundle stands in this node's own."""
    bundle, partner = opened.bundle, opened.bundle.sender
    subject = f"{bundle.stream}/{new.entries[0].seq}-{new.entries[-1].seq}"
    log.append(connection, Entry(actor=partner, act="received", subject=subject, partner=partner), node.now())
    heard = witness.take_word(connection, partner, bundle.logs, _stated(opened), node.now())
    receipt = make_receipt(bundle, new.state, verdicts, node.now(), witness.answer(connection, heard))
    envelope = sign_receipt(receipt, node.keys.signer)
    with together(connection) as writes:
        heard.keep(writes)
        receipts.put_receipt(writes, receipt, envelope)
    return envelope


def _stated(opened: SignedBundle) -> Stated:
    """Where the sender says what it says of both logs."""
    bundle = opened.bundle
    return Stated(
        kind=witness.IN_BUNDLE,
        stream=bundle.stream,
        epoch=bundle.epoch,
        number=bundle.first_seq,
        issued_at=bundle.issued_at,
        signed=lambda: witness.in_envelope(opened.body, opened.key_id, opened.signature),
    )


def _verdicts_held(connection: Connection, stream: StreamIn, bundle: Bundle, new: New) -> list[MessageVerdict]:
    """The verdicts on messages of the bundle that came before: their receipt may never have reached the sender."""
    first_new = new.entries[0].seq
    if bundle.epoch != stream.epoch or bundle.first_seq == first_new:
        return []
    return inbox.verdicts(connection, stream, bundle.first_seq, first_new - 1)


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


def _receipt_again(connection: Connection, opened: SignedBundle, receiver: str) -> Answer:
    """The stored receipt for the first message of the bundle, so that none goes on without its verdict.

    A later receipt covers it too, but has verdicts on its own bundle only; the sender goes on from where this one ends.
    """
    bundle, first = opened.bundle, opened.bundle.first_seq
    point = StreamPoint(sender=bundle.sender, receiver=receiver, stream=bundle.stream, epoch=bundle.epoch, seq=first)
    stored = receipts.receipt_covering(connection, point)
    if stored is None:
        return Declined(BAD_REQUEST, f"no receipt covers message {first} of the stream {bundle.stream}")
    return Acknowledged(stored)


def _note_contradiction(node: Node, connection: Connection, stream: StreamIn, opened: SignedBundle, seq: int) -> None:
    why = f"message {seq} came twice with different content; both signed bundles are kept as evidence"
    inbox.put_evidence(connection, stream, _evidence(node, opened, contradicts=True))
    inbox.freeze(connection, stream, why)
    entry = Entry(actor=stream.partner, act="froze", subject=stream.stream, partner=stream.partner, detail=why)
    log.append(connection, entry, node.now())
