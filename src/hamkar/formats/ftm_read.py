"""FollowTheMoney entities, a JSON object a line, into people and things to record; a hostile line costs a sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

import msgspec

from hamkar.errors import BadInput
from hamkar.formats.outcome import Rejected
from hamkar.model.entity import EntityRole, NewEntity, Property
from hamkar.model.grade import UNASSESSED, Grade
from hamkar.model.handling import FREE, Handling
from hamkar.text.quoted import quoted
from hamkar.vocab.ftm import Schema, schema

LONGEST_LINE: Final = 1 << 20
MOST_LINES: Final = 20_000
_LONGEST_ID: Final = 500


class _Own(msgspec.Struct, kw_only=True, frozen=True):
    """What a node wrote of its own record beside what FollowTheMoney knows."""

    originator: str
    role: EntityRole | None = None
    handling: Handling | None = None
    grade: Grade | None = None
    minor: bool | None = None
    necessity: str = ""
    synthetic: bool = False


class _Line(msgspec.Struct, kw_only=True, frozen=True):
    id: str
    schema: str
    properties: dict[str, list[str]] = {}
    hamkar: _Own | None = None


_decoder: Final = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class FtmEntity:
    """A person or thing that a line describes.

    ``known_as`` is the same whenever a line with this FollowTheMoney id is read for the same report. ``own_id`` and
    ``originator`` are those of a record that a node wrote, None and "" elsewhere. ``left_out`` names properties that
    are not kept here.
    """

    line: int
    known_as: UUID
    new: NewEntity
    own_id: UUID | None
    originator: str
    left_out: tuple[str, ...]


def read_ftm(lines: Iterable[bytes], report: UUID) -> Iterator[FtmEntity | Rejected]:
    """What becomes of each line that is not blank, in order. Raises BadInput past `MOST_LINES`."""
    for number, line in enumerate(lines, 1):
        if number > MOST_LINES:
            msg = f"the file has more than {MOST_LINES:,} lines; nothing of it was kept: divide it and import the parts"
            raise BadInput(msg)
        if line.strip():
            try:
                yield _read(line, number, report)
            except BadInput as error:
                yield Rejected(row=number, reason=str(error))


def _read(line: bytes, number: int, report: UUID) -> FtmEntity:
    found = _decoded(line)
    kind = _schema_of(found)
    kept = {name: values for name, values in found.properties.items() if name in kind.properties and values}
    own = found.hamkar or _Own(originator="")
    return FtmEntity(
        line=number,
        known_as=uuid5(report, found.id),
        new=NewEntity(
            schema=kind.name,
            properties=tuple(_property(kind, name, values, report) for name, values in kept.items()),
            role=own.role,
            handling=own.handling or FREE,
            grade=own.grade or UNASSESSED,
            minor=own.minor,
            necessity=own.necessity,
            synthetic=own.synthetic,
        ),
        own_id=_own_id(found),
        originator=own.originator,
        left_out=tuple(sorted(set(found.properties) - set(kind.properties))),
    )


def _decoded(line: bytes) -> _Line:
    if len(line) > LONGEST_LINE:
        msg = f"it is longer than {LONGEST_LINE:,} bytes"
        raise BadInput(msg)
    try:
        found = _decoder.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        msg = f"it is no FollowTheMoney entity: {_shown(error)}"
        raise BadInput(msg) from error
    if not 0 < len(found.id) <= _LONGEST_ID:
        msg = f"its id is empty or longer than {_LONGEST_ID} characters"
        raise BadInput(msg)
    return found


def _shown(error: Exception) -> str:
    """What a reader said of a line, fit to be shown: it may quote what somebody hostile wrote."""
    return "".join(c if c.isprintable() else "?" for c in str(error))[:200]


def _schema_of(found: _Line) -> Schema:
    kind = schema(found.schema)
    if kind is None:
        msg = f"its schema {quoted(found.schema)} is not kept here"
        raise BadInput(msg)
    return kind


def _property(kind: Schema, name: str, values: list[str], report: UUID) -> Property:
    """The property; what names another entity of the file names it as it will be known here."""
    if kind.properties[name] == "entity":
        values = [str(uuid5(report, value)) for value in values]
    return Property(name=name, values=tuple(values))


def _own_id(found: _Line) -> UUID | None:
    if found.hamkar is None:
        return None
    try:
        return UUID(found.id)
    except ValueError as error:
        msg = f"it says that a node wrote it, and its id {quoted(found.id)} is none of a node's"
        raise BadInput(msg) from error
