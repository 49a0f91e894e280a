"""The two applications of a node: one for its officers, and one, on a port of its own, for its partners."""

import logging
from collections.abc import Callable
from typing import Final, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect

from hamkar.actions.access_person import EnrolFirst, StepUpFirst
from hamkar.actions.node import Node
from hamkar.api import exchange, v1
from hamkar.api.body_limit import BodyLimit
from hamkar.errors import BadInput, HamkarError, NotAllowed, NotFound, NotReady, ProtocolError, Refused, Unreachable
from hamkar.transport.provider import Provider
from hamkar.web import pages
from hamkar.web.response_headers import ResponseHeaders
from hamkar.web.same_origin import SameOrigin
from hamkar.web.session_cookie import SessionCookie

STATUS: Final = (
    (BadInput, 400),
    (NotFound, 404),
    (NotAllowed, 403),
    (Refused, 409),
    (ProtocolError, 502),
    (Unreachable, 503),
    (NotReady, 503),
)
"""The HTTP status of each error; for every other HamkarError 500, because none is known."""

_MAX_REQUEST = 1 << 20
_MAX_UPLOAD = 256 << 20
_LARGER: Final = {"/imports": _MAX_UPLOAD, v1.PREFIX + "/imports": _MAX_UPLOAD}
_FORBIDDEN = 403
_INTERNAL = 500
_INTERNAL_SENTENCE = "this node made a mistake of its own and changed nothing; its log says more, please report it"

Say = Callable[[Request, int, str, str], Response]
"""Draws an answer: the request, the status, a sentence, and the rule that decided ("" for none)."""


def officer_app(
    node: Node, *, secure: bool, second_factor_required: bool = False, provider: Provider | None = None
) -> FastAPI:
    """The pages and the API for the people of this node.

    ``secure`` says that it is served over HTTPS; without it only a browser on the same machine should reach it.
    ``second_factor_required`` says that nobody works here with a password alone; ``provider`` is the
    agency's own single sign-on.
    """
    app = v1.DescribedApp(
        title="Hamkar",
        version="1",
        description=v1.DESCRIPTION,
        openapi_url=v1.PREFIX + "/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(ResponseHeaders, secure=secure),
            Middleware(SameOrigin, secure=secure),
            Middleware(SessionCookie, node=node.id, secure=secure),
            Middleware(BodyLimit, limit=_MAX_REQUEST, larger=_LARGER, refuse=_too_large(_officer_answer)),
        ],
    )
    app.state.node = node
    app.state.secure = secure
    app.state.second_factor_required = second_factor_required
    app.state.provider = provider
    v1.add_to(app)
    pages.add_to(app)
    app.mount("/static", StaticFiles(packages=[("hamkar.web", "static")]), name="static")
    _add_errors(app, _officer_answer)
    app.add_exception_handler(StepUpFirst, _way_to(pages.send_to_step_up))
    app.add_exception_handler(EnrolFirst, _way_to(pages.send_to_account))
    return app


def _way_to(page: Callable[[Request], Response]) -> Callable[[Request, Exception], Response]:
    """How to say what somebody has to prove first: a browser is sent there, a program is told."""

    def answer(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/api/"):
            return v1.say(request, _FORBIDDEN, str(error), cast("Refused", error).rule)
        return page(request)

    return answer


def partner_app(node: Node) -> FastAPI:
    """What partners' nodes may call: giving a bundle and asking for this node's card. Nothing else is here."""
    app = FastAPI(
        title="Hamkar exchange",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(ResponseHeaders, secure=True),
            Middleware(BodyLimit, limit=exchange.MAX_FRAME_BYTES, larger={}, refuse=_too_large(exchange.say)),
        ],
    )
    app.state.node = node
    exchange.add_to(app)
    _add_errors(app, exchange.say)
    return app


def _officer_answer(request: Request, status: int, sentence: str, rule: str) -> Response:
    say = v1.say if request.url.path.startswith("/api/") else pages.say
    return say(request, status, sentence, rule)


def _too_large(say: Say) -> Callable[[Request], Response]:
    return lambda request: say(request, 413, _SENTENCES[413], "")


def _add_errors(app: FastAPI, say: Say) -> None:
    """Give every way to fail its status and its one sentence."""

    def refuse(request: Request, error: Exception) -> Response:
        status = next((number for kind, number in STATUS if isinstance(error, kind)), _INTERNAL)
        return say(request, status, str(error), error.rule if isinstance(error, Refused) else "")

    def refuse_form(request: Request, error: Exception) -> Response:
        return say(request, 400, _first_fault(cast("RequestValidationError", error)), "")

    def refuse_request(request: Request, error: Exception) -> Response:
        known = cast("HTTPException", error)
        answer = say(request, known.status_code, _SENTENCES.get(known.status_code, str(known.detail)), "")
        answer.headers.update(known.headers or {})
        return answer

    def note_cut(request: Request, _: Exception) -> Response:
        """Nobody reads this answer: the line was cut, which is no mistake of this node."""
        return say(request, 400, "the request ended before all of it had arrived; send it again", "")

    def confess(request: Request, error: Exception) -> Response:
        logging.getLogger("hamkar").error("%s %s failed: %r", request.method, request.url.path, error)
        return say(request, _INTERNAL, _INTERNAL_SENTENCE, "")

    app.add_exception_handler(HamkarError, refuse)
    app.add_exception_handler(RequestValidationError, refuse_form)
    app.add_exception_handler(HTTPException, refuse_request)
    app.add_exception_handler(ClientDisconnect, note_cut)
    app.add_exception_handler(Exception, confess)


_SENTENCES: Final = {
    404: "there is nothing at this address; go back and follow a link",
    405: "this address does not take that kind of request",
    413: "what was sent is larger than this address takes; nothing of it was kept",
}


def _first_fault(error: RequestValidationError) -> str:
    """The first thing wrong with a request, in a sentence that names the field."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path", "form"})
    return f"{place or 'the request'} cannot be used: {first['msg'][:200]}; mend it and send it again"
