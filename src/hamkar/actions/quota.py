"""Bounds on what a partner may send in a day: setting them, and saying whom they hold back."""

from collections.abc import Mapping

from hamkar.actions.node import Node
from hamkar.store import log, partners, quota
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.partners import PartnerRow
from hamkar.store.quota import Limit
from hamkar.text.counted import counted


def set_limit(node: Node, wanted: str, limit: Limit, *, by: str) -> PartnerRow:
    """Set what a partner may send in a day; it counts at once. Raises NotFound."""
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted)
        quota.put_limit(connection, partner.node, limit)
        detail = f"{limit.bytes} bytes, {limit.messages} messages, {limit.rejected} rejected a day"
        entry = Entry(actor=by, act="limit_set", subject=partner.node, partner=partner.node, detail=detail)
        log.append(connection, entry, node.now())
    return partner


def limit_of(node: Node, wanted: str) -> Limit:
    """What a partner may send in a day. Raises NotFound."""
    with node.database.transaction() as connection:
        return quota.limit_of(connection, partners.find_partner(connection, wanted).node)


def held_back(node: Node, connection: Connection, names: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for every partner that was told today to send again tomorrow."""
    return tuple(
        f"{names[each.partner]} has sent {counted(each.messages, 'message')} ({each.bytes:,} bytes,"
        f" {each.rejected:,} rejected) today, as much as it may; {counted(each.declined, 'bundle')} turned away until"
        " tomorrow (UTC), nothing is lost; `hamkar partner limit` raises it"
        for each in quota.day(connection, node.today)
        if each.declined
    )
