"""Beginning a stream to a partner anew: after this node or the partner's was restored, or a freeze was lifted."""

from datetime import timedelta

from hamkar.actions.begin_epoch import begin_epoch
from hamkar.actions.node import Node
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.answer import Wanted
from hamkar.exchange.sender import SentState, asks_anew
from hamkar.store import epochs, outbox, partners
from hamkar.store.database import Connection
from hamkar.store.epochs import Beginning
from hamkar.store.mark import raise_mark
from hamkar.store.outbox import StreamOut

SHORTEST_EPOCH = timedelta(minutes=1)
"""A partner that asks for new beginnings without end gets one a minute."""


RESTORED_HERE = "this node was restored from a backup: {} holds what is not known here to have been sent"
RESTORED_THERE = "{} was restored from a backup and lost what it had receipted"
ASKED_ANEW = "{} has lifted its freeze"


def restart(node: Node, connection: Connection, stream: StreamOut, beginning: Beginning, *, by: str = "node") -> None:
    """Begin an epoch of a locked stream.

    Raises ProtocolError where the last began less than a minute ago.
    """
    began = epochs.began_at(connection, stream)
    if began is not None and began <= node.now() < began + SHORTEST_EPOCH:
        msg = f"{stream.stream} began anew a moment ago and should again ({beginning.why}); wait, then call the agency"
        raise ProtocolError(msg)
    raise_mark(node.home, 0, beginning.epoch)
    begin_epoch(connection, stream, beginning, node.now(), by=by)


def begun_anew(node: Node, address: outbox.Address, wanted: Wanted) -> bool:
    """Begin the stream anew if that is what a partner's answer to a bundle comes to; whether it was begun.

    Raises ProtocolError where it began less than a minute ago.
    """
    with node.database.transaction() as connection:
        stream = outbox.lock_stream(connection, address)
        name = partners.find_partner(connection, address.partner).name
        if asks_anew(sent_state(node, stream), wanted):
            after = (stream.epoch, stream.acked_seq)
            restart(node, connection, stream, Beginning(wanted.epoch, after, ASKED_ANEW.format(name)))
            return True
        if not epochs.keeps_earlier(connection, stream, wanted.epoch, wanted.seq - 1):
            return False
        after = (wanted.epoch, wanted.seq - 1)
        restart(node, connection, stream, Beginning(stream.epoch + 1, after, RESTORED_THERE.format(name)))
        return True


def restart_by_hand(node: Node, wanted: str, stream_name: str, *, reason: str, by: str) -> StreamOut:
    """Begin the next epoch of a stream because a person says so; the stream afterwards. Raises NotFound, BadInput."""
    if not reason.strip():
        msg = "a stream is begun anew for a reason that others can read; say it with --reason"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted).node
        outbox.find_stream(connection, outbox.Address(partner, stream_name))
        stream = outbox.lock_stream(connection, outbox.Address(partner, stream_name))
        after = (stream.epoch, stream.acked_seq)
        restart(node, connection, stream, Beginning(stream.epoch + 1, after, reason.strip()), by=by)
        return outbox.find_stream(connection, stream.address)


def sent_state(node: Node, stream: StreamOut) -> SentState:
    """The stream as the protocol's sender sees it."""
    return SentState(
        sender=node.id,
        receiver=stream.partner,
        stream=stream.stream,
        epoch=stream.epoch,
        last_seq=stream.next_seq - 1,
        confirmed_seq=stream.acked_seq,
    )
