"""Partners and cards."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from hamkar.actions import partners as actions
from hamkar.api.caller import Acting, Called
from hamkar.api.problem import problems
from hamkar.api.text import Line
from hamkar.crypto.fingerprint import spoken
from hamkar.errors import BadInput, ProtocolError
from hamkar.exchange.card import MAX_CARD_BYTES, stored_card
from hamkar.model.agency import Agency, NodeCard
from hamkar.store.partners import PartnerRow

router = APIRouter(tags=["partners"])


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner as its newest card describes it; ``fingerprint`` is its node id in groups of four, to be read aloud."""

    agency: Agency
    fingerprint: str
    card_version: int
    card_expires: datetime
    endpoint: str
    added_by: str
    added_at: datetime


class PartnerRequest(BaseModel, extra="forbid"):
    """A card and the fingerprint that was compared by voice or in person."""

    card: str = Field(max_length=MAX_CARD_BYTES, description="The signed card, exactly as the partner's node gives it.")
    fingerprint: Line


class SignedDocument(BaseModel):
    """A DSSE envelope: the exact signed bytes in base64, and the signatures over them."""

    payloadType: str  # noqa: N815 - the name the specification gives it
    payload: str
    signatures: list[dict[str, str]]


@router.get("/partners", operation_id="list_partners", responses=problems())
def list_partners(caller: Called) -> list[Partner]:
    """Every partner, by name."""
    return [_shown(row, stored_card(row.envelope).card) for row in actions.list_partners(caller.node)]


@router.post("/partners", status_code=201, operation_id="add_partner", responses=problems())
def add(caller: Acting, wanted: PartnerRequest) -> NodeCard:
    """Take up a partner, if the card is of the node whose fingerprint was compared."""
    offered, by = wanted.card.encode(), caller.session.account
    try:
        return actions.add_partner(caller.node, offered, fingerprint=wanted.fingerprint, by=by).card
    except ProtocolError as error:
        # The partner signed it, but here it is what the caller sent, and theirs to send again.
        raise BadInput(str(error)) from error


@router.get("/card", operation_id="show_own_card", response_model=SignedDocument, responses=problems())
def own_card(caller: Called) -> Response:
    """This node's own signed card, exactly as partners store it."""
    return Response(actions.current_card(caller.node).envelope, media_type="application/json")


def _shown(row: PartnerRow, card: NodeCard) -> Partner:
    return Partner(
        agency=card.agency,
        fingerprint=spoken(row.node),
        card_version=row.version,
        card_expires=card.expires,
        endpoint=card.endpoint,
        added_by=row.added_by,
        added_at=row.added_at,
    )
