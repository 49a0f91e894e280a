"""Reports as kept: the exact JSON of each claim, under the event it is taken to speak of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.errors import NotFound
from hamkar.model.report import Report
from hamkar.store.rows import put_rows


class Filed(NamedTuple):
    """A report, the event it is filed under, and the key by which its originator would know it again."""

    report: Report
    event: UUID
    key: bytes


_COLUMNS = "id, event_id, originator, group_id, source_key, import_id, received_at, delete_by, body"


def copy_reports(
    connection: Connection, filed: Iterable[Filed], *, received_at: datetime, import_id: UUID | None = None
) -> None:
    """Write reports together. A report whose originator and key are held already breaks the unit of work."""
    brought = (None if import_id is None else str(import_id), received_at.isoformat())
    rows = [
        (
            *(str(report.id), str(event), report.originator, str(report.group), f"\\x{key.hex()}"),
            *brought,
            report.handling.delete_by,
            report.to_json().decode(),
        )
        for report, event, key in filed
    ]
    put_rows(connection, "report", _COLUMNS, rows)


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
        msg = f"no report {report} is held here; `hamkar seizure list` shows what is"
        raise NotFound(msg)
    return found[report]


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
    rows = connection.execute(
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
        "UPDATE report SET body = %s, delete_by = %s WHERE id = %s AND originator = %s",
        (report.to_json().decode(), report.handling.delete_by, report.id, report.originator),
    )


def events_of_groups(connection: Connection, originator: str, groups: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these groups of an originator those that are held, each with the event its newest report is filed under."""
    rows = connection.execute(
        "SELECT group_id, event_id FROM report WHERE originator = %s AND group_id = ANY(%s) ORDER BY id",
        (originator, list(groups)),
    )
    return dict(rows.fetchall())


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


def received_from(connection: Connection, chosen: Sequence[UUID], own: str) -> dict[UUID, list[str]]:
    """The other nodes whose reports are filed under each of these events; events without such are left out."""
    rows = connection.execute(
        "SELECT event_id, array_agg(DISTINCT originator ORDER BY originator) FROM report"
        " WHERE event_id = ANY(%s) AND originator <> %s GROUP BY event_id",
        (list(chosen), own),
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


def moves_of(connection: Connection, event: UUID) -> list[Move]:
    """Every move of reports into an event or out of it, the newest first."""
    with connection.cursor(row_factory=class_row(Move)) as cursor:
        return cursor.execute(
            "SELECT from_event, to_event, count(*) AS reports, moved_by AS by, moved_at AS at, reason FROM regrouping"
            " WHERE to_event = %s OR from_event = %s"
            " GROUP BY from_event, to_event, moved_by, moved_at, reason ORDER BY moved_at DESC, to_event",
            (event, event),
        ).fetchall()
