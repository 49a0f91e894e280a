"""Statements of one node: recalls, answers to them, consents, clearances; each signed by itself as exact bytes (DSSE).

They outlive the bundle that brought them: whoever holds the author's card can check them, wherever they came from.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar, cast
from uuid import UUID

from hamkar.crypto import dsse
from hamkar.crypto.fingerprint import NODE_ID
from hamkar.crypto.key_holder import Signer
from hamkar.errors import ProtocolError
from hamkar.exchange.document import read_document
from hamkar.exchange.plain_line import is_plain_line
from hamkar.exchange.public_key import raw_bytes
from hamkar.model.agency import NodeCard
from hamkar.model.bundle import MessageKind
from hamkar.model.clearance import Clearance
from hamkar.model.consent import Consent
from hamkar.model.moment import is_moment
from hamkar.model.recall import Recall, RecallAnswer, RecallKind, RecallOutcome
from hamkar.model.record import Record

MAX_STATEMENT_BYTES = 64 * 1024
MAX_RECALL_REASON = 2_000
MAX_ONWARD = 500

_VERSION_AND_VARIANT_BITS = (0b1111 << 76) | (0b11 << 62)
_VERSION_8 = (8 << 76) | (0b10 << 62)

Statement = Recall | RecallAnswer | Consent | Clearance
S = TypeVar("S", bound=Statement)

Cards = Callable[[str], Iterable[NodeCard]]
"""The cards held of a node, old versions too: a key stays good for what it signed before it was replaced."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of statement is signed, and what has to hold of it."""

    payload_type: str
    sound: Callable[[Statement], bool]


def recall_id(originator: str, record: UUID, at: str, issued_at: datetime) -> UUID:
    """The identifier of a recall, which says whose it is: no other node can make one that bears it and comes first.

    The first 16 bytes of the SHA-256 of the four as text with a blank between, as a UUID of version 8 (RFC 9562).
    """
    named = f"{originator} {record} {at} {issued_at.isoformat(timespec='microseconds')}"
    digest = int.from_bytes(hashlib.sha256(named.encode()).digest()[:16])
    return UUID(int=digest & ~_VERSION_AND_VARIANT_BITS | _VERSION_8)


def _recall_is_sound(stated: Statement) -> bool:
    return (
        isinstance(stated, Recall)
        and stated.kind_of_record in {MessageKind.REPORT, MessageKind.ENTITY}
        and 1 <= len(stated.reason) <= MAX_RECALL_REASON
        and is_moment(stated.issued_at)
        and is_moment(stated.due)
        and stated.issued_at <= stated.due
        and (stated.replaced_by is not None) == (stated.kind is RecallKind.CORRECTED)
        and (stated.at != "") == (stated.kind is RecallKind.CONSENT_WITHDRAWN)
        and (not stated.at or bool(NODE_ID.match(stated.at)))
        and stated.replaced_by != stated.record
        and stated.id == recall_id(stated.originator, stated.record, stated.at, stated.issued_at)
    )


def _answer_is_sound(stated: Statement) -> bool:
    return (
        isinstance(stated, RecallAnswer)
        and is_moment(stated.answered_at)
        and (stated.ground is not None) == (stated.outcome is RecallOutcome.LEGAL_HOLD)
        and (stated.until is not None) == (stated.outcome is RecallOutcome.LEGAL_HOLD)
        and len(stated.onward) <= MAX_ONWARD
        and len(set(stated.onward)) == len(stated.onward)
        and all(map(NODE_ID.match, stated.onward))
    )


def _consent_is_sound(stated: Statement) -> bool:
    return (
        isinstance(stated, Consent)
        and stated.kind_of_record in {MessageKind.REPORT, MessageKind.ENTITY}
        and len({stated.originator, stated.holder, stated.to}) == len(("originator", "holder", "to"))
        and all(map(NODE_ID.match, (stated.holder, stated.to)))
        and bool(stated.purposes)
        and is_moment(stated.issued_at)
    )


def is_sound_clearance(stated: Statement) -> bool:
    """Whether a clearance is for another node, and says for which case and why."""
    return (
        isinstance(stated, Clearance)
        and stated.kind_of_record in {MessageKind.REPORT, MessageKind.ENTITY}
        and stated.originator != stated.holder
        and bool(NODE_ID.match(stated.holder))
        and is_plain_line(stated.case)
        and 1 <= len(stated.reason) <= MAX_RECALL_REASON
        and is_moment(stated.issued_at)
    )


FORMS: Final[Mapping[type[Record], _Form]] = {
    Recall: _Form("application/vnd.hamkar.recall+json", _recall_is_sound),
    RecallAnswer: _Form("application/vnd.hamkar.recall-answer+json", _answer_is_sound),
    Consent: _Form("application/vnd.hamkar.consent+json", _consent_is_sound),
    Clearance: _Form("application/vnd.hamkar.clearance+json", is_sound_clearance),
}


def sign_statement(statement: Statement, signer: Signer) -> bytes:
    """The signed statement as the bytes to keep and to send, now and ever after."""
    return dsse.sign(FORMS[type(statement)].payload_type, statement.to_json(), signer).to_json()


def read_statement(data: bytes, kind: type[S], cards: Cards) -> S:
    """The statement in these bytes, signed by a key on a card of its author. Raises ProtocolError."""
    envelope = dsse.read_envelope(data, FORMS[kind].payload_type, MAX_STATEMENT_BYTES)
    stated = read_document(envelope.payload, kind)
    if stated.v != 1 or not NODE_ID.match(stated.author) or not FORMS[kind].sound(stated):
        msg = f"this {kind.__name__} does not hold together; ask its author to make it anew"
        raise ProtocolError(msg)
    keys = [key for card in cards(stated.author) if card.agency.node == stated.author for key in card.signing_keys]
    if not keys:
        msg = f"the {kind.__name__} is by node {stated.author}, whose card is not held here; add that node as a partner"
        raise ProtocolError(msg)
    if not any(envelope.signed_by(key.id, raw_bytes(key)) for key in keys):
        msg = f"the {kind.__name__} is not signed by a key on a card of node {stated.author}; fetch its current card"
        raise ProtocolError(msg)
    return stated


def stored_statement(data: bytes, kind: type[S]) -> S:
    """The statement in bytes that this node signed or verified before it stored them."""
    envelope = dsse.read_envelope(data, FORMS[kind].payload_type, MAX_STATEMENT_BYTES)
    return cast("S", kind.from_own_json(envelope.payload))
