"""All pages, and the pages that say why there is none."""

from typing import Final

from fastapi import FastAPI, Request, Response

from hamkar.actions.accounts import session_of
from hamkar.store.accounts import Session
from hamkar.web import (
    agreements,
    imports,
    inbox,
    overview,
    partners,
    release,
    requests,
    seizure,
    seizure_list,
    sign_in,
    status,
)
from hamkar.web.visit import FormTooOld, SignInFirst, go, local_address, node_of, page

ROUTERS: Final = (
    overview.router,
    sign_in.router,
    seizure_list.router,
    seizure.router,
    release.router,
    requests.router,
    inbox.router,
    status.router,
    partners.router,
    agreements.router,
    imports.router,
)

_FORBIDDEN = 403
_TOO_OLD = (
    "the form does not belong to the session you are signed in to now; nothing was changed."
    " Go back, load the page again and send it once more"
)


def add_to(app: FastAPI) -> None:
    """Put every page into an application."""
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(SignInFirst, _send_to_sign_in)
    app.add_exception_handler(FormTooOld, lambda request, _: say(request, _FORBIDDEN, _TOO_OLD, ""))


def say(request: Request, status_code: int, sentence: str, rule: str) -> Response:
    """The page that says, in one sentence, why there is no other."""
    return page(
        request,
        "error.html",
        session=_session(request, status_code),
        status_code=status_code,
        sentence=sentence[:1].upper() + sentence[1:],
        rule=rule,
    )


def _session(request: Request, status_code: int) -> Session | None:
    """The session, for the way on from an error page; not where the database may be what fails."""
    secret = getattr(request.state, "secret", "")
    return session_of(node_of(request), secret) if secret and status_code < 500 else None  # noqa: PLR2004


def _send_to_sign_in(request: Request, _: Exception) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = wanted if request.method == "GET" and wanted != "/" else ""
    return go("/sign-in" + (f"?back={local_address(back).replace('&', '%26')}" if back else ""))
