"""The browser's cookie: it holds the session's secret and nothing else."""

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LONGEST = 200


class SessionCookie:
    """While a request is handled, ``state["secret"]`` is what its cookie holds; what it is set to then goes back.

    "" stands for no session. Over HTTPS the name begins with ``__Host-``, so that no other host and no plain
    connection can set the cookie. Cookies know no ports, so the name also tells the nodes of one machine apart.
    """

    def __init__(self, app: ASGIApp, *, node: str, secure: bool) -> None:
        self._app = app
        self._name = f"{'__Host-' if secure else ''}hamkar-{node[:8]}"
        self._attributes = f"; Path=/; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = self._given(scope)
        state = scope.setdefault("state", {})
        state["secret"] = given

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and state["secret"] != given:
                MutableHeaders(scope=message).append("set-cookie", self._cookie(state["secret"]))
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    def _given(self, scope: Scope) -> str:
        headers = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
        secret = cookie_parser("; ".join(headers)).get(self._name, "")
        return secret if len(secret) <= _LONGEST and secret.isascii() and secret.isprintable() else ""

    def _cookie(self, secret: str) -> str:
        return f"{self._name}={secret}{self._attributes}{'' if secret else '; Max-Age=0'}"
