"""The published totals: all that an observer sees, and what everybody else may show."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hamkar.actions.publish_totals import publish_totals, show_totals
from hamkar.statistics.published_table import TableKind
from hamkar.statistics.small_cells import P_PERCENT, THRESHOLD
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)


@router.get("/totals")
def show(visit: Visited, table: Annotated[TableKind, Query()] = TableKind.SUBSTANCE_YEAR) -> Response:
    """One table of the closed set."""
    return visit.page(
        "totals.html",
        table=show_totals(visit.node, table),
        kinds=tuple(TableKind),
        threshold=THRESHOLD,
        percent=P_PERCENT,
    )


@router.get("/totals/publish")
def ask(visit: Visited) -> Response:
    """The page on which somebody publishes."""
    return visit.page("totals_publish.html", threshold=THRESHOLD)


@router.post("/totals/publish")
def publish(visit: Acting) -> Response:
    """Publish the closed years."""
    publish_totals(visit.node, visit.person)
    return go("/totals")
