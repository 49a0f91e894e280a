"""Running PostgreSQL's own programs on the node's database: for backups, for restoring them, and for a look inside."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hamkar.actions.node import open_database
from hamkar.errors import BadInput
from hamkar.settings import Settings
from hamkar.store.postgres.binaries import find_binaries


def run_program(settings: Settings, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit status of the program, which finds the database in the PG* variables added to ``environment``.

    For the node's own server it is the program of that server's version; for DATABASE_URL, the one on the PATH.
    """
    program = _program(settings, name)
    with open_database(settings) as database:
        return subprocess.run(  # noqa: S603 - the administrator's own words, given to no shell
            [program, *arguments], env={**environment, **database.environment()}, check=False
        ).returncode


def _program(settings: Settings, name: str) -> str:
    folder = None
    if not settings.database_url:
        folder = str(find_binaries(Path(settings.postgres_bin) if settings.postgres_bin else None).folder)
    found = shutil.which(name, path=folder) if Path(name).name == name else None
    if found is None:
        msg = f"{name!r} is not one of PostgreSQL's programs in {folder or 'the PATH'}; try pg_dump, pg_restore or psql"
        raise BadInput(msg)
    return found
