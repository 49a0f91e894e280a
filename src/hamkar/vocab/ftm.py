"""FollowTheMoney schemata and properties by which people and things are recorded, a part of the whole model.

Left out on purpose: special categories of data (ethnicity, religion, political opinion: Directive (EU) 2016/680,
article 10), scores of risk, secrets, and what other tools write for themselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from hamkar.vocab.resource import data_text
from hamkar.vocab.table import Row, read_table

_FILE = "ftm_properties.csv"
_HEADER = "schema,kind,property,type"
KINDS = ("person", "organisation", "vehicle", "document", "phone", "account", "address")
"""What a schema is a schema of. A telephone is a ``UserAccount`` with a ``phone``: nothing is closer."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with its kind, one of `KINDS`, and the FollowTheMoney type of each of its properties."""

    name: str
    kind: str
    properties: Mapping[str, str]


FORMS: Mapping[str, str] = MappingProxyType(
    {
        "date": "a day, a month or a year: YYYY-MM-DD, YYYY-MM or YYYY",
        "country": "the two letters of ISO 3166-1 in lower case, such as ir",
        "gender": "male, female or other",
        "entity": "the identifier of another person or thing on record",
        "number": "a number",
    }
)
"""How values of a FollowTheMoney type are written, for the types that are checked; other values are any text."""

_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "date": re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"),
        "country": re.compile(r"[a-z]{2}"),
        "gender": re.compile(r"male|female|other"),
        "entity": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        "number": re.compile(r"[0-9]+([.][0-9]+)?"),
    }
)


def fits(kind: str, value: str) -> bool:
    """Whether a value is written as values of this FollowTheMoney type are."""
    pattern = _PATTERNS.get(kind)
    if pattern is None:
        return True
    return pattern.fullmatch(value) is not None and (kind != "date" or _is_day(value))


def _is_day(value: str) -> bool:
    """Whether a date written in full is one of the calendar, which knows no 30 February; parts of one always are."""
    try:
        date.fromisoformat(value if len(value) == len("YYYY-MM-DD") else "2000-01-01")
    except ValueError:
        return False
    return value[:4] != "0000"


def schema(name: str) -> Schema | None:
    """The schema of this name, or None."""
    return _schemata().get(name)


def schemata() -> tuple[Schema, ...]:
    """Every schema, in the order of the file."""
    return tuple(_schemata().values())


@cache
def _schemata() -> Mapping[str, Schema]:
    return MappingProxyType(read_schemata(data_text(_FILE), _FILE))


def read_schemata(text: str, file: str) -> dict[str, Schema]:
    """The schemata of a properties file by name. Raises BadInput naming file, line and column."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for row in read_table(text, file, _HEADER):
        kind, properties = found.setdefault(row.text("schema"), (row.choice("kind", KINDS), {}))
        _add(row, kind, properties)
    return {name: Schema(name, kind, MappingProxyType(own)) for name, (kind, own) in found.items()}


def _add(row: Row, kind: str, properties: dict[str, str]) -> None:
    if row.text("kind") != kind:
        row.reject("kind", f"the schema was of the kind {kind} before")
    if row.text("property") in properties:
        row.reject("property", "the schema has it already")
    properties[row.text("property")] = row.text("type")
