"""Accounts, for whoever administers the node."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, Field

from hamkar.actions import accounts as actions
from hamkar.actions.renew_credentials import approve_recovery, ask_recovery, invite_person, list_recoveries
from hamkar.actions.sessions import list_sessions
from hamkar.model.role import Role
from hamkar.web.forms import LINE
from hamkar.web.visit import Acting, Visit, Visited, go

router = APIRouter(include_in_schema=False)

HERE = "/accounts"


class RolesForm(BaseModel):
    """What somebody may be here."""

    roles: list[Role] = Field(default=[], max_length=len(Role))


class NewAccountForm(RolesForm):
    """Who is to sign in, and what they may be here."""

    name: str = Field(max_length=200, pattern=LINE)


@router.get(HERE)
def show_all(visit: Visited) -> Response:
    """Every account."""
    return visit.page(
        "accounts.html", rows=actions.list_accounts(visit.node), asked=list_recoveries(visit.node), every=tuple(Role)
    )


@router.post(HERE)
def add(visit: Acting, form: Annotated[NewAccountForm, Form()]) -> Response:
    """Make an account, and show the code with which its person chooses a password."""
    code = invite_person(visit.node, form.name, frozenset(form.roles), by=visit.session.account)
    return _code_page(visit, form.name, code)


@router.get("/accounts/{name}")
def show(visit: Visited, name: str) -> Response:
    """One account."""
    return visit.page(
        "account_of.html",
        row=actions.show_account(visit.node, name),
        sessions=list_sessions(visit.node, name),
        asked=next((each for each in list_recoveries(visit.node) if each.account == name), None),
        every=tuple(Role),
    )


@router.post("/accounts/{name}/roles")
def set_roles(visit: Acting, name: str, form: Annotated[RolesForm, Form()]) -> Response:
    """Give it these roles and no others."""
    actions.set_roles(visit.node, name, frozenset(form.roles), by=visit.session.account)
    return go(f"{HERE}/{name}")


@router.post("/accounts/{name}/lock")
def lock(visit: Acting, name: str) -> Response:
    """Shut it."""
    actions.lock(visit.node, name, by=visit.session.account)
    return go(f"{HERE}/{name}")


@router.post("/accounts/{name}/unlock")
def unlock(visit: Acting, name: str) -> Response:
    """Open it again."""
    actions.unlock(visit.node, name, by=visit.session.account)
    return go(f"{HERE}/{name}")


@router.post("/accounts/{name}/end-sessions")
def end_sessions(visit: Acting, name: str) -> Response:
    """End all its sessions."""
    actions.end_sessions(visit.node, name, by=visit.session.account)
    return go(f"{HERE}/{name}")


@router.post("/accounts/{name}/ask-recovery")
def ask(visit: Acting, name: str) -> Response:
    """Ask for it to be recovered."""
    ask_recovery(visit.node, name, by=visit.session.account)
    return go(f"{HERE}/{name}")


@router.post("/accounts/{name}/approve-recovery")
def approve(visit: Acting, name: str) -> Response:
    """Approve what another administrator asked for, and show the code."""
    return _code_page(visit, name, approve_recovery(visit.node, name, by=visit.session.account))


def _code_page(visit: Visit, name: str, code: str) -> Response:
    return visit.page("account_code.html", name=name, code=code)
