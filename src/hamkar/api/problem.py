"""How the API says that something was not done."""

from typing import Any, Final

from fastapi import Request, Response
from pydantic import BaseModel, Field


class Problem(BaseModel):
    """Why it was not done: one sentence, and the rule that decided, "" where none did."""

    error: str = Field(description="One sentence that names the item, the place and what to do.")
    rule: str = Field(default="", description="The rule that decided, as in docs/policy.md.")


def say(_request: Request, status: int, sentence: str, rule: str) -> Response:
    """An error as a client of the API reads it."""
    body = Problem(error=sentence, rule=rule).model_dump_json()
    return Response(body, status_code=status, media_type="application/json")


Responses = dict[int | str, dict[str, Any]]

_SAID: Final = {
    400: "What was sent cannot be used; nothing of it was kept.",
    401: "Nobody is signed in, or the session has ended.",
    403: "The roles of the account do not allow it or a fresh proof is asked for (`rule` says which), the session's"
    " token is missing or wrong, or the request comes from another site.",
    404: "It does not exist here, or may not be seen.",
    409: "A rule says no; `rule` names it.",
    413: "What was sent is larger than this address takes.",
    502: "What another node signed breaks the protocol.",
    503: "The node lacks something it needs just now; the same request may be sent again.",
}


def problems(*statuses: int) -> Responses:
    """The declaration of these errors, and of those that every call can end with."""
    every = sorted({*statuses, 400, 401, 403, 503})
    return {status: {"model": Problem, "description": _SAID[status]} for status in every}
