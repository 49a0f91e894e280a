"""Reports as kept: the exact JSON of each claim, under the event it is taken to speak of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.model.report import Report
from hamkar.policy.redact import category, filled
from hamkar.policy.sight import HANDLING, Sight
from hamkar.store.ask import ask
from hamkar.store.marked import seen_among
from hamkar.store.rows import Writer, put_rows
from hamkar.store.where import clause


class Filed(NamedTuple):
    """A report, the event it is filed under, and the key by which its originator would know it again."""

    report: Report
    event: UUID
    key: bytes


_COLUMNS = (
    "id, event_id, originator, group_id, source_key, import_id, received_at, delete_by, handling, category, filled,"
    " body"
)


REPORT_FACTS: Final[Mapping[str, str]] = {
    "record": "report.id",
    "originator": "report.originator",
    "recalled": "EXISTS (SELECT FROM recall WHERE recall.here AND recall.record = report.id"
    " AND recall.originator = report.originator)",
    "delete_by": "report.delete_by",
    "category": "report.category",
    "handling": "report.handling",
    "conditions": "ARRAY(SELECT json_array_elements_text(report.body->'handling'->'conditions'))",
    "filled": "report.filled",
    "held": "false",
}
"""Where each fact of a report that a rule may ask for stands."""


def copy_reports(to: Writer, filed: Iterable[Filed], *, received_at: datetime, import_id: UUID | None = None) -> None:
    """Write reports together. A report whose originator and key are held already breaks the unit of work."""
    brought = (None if import_id is None else str(import_id), received_at.isoformat())
    rows = (
        (
            *(report.id.hex, event.hex, report.originator, report.group.hex, f"\\x{key.hex()}"),
            *brought,
            report.handling.delete_by,
            str(report.handling.code.rank),
            category(report),
            f"{{{','.join(sorted(filled(report)))}}}",
            report.to_json().decode(),
        )
        for report, event, key in filed
    )
    put_rows(to, "report", _COLUMNS, rows, document="body")


def held_keys(connection: Connection, originator: str) -> set[bytes]:
    """The keys of every report of this originator that is held, or was until a newer version took its place."""
    rows = connection.execute(
        "SELECT source_key FROM report WHERE originator = %(originator)s UNION ALL SELECT source_key"
        " FROM nominal.set_aside WHERE originator = %(originator)s AND source_key IS NOT NULL",
        {"originator": originator},
    )
    return {key for (key,) in rows}


def holds(connection: Connection, originator: str, key: bytes) -> bool:
    """Whether the report that its originator knows by ``key`` is held."""
    found = connection.execute(
        "SELECT 1 FROM report WHERE originator = %s AND source_key = %s", (originator, key)
    ).fetchone()
    return found is not None


def reports_of_events(connection: Connection, events: Sequence[UUID]) -> dict[UUID, list[Report]]:
    """The reports filed under each of these events, in the order of their identifiers; events without any left out."""
    rows = connection.execute(
        "SELECT event_id, body::text FROM report WHERE event_id = ANY(%s) ORDER BY id", (list(events),)
    )
    filed: dict[UUID, list[Report]] = {}
    for event, body in rows:
        filed.setdefault(event, []).append(Report.from_own_json(body.encode()))
    return filed


def reports_of(connection: Connection, event: UUID) -> list[Report]:
    """The reports filed under an event, in the order of their identifiers."""
    return reports_of_events(connection, [event]).get(event, [])


def find_report(connection: Connection, report: UUID, *, prefer: str) -> tuple[Report, UUID]:
    """A report and its event; of several originators' under one identifier, that of ``prefer``. Raises NotFound."""
    found = find_reports(connection, [report], prefer=prefer)
    if not found:
        raise NotFound(not_held(report))
    return found[report]


def not_held(report: UUID) -> str:
    """What is said of a report that is not here, or that whoever asks may not see."""
    return f"no report {report} is held here; `hamkar seizure list` shows what is"


def find_reports(connection: Connection, wanted: Sequence[UUID], *, prefer: str) -> dict[UUID, tuple[Report, UUID]]:
    """Those of these reports that are held, each with its event; of several originators' that of ``prefer``."""
    rows = connection.execute(
        "SELECT DISTINCT ON (id) id, body::text, event_id FROM report WHERE id = ANY(%s)"
        " ORDER BY id, originator = %s DESC, originator",
        (list(wanted), prefer),
    )
    return {report: (Report.from_own_json(body.encode()), event) for report, body, event in rows}


def reports_by(connection: Connection, originator: str, limit: int) -> list[Report]:
    """The first reports of an originator, in the order of their identifiers."""
    rows = connection.execute(
        "SELECT body::text FROM report WHERE originator = %s ORDER BY id LIMIT %s", (originator, limit)
    )
    return [Report.from_own_json(body.encode()) for (body,) in rows]


def reports_named(
    connection: Connection, wanted: Sequence[UUID], *, prefer: str
) -> tuple[dict[UUID, list[Report]], dict[UUID, tuple[Report, UUID]]]:
    """What `reports_of_events` and `find_reports` find under these identifiers, read at once."""
    rows = ask(
        connection,
        "SELECT id, event_id, body::text FROM report WHERE event_id = ANY(%s) OR id = ANY(%s)"
        " ORDER BY id, originator = %s DESC, originator",
        (list(wanted), list(wanted), prefer),
    )
    asked = set(wanted)
    filed: dict[UUID, list[Report]] = {}
    alone: dict[UUID, tuple[Report, UUID]] = {}
    for identifier, event, body in rows:
        report = Report.from_own_json(body.encode())
        if event in asked:
            filed.setdefault(event, []).append(report)
        if identifier in asked:
            alone.setdefault(identifier, (report, event))
    return filed, alone


def find_all_held(connection: Connection, originator: str, wanted: Sequence[UUID]) -> dict[UUID, tuple[Report, UUID]]:
    """Those of these reports of an originator that are held, each with its event."""
    rows = connection.execute(
        "SELECT id, body::text, event_id FROM report WHERE id = ANY(%s) AND originator = %s", (list(wanted), originator)
    )
    return {report: (Report.from_own_json(body.encode()), event) for report, body, event in rows}


def replace_body(connection: Connection, report: Report) -> None:
    """Keep a fuller version of a report that is held."""
    connection.execute(
        "UPDATE report SET body = %s, delete_by = %s, handling = %s, category = %s, filled = %s"
        " WHERE id = %s AND originator = %s",
        (
            *(report.to_json().decode(), report.handling.delete_by, report.handling.code.rank, category(report)),
            *(sorted(filled(report)), report.id, report.originator),
        ),
    )


def events_of_groups(connection: Connection, originator: str, groups: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these groups of an originator those that are held, each with the event its newest report is filed under."""
    rows = ask(
        connection,
        "SELECT group_id, event_id FROM report WHERE originator = %s AND group_id = ANY(%s) ORDER BY id",
        (originator, list(groups)),
    )
    return dict(rows)


def move_reports(
    connection: Connection, reports: Sequence[UUID], events: tuple[UUID, UUID], *, by: str, at: datetime, reason: str
) -> None:
    """File reports of the first event under the second and keep where they stood, so that the move can be undone."""
    from_event, to_event = events
    connection.execute(
        "INSERT INTO regrouping (report_id, from_event, to_event, moved_by, moved_at, reason)"
        " SELECT id, event_id, %s, %s, %s, %s FROM report WHERE id = ANY(%s) AND event_id = %s",
        (to_event, by, at, reason, list(reports), from_event),
    )
    connection.execute(
        "UPDATE report SET event_id = %s WHERE id = ANY(%s) AND event_id = %s", (to_event, list(reports), from_event)
    )


def came_from(connection: Connection, chosen: Sequence[UUID], event: UUID) -> UUID | None:
    """The one event from which all of these reports were last moved into ``event``; None where there is no such one."""
    rows = connection.execute(
        "SELECT DISTINCT ON (report_id) report_id, from_event FROM regrouping WHERE report_id = ANY(%s)"
        " AND to_event = %s ORDER BY report_id, id DESC",
        (list(chosen), event),
    ).fetchall()
    origins = {origin for _, origin in rows}
    return origins.pop() if len(rows) == len(chosen) and len(origins) == 1 else None


def count_reports(connection: Connection) -> dict[str, int]:
    """How many reports are held, by originator."""
    rows = connection.execute("SELECT originator, count(*) FROM report GROUP BY originator ORDER BY originator")
    return dict(rows.fetchall())


def received_from(connection: Connection, chosen: Sequence[UUID], own: str, sight: Sight) -> dict[UUID, list[str]]:
    """The other nodes whose reports, of those seen, are filed under each of these events; others are left out."""
    seen = clause(sight.rule, {HANDLING: "handling"})
    rows = connection.execute(
        "SELECT event_id, array_agg(DISTINCT originator ORDER BY originator) FROM report"
        f" WHERE event_id = ANY(%s) AND originator <> %s AND {seen.sql} GROUP BY event_id",
        (list(chosen), own, *seen.values),
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class Move:
    """Reports that were moved from one event to another in one act of a person."""

    from_event: UUID
    to_event: UUID
    reports: int
    by: str
    at: datetime
    reason: str


def moves_of(connection: Connection, event: UUID, sight: Sight) -> list[Move]:
    """Every move into an event or out of it of reports that are seen, the newest first."""
    moved = connection.execute(
        "SELECT DISTINCT report_id FROM regrouping WHERE to_event = %s OR from_event = %s", (event, event)
    )
    seen = seen_among(connection, [report for (report,) in moved], sight)
    with connection.cursor(row_factory=class_row(Move)) as cursor:
        return cursor.execute(
            "SELECT from_event, to_event, count(*) AS reports, moved_by AS by, moved_at AS at, reason FROM regrouping"
            " WHERE (to_event = %s OR from_event = %s) AND report_id = ANY(%s)"
            " GROUP BY from_event, to_event, moved_by, moved_at, reason ORDER BY moved_at DESC, to_event",
            (event, event, list(seen)),
        ).fetchall()
