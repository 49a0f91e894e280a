"""How the node stands."""

from fastapi import APIRouter

from hamkar.actions import status as actions
from hamkar.actions.status import Status
from hamkar.api.caller import Called
from hamkar.api.problem import problems

router = APIRouter(prefix="/status", tags=["status"])


@router.get("", operation_id="show_status", responses=problems())
def show(caller: Called) -> Status:
    """Counts of what the node holds and did, and what waits for whom, since when and why."""
    return actions.status(caller.node)
