"""Which files were imported, by whom, and what their quality was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hamkar.policy.sight import HANDLING, Sight
from hamkar.store.where import clause


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import of one file; its quality quotes cells, so it is marked like the claims: with a rank from 0 to 3."""

    id: UUID
    file_name: str
    sha256: bytes
    layout: str
    imported_by: str
    imported_at: datetime
    handling: int
    quality: Mapping[str, object]


def put_import(connection: Connection, row: ImportRow) -> None:
    """Keep the note of an import."""
    connection.execute(
        "INSERT INTO import (id, file_name, sha256, layout, imported_by, imported_at, handling, quality)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(row.id, row.file_name, row.sha256, row.layout, row.imported_by, row.imported_at, row.handling),
            json.dumps(row.quality),
        ),
    )


def list_imports(connection: Connection, limit: int, sight: Sight) -> list[ImportRow]:
    """The newest imports of what is seen."""
    seen = clause(sight.rule, {HANDLING: "handling"})
    with connection.cursor(row_factory=class_row(ImportRow)) as cursor:
        return cursor.execute(
            "SELECT id, file_name, sha256, layout, imported_by, imported_at, handling, quality FROM import"
            f" WHERE {seen.sql} ORDER BY imported_at DESC, id DESC LIMIT %s",
            (*seen.values, limit),
        ).fetchall()


_LOCK = 0x68616D6B6172696D


def lock_imports(connection: Connection) -> None:
    """Let one import at a time run, until the unit of work ends: two of one file must not both find it missing."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
