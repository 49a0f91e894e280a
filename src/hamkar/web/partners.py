"""Partners: whom this node knows, adding one by card and fingerprint, and this node's own card."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.datastructures import FormData, UploadFile

from hamkar.actions import partners as actions
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import MAX_CARD_BYTES, stored_card
from hamkar.web.visit import Acting, Visited, go

router = APIRouter(include_in_schema=False)


@router.get("/partners")
def show(visit: Visited) -> Response:
    """The partners, each as its newest card describes it."""
    rows = [(row, stored_card(row.envelope).card) for row in actions.list_partners(visit.node)]
    return visit.page("partners.html", rows=rows, own=actions.current_card(visit.node).card, now=visit.node.now())


@router.get("/partners/own-card")
def own_card(visit: Visited) -> Response:
    """This node's card, to be given to a partner."""
    name = f"hamkar-card-{visit.node.id[:8]}.json"
    return Response(
        actions.current_card(visit.node).envelope,
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _offered(visit: Acting) -> tuple[bytes, str]:
    """The card that was pasted or uploaded, and the fingerprint that was compared."""
    form = await visit.request.form()
    return await _card(form), str(form.get("fingerprint", ""))[:200]


async def _card(form: FormData) -> bytes:
    file = form.get("file")
    data = await file.read(MAX_CARD_BYTES + 1) if isinstance(file, UploadFile) else b""
    pasted = str(form.get("card", "")).strip().encode()
    if not data and not pasted:
        msg = "no card was given; choose the file that the partner sent, or paste what is in it"
        raise BadInput(msg)
    return data or pasted


@router.post("/partners")
def add(visit: Acting, offered: Annotated[tuple[bytes, str], Depends(_offered)]) -> Response:
    """Take up a partner, if the card is of the node whose fingerprint was compared."""
    card, fingerprint = offered
    try:
        actions.add_partner(visit.node, card, fingerprint=fingerprint, by=visit.session.account)
    except ProtocolError as error:
        # The partner signed it, but here it is what somebody typed in, and theirs to give again.
        raise BadInput(str(error)) from error
    return go("/partners")
