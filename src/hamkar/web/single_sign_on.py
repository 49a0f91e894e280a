"""The way through the agency's single sign-on and back."""

from fastapi import APIRouter, Request, Response

from hamkar.actions.access_person import require_fresh
from hamkar.actions.single_sign_on import Errand, Returned, Wanted, finish, start
from hamkar.errors import NotFound, Refused
from hamkar.transport.provider import Provider
from hamkar.web.site import origin_of
from hamkar.web.visit import Enrolling, go, local_address, node_of, page

router = APIRouter(include_in_schema=False)

RETURN = "/sign-in/return"
_TEN_MINUTES = 600
_LONGEST = 4_000


@router.get("/sign-in/single-sign-on")
def sign_in(request: Request, back: str = "/") -> Response:
    """Send the browser to the provider to sign in."""
    return _send(request, Wanted(errand=Errand.SIGN_IN, redirect=_return(request), back=local_address(back)))


@router.get("/step-up/single-sign-on")
def step_up(visit: Enrolling, back: str = "/") -> Response:
    """Send the browser to the provider to prove anew who its person is."""
    wanted = Wanted(
        errand=Errand.STEP_UP,
        redirect=_return(visit.request),
        back=local_address(back),
        account=visit.session.account,
        secret=visit.request.state.secret,
    )
    return _send(visit.request, wanted)


@router.get("/account/single-sign-on")
def bind(visit: Enrolling) -> Response:
    """Send the browser to the provider, whose account is then bound to this one."""
    require_fresh(visit.person)
    account, redirect = visit.session.account, _return(visit.request)
    return _send(visit.request, Wanted(errand=Errand.BIND, redirect=redirect, back="/account", account=account))


@router.get(RETURN)
def come_back(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """Take what the provider sent with the browser.

    The answer is a page and no redirect: a browser that came from elsewhere would not show the session's strict cookie
    to the address it is redirected to.
    """
    if error or max(len(state), len(code)) > _LONGEST:
        msg = "the single sign-on did not vouch for you; sign in once more, or in another way"
        raise Refused(msg, rule="sign_in")
    returned = Returned(state, code, request.cookies.get(_cookie(request), ""))
    ended = finish(node_of(request), _provider(request), returned, _return(request))
    if ended.signed_in is not None:
        request.state.secret = ended.signed_in.secret
    answer = page(request, "came_back.html", back=local_address(ended.back))
    answer.delete_cookie(_cookie(request), secure=request.app.state.secure, httponly=True, samesite="lax")
    return answer


def _send(request: Request, wanted: Wanted) -> Response:
    begun = start(node_of(request), _provider(request), wanted)
    answer = go(begun.address)
    answer.set_cookie(
        _cookie(request),
        begun.browser,
        max_age=_TEN_MINUTES,
        secure=request.app.state.secure,
        httponly=True,
        samesite="lax",
    )
    return answer


def _cookie(request: Request) -> str:
    """The name of the cookie that a browser shows on its way back, when it shows no strict one."""
    return f"{'__Host-' if request.app.state.secure else ''}hamkar-way-{node_of(request).id[:8]}"


def _return(request: Request) -> str:
    return origin_of(request) + RETURN


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        msg = "this node knows no single sign-on; sign in with a passkey or a password"
        raise NotFound(msg)
    return provider
