"""Telling every partner that was given a record that it is taken back, or giving it the corrected version instead."""

from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from hamkar.actions.agreements import standing_of
from hamkar.actions.node import Node
from hamkar.actions.release import Considered, consider_next, given, write_down
from hamkar.actions.send import Outgoing, send
from hamkar.exchange.statement import stored_statement
from hamkar.model.agreement import AgreementState
from hamkar.model.bundle import MessageKind
from hamkar.model.consent import NO_CONSENT, Corrected
from hamkar.model.entity import Entity
from hamkar.model.recall import Recall
from hamkar.model.release import Release
from hamkar.model.report import Report
from hamkar.store import agreements, erasure, recalls, releases
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

    record: Report | Entity
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
    any more, not even what waits; where that empties an earlier correction, its recall goes by itself.
    """
    recall = signed.recall
    told = [
        each
        for each in releases.receivers(connection, recall.record, recall.originator)
        if each.partner != recall.originator and only in {None, each.partner}
    ]
    entries = []
    for earlier in told:
        entry = _give_if_allowed(node, connection, signed, earlier, successor, by) if successor is not None else None
        if entry is not None:
            entries.append(entry)
        else:
            tell(node, connection, signed, earlier.partner, earlier.agreement)
    erasure.erase_sent(connection, recall.originator, [recall.record], partner=only)
    _tell_left_behind(node, connection)
    return Told(tuple(earlier.partner for earlier in told), entries)


def give_corrected(
    node: Node, connection: Connection, signed: SignedRecall, successor: Successor, *, by: str
) -> list[Entry]:
    """Give the corrected version, as policy allows, to partners that were told before it came; what is to be logged."""
    recall = signed.recall
    told = [
        each
        for each in releases.receivers(connection, recall.record, recall.originator)
        if each.partner not in {recall.originator, by}
    ]
    given = (_give_if_allowed(node, connection, signed, earlier, successor, by) for earlier in told)
    return [entry for entry in given if entry is not None]


def tell_left_behind(node: Node) -> None:
    """Recall by itself what a correction was to take back that cannot go now: a duty of the node."""
    with node.database.transaction() as connection:
        if recalls.carried(connection, node.today):
            recalls.lock(connection)
            _tell_left_behind(node, connection)


def tell(node: Node, connection: Connection, signed: SignedRecall, partner: str, agreement: str) -> None:
    """Queue the recall for one partner, and note that it has to answer."""
    recall = signed.recall
    saying = Outgoing(kind=MessageKind.RECALL, record=str(recall.record), agreement=agreement, body=signed.envelope)
    message = send(node, connection, partner, saying)
    recalls.put_holder(connection, recall.id, partner, told_by=node.id, message=message)


def _give_if_allowed(
    node: Node, connection: Connection, signed: SignedRecall, earlier: Release, successor: Successor, by: str
) -> Entry | None:
    one = consider_next(node, connection, earlier, successor.record, successor.event)
    return _give_corrected(node, connection, signed, one, by) if one.answer.allowed else None


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
        handling=one.handling,
        body=body.to_json(),
        release=made.id,
    )
    message = send(node, connection, one.partner.node, saying)
    recalls.put_holder(connection, signed.recall.id, one.partner.node, told_by=node.id, message=message)
    return entry


def _tell_left_behind(node: Node, connection: Connection) -> None:
    """Queue the recall alone where the correction that carries it is held back, or was emptied with its version."""
    for each in recalls.carried(connection, node.today):
        if each.emptied or not _is_in_force(node, connection, each.agreement):
            signed = SignedRecall(stored_statement(each.envelope, Recall), each.envelope)
            tell(node, connection, signed, each.holder, each.agreement)


def _is_in_force(node: Node, connection: Connection, agreement: str) -> bool:
    row = agreements.find_agreement(connection, agreement)
    return standing_of(node, row).state is AgreementState.IN_FORCE
