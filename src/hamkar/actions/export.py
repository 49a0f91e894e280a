"""Taking seizures out in a file: who did so, when and for what stands in every row of it and in the log."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from hamkar.actions.access import require
from hamkar.actions.budget import budget_line, note_taken, sound
from hamkar.actions.node import Node
from hamkar.errors import BadInput, Refused
from hamkar.formats.export_csv import export_csv
from hamkar.formats.export_json import export_json
from hamkar.formats.export_row import ExportMark, ExportRow
from hamkar.formats.export_xlsx import export_xlsx
from hamkar.model.agreement import Purpose
from hamkar.model.oversight import AlarmKind, Export
from hamkar.model.role import Person
from hamkar.policy.act import Act
from hamkar.policy.budget import BudgetKind
from hamkar.policy.look import Look
from hamkar.policy.people import decide_look
from hamkar.store import events, exports, log
from hamkar.store.database import Connection
from hamkar.store.events import EventFilter, EventRow, LineRow
from hamkar.store.log import Entry

MOST_SEIZURES: Final = 20_000
"""How many seizures one file holds; whoever wants more asks for them in parts."""


class Layout(StrEnum):
    """What kind of file it is."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


_WRITERS: Final[Mapping[Layout, Callable[[Iterable[ExportRow], ExportMark], bytes]]] = {
    Layout.CSV: export_csv,
    Layout.XLSX: export_xlsx,
    Layout.JSON: export_json,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made, and what the log says of it."""

    export: Export
    data: bytes


def export_seizures(node: Node, person: Person, wanted: EventFilter, layout: Layout, purpose: Purpose) -> Exported:
    """The seizures that fit and that this person may see, as a file.

    Raises NotAllowed, StepUpFirst, Refused past the day's budget, and BadInput where too many fit.
    """
    require(person, Act.EXPORT)
    with node.database.transaction() as connection:
        left = budget_line(node, connection, person, BudgetKind.EXPORTS).left
        allowed, verdict = decide_look(Look(person=person, act=Act.EXPORT, within_budget=left > 0))
        if allowed:
            return _export(node.seen_by(person), connection, person, wanted, layout, purpose)
        refusal = Refused(verdict.sentence, rule=verdict.rule)
        _note_refusal(node, connection, person, refusal)
    raise refusal


def _export(
    node: Node, connection: Connection, person: Person, wanted: EventFilter, layout: Layout, purpose: Purpose
) -> Exported:
    mark = ExportMark(
        id=node.new_id(), account=person.name, agency=node.agency.name, at=node.now(), purpose=purpose.value
    )
    found = _found(node, connection, wanted)
    data = _WRITERS[layout](_rows(found, events.lines_of(connection, found)), mark)
    export = Export(
        id=mark.id,
        at=mark.at,
        account=person.name,
        purpose=purpose,
        layout=layout,
        wanted=in_words(wanted),
        seizures=len(found),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    exports.put_export(connection, export)
    log.append(connection, _entry(export), node.now())
    note_taken(node, connection, person, BudgetKind.EXPORTS)
    return Exported(export, data)


def _found(node: Node, connection: Connection, wanted: EventFilter) -> list[EventRow]:
    found = events.list_events(connection, wanted, node.sight, sort="date", limit=MOST_SEIZURES + 1, offset=0)
    if len(found) > MOST_SEIZURES:
        msg = f"more than {MOST_SEIZURES:,} seizures fit, and one file holds no more; ask for fewer days or one country"
        raise BadInput(msg)
    return found


def _note_refusal(node: Node, connection: Connection, person: Person, refusal: Refused) -> None:
    entry = Entry(actor=person.name, act="export_refused", subject="", rule=refusal.rule, detail=str(refusal))
    log.append(connection, entry, node.now())
    if refusal.rule == "budget_spent":
        detail = "asked for more than a day's"
        sound(node, connection, AlarmKind.BUDGET_SPENT, person.name, subject=BudgetKind.EXPORTS, detail=detail)


def _entry(export: Export) -> Entry:
    detail = f"{export.seizures} seizures as {export.layout} for {export.purpose}: {export.wanted}; {export.sha256}"
    return Entry(actor=export.account, act="exported", subject=str(export.id), detail=detail)


def in_words(wanted: EventFilter) -> str:
    """A filter as the log names it."""
    given = {
        "country": wanted.country,
        "substance": wanted.substance,
        "since": wanted.since,
        "until": wanted.until,
        "words": wanted.words,
        "disputed": "yes" if wanted.disputed else "",
    }
    return ", ".join(f"{name} {value}" for name, value in given.items() if value) or "all"


def _rows(found: Iterable[EventRow], lines: Mapping[UUID, list[LineRow]]) -> Iterator[ExportRow]:
    for event in found:
        yield from (_row(event, line) for line in (lines[event.id] or (None,)))


def _row(event: EventRow, line: LineRow | None) -> ExportRow:
    return ExportRow(
        seizure=str(event.id),
        date_earliest=event.date_earliest,
        date_latest=event.date_latest,
        date_status=event.date_status,
        country=event.country,
        province=event.admin1,
        crossing=event.crossing,
        place=event.place,
        agency=event.agency,
        departure=event.departure,
        destination=event.destination,
        substance=line.substance if line else None,
        label=line.label if line else "",
        amount=line.amount if line else None,
        unit=(line.unit or line.unit_text) if line else None,
        qualifier=line.qualifier if line else "",
        quantity_status=line.status if line else "",
        doubtful="yes" if line and line.doubtful else "",
        reports=event.reports,
        sources=event.lineages,
        disputed=", ".join(event.disputed),
    )
