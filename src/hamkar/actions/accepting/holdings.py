"""Records that are held under an agreement, and what partners say and ask of holdings."""

import hashlib
from uuid import UUID

from hamkar.actions.accepting.desk import Desk, Rejected, read_as
from hamkar.exchange.holdings import read_detail, read_holdings
from hamkar.model.bundle import Message
from hamkar.model.entity import Entity
from hamkar.model.report import Report
from hamkar.store import holdings
from hamkar.store.retention import Holding


def note_held(desk: Desk, message: Message, body: bytes, kept: Report | Entity) -> None:
    """Note under which agreement a record came and until when it may be held.

    ``body`` is the record's exact JSON as it came, ``kept`` the form in which it stays.
    """
    form, sent = kept.to_json(), hashlib.sha256(body).digest()
    desk.holdings.append(
        Holding(
            originator=kept.originator,
            record=kept.id,
            agreement=message.agreement,
            kind="report" if isinstance(kept, Report) else "entity",
            sender=desk.sender,
            received_on=desk.node.today,
            retention_days=desk.terms_of(message.agreement).agreement.retention_days,
            delete_by=kept.handling.delete_by,
            sent=sent,
            filed=sent if form == body else hashlib.sha256(form).digest(),
        )
    )


def check_not_run_out(desk: Desk, message: Message, originator: str, record: UUID) -> None:
    """Raises Rejected where a record has run out here under the agreement by which it comes again."""
    if (originator, record, message.agreement) in desk.ran_out:
        raise Rejected("ran_out", "its copy here has run out under this agreement and is not taken up again")


def take_holdings(desk: Desk, message: Message) -> str:
    """Keep what a partner says this node is entitled to hold of its records, to be answered by a duty."""
    check_party(desk, message)
    read_as(read_holdings, bytes(message.body))
    holdings.put_asked(desk.connection, desk.sender, message.agreement, bytes(message.body), desk.node.now())
    return "to be compared and answered"


def take_holdings_detail(desk: Desk, message: Message) -> str:
    """Keep one part of a partner's answer to a comparison that this node has begun."""
    check_party(desk, message)
    part = read_as(read_detail, bytes(message.body))
    if not holdings.is_open(desk.connection, part.comparison, desk.sender, message.agreement):
        raise Rejected("comparison_open", "this node waits for no answer to such a comparison")
    holdings.put_part(desk.connection, part, bytes(message.body), desk.node.now())
    return f"part {part.part} of {part.parts}"


def check_party(desk: Desk, message: Message) -> None:
    """Raises Rejected where the agreement named is not one between this node and the sender."""
    parties = {party.node for party in desk.terms_of(message.agreement).agreement.parties}
    if parties != {desk.node.id, desk.sender}:
        raise Rejected("partner_is_party", "the agreement is not between these two nodes")
