"""Reading JSON that another node wrote: nothing deep, no name twice, every field known."""

import json
from typing import TypeVar

import msgspec

from hamkar.errors import BadInput, ProtocolError
from hamkar.model.record import Record

MAX_DEPTH = 32

R = TypeVar("R", bound=Record)

_NEITHER_BRACKET_NOR_QUOTE = bytes(set(range(256)) - set(b'[]{}"'))
_ROUND = bytes.maketrans(b"[]{}", b"()()")


def read_document(payload: bytes, kind: type[R]) -> R:
    """The record in the payload of a signed document. Raises ProtocolError.

    A name that stands twice is refused, because two readers of the same signature could understand two things by it.
    """
    refuse_deep(payload, kind.__name__)
    try:
        json.loads(payload.decode("utf-8"), object_pairs_hook=_refuse_repeated)
        return kind.from_json(payload)
    except BadInput as error:
        raise ProtocolError(str(error)) from error
    except ValueError as error:
        msg = f"this is not a usable {kind.__name__}: {error}; ask the partner to send it again"
        raise ProtocolError(msg) from error


def refuse_unreadable(data: bytes, what: str) -> None:
    """Raises ProtocolError where something in ``data`` is no JSON that can be read, however deep it stands."""
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        msg = f"this {what} cannot be read: {error}; ask the partner to send it again"
        raise ProtocolError(msg) from error


def refuse_deep(data: bytes, what: str, limit: int = MAX_DEPTH) -> None:
    """Raises ProtocolError where ``data``, as JSON, nests deeper; in linear time, before any parser sees it."""
    brackets = _brackets(data)
    for _ in range(limit):
        shallower = brackets.replace(b"()", b"")
        if len(shallower) == len(brackets):
            break
        brackets = shallower
    if brackets.count(b"(") > (0 if b"()" in brackets else limit):
        msg = f"this {what} nests deeper than {limit} levels; ask the partner what it meant to send"
        raise ProtocolError(msg)


def _brackets(data: bytes) -> bytes:
    """The brackets outside strings, all round. Right up to a backslash outside a string, which no parser reads."""
    unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = unescaped.translate(_ROUND, _NEITHER_BRACKET_NOR_QUOTE)
    return b"".join(marks.split(b'"')[::2])


def _refuse_repeated(pairs: list[tuple[str, object]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"the name “{twice[:100]}” stands twice in one object"
        raise ValueError(msg)
