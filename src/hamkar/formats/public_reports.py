"""Public reports compiled by hand: the lines of one report are one claim, reports of one event share its group.

Derived columns (``group_date``, ``amount_kg``) say nothing that was stated, and are not read into a claim.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID, uuid5

from hamkar.errors import BadInput
from hamkar.formats.amount_cell import read_quantity
from hamkar.formats.columns import Layout, Picker
from hamkar.formats.country_cell import Flags, read_country
from hamkar.formats.date_cell import read_stated_date
from hamkar.formats.intake import Intake
from hamkar.formats.outcome import Outcome, Read, Rejected
from hamkar.formats.sheet import Malformed, Row, Sheet
from hamkar.model.party import Party, PartyRole
from hamkar.model.place import Place, RoutePoint, Routing
from hamkar.model.quantity import Qualifier
from hamkar.model.report import Doubt, Flag, Report, Source, SourceKind
from hamkar.model.stated_date import DateKind, StatedDate
from hamkar.model.substance_line import SubstanceLine
from hamkar.text.fold import fold
from hamkar.text.quoted import quoted
from hamkar.vocab.countries import country_of
from hamkar.vocab.crossings import crossing_of
from hamkar.vocab.provinces import province_of
from hamkar.vocab.substances import substance_of

LAYOUT = "public-reports"
MAX_LINES = 1_000
"""A report of more substance lines than this is a file whose identifiers are broken."""

_GROUPS = UUID("6f5d2c9e-8f0b-5d0e-9c57-1d1f5b7f3a60")
"""The name space of groups; any constant would do, so long as it never changes."""

_COUNTRY_CODE_LETTERS = 2
_CELL_END = "\x1f"
_QUALIFIERS = {
    "": Qualifier.EXACT,
    "exact": Qualifier.EXACT,
    "about": Qualifier.ABOUT,
    "over": Qualifier.OVER,
    "at-least": Qualifier.AT_LEAST,
}


class _Line(NamedTuple):
    """The cells of one line, named as the file names them."""

    report_id: str
    line_no: str
    event_id: str
    event_label: str
    publisher: str
    publisher_domain: str
    url: str
    published: str
    event_date: str
    event_date_precision: str
    group_date: str
    group_date_basis: str
    country: str
    admin1: str
    place: str
    crossing: str
    agency: str
    substance_as_written: str
    substance_slug: str
    amount: str
    unit: str
    qualifier: str
    amount_kg: str
    reported_total: str
    origin_country: str
    departure: str
    destination: str
    transport_mode: str
    concealment: str
    persons_arrested: str
    joint_operation_with: str
    retrieved: str
    notes: str


# Columns that may differ between the lines of one report; all others are the report's and must agree.
_LINE_COLUMNS = frozenset(
    ["line_no", "substance_as_written", "substance_slug", "amount", "unit", "qualifier", "amount_kg"]
)
_REPORT_CELLS = itemgetter(*(place for place, name in enumerate(_Line._fields) if name not in _LINE_COLUMNS))


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A line and its number in the file, or why there is no line."""

    number: int
    report_id: str
    line: _Line | Malformed


def read_public_reports(sheet: Sheet, layout: Layout, intake: Intake) -> Iterator[Outcome]:
    """The outcome of every report, and of every row that is part of none.

    A report with a bad line is rejected as a whole, each of its rows with the reason: without the line it would claim
    less than its source does. The lines of a report must stand together, numbered from 1 where they are numbered.
    """
    seen: set[str] = set()
    numbered = _numbered(sheet.rows, layout.picker(*_Line._fields))
    for report_id, group in groupby(numbered, key=lambda one: one.report_id):
        lines = list(_bounded(group, intake.file))
        try:
            yield _read(lines, sheet.name, intake, first_time=_first_time(report_id, seen))
        except BadInput as error:
            yield from (Rejected(one.number, str(error), sheet.name) for one in lines)


def _numbered(rows: Iterator[Row], pick: Picker) -> Iterator[_Numbered]:
    """The lines; a malformed row between two lines of one report is that report's, any other stands alone."""
    held: list[tuple[int, Malformed]] = []
    above = ""
    for number, cells in rows:
        if isinstance(cells, Malformed):
            held.append((number, cells))
            continue
        line = _Line._make(pick(cells))
        yield from _malformed(held, line.report_id if line.report_id == above else "")
        held.clear()
        yield _Numbered(number, line.report_id, line)
        above = line.report_id
    yield from _malformed(held, "")


def _malformed(held: Sequence[tuple[int, Malformed]], report_id: str) -> Iterator[_Numbered]:
    for number, malformed in held:
        yield _Numbered(number, report_id or f"\0{number}", malformed)


def _bounded(group: Iterator[_Numbered], file: str) -> Iterator[_Numbered]:
    for count, one in enumerate(group, 1):
        if count > MAX_LINES:
            msg = (
                f"{file}: report {quoted(one.report_id)} has over {MAX_LINES} lines; give each report an id of its own"
            )
            raise BadInput(msg)
        yield one


def _first_time(report_id: str, seen: set[str]) -> bool:
    known = report_id in seen
    seen.add(report_id)
    return not known


def _read(lines: Sequence[_Numbered], sheet: str, intake: Intake, *, first_time: bool) -> Read:
    if not first_time:
        msg = f"report {quoted(lines[0].report_id)} began further up; put all its lines together"
        raise BadInput(msg)
    report = _report([_usable(one) for one in lines], intake)
    cells = chain.from_iterable(one.line for one in lines if isinstance(one.line, _Line))
    key, duplicate = intake.occurrences.key(_CELL_END.join((LAYOUT, *cells)))
    return Read(report, key, duplicate, lines[0].number, len(lines), sheet)


def _usable(one: _Numbered) -> _Line:
    if isinstance(one.line, Malformed):
        raise BadInput(one.line.reason)
    return one.line


def _report(lines: Sequence[_Line], intake: Intake) -> Report:
    first = lines[0]
    _check(first)
    _check_together(lines)
    place, place_flags = _place(first)
    dates, date_flags = _dates(first)
    routing, route_flags = _routing(first)
    read_lines = [_line(line) for line in lines]
    return Report(
        id=intake.new_id(),
        originator=intake.originator,
        group=group_of(intake.originator, first.event_id),
        lineage=lineage_of(first.agency, first.publisher_domain or first.publisher),
        source=Source(kind=SourceKind.PRESS, name=first.publisher, url=first.url, ref=first.report_id),
        dates=dates,
        place=place,
        agency=first.agency,
        lines=tuple(line for line, _ in read_lines),
        stated_total=first.reported_total,
        routing=routing,
        parties=_parties(first),
        joint_with=_joint_with(first),
        notes=first.notes,
        flags=(*place_flags, *date_flags, *route_flags, *chain.from_iterable(flags for _, flags in read_lines)),
    )


def group_of(originator: str, event_id: str) -> UUID:
    """The group of an event of the file: the same for every report of it, whenever the originator reads them."""
    return uuid5(_GROUPS, f"{originator}\0{event_id}")


def lineage_of(agency: str, publisher: str) -> str:
    """The origin of a report's information, until a person says otherwise.

    Reports of one event that credit the same agency repeat that agency's word and count once, however many pages
    carry it; a report that credits nobody is its publisher's. That is the conservative reading: it can only make the
    sources fewer than they are.
    """
    return f"agency:{fold(agency)}" if agency.strip() else f"publisher:{fold(publisher)}"


def _check(first: _Line) -> None:
    if not first.report_id.strip() or not first.event_id.strip():
        msg = "report_id and event_id must both be filled; fill them"
        raise BadInput(msg)
    if not (first.country.strip() or first.place.strip() or first.admin1.strip()):
        msg = "country, admin1 and place are all empty, so nobody can tell where it was; fill one of them"
        raise BadInput(msg)


def _check_together(lines: Sequence[_Line]) -> None:
    """Lines that are numbered run from 1, and what they say of the report as a whole is the same on each."""
    report = quoted(lines[0].report_id)
    numbers = [line.line_no.strip() for line in lines]
    if any(numbers) and numbers != [str(number) for number in range(1, len(lines) + 1)]:
        msg = f"the lines of report {report} are not numbered from 1 on; one is missing, doubled or out of order"
        raise BadInput(msg)
    for line in lines[1:]:
        if _REPORT_CELLS(line) != _REPORT_CELLS(lines[0]):
            column = next(name for name in _Line._fields if _differs(name, line, lines[0]))
            msg = f"the lines of report {report} do not agree on {column}; make them agree"
            raise BadInput(msg)


def _differs(column: str, line: _Line, first: _Line) -> bool:
    return column not in _LINE_COLUMNS and getattr(line, column) != getattr(first, column)


def _place(line: _Line) -> tuple[Place, Flags]:
    country, flags = read_country("country", line.country)
    place = Place(
        country=country,
        country_text=line.country,
        admin1=province_of(line.admin1, country) if country else None,
        admin1_text=line.admin1,
        text=line.place,
        crossing=crossing_of(line.crossing),
        crossing_text=line.crossing,
    )
    return place, flags


def _dates(line: _Line) -> tuple[tuple[StatedDate, ...], Flags]:
    published = _date("published", line.published, DateKind.PUBLICATION)
    happened = _date("event_date", line.event_date, DateKind.EVENT)
    flags: Flags = ()
    if published and happened and happened.earliest > published.latest:
        flags = (Flag(column="event_date", text=line.event_date, doubt=Doubt.DATE_AFTER_PUBLICATION),)
    return tuple(date for date in (happened, published) if date), flags


def _date(column: str, text: str, kind: DateKind) -> StatedDate | None:
    return read_stated_date(column, text, kind) if text.strip() else None


def _line(line: _Line) -> tuple[SubstanceLine, Flags]:
    qualifier = _QUALIFIERS.get(line.qualifier.strip().casefold())
    if qualifier is None:
        msg = f"qualifier: {quoted(line.qualifier)} is none of exact, about, over, at-least; correct it"
        raise BadInput(msg)
    quantity, flags = read_quantity(("amount", "unit"), line.amount, line.unit, qualifier)
    # Whoever compiled the file judged the text in its context, which the text alone does not give.
    substance = substance_of(line.substance_slug or line.substance_as_written)
    if substance is None:
        text = line.substance_slug or line.substance_as_written
        column = "substance_slug" if line.substance_slug else "substance_as_written"
        flags = (Flag(column=column, text=text, doubt=Doubt.UNKNOWN_SUBSTANCE), *flags)
    return SubstanceLine(substance=substance, substance_text=line.substance_as_written, quantity=quantity), flags


def _routing(line: _Line) -> tuple[Routing | None, Flags]:
    ends = [_route_point(column, getattr(line, column)) for column in ("origin_country", "departure", "destination")]
    (origin, _), (departure, _), (destination, _) = ends
    routing = Routing(
        origin=origin,
        departure=departure,
        destination=destination,
        transport=line.transport_mode,
        concealment=line.concealment,
    )
    return (routing if routing != Routing() else None), tuple(chain.from_iterable(flags for _, flags in ends))


def _route_point(column: str, text: str) -> tuple[RoutePoint | None, Flags]:
    """An end of the route: two capitals are a country's code, anything else is a place as the page names it."""
    if not text.strip():
        return None, ()
    code = country_of(text)
    meant_as_code = len(text) == _COUNTRY_CODE_LETTERS and text.isupper()
    doubtful = code is None and meant_as_code
    flags = (Flag(column=column, text=text, doubt=Doubt.UNKNOWN_COUNTRY),) if doubtful else ()
    return RoutePoint(country=code, text=text), flags


def _parties(line: _Line) -> tuple[Party, ...]:
    """Those arrested, where the page says how many; 0 means that it says nobody was."""
    text = line.persons_arrested.strip()
    if not text:
        return ()
    if not (text.isascii() and text.isdigit() and len(text) <= len("999999")):
        msg = f"persons_arrested: {quoted(text)} is not a number of people; write a whole number or nothing"
        raise BadInput(msg)
    return (Party(ref="1", role=PartyRole.SUSPECT, count=int(text)),)


def _joint_with(line: _Line) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, line.joint_operation_with.split(";")) if part)
