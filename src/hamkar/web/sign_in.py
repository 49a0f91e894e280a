"""Signing in and out, proving anew who one is, choosing credentials with a one-time code, and choosing a language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from hamkar.actions import passkeys
from hamkar.actions import sign_in as signing_in
from hamkar.actions.passkeys import Answer
from hamkar.actions.renew_credentials import choose_password
from hamkar.actions.sessions import SignedIn
from hamkar.actions.sessions import sign_out as end
from hamkar.actions.sign_in import Given
from hamkar.crypto.passkey import Site
from hamkar.errors import BadInput, Refused
from hamkar.web.forms import LINE
from hamkar.web.language import find_language
from hamkar.web.site import site_of
from hamkar.web.visit import LANGUAGE_COOKIE, Enrolling, EnrollingAct, Visit, go, local_address, node_of, page

router = APIRouter(include_in_schema=False)

LONGEST_ANSWER = 20_000
_UNAUTHORIZED = 401
_YEAR = 31_536_000

Name = Annotated[str, Field(pattern=LINE, max_length=200)]
Password = Annotated[str, Field(max_length=1_000)]
Code = Annotated[str, Field(default="", max_length=100)]
Back = Annotated[str, Field(default="/", max_length=2_000)]


class SignInForm(BaseModel):
    """Who signs in, and where to go then."""

    name: Name
    password: Password
    code: Code
    back: Back


class PasskeyForm(BaseModel):
    """What a browser brought back from a passkey, and where to go then."""

    answer: str = Field(default="", max_length=LONGEST_ANSWER)
    back: Back


class NewPasswordForm(BaseModel):
    """Whose one-time code it is, and the password they chose."""

    name: Name
    code: str = Field(max_length=100)
    password: Password


@router.get("/sign-in")
def show(request: Request, back: str = "/") -> Response:
    """The form."""
    return _sign_in_page(request, back, failed=False)


@router.post("/sign-in")
def sign_in(request: Request, form: Annotated[SignInForm, Form()]) -> Response:
    """Begin a new session; one that the browser had before is ended."""
    required = request.app.state.second_factor_required
    try:
        given = Given(form.name, form.password, form.code)
        signed_in = signing_in.sign_in(node_of(request), given, second_factor_required=required)
    except Refused:
        return _sign_in_page(request, form.back, failed=True)
    return _enter(request, signed_in, form.back)


@router.get("/sign-in/passkey")
def show_passkey(request: Request, back: str = "/") -> Response:
    """The form that a passkey answers."""
    return _passkey_page(request, back, failed=False)


@router.post("/sign-in/passkey")
def sign_in_with_passkey(request: Request, form: Annotated[PasskeyForm, Form()]) -> Response:
    """Begin a new session of whoever holds the passkey."""
    try:
        signed_in = passkeys.sign_in(node_of(request), Answer(form.answer, _site(request)))
    except Refused:
        return _passkey_page(request, form.back, failed=True)
    return _enter(request, signed_in, form.back)


@router.get("/step-up")
def show_step_up(visit: Enrolling, back: str = "/") -> Response:
    """The form for proving anew who one is."""
    return _step_up_page(visit, back, failed=False)


class StepUpForm(BaseModel):
    """The proof, and where to go then."""

    password: Password
    code: Code
    back: Back


@router.post("/step-up")
def step_up(visit: EnrollingAct, form: Annotated[StepUpForm, Form()]) -> Response:
    """Take a password, and the code that the account asks for, as a fresh proof."""
    given = Given(visit.session.account, form.password, form.code)
    request, required = visit.request, visit.request.app.state.second_factor_required
    try:
        stepped_up = signing_in.step_up(visit.node, request.state.secret, given, second_factor_required=required)
    except Refused:
        return _step_up_page(visit, form.back, failed=True)
    request.state.secret = stepped_up.secret
    return go(local_address(form.back))


@router.post("/step-up/passkey")
def step_up_with_passkey(visit: EnrollingAct, form: Annotated[PasskeyForm, Form()]) -> Response:
    """Take a passkey's answer as a fresh proof."""
    request = visit.request
    answer = Answer(form.answer, _site(request))
    try:
        stepped_up = passkeys.step_up(visit.node, request.state.secret, visit.session.account, answer)
    except Refused:
        return _step_up_page(visit, form.back, failed=True)
    request.state.secret = stepped_up.secret
    return go(local_address(form.back))


@router.post("/sign-out")
def sign_out(visit: EnrollingAct) -> Response:
    """End the session at once."""
    end(visit.node, visit.request.state.secret)
    visit.request.state.secret = ""
    return go("/sign-in")


@router.get("/new-password")
def show_new_password(request: Request) -> Response:
    """The form for whoever was given a one-time code."""
    return page(request, "new_password.html", failed="", name="")


@router.post("/new-password")
def new_password(request: Request, form: Annotated[NewPasswordForm, Form()]) -> Response:
    """Let the person of the code choose a password; they then sign in with it."""
    try:
        choose_password(node_of(request), form.name, form.code, form.password)
    except (Refused, BadInput) as error:
        return page(request, "new_password.html", status_code=_UNAUTHORIZED, failed=str(error), name=form.name)
    return go("/sign-in")


@router.get("/language/{code}")
def choose_language(code: str, back: str = "/") -> Response:
    """Use that language from now on in this browser; an unknown one changes nothing."""
    answer = go(local_address(back))
    if find_language(code) is not None:
        answer.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR, samesite="strict", httponly=True)
    return answer


def _sign_in_page(request: Request, back: str, *, failed: bool) -> Response:
    return page(
        request,
        "sign_in.html",
        status_code=_UNAUTHORIZED if failed else 200,
        back=local_address(back),
        failed=failed,
        passkeys=site_of(request) is not None,
        provider=request.app.state.provider,
    )


def _passkey_page(request: Request, back: str, *, failed: bool) -> Response:
    options = passkeys.ask_to_sign_in(node_of(request), _site(request))
    status = _UNAUTHORIZED if failed else 200
    return page(
        request, "sign_in_passkey.html", status_code=status, options=options, back=local_address(back), failed=failed
    )


def _step_up_page(visit: Visit, back: str, *, failed: bool) -> Response:
    site, account = site_of(visit.request), visit.session.account
    return visit.page(
        "step_up.html",
        status_code=_UNAUTHORIZED if failed else 200,
        options=passkeys.ask_to_step_up(visit.node, account, site) if site else "",
        provider=visit.request.app.state.provider,
        back=local_address(back),
        failed=failed,
    )


def _site(request: Request) -> Site:
    """The site; raises BadInput where it can have no passkeys."""
    site = site_of(request)
    if site is None:
        msg = "a passkey is bound to a host name, and these pages were opened by an IP address; open them by their name"
        raise BadInput(msg)
    return site


def _enter(request: Request, signed_in: SignedIn, back: str) -> Response:
    """Go on with the new session; one that the browser had before is ended."""
    if request.state.secret:
        end(node_of(request), request.state.secret)
    request.state.secret = signed_in.secret
    return go(local_address(back))
