"""Events as rows: what lists, filters and totals read. Derived from reports and replaced whole."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.policy.condition import Remainder, both
from hamkar.policy.sight import HANDLING, Sight
from hamkar.seizures.summary import ABOVE_ALL, Summary, words_of
from hamkar.store.reports import REPORT_FACTS
from hamkar.store.rows import Writer, put_rows
from hamkar.store.where import Clause, clause

_EVENT = (
    "id, from_rank, below_rank, date_earliest, date_latest, date_status, country, admin1, crossing, place, agency,"
    " departure, destination, reports, lineages, disputed, substances, words"
)
_LINE = "event_id, from_rank, position, substance, label, amount, unit, unit_text, qualifier, status, doubtful"


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a list shows it. A disputed date is the span of what is claimed; ``disputed`` names such fields."""

    id: UUID
    from_rank: int
    date_earliest: dt.date | None
    date_latest: dt.date | None
    date_status: str
    country: str | None
    admin1: str | None
    crossing: str | None
    place: str
    agency: str
    departure: str | None
    destination: str | None
    reports: int
    lineages: int
    disputed: list[str]
    substances: list[str]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A substance of an event as a list shows it; ``amount`` is None where nobody states it or it is disputed."""

    event_id: UUID
    from_rank: int
    position: int
    substance: str | None
    label: str
    amount: Decimal | None
    unit: str | None
    unit_text: str
    qualifier: str
    status: str
    doubtful: bool


def lock_events(connection: Connection, events: Sequence[UUID]) -> None:
    """Let nobody else change what is filed under these events, or derive them, until the unit of work ends."""
    ordered = [str(event) for event in sorted(set(events))]
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(e, 1)) FROM unnest(%s::text[]) AS e", (ordered,))


def copy_events(to: Writer, summaries: Iterable[Summary]) -> None:
    """Write the rows of many events that are not there yet."""
    written: list[tuple[str, Summary]] = []
    put_rows(to, "event", _EVENT, _event_rows(summaries, written))
    lines = (
        (identifier, str(summary.from_rank), str(position), *map(_text, line))
        for identifier, summary in written
        for position, line in enumerate(summary.lines)
    )
    put_rows(to, "event_line", _LINE, lines)


def _event_rows(summaries: Iterable[Summary], written: list[tuple[str, Summary]]) -> Iterator[tuple[object, ...]]:
    """The rows, each made as it is written; then it is in ``written`` with its identifier as text."""
    for summary in summaries:
        identifier = summary.id.hex
        written.append((identifier, summary))
        yield _event_row(summary, identifier)


def replace_event(connection: Connection, event: UUID, summaries: Sequence[Summary]) -> None:
    """Write an event's rows in the place of those that stood there; with none, it is gone."""
    connection.execute("DELETE FROM event_line WHERE event_id = %s", (event,))
    connection.execute("DELETE FROM event WHERE id = %s", (event,))
    copy_events(connection, summaries)


_plain = attrgetter(*Summary._fields[1 : Summary._fields.index("disputed")])


def _event_row(summary: Summary, identifier: str) -> tuple[object, ...]:
    """The row in the form that costs COPY least: what can be text is text already."""
    lists = _array(summary.disputed), _array(summary.substances)
    return (identifier, *map(_text, _plain(summary)), *lists, " ".join(map(_lexeme, summary.words)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _array(texts: Sequence[str]) -> str:
    """A PostgreSQL array literal of these texts."""
    return "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"


def _lexeme(word: str) -> str:
    return f"'{word}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What a list asks for; an empty part asks nothing. ``words`` must all begin some word of the event.

    ``going`` is what a report of the event must be, by the rules of release.
    """

    country: str = ""
    substance: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    words: str = ""
    disputed: bool = False
    going: Remainder | None = None


_SHOWN = (
    "id, from_rank, date_earliest, date_latest, date_status, country, admin1, crossing, place, agency,"
    " departure, destination, reports, lineages, disputed, substances"
)

SORTS = {
    "date": "date_latest DESC NULLS LAST, id DESC",
    "-date": "date_latest ASC NULLS LAST, id ASC",
    "country": "country ASC NULLS LAST, date_latest DESC NULLS LAST, id DESC",
    "reports": "reports DESC, id DESC",
}


def seen_by(sight: Sight) -> Clause:
    """The rows of events as this sight has them: for each event the one that its rules let through furthest."""
    here, further = clause(sight.rule, {HANDLING: "from_rank"}), clause(sight.rule, {HANDLING: "below_rank"})
    return Clause(f"{here.sql} AND NOT ({further.sql})", here.values + further.values)


def list_events(
    connection: Connection, wanted: EventFilter, sight: Sight, *, sort: str, limit: int, offset: int
) -> list[EventRow]:
    """One page of the events that fit, in a total order."""
    fitting, values = where(wanted, sight)
    query = f"SELECT {_SHOWN} FROM event {fitting} ORDER BY {SORTS[sort]} LIMIT %s OFFSET %s"
    with connection.cursor(row_factory=class_row(EventRow)) as cursor:
        return cursor.execute(query, [*values, limit, offset]).fetchall()


COUNT_LIMIT = 10_000


def count_events(connection: Connection, wanted: EventFilter, sight: Sight, *, limit: int = COUNT_LIMIT) -> int:
    """How many events fit, counted no further than ``limit + 1``: a list needs no more and must not wait for it."""
    fitting, values = where(wanted, sight)
    row = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM event {fitting} LIMIT %s) AS fitting", [*values, limit + 1]
    ).fetchone()
    return int(row[0]) if row else 0


def where(wanted: EventFilter, sight: Sight) -> tuple[str, list[object]]:
    """The WHERE clause of a filter over what is seen, and its parameters."""
    parts: list[tuple[str, object]] = []
    if wanted.country:
        parts.append(("country = %s", wanted.country))
    if wanted.substance:
        parts.append(("substances @> ARRAY[%s]", wanted.substance))
    if wanted.since:
        parts.append(("date_latest >= %s", wanted.since))
    if wanted.until:
        parts.append(("date_earliest <= %s", wanted.until))
    if sought := words_of(wanted.words):
        parts.append(("words @@ %s::tsquery", " & ".join(f"{_lexeme(word)}:*" for word in sought)))
    clauses = [part for part, _ in parts]
    if wanted.disputed:
        clauses.append("disputed <> '{}'")  # not a parameter: the partial index event_by_dispute is found by its text
    seen = seen_by(sight)
    if wanted.going is not None:
        report = clause(both(wanted.going, sight.rule), REPORT_FACTS)
        seen = Clause(
            f"{seen.sql} AND id IN (SELECT event_id FROM report WHERE {report.sql})", seen.values + report.values
        )
    return f"WHERE {' AND '.join([*clauses, seen.sql])}", [*(value for _, value in parts), *seen.values]


def lines_of(connection: Connection, events: Sequence[EventRow]) -> dict[UUID, list[LineRow]]:
    """The substance lines of events as these rows have them, in their order."""
    with connection.cursor(row_factory=class_row(LineRow)) as cursor:
        rows = cursor.execute(
            f"SELECT {_LINE} FROM event_line"
            " WHERE (event_id, from_rank) IN (SELECT * FROM unnest(%s::uuid[], %s::int[])) ORDER BY event_id, position",
            ([event.id for event in events], [event.from_rank for event in events]),
        ).fetchall()
    lines: dict[UUID, list[LineRow]] = {event.id: [] for event in events}
    for row in rows:
        lines[row.event_id].append(row)
    return lines


def find_event(connection: Connection, event: UUID, sight: Sight) -> EventRow:
    """One event as it is seen. Raises NotFound, also for one that is not seen."""
    row = find_events(connection, [event], sight).get(event)
    if row is None:
        msg = f"no seizure {event} is held here; `hamkar seizure list` shows what is"
        raise NotFound(msg)
    return row


def find_events(connection: Connection, chosen: Sequence[UUID], sight: Sight) -> dict[UUID, EventRow]:
    """Those of the chosen events that are seen, as they are."""
    seen = seen_by(sight)
    query = f"SELECT {_SHOWN} FROM event WHERE id = ANY(%s) AND {seen.sql}"
    with connection.cursor(row_factory=class_row(EventRow)) as cursor:
        rows = cursor.execute(query, [list(chosen), *seen.values]).fetchall()
    return {row.id: row for row in rows}


def all_events(connection: Connection) -> int:
    """How many events are held."""
    row = connection.execute("SELECT count(*) FROM event WHERE below_rank = %s", (ABOVE_ALL,)).fetchone()
    return int(row[0]) if row else 0
