"""What a report from elsewhere must be before it is filed: within bounds that everything here can bear."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Final

from hamkar.model.party import PartyIdentity
from hamkar.model.record import Record
from hamkar.model.report import Report
from hamkar.vocab.grades import grid

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


def unsound_identity(identity: PartyIdentity) -> str | None:
    """Why this identity cannot be filed, in a sentence; None where it can."""
    if _bad_text(identity) or len(identity.names) > MOST_PARTS:
        return f"the identity cannot be filed: {_TEXT_RULE}"
    return None


def _bad_grade(report: Report) -> bool:
    known = grid(report.grade.grid)
    return known is None or not known.allows(report.grade.source, report.grade.information)


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


_PARTS = tuple(part.name for part in fields(Report))

_RULES: Final[tuple[tuple[str, Callable[[Report], bool]], ...]] = (
    ("its grade is not one of a known grid", _bad_grade),
    ("a code in it is not of the form of such a code", _bad_code),
    (f"an amount is above {LARGEST_AMOUNT:,} or has more than {MOST_DIGITS} digits", _bad_amount),
    (_TEXT_RULE, _bad_text),
    (f"it has more than {MOST_PARTS} parts of one kind", _too_many),
)
