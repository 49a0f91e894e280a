"""How the node stands: what waits for whom, since when and why."""

from fastapi import APIRouter, Response

from hamkar.actions.status import status
from hamkar.web.visit import Visited

router = APIRouter(include_in_schema=False)


@router.get("/status")
def show(visit: Visited) -> Response:
    """The page."""
    return visit.page("status.html", status=status(visit.node))
