"""All pages, and the pages that say why there is none."""

from typing import Final

from fastapi import FastAPI, Request, Response

from hamkar.actions.sessions import session_of
from hamkar.store.sessions import Session
from hamkar.web import (
    account,
    accounts,
    agreements,
    export,
    gate,
    imports,
    inbox,
    nominal,
    oversight,
    overview,
    partners,
    recording,
    release,
    requests,
    seizure,
    seizure_list,
    sign_in,
    single_sign_on,
    status,
    totals,
)
from hamkar.web.acts import ACTS
from hamkar.web.visit import FormTooOld, SignInFirst, go, local_address, node_of, page

ROUTERS: Final = (
    overview.router,
    sign_in.router,
    single_sign_on.router,
    account.router,
    accounts.router,
    seizure_list.router,
    seizure.router,
    recording.router,
    release.router,
    nominal.router,
    gate.router,
    requests.router,
    inbox.router,
    status.router,
    partners.router,
    agreements.router,
    imports.router,
    export.router,
    totals.router,
    oversight.router,
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


def send_to_step_up(request: Request) -> Response:
    """Send the browser to where its person proves anew who they are, and back from there to a page it can ask for."""
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return go(f"/step-up?back={local_address(_page_above(request) + query).replace('&', '%26')}")


def send_to_account(_: Request) -> Response:
    """Send the browser to where its person adds what this node asks for."""
    return go("/account")


def _page_above(request: Request) -> str:
    """The address itself, or the nearest above it that is a page: what a form was sent to need not be one."""
    path, route = request.url.path, str(request.scope["route"].path)
    while route and f"GET {route}" not in ACTS:
        path, route = path.rpartition("/")[0], route.rpartition("/")[0]
    return path or "/"


def _session(request: Request, status_code: int) -> Session | None:
    """The session, for the way on from an error page; not where the database may be what fails."""
    secret = getattr(request.state, "secret", "")
    return session_of(node_of(request), secret) if secret and status_code < 500 else None  # noqa: PLR2004


def _send_to_sign_in(request: Request, _: Exception) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = wanted if request.method == "GET" and wanted != "/" else ""
    return go("/sign-in" + (f"?back={local_address(back).replace('&', '%26')}" if back else ""))
