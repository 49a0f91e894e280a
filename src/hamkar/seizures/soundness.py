"""What a report from elsewhere must be before it is filed: within bounds that everything here can bear."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Final

from hamkar.model.entity import PERSON, Entity, Property
from hamkar.model.record import Record
from hamkar.model.report import Report
from hamkar.text.quoted import quoted
from hamkar.vocab.ftm import FORMS, Schema, fits, schema, schemata

LONGEST_TEXT: Final = 10_000
MOST_PARTS: Final = 500
LARGEST_AMOUNT: Final = Decimal(10) ** 15
MOST_DIGITS: Final = 40

_TEXT_RULE = f"a text in it has a null character or more than {LONGEST_TEXT:,} characters"

_COUNTRY = re.compile(r"[A-Z]{2}")
_PROVINCE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_CODE = re.compile(r"[A-Za-z0-9 ./_-]{1,80}")


def unsound(report: Report) -> str | None:
    """Why this report cannot be filed, in a sentence; None where it can."""
    for reason, fails in _RULES:
        if fails(report):
            return f"the report cannot be filed: {reason}"
    return None


def unsound_entity(entity: Entity) -> str | None:
    """Why this person or thing cannot be filed, in a sentence; None where it can."""
    found = schema(entity.schema)
    if found is None:
        known = ", ".join(each.name for each in schemata())
        return f"{quoted(entity.schema)} is no schema that is kept here; use one of {known}"
    for each in entity.properties:
        if fault := _misfit(found, each):
            return fault
    for reason, fails in _ENTITY_RULES:
        if fails(entity):
            return f"the person or thing cannot be filed: {reason}"
    return None


def _misfit(found: Schema, stated: Property) -> str | None:
    """Why a property is none of the schema, or a value none of the property."""
    kind = found.properties.get(stated.name)
    if kind is None:
        choice = ", ".join(found.properties)
        return f"{found.name} has no property {quoted(stated.name)} that is kept here; use one of {choice}"
    fault = next((value for value in stated.values if not fits(kind, value)), None)
    return None if fault is None else f"{stated.name} cannot be {quoted(fault)}; write it as {FORMS[kind]}"


def _says_little(entity: Entity) -> bool:
    names = [each.name for each in entity.properties]
    return not names or len(set(names)) < len(names) or not all(each.values for each in entity.properties)


def _blank(entity: Entity) -> bool:
    return any(not value.strip() for each in entity.properties for value in each.values)


def _aged_thing(entity: Entity) -> bool:
    return entity.minor is not None and entity.schema != PERSON


def _has_too_many(entity: Entity) -> bool:
    return any(len(each.values) > MOST_PARTS for each in entity.properties)


def _bad_code(report: Report) -> bool:
    place, routing = report.place, report.routing
    ends = (routing.origin, routing.departure, routing.destination) if routing else ()
    countries = [place.country if place else None, *(end.country for end in ends if end)]
    quantities = [line.quantity for line in report.lines if line.quantity]
    codes = [
        place.crossing if place else None,
        *(line.substance for line in report.lines),
        *(q.unit for q in quantities),
    ]
    return (
        any(country is not None and not _COUNTRY.fullmatch(country) for country in countries)
        or bool(place and place.admin1 is not None and not _PROVINCE.fullmatch(place.admin1))
        or any(code is not None and not _CODE.fullmatch(code) for code in codes)
    )


def _bad_amount(report: Report) -> bool:
    return any(line.quantity is not None and not _bearable(line.quantity.amount) for line in report.lines)


def _bearable(amount: Decimal) -> bool:
    _, digits, exponent = amount.as_tuple()
    return amount <= LARGEST_AMOUNT and len(digits) <= MOST_DIGITS and -MOST_DIGITS <= int(exponent) <= MOST_DIGITS


def _bad_text(record: Record) -> bool:
    written = record.to_json()
    if len(written) <= LONGEST_TEXT and b"\\u0000" not in written:
        return False  # no text in it is longer than all of it
    return any(len(text) > LONGEST_TEXT or "\0" in text for text in _texts(record))


def _texts(value: object) -> Iterator[str]:
    """Every text in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _texts(getattr(value, part.name))


def _too_many(report: Report) -> bool:
    return any(isinstance(part, tuple) and len(part) > MOST_PARTS for part in map(report.__getattribute__, _PARTS))


_ENTITY_RULES: Final[tuple[tuple[str, Callable[[Entity], bool]], ...]] = (
    ("it states nothing, or one property twice, or a property without a value", _says_little),
    ("a value in it is blank", _blank),
    (_TEXT_RULE, _bad_text),
    (f"a property in it has more than {MOST_PARTS} values", _has_too_many),
    ("it is said to be under 18 or of age, and it is no person", _aged_thing),
)

_PARTS = tuple(part.name for part in fields(Report))

_RULES: Final[tuple[tuple[str, Callable[[Report], bool]], ...]] = (
    ("a code in it is not of the form of such a code", _bad_code),
    (f"an amount is above {LARGEST_AMOUNT:,} or has more than {MOST_DIGITS} digits", _bad_amount),
    (_TEXT_RULE, _bad_text),
    (f"it has more than {MOST_PARTS} parts of one kind", _too_many),
)
