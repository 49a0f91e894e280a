"""The originator's consent that a holder passes a record on, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hamkar.actions.agreements import standing_of
from hamkar.actions.node import Node
from hamkar.actions.recall import WITHIN, Ground, new_recall, own_record, recall_entry
from hamkar.actions.send import Outgoing, send
from hamkar.actions.tell_holders import SignedRecall, tell
from hamkar.errors import BadInput, Refused
from hamkar.exchange.statement import sign_statement, stored_statement
from hamkar.model.agreement import Agreement, Onward, Purpose
from hamkar.model.bundle import MessageKind
from hamkar.model.consent import Consent
from hamkar.model.entity import Entity
from hamkar.model.handling import FREE, Handling
from hamkar.model.recall import Recall, RecallKind
from hamkar.model.report import Report
from hamkar.store import agreements, consents, log, partners, recalls, releases
from hamkar.store.consents import ConsentRow
from hamkar.store.database import Connection
from hamkar.store.log import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """To whom a holder may pass a record on, for which purposes and until when; as long as agreed, where not said.

    ``handling`` is what goes with it beyond the record's own.
    """

    holder: str
    to: str
    purposes: Sequence[Purpose] = ()
    until: date | None = None
    handling: Handling = FREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A consent as kept here; ``withdrawn`` is whether it holds no longer."""

    consent: Consent
    withdrawn: bool


def consent(node: Node, wanted: UUID, leave: Leave, *, by: str) -> Consent:
    """Let a holder pass an own record on to one agency; the signed consent is queued for the holder.

    Both have to be known here by their cards. Raises Refused where the holder was not given the record, or came by it
    under an agreement that lets nothing be passed on.
    """
    with node.database.transaction() as connection:
        recalls.keep_out(connection)
        record = own_record(node, connection, wanted)
        if recalls.recall_in_effect(connection, node.id, record.id) is not None:
            msg = f"{wanted} has been recalled; consent to passing on a corrected version instead"
            raise Refused(msg, rule="not_recalled")
        holder = partners.find_partner(connection, leave.holder).node
        to = partners.find_partner(connection, leave.to).node
        if holder == to:
            msg = "a holder and the agency it may pass a record on to are two; name another for one of them"
            raise BadInput(msg)
        under, terms = _way(node, connection, record, holder)
        made = _made(node, record, (holder, to), leave, terms)
        envelope = sign_statement(made, node.keys.signer)
        consents.put_consent(connection, made, envelope, under, node.now())
        saying = Outgoing(kind=MessageKind.CONSENT, record=str(record.id), agreement=under, body=envelope)
        send(node, connection, holder, saying)
        entry = Entry(actor=by, act="consented", subject=str(record.id), partner=holder, detail=f"to {to}")
        log.append(connection, entry, node.now())
    return made


def _made(node: Node, record: Report | Entity, way: tuple[str, str], leave: Leave, terms: Agreement) -> Consent:
    return Consent(
        v=1,
        id=node.new_id(),
        record=record.id,
        kind_of_record=MessageKind.REPORT if isinstance(record, Report) else MessageKind.ENTITY,
        originator=node.id,
        holder=way[0],
        to=way[1],
        purposes=tuple(leave.purposes) or terms.purposes,
        handling=record.handling.joined(leave.handling),
        until=leave.until or terms.valid_until,
        issued_at=node.now(),
    )


def _way(node: Node, connection: Connection, record: Report | Entity, holder: str) -> tuple[str, Agreement]:
    """By which agreement of this node's the holder has the record, straight or by earlier consents. Raises Refused."""
    gave = releases.receivers(connection, record.id, node.id)
    straight = [each.agreement for each in gave if each.partner == holder]
    passed = [
        row.agreement
        for row in consents.consents_on(connection, node.id, record.id)
        if row.recipient == holder and row.withdrawn_at is None
    ]
    if not straight and not passed:
        msg = f"node {holder} was not given {record.id} and nobody may pass it on to it; release it there first"
        raise Refused(msg, rule="holder_was_given_it")
    for under in (*straight, *passed):
        terms = standing_of(node, agreements.find_agreement(connection, under)).signed.agreement
        if terms.onward is Onward.WITH_CONSENT:
            return under, terms
    msg = f"the agreement under which node {holder} has {record.id} lets nothing be passed on; agree on that first"
    raise Refused(msg, rule="onward_with_consent")


def withdraw(node: Node, wanted: UUID, reason: str, within: timedelta = WITHIN, *, by: str) -> Recall:
    """Take a consent back: its holder passes nothing on any more, and has what it passed on erased there and beyond.

    Raises Refused where the consent is another agency's or was taken back before.
    """
    ground = Ground(kind=RecallKind.CONSENT_WITHDRAWN, reason=reason, within=within)
    with node.database.transaction() as connection:
        recalls.lock(connection)
        row = consents.find_consent(connection, wanted)
        if row.originator != node.id or row.withdrawn_at is not None:
            msg = f"the consent {wanted} is another agency's or was taken back before; there is nothing to withdraw"
            raise Refused(msg, rule="consent_in_force")
        consents.withdraw(connection, node.id, row.record, row.recipient, node.now())
        made = new_recall(node, own_record(node, connection, row.record), ground, at=row.recipient)
        envelope = sign_statement(made, node.keys.signer)
        recalls.put_recall(connection, made, envelope, here=False, at=node.now())
        tell(node, connection, SignedRecall(made, envelope), row.holder, row.agreement)
        log.append(connection, recall_entry(made, by), node.now())
    return made


def list_consents(node: Node) -> list[Kept]:
    """Every consent given here, got here, or come with a record, the newest first."""
    with node.database.transaction() as connection:
        return [_kept(row) for row in consents.list_consents(connection)]


def _kept(row: ConsentRow) -> Kept:
    return Kept(consent=stored_statement(row.envelope, Consent), withdrawn=row.withdrawn_at is not None)
