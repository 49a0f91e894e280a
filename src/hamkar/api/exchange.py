"""The door for partners' nodes (docs/protocol.md, "Posting a bundle")."""

import asyncio
from typing import cast

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from hamkar.actions.node import Node
from hamkar.actions.partners import current_card
from hamkar.actions.receive_bundle import BAD_REQUEST, receive
from hamkar.exchange.answer import Declined, write_answer
from hamkar.exchange.bundle import CONTENT_TYPE, MAX_FRAME_BYTES

__all__ = ["MAX_FRAME_BYTES", "add_to", "say"]

READ_SECONDS = 60.0
"""For the whole of a bundle; a peer that drips it holds a place no longer."""

_TIMEOUT = 408
_JSON = "application/json"

router = APIRouter(prefix="/exchange/v1")


@router.post("/bundle")
async def post_bundle(request: Request) -> Response:
    """Take a bundle: its receipt, or why not."""
    if request.headers.get("content-type") != CONTENT_TYPE:
        return _answer(*write_answer(Declined(BAD_REQUEST, f"a bundle comes as {CONTENT_TYPE}")))
    try:
        async with asyncio.timeout(READ_SECONDS):
            frame = await request.body()
    except TimeoutError:
        return say(request, _TIMEOUT, f"the bundle did not arrive within {READ_SECONDS:g} seconds; send it again", "")
    answer = await run_in_threadpool(receive, _node(request), frame)
    return _answer(*write_answer(answer))


@router.get("/card")
def show_card(request: Request) -> Response:
    """This node's card: public by nature, and worth nothing until it is compared by voice."""
    return Response(current_card(_node(request)).envelope, media_type=_JSON)


def add_to(app: FastAPI) -> None:
    """Open the door in an application."""
    app.include_router(router)


def say(_request: Request, status: int, sentence: str, _rule: str) -> Response:
    """An error as a partner's node reads it."""
    return _answer(status, msgspec.json.encode({"error": sentence}))


def _answer(status: int, body: bytes) -> Response:
    return Response(body, status_code=status, media_type=_JSON)


def _node(request: Request) -> Node:
    return cast("Node", request.app.state.node)
