"""One's own account: what proves who one is, and where one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field

from hamkar.actions import accounts, passkeys, second_factor, sessions, single_sign_on
from hamkar.actions.access_person import require_fresh
from hamkar.actions.passkeys import Answer
from hamkar.errors import BadInput
from hamkar.web.forms import LINE
from hamkar.web.sign_in import LONGEST_ANSWER
from hamkar.web.site import site_of
from hamkar.web.visit import Enrolling, EnrollingAct, Visit, go

router = APIRouter(include_in_schema=False)

HERE = "/account"


class NewPasskeyForm(BaseModel):
    """A passkey that a browser made, and what its person calls it."""

    title: str = Field(min_length=1, max_length=80, pattern=LINE)
    answer: str = Field(default="", max_length=LONGEST_ANSWER)


class CodeForm(BaseModel):
    """A code of a new generator."""

    code: str = Field(max_length=100)


class PasswordForm(BaseModel):
    """A new password."""

    password: str = Field(max_length=1_000)


@router.get(HERE)
def show(visit: Enrolling) -> Response:
    """The page of one's account."""
    node, account = visit.node, visit.session.account
    return visit.page(
        "account.html",
        person=visit.person,
        known=accounts.show_account(node, account),
        passkeys=passkeys.list_passkeys(node, account),
        codes=second_factor.codes_left(node, account),
        sessions=sessions.list_sessions(node, account),
        provider=visit.request.app.state.provider,
        site=site_of(visit.request),
        must_enrol=visit.request.app.state.second_factor_required and not visit.session.second_factor,
    )


@router.get("/account/passkeys/new")
def show_new_passkey(visit: Enrolling) -> Response:
    """The form that makes a passkey."""
    require_fresh(visit.person)
    site = site_of(visit.request)
    options = passkeys.ask_for_new(visit.node, visit.session.account, site) if site else ""
    return visit.page("passkey_new.html", options=options)


@router.post("/account/passkeys")
def add_passkey(visit: EnrollingAct, form: Annotated[NewPasskeyForm, Form()]) -> Response:
    """Keep the passkey that the browser made."""
    require_fresh(visit.person)
    site = site_of(visit.request)
    if site is None:
        msg = "a passkey is bound to a host name, and these pages were opened by an IP address; open them by their name"
        raise BadInput(msg)
    passkeys.add(visit.node, visit.session.account, form.title, Answer(form.answer, site))
    return go(HERE)


@router.post("/account/passkeys/{passkey}/remove")
def remove_passkey(visit: EnrollingAct, passkey: str) -> Response:
    """Take a passkey away."""
    require_fresh(visit.person)
    passkeys.remove(visit.node, visit.session.account, passkey)
    return go(HERE)


@router.get("/account/generator")
def show_generator(visit: Enrolling) -> Response:
    """The secret for a code generator, and the form that takes its first code."""
    return _generator_page(visit, 200)


def _generator_page(visit: Visit, status_code: int) -> Response:
    require_fresh(visit.person)
    offered = second_factor.offer_generator(visit.node, visit.session.account)
    return visit.page("generator.html", status_code=status_code, offered=offered) if offered else go(HERE)


@router.post("/account/generator")
def take_generator(visit: EnrollingAct, form: Annotated[CodeForm, Form()]) -> Response:
    """Ask for the generator's codes from now on, and show those that stand in for it."""
    require_fresh(visit.person)
    codes = second_factor.take_generator(visit.node, visit.session.account, form.code)
    return visit.page("codes.html", codes=codes)


@router.post("/account/generator/remove")
def remove_generator(visit: EnrollingAct) -> Response:
    """Ask for no codes any more."""
    require_fresh(visit.person)
    second_factor.drop_generator(visit.node, visit.session.account)
    return go(HERE)


@router.post("/account/codes")
def renew_codes(visit: EnrollingAct) -> Response:
    """Show new codes that stand in for the generator."""
    require_fresh(visit.person)
    return visit.page("codes.html", codes=second_factor.renew_codes(visit.node, visit.session.account))


@router.get("/account/password")
def show_password(visit: Enrolling) -> Response:
    """The form for a new password."""
    require_fresh(visit.person)
    return visit.page("password.html")


@router.post("/account/password")
def set_password(visit: EnrollingAct, form: Annotated[PasswordForm, Form()]) -> Response:
    """Take a new password; every session ends, this one too."""
    require_fresh(visit.person)
    account = visit.session.account
    accounts.set_password(visit.node, account, form.password, by=account)
    visit.request.state.secret = ""
    return go("/sign-in")


@router.post("/account/single-sign-on/remove")
def unbind(visit: EnrollingAct) -> Response:
    """Take no word of the provider for this account any more."""
    require_fresh(visit.person)
    single_sign_on.unbind(visit.node, visit.session.account)
    return go(HERE)


@router.post("/account/sessions/{session}/end")
def end_session(visit: EnrollingAct, session: str) -> Response:
    """End one of one's sessions; it may be this one."""
    account = visit.session.account
    sessions.end_session(visit.node, account, session, by=account)
    return go(HERE)
