"""Comparing what a partner holds of this node's records with what it is entitled to hold, record by record.

The originator tells digests, the holder answers with what it holds where its own differ, and the originator lists the
differences. Claim and answer are messages, so that it works by network, by pull and by courier.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from hamkar.actions.agreements import Standing, standing_of
from hamkar.actions.node import Node
from hamkar.actions.send import Outgoing, send, send_all
from hamkar.exchange.entitled import Entitled, Sent, entitled
from hamkar.exchange.holdings import KINDS, Key, answer, claim, differences, digest, read_detail, read_holdings, whole
from hamkar.model.bundle import MessageKind
from hamkar.model.holdings import Difference, Differs, Holdings, StreamPoint
from hamkar.store import agreements, holdings, inbox, log, partners, retention
from hamkar.store.database import Connection
from hamkar.store.holdings import Begun, Comparison
from hamkar.store.log import Entry
from hamkar.store.outbox import stream_of
from hamkar.text.counted import counted


def begin(node: Node, wanted: str, *, by: str) -> list[Comparison]:
    """Ask a partner to compare, under every agreement that both have signed; what was begun.

    Raises NotFound where there is no such partner.
    """
    with node.database.transaction() as connection:
        partner = partners.find_partner(connection, wanted).node
        for standing in _signed_with(node, connection, partner):
            _begin(node, connection, standing, by)
        return holdings.newest(connection, partner)


def last(node: Node, wanted: str) -> list[Comparison]:
    """The comparison begun last with a partner and the one finished last, for each agreement. Raises NotFound."""
    with node.database.transaction() as connection:
        return holdings.newest(connection, partners.find_partner(connection, wanted).node)


def answer_comparisons(node: Node) -> None:
    """Answer what partners ask, once this node has everything on which their question rests."""
    with node.database.transaction() as connection:
        if not retention.lock(connection):  # nothing may run out between the look and the answer
            return
        for partner, agreement, body in holdings.asked(connection):
            _answer(node, connection, partner, agreement, read_holdings(body))


def finish_comparisons(node: Node) -> None:
    """Find the differences of every comparison to which the whole answer has come."""
    with node.database.transaction() as connection:
        for comparison, came_at in holdings.answered(connection):
            first = read_detail(holdings.first_part(connection, comparison.id))
            if holdings.count_parts(connection, comparison.id) < first.parts:
                continue  # an answer of which the end never comes is not read again and again
            parts = [read_detail(body) for body in holdings.parts(connection, comparison.id)]
            if whole(parts) and not parts[0].buckets:
                _finish(node, connection, comparison, [])
            elif whole(parts):
                due = _entitled(node, connection, comparison.partner, comparison.agreement, parts[0].upto)
                open_ends = due.open_ends | _drop_what_is_gone(
                    node, connection, due, comparison.partner, comparison.agreement, came_at
                )
                _finish(node, connection, comparison, differences(due.records, parts, due.known, open_ends))


def _signed_with(node: Node, connection: Connection, partner: str) -> Iterator[Standing]:
    for row in agreements.list_agreements(connection, partner):
        standing = standing_of(node, row)
        if len(standing.signed.signers) > 1:
            yield standing


def _begin(node: Node, connection: Connection, standing: Standing, by: str) -> None:
    partner, agreement = standing.partner.node, standing.row.id
    upto = holdings.point_sent(connection, partner, stream_of(agreement))
    due = _entitled(node, connection, partner, agreement, upto)
    _drop_what_is_gone(node, connection, due, partner, agreement, node.now())
    comparison = node.new_id()
    asked = claim(comparison, upto, digest(due.records))
    begun = Begun(id=comparison, partner=partner, agreement=agreement, by=by, at=node.now(), records=len(due.records))
    holdings.put_comparison(connection, begun)
    saying = Outgoing(kind=MessageKind.HOLDINGS, record=str(comparison), agreement=agreement, body=asked.to_json())
    send(node, connection, partner, saying)
    entry = Entry(actor=by, act="comparison_begun", subject=str(comparison), partner=partner)
    log.append(connection, entry, node.now())


def _entitled(node: Node, connection: Connection, partner: str, agreement: str, upto: StreamPoint) -> Entitled:
    rows = holdings.sent(connection, partner, stream_of(agreement))
    return entitled(
        node.id,
        (Sent(row.epoch, row.seq, row.message, row.verdict, f"{row.reason} ({row.rule})") for row in rows),
        upto,
    )


def _drop_what_is_gone(
    node: Node, connection: Connection, due: Entitled, partner: str, agreement: str, by: datetime
) -> set[Key]:
    """Take out what was recalled or ran out there; what ran out after ``by`` may be held or not by that time."""
    for record, outcome in holdings.recalled_from(connection, node.id, partner).items():
        answered = f"the partner answered: {outcome.replace('_', ' ')}" if outcome else "the partner has not answered"
        _drop(due, str(record), f"it was taken back; {answered}")
    later: set[Key] = set()
    for record, (erased_at, noticed_at) in retention.notices_from(connection, partner, agreement).items():
        _drop(due, str(record), f"by the partner's notice its copy ran out on {erased_at:%Y-%m-%d}")
        if noticed_at > by:
            later |= {(kind, str(record)) for kind in KINDS}
    return later


def _drop(due: Entitled, record: str, reason: str) -> None:
    for kind in KINDS:
        due.drop((kind, record), reason)


def _answer(node: Node, connection: Connection, partner: str, agreement: str, asked: Holdings) -> None:
    stream = inbox.lock_stream(connection, partner, stream_of(agreement))
    upto = StreamPoint(epoch=stream.epoch, seq=stream.next_seq - 1)
    if (upto.epoch, upto.seq) < (asked.upto.epoch, asked.upto.seq):
        return
    parts = answer(asked, upto, holdings.held(connection, partner, agreement))
    sayings = [
        Outgoing(
            kind=MessageKind.HOLDINGS_DETAIL, record=str(asked.comparison), agreement=agreement, body=part.to_json()
        )
        for part in parts
    ]
    send_all(node, connection, partner, sayings)
    holdings.put_answered(connection, partner, agreement)
    detail = counted(len(parts[0].buckets), "digest differs", "digests differ")
    entry = Entry(
        actor=node.id, act="comparison_answered", subject=str(asked.comparison), partner=partner, detail=detail
    )
    log.append(connection, entry, node.now())


def _finish(node: Node, connection: Connection, comparison: Comparison, found: list[Difference]) -> None:
    holdings.put_finished(connection, comparison.id, found, node.now())
    entry = Entry(
        actor=node.id,
        act="compared",
        subject=str(comparison.id),
        partner=comparison.partner,
        detail=counted(len(found), "difference"),
    )
    log.append(connection, entry, node.now())


def differing(connection: Connection, names: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for every agreement under which a partner holds something else than it is entitled to."""
    finished = [one for one in holdings.newest(connection) if one.finished_at is not None and one.differences]
    return tuple(
        f"{names[one.partner]} holds other records than it is entitled to under the agreement {one.agreement[:12]}:"
        f" {in_numbers(one.differences or ())} on {one.finished_at:%Y-%m-%d}; `hamkar partner compare` lists them"
        for one in finished
    )


def in_numbers(found: Sequence[Difference]) -> str:
    """How many differences of each kind there are, in words."""
    kinds = Counter(one.differs for one in found)
    return ", ".join(f"{kinds[kind]} {kind.replace('_', ' ')}" for kind in Differs if kinds[kind])
