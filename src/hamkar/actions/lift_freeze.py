"""Streams that a contradiction has frozen: the evidence for people to look at, and going on once they have talked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hamkar.actions.node import Node
from hamkar.crypto.dsse import Envelope, Signature
from hamkar.errors import BadInput, NotFound
from hamkar.exchange.bundle import BUNDLE_TYPE
from hamkar.model.record import Record
from hamkar.store import inbox, log, partners
from hamkar.store.inbox import KeptBundle, StreamIn
from hamkar.store.log import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """One of two bundles that contradict each other: where, under which key, when it came; ``signed`` is its proof.

    ``signed`` is a DSSE envelope of the exact body, which anyone who has the sender's card can check.
    """

    partner: str
    stream: str
    epoch: int
    first_seq: int
    last_seq: int
    key_id: str
    received_at: datetime
    contradicts: bool
    signed: str

    @property
    def file_name(self) -> str:
        """A name for it as a file."""
        side = "second" if self.contradicts else "first"
        return f"{self.partner[:8]}-{self.stream}-{self.epoch}-{self.first_seq}-{side}-{self.received_at:%H%M%S%f}.json"


def evidence(node: Node, wanted: str) -> list[Evidence]:
    """Both sides of every contradiction that a partner has signed. Raises NotFound."""
    with node.database.transaction() as connection:
        kept = inbox.contradictions(connection, partners.find_partner(connection, wanted).node)
    return [_told(bundle) for bundle in kept]


def lift_freeze(node: Node, wanted: str, stream: str, *, reason: str, by: str) -> StreamIn:
    """Take a frozen stream up again, in its next epoch only; the stream as it was. The evidence stays.

    ``stream`` is its name or the beginning of it. Raises NotFound where no frozen stream is so called, or BadInput.
    """
    if not reason.strip():
        msg = "a freeze is lifted for a reason that others can read; say it with --reason"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted)
        frozen = [each for each in inbox.frozen_streams(connection) if each.partner == partner.node]
        found = _only(frozen, stream, partner.name)
        locked = inbox.lock_stream(connection, partner.node, found.stream)
        inbox.unfreeze(connection, locked)
        entry = Entry(
            actor=by,
            act="unfroze",
            subject=f"{found.stream}/{locked.epoch + 1}",
            partner=partner.node,
            detail=reason.strip(),
        )
        log.append(connection, entry, node.now())
    return found


def _only(frozen: Sequence[StreamIn], wanted: str, name: str) -> StreamIn:
    fits = [each for each in frozen if each.stream == wanted] or [s for s in frozen if s.stream.startswith(wanted)]
    if len(fits) == 1:
        return fits[0]
    there = ", ".join(each.stream for each in frozen) or "none"
    msg = f"no single frozen stream of {name} is called {wanted!r}; frozen are: {there}"
    raise NotFound(msg)


def _told(kept: KeptBundle) -> Evidence:
    envelope = Envelope(BUNDLE_TYPE, kept.body, (Signature(kept.key_id, kept.signature),))
    return Evidence(
        partner=kept.partner,
        stream=kept.stream,
        epoch=kept.epoch,
        first_seq=kept.first_seq,
        last_seq=kept.last_seq,
        key_id=kept.key_id,
        received_at=kept.received_at,
        contradicts=kept.contradicts,
        signed=envelope.to_json().decode(),
    )
