"""A holder's word that its copy of a record has run out."""

from hamkar.actions.accepting.desk import Desk, Rejected, read_as
from hamkar.actions.accepting.holdings import check_party
from hamkar.model.bundle import Message
from hamkar.model.holdings import ErasureNotice
from hamkar.model.moment import is_moment
from hamkar.store import erasure, releases, retention
from hamkar.store.log import Entry


def take_erased(desk: Desk, message: Message) -> str:
    """Keep the notice, and let go of the message that had brought the record there: it is not to be sent again."""
    check_party(desk, message)
    notice = read_as(ErasureNotice.from_json, bytes(message.body))
    given = releases.receivers(desk.connection, notice.record, notice.originator)
    if notice.originator != desk.node.id and desk.sender not in {each.partner for each in given}:
        raise Rejected("originator_in_control", "the record is not this node's, nor passed on by it to the sender")
    if (str(notice.record), notice.agreement) != (message.record, message.agreement) or not is_moment(notice.erased_at):
        raise Rejected("well_formed", "the message's record or agreement is not that of the notice it carries")
    now = desk.node.now()
    retention.put_notice(desk.connection, desk.sender, notice, now)
    records = [notice.record]
    erasure.erase_sent(desk.connection, notice.originator, records, partner=desk.sender, agreement=notice.agreement)
    entry = Entry(
        actor=desk.sender,
        act="ran_out_there",
        subject=message.record,
        partner=desk.sender,
        rule=notice.cause,
        detail=f"gone there at {notice.erased_at:%Y-%m-%dT%H:%M:%S%z}",
    )
    desk.entries.append(entry)
    return "noted"
