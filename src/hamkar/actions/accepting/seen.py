"""A holder's word that its people have looked at records (R3)."""

from hamkar.actions.accepting.desk import Desk, read_as
from hamkar.actions.accepting.holdings import check_party
from hamkar.model.bundle import Message
from hamkar.model.holdings import Seen
from hamkar.store import seen


def take_seen(desk: Desk, message: Message) -> str:
    """Note which own records were seen there, and on which day."""
    check_party(desk, message)
    told = read_as(Seen.from_json, bytes(message.body))
    seen.put_seen_there(desk.connection, desk.sender, told.records)
    return f"{len(told.records)} seen"
