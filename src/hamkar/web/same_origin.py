"""Nothing is changed by a request that another site made a browser send."""

import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN = frozenset({"same-origin", "none"})
_REASON = (
    "the browser says that this form was sent from another site, or does not say from where; nothing was changed."
    " Open the page again on this node and send it from there, with a browser of 2023 or later"
)


class SameOrigin:
    """Every request that can change something comes from this node's own pages, as far as the browser tells.

    Sec-Fetch-Site decides where it is sent; an older browser's Origin has to name this node. Programs that are no
    browser send neither; they carry no cookie of a person's either unless they signed in themselves.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._scheme = "https" if secure else "http"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it (403)."""
        if scope["type"] == "http" and scope["method"] not in _HARMLESS and not self._is_ours(Headers(scope=scope)):
            body = json.dumps({"error": _REASON}) if scope["path"].startswith("/api/") else _REASON
            kind = "application/json" if scope["path"].startswith("/api/") else "text/plain"
            await Response(body, status_code=403, media_type=kind)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in _OUR_OWN
        origin = headers.get("origin")
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return (parts.scheme, parts.netloc) == (self._scheme, headers.get("host"))
