"""The schema grows forward only, by numbered SQL files, each applied once and whole and never changed afterwards."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files

from psycopg import Connection, DatabaseError

from hamkar.errors import NotReady
from hamkar.store.database import Database

_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
# Any number will do, as long as nothing else in the database locks it: these are the letters "hamkar".
_LOCK = int.from_bytes(b"hamkar")
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number (1, 2, 3, …), its name, and the exact bytes of its SQL."""

    number: int
    name: str
    sql: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes, as hexadecimal digits."""
        return hashlib.sha256(self.sql).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04d}_{self.name}"


def shipped() -> tuple[Migration, ...]:
    """The migrations this version of Hamkar brings along, in order; ``NotReady`` where the installation lacks them."""
    folder = files("hamkar.store") / "migrations"
    if not folder.is_dir():
        message = "This installation of Hamkar lacks the folder hamkar/store/migrations: install it again."
        raise NotReady(message)
    named = [(_FILE_NAME.fullmatch(file.name), file) for file in folder.iterdir()]
    found = [Migration(int(name[1]), name[2], file.read_bytes()) for name, file in named if name]
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(database: Database, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
    """Apply what is not applied yet, each migration in a transaction of its own, and say which those were.

    Two processes may try at once: one waits. Raises ``NotReady`` where the database is newer than the migrations, where
    an applied one was changed, where the numbers have a gap, and where one fails, of which then nothing is kept.
    """
    _check_numbers(migrations)
    with database.administration() as connection, _sole_migrator(connection):
        connection.execute(_TABLE)
        applied = _applied(connection)
        _check_history(applied, migrations, database.name)
        missing = tuple(migrations[len(applied) :])
        for migration in missing:
            _apply(connection, migration, database.name)
    return missing


def _check_numbers(migrations: Sequence[Migration]) -> None:
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            message = f"Migration {migration} stands where number {expected:04d} is due: number the files without gaps."
            raise NotReady(message)


@contextmanager
def _sole_migrator(connection: Connection) -> Iterator[None]:
    """Hold a lock of the session: a process that is killed loses it with its connection."""
    connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    yield
    connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _applied(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT number, name, sha256 FROM schema_migration ORDER BY number")
    return [(f"{number:04d}_{name}", sha256) for number, name, sha256 in rows]


def _check_history(applied: list[tuple[str, str]], migrations: Sequence[Migration], database: str) -> None:
    if len(applied) > len(migrations):
        unknown = applied[len(migrations)][0]
        message = (
            f"The database {database} is newer than this Hamkar ({unknown} is unknown here): install a newer Hamkar."
        )
        raise NotReady(message)
    for (name, sha256), migration in zip(applied, migrations, strict=False):
        if (name, sha256) != (str(migration), migration.sha256):
            message = (
                f"Migration {migration} differs from {name} that the database {database} was made with: restore the "
                "file as it was released, and put the change into a new one."
            )
            raise NotReady(message)


def _apply(connection: Connection, migration: Migration, database: str) -> None:
    try:
        with connection.transaction():
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO schema_migration (number, name, sha256) VALUES (%s, %s, %s)",
                [migration.number, migration.name, migration.sha256],
            )
    except DatabaseError as error:
        why = str(error).strip().partition("\n")[0]
        message = f"Migration {migration} fails on the database {database} ({why}): nothing of it was kept; report it."
        raise NotReady(message) from error
