"""What a node does about requests by itself: remind of what is overdue, note what partners rejected, erase in time."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from hamkar.actions.agreements import standing_of
from hamkar.actions.node import Node
from hamkar.actions.request_moves import Saying, move, restate
from hamkar.errors import HamkarError
from hamkar.model.request import MoveKind
from hamkar.store import agreements, log, requests
from hamkar.store.agreements import AgreementRow
from hamkar.store.log import Entry

BY = "node"
"""Who reminds, as the log names it."""


def remind_of_overdue(node: Node) -> None:
    """Remind the partner of each own request that is overdue and of which it has not been reminded; only ever once.

    Where the agreement is not in force, nothing goes; the reminder follows when it is again.
    """
    for wanted in _to_remind(node):
        with suppress(HamkarError):
            move(node, wanted, Saying(kind=MoveKind.REMIND), by=BY)


def _to_remind(node: Node) -> list[UUID]:
    with node.database.transaction() as connection:
        own = [row for row in requests.open_until(connection, node.now()) if row.request.asker == node.id]
        return [
            row.request.id
            for row in own
            if all(each.move.kind is not MoveKind.REMIND for each in requests.moves_of(connection, row.request))
        ]


def note_verdicts(node: Node) -> None:
    """Note which own requests and moves partners' nodes took; what one of their rules rejected does not count."""
    with node.database.transaction() as connection:
        for asker, request in requests.note_verdicts(connection, node.now()):
            row = requests.held_request(connection, asker, request)
            if row is not None:
                restate(connection, row)


def erase_old_requests(node: Node) -> None:
    """Erase what was asked and answered once the days are over for which its agreement lets it be kept, from receipt.

    What is still open is kept until it is over.
    """
    with node.database.transaction() as connection:
        erased = [
            each
            for row in agreements.list_agreements(connection)
            for each in requests.erase_over(connection, row.id, node.now() - _kept_for(node, row))
        ]
        for request, partner in erased:
            entry = Entry(actor=BY, act="request_erased", subject=str(request), partner=partner)
            log.append(connection, entry, node.now())


def _kept_for(node: Node, row: AgreementRow) -> timedelta:
    return timedelta(days=standing_of(node, row).signed.agreement.retention_days)
