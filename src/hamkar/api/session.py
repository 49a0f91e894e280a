"""Signing in and out."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from hamkar.actions import accounts
from hamkar.actions.accounts import IDLE
from hamkar.api.caller import Acting, Called, Caller, NotSignedIn, node_of
from hamkar.api.problem import problems
from hamkar.api.text import Line
from hamkar.errors import Refused

router = APIRouter(prefix="/session", tags=["session"])


class Credentials(BaseModel, extra="forbid"):
    """A name and its password."""

    name: Line
    password: str = Field(max_length=1_000)


class OpenSession(BaseModel):
    """A live session: whose, and the token to send as X-Hamkar-Token with everything that changes something."""

    account: str
    role: str
    token: str
    idle_seconds: int = Field(description="The session ends after this long without a request.")


@router.post("", status_code=201, operation_id="sign_in", responses=problems(403))
def sign_in(request: Request, credentials: Credentials) -> OpenSession:
    """Begin a session. Its cookie comes with the answer; the token is to be sent as a header from then on."""
    node = node_of(request)
    try:
        signed_in = accounts.sign_in(node, credentials.name, credentials.password)
    except Refused as error:
        raise NotSignedIn(str(error)) from error
    session = accounts.session_of(node, signed_in.secret)
    if session is None:
        raise NotSignedIn
    request.state.secret = signed_in.secret
    return _shown(Caller(node, session))


@router.get("", operation_id="show_session", responses=problems())
def show(caller: Called) -> OpenSession:
    """The session of the cookie."""
    return _shown(caller)


@router.delete("", status_code=204, operation_id="sign_out", responses=problems(403))
def sign_out(request: Request, caller: Acting) -> Response:
    """End the session at once."""
    accounts.sign_out(caller.node, request.state.secret)
    request.state.secret = ""
    return Response(status_code=204)


def _shown(caller: Caller) -> OpenSession:
    session = caller.session
    return OpenSession(
        account=session.account,
        role=session.role,
        token=session.form_token,
        idle_seconds=int(IDLE.total_seconds()),
    )
