"""Which jurisdictions can put a life at risk for drug offences, as data with a version and a source for each line."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from hamkar.vocab.countries import country_name
from hamkar.vocab.resource import data_text
from hamkar.vocab.substances import substance as find_substance
from hamkar.vocab.table import Row, read_table
from hamkar.vocab.units import unit as find_unit

_FILE = "capital_jurisdictions.csv"
_HEADER = (
    "version,country,status,substance_class,substances,threshold,unit,basis,aggravators,valid_from,valid_until,source,"
    "verified_by,verified_on,note"
)
ANY_OTHER = "*"
_BULK = "bulk"


class LawStatus(StrEnum):
    """What a jurisdiction's law says of death for drug offences; abolished is the only one without risk."""

    RETENTIONIST = "retentionist"
    ABOLISHED = "abolished"
    ABOLISHED_IN_PRACTICE = "abolished_in_practice"
    UNKNOWN = "unknown"


class Aggravator(StrEnum):
    """What can make an offence capital whatever the quantity."""

    FIREARM = "firearm"
    LEADER = "leader"
    MINORS_USED = "minors_used"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalLaw:
    """One line of the table: a jurisdiction's law for a class of substances, in force from a day on.

    ``substances`` are slugs, or ``*`` for all that no other line of the jurisdiction names. ``threshold`` is the bulk
    mass in grams from which death may follow, None where none is known. Nothing is proved by a line that nobody
    verified: ``verified_by`` is "" then.
    """

    version: str
    country: str
    status: LawStatus
    substance_class: str
    substances: frozenset[str]
    threshold: Decimal | None
    aggravators: tuple[Aggravator, ...]
    valid_from: date
    valid_until: date | None
    source: str
    verified_by: str
    verified_on: date | None
    note: str

    @property
    def verified(self) -> bool:
        """Whether somebody has held the line against its source."""
        return bool(self.verified_by)

    def in_force(self, day: date) -> bool:
        """Whether the line speaks of this day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@cache
def capital_laws() -> tuple[CapitalLaw, ...]:
    """Every line of the table that ships with this version."""
    return read_capital_laws(data_text(_FILE), _FILE)


def table_version() -> str:
    """The version of the table, which each decision names."""
    return capital_laws()[0].version


def read_capital_laws(text: str, file: str) -> tuple[CapitalLaw, ...]:
    """The lines of a CSV text. Raises BadInput naming file, line and column."""
    rows = read_table(text, file, _HEADER)
    for row in rows:
        if row.text("version") != rows[0].text("version"):
            row.reject("version", "a file holds one version of the table")
    return tuple(map(_law, rows))


def _law(row: Row) -> CapitalLaw:
    return CapitalLaw(
        version=row.text("version"),
        country=_country(row),
        status=LawStatus(row.choice("status", [*LawStatus])),
        substance_class=row.maybe("substance_class") or "",
        substances=_substances(row),
        threshold=_threshold(row),
        aggravators=tuple(_aggravator(row, part) for part in row.parts("aggravators")),
        valid_from=row.day("valid_from"),
        valid_until=row.day("valid_until") if row.maybe("valid_until") else None,
        source=row.text("source"),
        verified_by=row.maybe("verified_by") or "",
        verified_on=row.day("verified_on") if row.maybe("verified_by") else None,
        note=row.maybe("note") or "",
    )


def _country(row: Row) -> str:
    code = row.text("country")
    if country_name(code) is None:
        row.reject("country", "it is not the code of a country in ISO 3166-1")
    return code


def _substances(row: Row) -> frozenset[str]:
    slugs = row.parts("substances") or (ANY_OTHER,)
    for slug in slugs:
        if slug != ANY_OTHER and find_substance(slug) is None:
            row.reject("substances", f"{slug} is neither * nor the slug of a substance")
    return frozenset(slugs)


def _threshold(row: Row) -> Decimal | None:
    amount = row.number("threshold")
    if amount is None:
        return None
    measured = find_unit(row.text("unit"))
    if measured is None or measured.grams is None:
        row.reject("unit", "a threshold is a mass")
    if row.text("basis") != _BULK:
        row.reject("basis", "only bulk weight can be compared; leave the threshold empty, and any quantity is exposed")
    return amount * measured.grams


def _aggravator(row: Row, word: str) -> Aggravator:
    if word not in [*Aggravator]:
        row.reject("aggravators", f"{word} is none of {', '.join(Aggravator)}")
    return Aggravator(word)
