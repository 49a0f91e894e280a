"""Reading a file into claims: all of it that can be used, in one unit of work, and nothing of it twice."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from uuid import UUID

from hamkar.actions.events import rederive
from hamkar.actions.node import Node
from hamkar.formats.outcome import Read
from hamkar.formats.quality import Quality
from hamkar.formats.reading import Reading, read
from hamkar.model.handling import FREE, Handling, HandlingCode
from hamkar.model.report import Report
from hamkar.seizures.summary import summaries
from hamkar.store import events, imports, log, reports
from hamkar.store.database import Connection
from hamkar.store.imports import ImportRow
from hamkar.store.log import Entry
from hamkar.store.reports import Filed

BATCH = 5_000
"""Reports written at a time: enough that COPY dominates, few enough that memory stays flat."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many claims are new or were held already, the seconds, and the file's quality."""

    imported: int
    held_already: int
    seconds: float
    quality: Quality

    def to_dict(self) -> dict[str, object]:
        """The contract of ``hamkar import --json``."""
        quality = self.quality.to_dict()
        return {
            **quality,
            "imported": self.imported,
            "held_already": self.held_already,
            "seconds": round(self.seconds, 3),
        }


FILE_CODES = (HandlingCode.H0, HandlingCode.H1, HandlingCode.H2)
"""The handling codes a whole file can be given; H3 needs words of its own for each record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to import: the file, its layout where it is not to be recognised, and the handling its claims get."""

    path: Path
    layout: str | None = None
    handling: Handling = FREE
    dry_run: bool = False


def import_file(node: Node, wanted: Wanted, *, by: str, progress: Progress | None = None) -> Imported:
    """File every claim of the file that is not held yet; rows that cannot be claims are listed, the rest is kept.

    All or nothing is committed, so an import that was cut off is simply run again. With ``dry_run`` nothing is kept.
    ``progress`` is called with how much of the file has been read and its size. Raises BadInput for a file that is no
    table of a known layout.
    """
    started = time.monotonic()
    reading = read(
        wanted.path,
        layout=wanted.layout,
        originator=node.id,
        new_id=node.new_id,
        today=node.today,
        progress=progress,
    )
    if wanted.dry_run:
        count = sum(isinstance(outcome, Read) for outcome in reading)
        return Imported(count, 0, time.monotonic() - started, reading.quality)
    with node.database.transaction() as connection:
        imports.lock_imports(connection)
        intake = _Intake(node, connection, node.new_id(), wanted.handling, reports.held_keys(connection, node.id))
        _pour(intake, reading)
        rederive(connection, intake.shared)
        _note(node, connection, intake.id, wanted, reading, by)
    return Imported(intake.imported, intake.held_already, time.monotonic() - started, reading.quality)


@dataclass(slots=True)
class _Intake:
    """What has been filed so far; ``shared`` are events to derive anew, because their claims came in several parts."""

    node: Node
    connection: Connection
    id: UUID
    handling: Handling
    held: set[bytes]
    imported: int = 0
    held_already: int = 0
    written: set[UUID] = field(default_factory=set)
    shared: set[UUID] = field(default_factory=set)

    def new_claims(self, reading: Reading) -> Iterator[tuple[Report, bytes]]:
        """The claims of the file that are not held yet, with their keys."""
        for outcome in reading:
            if not isinstance(outcome, Read):
                continue
            if outcome.key in self.held:
                self.held_already += 1
                continue
            self.imported += 1
            marked = outcome.report if self.handling is FREE else replace(outcome.report, handling=self.handling)
            yield marked, outcome.key

    def write(self, claims: list[tuple[Report, bytes]]) -> None:
        """File a batch: its reports, and the events that are new and whole in it."""
        where = self._events_of(claims)
        filed = [Filed(report, where.get(report.group, report.group), key) for report, key in claims]
        reports.copy_reports(self.connection, filed, received_at=self.node.now(), import_id=self.id)
        grouped: dict[UUID, list[Report]] = {}
        for one in filed:
            grouped.setdefault(one.event, []).append(one.report)
        fresh = grouped.keys() - self.written - set(where.values())
        self.shared |= grouped.keys() - fresh
        self.written |= fresh
        events.copy_events(
            self.connection, [line for event in grouped if event in fresh for line in summaries(event, grouped[event])]
        )

    def _events_of(self, claims: list[tuple[Report, bytes]]) -> dict[UUID, UUID]:
        """Where the groups of these claims are filed already; a new group's event takes the group's identifier."""
        if not self.held:
            return {}
        groups = list({report.group for report, _ in claims})
        return reports.events_of_groups(self.connection, self.node.id, groups)


def _pour(intake: _Intake, reading: Reading) -> None:
    """Read and write in turn: with a second thread the two wait for the interpreter, and it took half as long again."""
    claims = intake.new_claims(reading)
    while batch := list(islice(claims, BATCH)):
        intake.write(batch)


def _note(node: Node, connection: Connection, identifier: UUID, wanted: Wanted, reading: Reading, by: str) -> None:
    with wanted.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    row = ImportRow(
        id=identifier,
        file_name=wanted.path.name,
        sha256=digest,
        layout=reading.quality.layout,
        imported_by=by,
        imported_at=node.now(),
        handling=wanted.handling.code.rank,
        quality=reading.quality.to_dict(),
    )
    imports.put_import(connection, row)
    log.append(
        connection, Entry(actor=by, act="imported", subject=str(identifier), detail=wanted.path.name), node.now()
    )
