"""The first page: what asks for a person's attention, what is new, and what is disputed."""

from fastapi import APIRouter, Response

from hamkar.actions.attention import attention
from hamkar.actions.events import list_events
from hamkar.actions.gate_ask import list_assessments
from hamkar.actions.inbox import list_received
from hamkar.policy.act import Act
from hamkar.policy.people import acts_of
from hamkar.store.events import COUNT_LIMIT, EventFilter
from hamkar.web.agencies import agency_names
from hamkar.web.visit import Visit, Visited, go

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
        at_gate=_at_gate(visit),
        received=list_received(visit.node, limit=_A_FEW, offset=0),
        disputed=list_events(visit.node, EventFilter(disputed=True), sort="date", limit=_A_FEW, offset=0),
        limit=COUNT_LIMIT,
        agencies=agency_names(visit.node),
    )


def _at_gate(visit: Visit) -> dict[str, int]:
    """How many assessments wait: to be decided, for whoever may decide; to be used, for whoever wrote them."""
    acts = acts_of(visit.session.roles)
    if Act.SEE_GATE not in acts:
        return {"deciding": 0, "using": 0}
    rows = list_assessments(visit.node)
    mine = [row for row in rows if row.assessment.asked_by == visit.session.account]
    return {
        "deciding": sum(row.decision is None for row in rows) if Act.AUTHORISE in acts else 0,
        "using": sum(row.decision is not None and row.decision.granted and row.release is None for row in mine),
    }
