"""Comparing with others what a partner has said of its log, and closing a contradiction once people have talked."""

from dataclasses import dataclass

from hamkar.actions.node import Node
from hamkar.actions.partners import partner_cards
from hamkar.errors import BadInput, NotFound, ProtocolError
from hamkar.exchange.checkpoint import Finding, Seen
from hamkar.exchange.receipt import read_receipt
from hamkar.model.receipt import Receipt
from hamkar.model.record import Record
from hamkar.store import log, partners, witness
from hamkar.store.database import Connection
from hamkar.store.log import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Record):
    """What a partner's signed word about its log, given to somebody else, means against what this node has seen."""

    partner: str
    name: str
    size: int
    finding: Finding
    why: str


def statement_of(node: Node, wanted: str) -> bytes:
    """The newest receipt in which a partner states its own log: what to show to others it exchanges with."""
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted)
        signed = witness.newest_statement(connection, partner.node)
    if signed is None:
        msg = f"{partner.name} has given no receipt yet, so it has not stated its log; send it something first"
        raise NotFound(msg)
    return signed


def compare_log(node: Node, signed: bytes, *, by: str) -> Compared:
    """Hold a receipt that a partner gave to somebody else against what it says of its log to this node.

    Raises ProtocolError where no partner of this node has signed it.
    """
    with node.database.transaction() as connection:
        receipt = _read(connection, signed)
        partner = partners.find_partner(connection, receipt.receiver)
        stated = receipt.logs.own
        if not stated.size:
            msg = f"{partner.name} says nothing of its log in this receipt; ask for a newer one"
            raise BadInput(msg)
        told = f"a statement of {stated.size} entries, shown by another"
        entry = Entry(actor=by, act="log_compared", subject=partner.node, partner=partner.node, detail=told)
        log.append(connection, entry, node.now())
        finding, why = witness.note_shown(
            connection, partner.node, Seen(stated.checkpoint, receipt.issued_at), signed, node.now()
        )
    return Compared(partner=partner.node, name=partner.name, size=stated.size, finding=finding, why=why)


def settle_log(node: Node, wanted: str, *, reason: str, by: str) -> str:
    """Close a contradiction in a partner's log: from its next statement on it counts again. The agency's name.

    Raises BadInput without a reason, NotFound where none is open. The evidence stays.
    """
    if not reason.strip():
        msg = "a contradiction is closed for a reason: say with whom you talked and what it was with --reason"
        raise BadInput(msg)
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted)
        entry = Entry(actor=by, act="log_settled", subject=partner.node, partner=partner.node, detail=reason)
        log.append(connection, entry, node.now())
        if not witness.settle(connection, partner.node, by=by, reason=reason, at=node.now()):
            msg = f"the log of {partner.name} contradicts nothing; there is nothing to settle"
            raise NotFound(msg)
    return partner.name


def _read(connection: Connection, signed: bytes) -> Receipt:
    for row in partners.list_partners(connection):
        for held in partner_cards(connection, row.node):
            try:
                return read_receipt(signed, held.card)
            except ProtocolError:
                continue
    msg = "no partner of this node has signed this receipt; ask for the file that `hamkar log statement` writes"
    raise ProtocolError(msg)
