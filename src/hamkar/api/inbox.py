"""What partners sent, with this node's verdict on it."""

from dataclasses import dataclass

from fastapi import APIRouter

from hamkar.actions.inbox import list_received
from hamkar.api.caller import Called
from hamkar.api.problem import problems
from hamkar.api.text import Page, PerPage
from hamkar.store.inbox import Received

router = APIRouter(prefix="/inbox", tags=["inbox"])


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """One page of received messages, the newest first; ``counts`` are all received records by acceptance.

    ``total`` counts messages of any kind and is exact up to 10,000.
    """

    messages: list[Received]
    counts: dict[str, int]
    total: int


@router.get("", operation_id="list_inbox", responses=problems())
def show(caller: Called, page: Page = 1, per_page: PerPage = 50) -> ReceivedPage:
    """Received messages, accepted and rejected, each with the rule and the reason."""
    found = list_received(caller.node, limit=per_page, offset=(page - 1) * per_page)
    return ReceivedPage(found.rows, found.counts, found.total)
