"""Signing in and out, and choosing a language."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from hamkar.actions import accounts
from hamkar.errors import Refused
from hamkar.web.forms import LINE
from hamkar.web.language import find_language
from hamkar.web.visit import LANGUAGE_COOKIE, Acting, go, local_address, node_of, page

router = APIRouter(include_in_schema=False)

_UNAUTHORIZED = 401
_YEAR = 31_536_000


class SignInForm(BaseModel):
    """Who signs in, and where to go then."""

    name: str = Field(pattern=LINE, max_length=200)
    password: str = Field(max_length=1_000)
    back: str = Field(default="/", max_length=2_000)


@router.get("/sign-in")
def show(request: Request, back: str = "/") -> Response:
    """The form."""
    return page(request, "sign_in.html", back=local_address(back), failed=False)


@router.post("/sign-in")
def sign_in(request: Request, form: Annotated[SignInForm, Form()]) -> Response:
    """Begin a new session; one that the browser had before is ended."""
    node = node_of(request)
    try:
        signed_in = accounts.sign_in(node, form.name, form.password)
    except Refused:
        return page(request, "sign_in.html", status_code=_UNAUTHORIZED, back=local_address(form.back), failed=True)
    if request.state.secret:
        accounts.sign_out(node, request.state.secret)
    request.state.secret = signed_in.secret
    return go(local_address(form.back))


@router.post("/sign-out")
def sign_out(visit: Acting) -> Response:
    """End the session at once."""
    accounts.sign_out(visit.node, visit.request.state.secret)
    visit.request.state.secret = ""
    return go("/sign-in")


@router.get("/language/{code}")
def choose_language(code: str, back: str = "/") -> Response:
    """Use that language from now on in this browser; an unknown one changes nothing."""
    answer = go(local_address(back))
    if find_language(code) is not None:
        answer.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR, samesite="strict", httponly=True)
    return answer
