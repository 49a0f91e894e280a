"""The first page: what asks for a person's attention, what is new, and what is disputed."""

from fastapi import APIRouter, Response

from hamkar.actions.attention import attention
from hamkar.actions.events import list_events
from hamkar.actions.inbox import list_received
from hamkar.policy.act import Act
from hamkar.policy.people import acts_of
from hamkar.store.events import COUNT_LIMIT, EventFilter
from hamkar.web.agencies import agency_names
from hamkar.web.visit import Visited, go

router = APIRouter(include_in_schema=False)

_A_FEW = 6


@router.get("/")
def show(visit: Visited) -> Response:
    """The page; who has no part in the office's work gets the totals instead."""
    if Act.SEE_STATUS not in acts_of(visit.session.roles):
        return go("/totals")
    return visit.page(
        "overview.html",
        asks=attention(visit.node),
        received=list_received(visit.node, limit=_A_FEW, offset=0),
        disputed=list_events(visit.node, EventFilter(disputed=True), sort="date", limit=_A_FEW, offset=0),
        limit=COUNT_LIMIT,
        agencies=agency_names(visit.node),
    )
