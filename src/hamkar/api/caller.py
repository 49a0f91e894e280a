"""Who calls the API: a session's cookie for everything, and its token for whatever changes something."""

import secrets
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Header, Request

from hamkar.actions.access import require
from hamkar.actions.access_person import EnrolFirst, person_of
from hamkar.actions.node import Node
from hamkar.actions.sessions import session_of
from hamkar.api.acts import act_of
from hamkar.model.role import Person
from hamkar.store.sessions import Session

TOKEN_HEADER = "X-Hamkar-Token"  # noqa: S105 - the header's name, no token


class NotSignedIn(Exception):
    """No live session; caught where it becomes a 401, and nowhere else."""


class TokenMissing(Exception):
    """Something was to be changed without the session's token; caught where it becomes a 403."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a live session on this node."""

    node: Node
    session: Session

    @property
    def person(self) -> Person:
        """Who it is, with which roles."""
        return person_of(self.session, self.node.now())


def node_of(request: Request) -> Node:
    """The node that the application serves."""
    return cast("Node", request.app.state.node)


def caller(request: Request) -> Caller:
    """Whoever calls. Raises NotSignedIn, EnrolFirst, and NotAllowed or StepUpFirst for the act."""
    node, secret = node_of(request), request.state.secret
    session = session_of(node, secret) if secret else None
    if session is None:
        raise NotSignedIn
    act, person = act_of(request), person_of(session, node.now())
    if act is not None:
        if request.app.state.second_factor_required and not session.second_factor:
            raise EnrolFirst
        require(person, act)
    return Caller(node.seen_by(person), session)


Called = Annotated[Caller, Depends(caller)]


def acting_caller(
    seen: Called,
    token: Annotated[str, Header(alias=TOKEN_HEADER, description="The token that signing in returned.")] = "",
) -> Caller:
    """A caller who may change something. Raises TokenMissing."""
    if not secrets.compare_digest(token.encode(), seen.session.form_token.encode()):
        raise TokenMissing
    return seen


Acting = Annotated[Caller, Depends(acting_caller)]
