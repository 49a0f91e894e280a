"""Signing in and out."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from hamkar.actions import sign_in as signing_in
from hamkar.actions.sessions import IDLE, SignedIn, session_of
from hamkar.actions.sessions import sign_out as end
from hamkar.actions.sign_in import Given
from hamkar.api.caller import Acting, Called, Caller, NotSignedIn, node_of
from hamkar.api.problem import problems
from hamkar.api.text import Line
from hamkar.errors import Refused
from hamkar.model.role import Role

router = APIRouter(prefix="/session", tags=["session"])


class Credentials(BaseModel, extra="forbid"):
    """A name, its password, and the code that the account asks for beside it ("" where it asks for none)."""

    name: Line
    password: str = Field(max_length=1_000)
    code: str = Field(default="", max_length=100)


class Proof(BaseModel, extra="forbid"):
    """What proves anew who the session's person is."""

    password: str = Field(max_length=1_000)
    code: str = Field(default="", max_length=100)


class OpenSession(BaseModel):
    """A live session: whose, and the token to send as X-Hamkar-Token with everything that changes something."""

    account: str
    roles: list[Role]
    stepped_up: bool = Field(description="Whether its person has just proved who they are, as weighty acts ask for.")
    token: str
    idle_seconds: int = Field(description="The session ends after this long without a request.")


@router.post("", status_code=201, operation_id="sign_in", responses=problems())
def sign_in(request: Request, credentials: Credentials) -> OpenSession:
    """Begin a session. Its cookie comes with the answer; the token is to be sent as a header from then on."""
    node, required = node_of(request), request.app.state.second_factor_required
    try:
        given = Given(credentials.name, credentials.password, credentials.code)
        signed_in = signing_in.sign_in(node, given, second_factor_required=required)
    except Refused as error:
        raise NotSignedIn(str(error)) from error
    return _entered(request, signed_in)


@router.get("", operation_id="show_session", responses=problems())
def show(caller: Called) -> OpenSession:
    """The session of the cookie."""
    return _shown(caller)


@router.post("/proof", operation_id="step_up", responses=problems())
def step_up(request: Request, caller: Acting, proof: Proof) -> OpenSession:
    """Prove anew who one is, as weighty acts ask for. The session goes on under another cookie and another token."""
    given = Given(caller.session.account, proof.password, proof.code)
    required = request.app.state.second_factor_required
    try:
        stepped_up = signing_in.step_up(caller.node, request.state.secret, given, second_factor_required=required)
    except Refused as error:
        raise NotSignedIn(str(error)) from error
    return _entered(request, stepped_up)


@router.delete("", status_code=204, operation_id="sign_out", responses=problems())
def sign_out(request: Request, caller: Acting) -> Response:
    """End the session at once."""
    end(caller.node, request.state.secret)
    request.state.secret = ""
    return Response(status_code=204)


def _entered(request: Request, signed_in: SignedIn) -> OpenSession:
    """The session that goes on from here."""
    node = node_of(request)
    session = session_of(node, signed_in.secret)
    if session is None:
        raise NotSignedIn
    request.state.secret = signed_in.secret
    return _shown(Caller(node, session))


def _shown(caller: Caller) -> OpenSession:
    session = caller.session
    return OpenSession(
        account=session.account,
        roles=sorted(session.roles),
        stepped_up=caller.person.stepped_up,
        token=session.form_token,
        idle_seconds=int(IDLE.total_seconds()),
    )
