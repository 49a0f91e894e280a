"""The door for partners' nodes (docs/protocol.md, "Posting a bundle")."""

import asyncio
from typing import cast

import msgspec
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from hamkar.actions.exchange_cards import receive_card
from hamkar.actions.invite import receive_introduction
from hamkar.actions.node import Node
from hamkar.actions.partners import current_card
from hamkar.actions.pull import answer_pull
from hamkar.actions.receive_bundle import BAD_REQUEST, receive
from hamkar.exchange.answer import Declined, write_answer
from hamkar.exchange.bundle import CONTENT_TYPE, MAX_FRAME_BYTES
from hamkar.exchange.letter import write_pull_answer

__all__ = ["MAX_FRAME_BYTES", "add_to", "say"]

READ_SECONDS = 60.0
"""For the whole of a body; a peer that drips it holds a place no longer."""

_OK = 200
_TIMEOUT = 408
_JSON = "application/json"

router = APIRouter(prefix="/exchange/v1")


@router.post("/bundle")
async def post_bundle(request: Request) -> Response:
    """Take a bundle: its receipt, or why not."""
    if request.headers.get("content-type") != CONTENT_TYPE:
        return _answer(*write_answer(Declined(BAD_REQUEST, f"a bundle comes as {CONTENT_TYPE}")))
    answer = await run_in_threadpool(receive, _node(request), await _body(request, "bundle"))
    return _answer(*write_answer(answer))


@router.post("/pull")
async def post_pull(request: Request) -> Response:
    """Give a partner what waits for it, and take the receipts in its letter; or why not."""
    answer = await run_in_threadpool(answer_pull, _node(request), await _body(request, "letter"))
    return _taken(answer if isinstance(answer, Declined) else write_pull_answer(answer))


@router.post("/card")
async def post_card(request: Request) -> Response:
    """Take the newest card of a partner, which its root key vouches for; or why not."""
    return _taken(await run_in_threadpool(receive_card, _node(request), await _body(request, "card")))


@router.post("/introduction")
async def post_introduction(request: Request) -> Response:
    """Answer whoever was invited, once; a person still compares the words before anything flows."""
    data = await _body(request, "introduction")
    return _taken(await run_in_threadpool(receive_introduction, _node(request), data))


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


async def _body(request: Request, what: str) -> bytes:
    """The whole body. Raises HTTPException where it does not arrive in time."""
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await request.body()
    except TimeoutError as error:
        late = f"the {what} did not arrive within {READ_SECONDS:g} seconds; send it again"
        raise HTTPException(_TIMEOUT, late) from error


def _taken(answer: bytes | Declined) -> Response:
    return _answer(*write_answer(answer)) if isinstance(answer, Declined) else _answer(_OK, answer)


def _answer(status: int, body: bytes) -> Response:
    return Response(body, status_code=status, media_type=_JSON)


def _node(request: Request) -> Node:
    return cast("Node", request.app.state.node)
