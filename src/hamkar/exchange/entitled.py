"""What a partner is entitled to hold of this node's own records under an agreement, told from what was sent to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from hamkar.exchange.chain import is_erased
from hamkar.exchange.holdings import KINDS, Key, content_hash
from hamkar.model.bundle import MessageKind
from hamkar.model.consent import Corrected
from hamkar.model.holdings import StreamPoint
from hamkar.model.receipt import Acceptance


class _Named(msgspec.Struct, frozen=True):
    """What a report, a person or a thing says of itself; only the latter belong to a report."""

    id: str = ""
    originator: str = ""
    report: str | None = None
    supersedes: str | None = None


class _Carrier(msgspec.Struct, frozen=True):
    """What a message of this node's own says of what it brings; reading no more of it is four times as fast."""

    kind: str
    body: msgspec.Raw


_carrier = msgspec.json.Decoder(_Carrier)
_naming = msgspec.json.Decoder(_Named)
_NOBODY = _Named()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the agreement's stream, with the partner's verdict as far as it is known."""

    epoch: int
    seq: int
    message: bytes
    verdict: str | None
    why: str


@dataclass(slots=True)
class Entitled:
    """The content of every record that the partner accepted and has to hold; why it need not hold others.

    Whether it holds those in ``open_ends`` is not known yet: it has shown no receipt.
    """

    records: dict[Key, str] = field(default_factory=dict)
    known: dict[Key, str] = field(default_factory=dict)
    open_ends: set[Key] = field(default_factory=set)

    def drop(self, key: Key, reason: str) -> None:
        """The record is not to be held any more."""
        self.records.pop(key, None)
        self.known[key] = reason


def entitled(own: str, sent: Iterable[Sent], upto: StreamPoint) -> Entitled:
    """What the partner is entitled to by all that was sent, in order, up to a point of the stream.

    The last accepted message of a record counts. What was passed on for another agency is not this node's to reckon,
    and of what was erased here nothing is left to compare.
    """
    found = Entitled()
    for each in sent:
        if is_erased(each.message):
            continue
        body = _record_in(_carrier.decode(each.message))
        named = _NOBODY if body is None else _naming.decode(body)
        if body is not None and named.id and named.originator == own:
            kind = "report" if named.report is None else "entity"
            _count(found, each, (kind, named.id), content_hash(body), upto)
            if named.supersedes is not None and each.verdict == Acceptance.ACCEPTED:
                found.drop((kind, named.supersedes), "a correction has replaced it")
    return found


def _record_in(message: _Carrier) -> bytes | None:
    """The exact JSON of the record that a message brings; None where it brings none."""
    if message.kind == MessageKind.CORRECTION:
        return bytes(Corrected.from_own_json(bytes(message.body)).record)
    return bytes(message.body) if message.kind in KINDS else None


def _count(found: Entitled, sent: Sent, key: Key, content: str, upto: StreamPoint) -> None:
    if (sent.epoch, sent.seq) > (upto.epoch, upto.seq):
        found.known.setdefault(key, "it waits to be sent, or to be receipted")
    elif sent.verdict == Acceptance.ACCEPTED:
        found.records[key] = content
        found.open_ends.discard(key)
    elif sent.verdict is None:
        found.open_ends.add(key)
    elif key not in found.records:
        found.known[key] = f"it was rejected there: {sent.why}"
