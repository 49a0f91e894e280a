"""Nobody makes this node read more than it asked for."""

from collections.abc import Callable, Mapping

from fastapi import HTTPException, Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TOO_LARGE = 413

Refuse = Callable[[Request], Response]


class BodyLimit:
    """No request's body is read beyond its limit; one that announces more is refused before any of it is read.

    ``larger`` are the limits of single addresses. Written here because what Starlette answers is no answer that the
    exchange protocol knows (1.10 says 413 in plain text).
    """

    def __init__(self, app: ASGIApp, *, limit: int, larger: Mapping[str, int], refuse: Refuse) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"], self._limit)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            await self._refuse(Request(scope))(scope, receive, send)
            return
        read = 0

        async def receive_within_limit() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(_TOO_LARGE)
            return message

        await self._app(scope, receive_within_limit, send)
