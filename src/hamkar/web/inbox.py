"""What partners sent, and what this node's rules said of it."""

from fastapi import APIRouter, Response

from hamkar.actions.inbox import list_received
from hamkar.store.inbox import COUNT_LIMIT
from hamkar.web.agencies import agency_names
from hamkar.web.forms import LAST_PAGE, PAGE_SIZE, PageNumber
from hamkar.web.visit import Visited

router = APIRouter(include_in_schema=False)


@router.get("/inbox")
def show(visit: Visited, page: PageNumber = 1) -> Response:
    """One page of received messages, the newest first."""
    received = list_received(visit.node, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return visit.page(
        "inbox.html",
        received=received,
        limit=COUNT_LIMIT,
        number_of_page=page,
        pages=min(LAST_PAGE, max(1, -(-received.total // PAGE_SIZE))),
        agencies=agency_names(visit.node),
    )
