"""The API, version 1: the use cases as JSON (docs/api.md)."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response

from hamkar.api import agreements, imports, inbox, partners, releases, requests, seizures, session, status
from hamkar.api.caller import NotSignedIn, TokenMissing
from hamkar.api.problem import say

__all__ = ["DESCRIPTION", "PREFIX", "DescribedApp", "add_to", "say"]

PREFIX: Final = "/api/v1"
DESCRIPTION: Final = """\
The same use cases as the pages of a Hamkar node, as JSON.

Sign in with `POST /api/v1/session`: the answer sets the session's cookie and returns a token. Every request needs the
cookie; every request that changes something also needs the token in the header `X-Hamkar-Token`. A session ends after
15 minutes without a request.

Amounts are strings, so that no reader's floating point touches a weight. Every error is one object with one sentence.
"""

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_SIGN_IN = f"nobody is signed in here, or the session has ended; sign in with POST {PREFIX}/session"
_TOKEN = "the session's token is missing or wrong; send what signing in returned as X-Hamkar-Token"  # noqa: S105


class DescribedApp(FastAPI):
    """An application whose description declares exactly the errors that it answers with."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document. FastAPI declares a 422 of its own, which no answer here has."""
        if self.openapi_schema is None:
            document = super().openapi()
            for item in document["paths"].values():
                for operation in item.values():
                    operation["responses"].pop("422", None)
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
        return super().openapi()


def add_to(app: FastAPI) -> None:
    """Put the API into an application."""
    api = APIRouter(prefix=PREFIX)
    for module in (session, seizures, releases, requests, inbox, partners, agreements, imports, status):
        api.include_router(module.router)
    app.include_router(api)
    app.add_exception_handler(NotSignedIn, _refuse_stranger)
    app.add_exception_handler(TokenMissing, lambda request, _: say(request, _FORBIDDEN, _TOKEN, ""))


def _refuse_stranger(request: Request, error: Exception) -> Response:
    return say(request, _UNAUTHORIZED, str(error) or _SIGN_IN, "")
