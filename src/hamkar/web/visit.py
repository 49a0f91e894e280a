"""A request as the pages see it: by whom, in which language, and what an answer to it needs."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from hamkar.actions.access import require
from hamkar.actions.access_person import EnrolFirst, person_of
from hamkar.actions.node import Node
from hamkar.actions.sessions import session_of
from hamkar.model.role import Person
from hamkar.policy.people import acts_of
from hamkar.store.sessions import Session
from hamkar.web.acts import act_of
from hamkar.web.drawing import draw
from hamkar.web.language import Language, choose_language

LANGUAGE_COOKIE = "hamkar-language"
SEE_OTHER = 303


class SignInFirst(Exception):
    """Nobody is signed in; caught where the answer is a way to the sign-in page, and nowhere else."""


class FormTooOld(Exception):
    """A form came without the token of the session it belongs to; caught where the answer says so."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who is signed in."""

    request: Request
    node: Node
    session: Session
    language: Language

    @property
    def person(self) -> Person:
        """Who it is, with which roles."""
        return person_of(self.session, self.node.now())

    def page(self, template: str, **values: Any) -> HTMLResponse:
        """The page that a template and these values make."""
        return page(self.request, template, session=self.session, **values)


def page(
    request: Request, template: str, *, session: Session | None = None, status_code: int = 200, **values: Any
) -> HTMLResponse:
    """A page for somebody who may not be signed in."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    common = {
        "agency": node_of(request).agency,
        "session": session,
        "may": acts_of(session.roles) if session else frozenset(),
        "here": here if request.method == "GET" else "/",
        "path": request.url.path,
    }
    return HTMLResponse(draw(language_of(request), template, common | values), status_code=status_code)


def go(address: str) -> RedirectResponse:
    """Send the browser to another page of this node, which it asks for anew."""
    return RedirectResponse(address, status_code=SEE_OTHER)


def local_address(text: str) -> str:
    """The address if it is one of this node, or else that of the first page: nobody is sent to another site."""
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return quote(text, safe="/?&=%-._~+,:@") if plain else "/"


def node_of(request: Request) -> Node:
    """The node that the application serves."""
    return cast("Node", request.app.state.node)


def language_of(request: Request) -> Language:
    """The language in which to answer."""
    return choose_language(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))


def enrolling_visit(request: Request) -> Visit:
    """The visit that a request is part of, also by somebody whose account lacks a second factor. Raises SignInFirst."""
    node = node_of(request)
    secret = request.state.secret
    session = session_of(node, secret) if secret else None
    if session is None:
        raise SignInFirst
    return Visit(request, node, session, language_of(request))


Enrolling = Annotated[Visit, Depends(enrolling_visit)]


def visit(seen: Enrolling) -> Visit:
    """The visit that a request is part of, at a node that shows what this person may see.

    Raises SignInFirst, EnrolFirst where the account lacks what is asked, and NotAllowed or StepUpFirst for the act.
    """
    if seen.request.app.state.second_factor_required and not seen.session.second_factor:
        raise EnrolFirst
    act = act_of(seen.request)
    if act is not None:
        require(seen.person, act)
    return replace(seen, node=seen.node.seen_by(seen.person))


Visited = Annotated[Visit, Depends(visit)]


async def acting_visit(seen: Visited) -> AsyncIterator[Visit]:
    """A visit whose form carries its session's token. Raises FormTooOld: nothing may be changed without."""
    async for one in with_token(seen):
        yield one


async def enrolling_act(seen: Enrolling) -> AsyncIterator[Visit]:
    """The same, also by somebody whose account lacks a second factor."""
    async for one in with_token(seen):
        yield one


async def with_token(seen: Visit) -> AsyncIterator[Visit]:
    """The visit, if the form it sends carries its session's token. Raises FormTooOld."""
    async with seen.request.form() as form:
        token = form.get("token")
        if not isinstance(token, str) or not secrets.compare_digest(token.encode(), seen.session.form_token.encode()):
            raise FormTooOld
        yield seen


Acting = Annotated[Visit, Depends(acting_visit)]
EnrollingAct = Annotated[Visit, Depends(enrolling_act)]
