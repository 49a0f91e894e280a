"""UNODC Individual Drug Seizures: one row is one claim, of an event of its own.

Nothing is merged here. The file has no case number, so two rows may be one seizure and identical rows may be two;
that is for matching and for people to say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import TypeVar

from hamkar.errors import BadInput
from hamkar.formats.amount_cell import read_quantity
from hamkar.formats.columns import Cells, Layout, Picker, canonical_columns
from hamkar.formats.country_cell import Flags, read_country, read_route_country
from hamkar.formats.date_cell import read_stated_date
from hamkar.formats.intake import Intake
from hamkar.formats.outcome import Outcome, Read, Rejected
from hamkar.formats.sheet import Malformed, Sheet
from hamkar.formats.unknown import is_known
from hamkar.model.place import Place, Routing
from hamkar.model.quantity import Qualifier
from hamkar.model.report import Doubt, Flag, Report, Source, SourceKind
from hamkar.model.stated_date import DateKind, StatedDate
from hamkar.model.substance_line import SubstanceLine
from hamkar.vocab.ids_codes import IdsVariable, known
from hamkar.vocab.provinces import province_of
from hamkar.vocab.substances import substance_of

LAYOUT = "unodc-ids"
LINEAGE = "unodc-ids"
SOURCE_NAME = "UNODC Individual Drug Seizures"

_CODED_EDITION = "2011-2016"
"""The edition whose code lists are known; labels of later ones are kept as written and cannot be checked."""

_CELL_END = "\x1f"
_REMEMBERED = 1 << 16

T = TypeVar("T")
Part = Callable[[Cells], tuple[T, Flags]]


def read_ids(sheet: Sheet, layout: Layout, intake: Intake) -> Iterator[Outcome]:
    """The outcome of every row, in their order. ``originator`` of every claim is the node that imports the file."""
    reader = _RowReader.of(layout, intake)
    occurrences = intake.occurrences
    for number, cells in sheet.rows:
        if isinstance(cells, Malformed):
            yield Rejected(number, cells.reason, sheet.name)
            continue
        try:
            report = reader.report(cells)
        except BadInput as error:
            yield Rejected(number, str(error), sheet.name)
            continue
        key, duplicate = occurrences.key(_CELL_END.join((LAYOUT, *reader.canonical(cells))).rstrip(_CELL_END))
        yield Read(report, key, duplicate, number, 1, sheet.name)


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Makes a claim of a row. Distinct cells are few, so each part of a claim is made once and remembered."""

    intake: Intake
    source: Source
    canonical: Picker
    pick_place: Picker
    pick_date: Picker
    pick_line: Picker
    pick_routing: Picker
    pick_notes: Picker | None
    place: Part[Place]
    event_date: Part[StatedDate]
    line: Part[SubstanceLine]
    routing: Part[Routing | None]

    @classmethod
    def of(cls, layout: Layout, intake: Intake) -> "_RowReader":
        """The reader for one header."""
        coded = layout.edition == _CODED_EDITION
        has_notes = not {"SOURCE", "REPORTING_CHANNEL"}.isdisjoint(layout.columns)
        return cls(
            intake=intake,
            source=Source(kind=SourceKind.DATASET, name=SOURCE_NAME, ref=f"edition {layout.edition}, {intake.file}"),
            canonical=layout.picker(*canonical_columns(LAYOUT)),
            pick_place=layout.picker("COUNTRY", "ISO3", "ADMINISTRATIVE_DIVISION", "PLACE", "INSTALLATION"),
            pick_date=layout.picker("SEIZURE_DATE", "SEIZURE_DATE"),
            pick_line=layout.picker("DRUG_NAME", "AMOUNT", "DRUG_UNIT"),
            pick_routing=layout.picker(
                "PRODUCING_COUNTRY", "DEPARTURE_COUNTRY", "DESTINATION_COUNTRY", "ROUTING", "TRANSPORT", "HIDING_PLACE"
            ),
            pick_notes=layout.picker("SOURCE", "REPORTING_CHANNEL") if has_notes else None,
            place=lru_cache(_REMEMBERED)(partial(_place, coded=coded)),
            event_date=lru_cache(_REMEMBERED)(partial(_event_date, today=intake.today)),
            line=lru_cache(_REMEMBERED)(_line),
            routing=lru_cache(_REMEMBERED)(partial(_routing, coded=coded)),
        )

    def report(self, cells: list[str]) -> Report:
        """The claim. Raises BadInput for a row that cannot be one."""
        place, place_flags = self.place(self.pick_place(cells))
        event_date, date_flags = self.event_date(self.pick_date(cells))
        line, line_flags = self.line(self.pick_line(cells))
        routing, routing_flags = self.routing(self.pick_routing(cells))
        identifier = self.intake.new_id()
        return Report(
            id=identifier,
            originator=self.intake.originator,
            group=identifier,
            lineage=LINEAGE,
            source=self.source,
            dates=(event_date,),
            place=place,
            lines=(line,),
            routing=routing,
            notes=_notes(self.pick_notes(cells)) if self.pick_notes else "",
            flags=place_flags + date_flags + line_flags + routing_flags,
        )


def _place(cells: Cells, *, coded: bool) -> tuple[Place, Flags]:
    country_text, iso3, admin1_text, text, setting = cells
    if not (country_text.strip() or iso3.strip() or text.strip()):
        msg = "COUNTRY and PLACE are both empty, so nobody can tell where it was; fill one of them"
        raise BadInput(msg)
    country, flags = _country(country_text, iso3)
    place = Place(
        country=country,
        country_text=country_text or iso3,
        admin1=province_of(admin1_text, country) if country and is_known(admin1_text) else None,
        admin1_text=admin1_text,
        text=text,
        setting=setting,
    )
    return place, flags + (_code_flags("INSTALLATION", setting) if coded else ())


def _country(text: str, iso3: str) -> tuple[str | None, Flags]:
    """The country that name and code agree on; where they do not, none, and both are flagged."""
    by_name, name_flags = read_country("COUNTRY", text)
    by_code, code_flags = read_country("ISO3", iso3)
    if by_name and by_code and by_name != by_code:
        both = (("COUNTRY", text), ("ISO3", iso3))
        return None, tuple(Flag(column=column, text=cell, doubt=Doubt.UNKNOWN_COUNTRY) for column, cell in both)
    nowhere = not text.strip() and not iso3.strip()
    blank = (Flag(column="COUNTRY", text=text, doubt=Doubt.UNKNOWN_COUNTRY),) if nowhere else ()
    return by_name or by_code, name_flags + code_flags + blank


def _event_date(cells: Cells, *, today: date) -> tuple[StatedDate, Flags]:
    text = cells[0]
    if not text.strip():
        msg = "SEIZURE_DATE is empty, and without a date it cannot be told apart from other seizures; fill it"
        raise BadInput(msg)
    stated = read_stated_date("SEIZURE_DATE", text, DateKind.EVENT)
    future = stated.earliest > today
    # The file was published before it was imported, so a date after today is one after the publication.
    return stated, (Flag(column="SEIZURE_DATE", text=text, doubt=Doubt.DATE_AFTER_PUBLICATION),) if future else ()


def _line(cells: Cells) -> tuple[SubstanceLine, Flags]:
    name, amount, unit_text = cells
    quantity, flags = read_quantity(("AMOUNT", "DRUG_UNIT"), amount, unit_text, Qualifier.EXACT)
    substance = substance_of(name) if is_known(name) else None
    if substance is None and (is_known(name) or not name.strip()):
        flags = (Flag(column="DRUG_NAME", text=name, doubt=Doubt.UNKNOWN_SUBSTANCE), *flags)
    return SubstanceLine(substance=substance, substance_text=name, quantity=quantity), flags


def _routing(cells: Cells, *, coded: bool) -> tuple[Routing | None, Flags]:
    producing, departure, destination, border, transport, concealment = cells
    if not any(map(str.strip, cells)):
        return None, ()
    origin_point, origin_flags = read_route_country("PRODUCING_COUNTRY", producing)
    departure_point, departure_flags = read_route_country("DEPARTURE_COUNTRY", departure)
    destination_point, destination_flags = read_route_country("DESTINATION_COUNTRY", destination)
    routing = Routing(
        origin=origin_point,
        departure=departure_point,
        destination=destination_point,
        border=border,
        transport=transport,
        concealment=concealment,
    )
    flags = origin_flags + departure_flags + destination_flags
    if coded:
        flags += _code_flags("ROUTING", border)
        flags += _code_flags("TRANSPORT", transport) + _code_flags("HIDING_PLACE", concealment)
    return routing, flags


def _code_flags(variable: IdsVariable, label: str) -> Flags:
    doubtful = bool(label.strip()) and not known(variable, label)
    return (Flag(column=variable, text=label, doubt=Doubt.UNKNOWN_CODE),) if doubtful else ()


def _notes(cells: Cells) -> str:
    source, channel = cells
    said = (("Source", source), ("Reporting channel", channel))
    return "; ".join(f"{what}: {text}" for what, text in said if text.strip())
