"""Telling every partner that was given a record that it is taken back, or giving it the corrected version instead."""

from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from hamkar.actions.node import Node
from hamkar.actions.release import Considered, consider_next, given, write_down
from hamkar.actions.send import Outgoing, send
from hamkar.exchange.statement import stored_statement
from hamkar.model.bundle import MessageKind
from hamkar.model.consent import NO_CONSENT, Corrected
from hamkar.model.party import PartyIdentity
from hamkar.model.recall import Recall
from hamkar.model.report import Report
from hamkar.store import erasure, recalls, releases
from hamkar.store.database import Connection
from hamkar.store.lineage_secret import lineage_secret
from hamkar.store.log import Entry


@dataclass(frozen=True, slots=True)
class SignedRecall:
    """A recall with the exact bytes that its originator signed."""

    recall: Recall
    envelope: bytes


@dataclass(slots=True)
class Told:
    """Which partners were told, and what is to be logged once everything is queued."""

    partners: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Successor:
    """The corrected version of a recalled record, filed here, and its event."""

    record: Report | PartyIdentity
    event: UUID | None


def tell_holders(
    node: Node,
    connection: Connection,
    signed: SignedRecall,
    *,
    successor: Successor | None = None,
    only: str | None = None,
    by: str,
) -> Told:
    """Queue the recall for every partner that got the record from here, or for one of them alone.

    Where policy still allows it a partner gets the corrected version in the same message. Nothing of the record leaves
    any more, not even what waits; and who has not confirmed an earlier correction is asked for that version too.
    """
    recall = signed.recall
    told = [
        each
        for each in releases.receivers(connection, recall.record)
        if each.partner != recall.originator and only in {None, each.partner}
    ]
    entries = []
    for earlier in told:
        one = (
            consider_next(node, connection, earlier, successor.record, successor.event)
            if successor is not None
            else None
        )
        if one is not None and one.answer.allowed:
            entries.append(_give_corrected(node, connection, signed, one, by))
        else:
            tell(node, connection, signed, earlier.partner, earlier.agreement)
    if only is None:
        _chase(node, connection, recall)
    erasure.erase_sent(connection, [recall.record], partner=only)
    return Told(tuple(earlier.partner for earlier in told), entries)


def tell(node: Node, connection: Connection, signed: SignedRecall, partner: str, agreement: str) -> None:
    """Queue the recall for one partner, and note that it has to answer."""
    recall = signed.recall
    saying = Outgoing(kind=MessageKind.RECALL, record=str(recall.record), agreement=agreement, body=signed.envelope)
    message = send(node, connection, partner, saying)
    recalls.put_holder(connection, recall.id, partner, told_by=node.id, message=message)


def _give_corrected(node: Node, connection: Connection, signed: SignedRecall, one: Considered, by: str) -> Entry:
    made, entry = write_down(node, connection, one, by)
    body = Corrected(
        recall=msgspec.Raw(signed.envelope),
        record=msgspec.Raw(given(one, lineage_secret(connection))),
        consent=msgspec.Raw(one.leave.envelope) if one.leave else NO_CONSENT,
    )
    saying = Outgoing(
        kind=MessageKind.CORRECTION,
        record=str(one.record.id),
        agreement=one.agreement,
        purpose=one.purpose,
        handling=one.record.handling,
        body=body.to_json(),
        release=made.id,
    )
    message = send(node, connection, one.partner.node, saying)
    recalls.put_holder(connection, signed.recall.id, one.partner.node, told_by=node.id, message=message)
    return entry


def _chase(node: Node, connection: Connection, recall: Recall) -> None:
    """A correction that waits is emptied with the version it carries, so the version before is recalled by itself."""
    for row in recalls.corrections_into(connection, recall.originator, recall.record):
        agreements = {each.partner: each.agreement for each in releases.receivers(connection, row.record)}
        earlier = SignedRecall(stored_statement(row.envelope, Recall), row.envelope)
        for holder in recalls.unanswered(connection, row.id):
            if holder in agreements:
                tell(node, connection, earlier, holder, agreements[holder])
