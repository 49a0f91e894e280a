"""The command ``hamkar`` as a process of its own, for a node in a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures_node import new_database
from hamkar.store.postgres.cluster import Cluster


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON value."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@contextmanager
def command_line(postgres: Cluster, home: Path) -> Iterator[Run]:
    """Run ``hamkar`` with a folder where no node has been made yet."""
    with new_database(postgres, "cli") as database:
        environment = {**os.environ, "HAMKAR_HOME": str(home), "DATABASE_URL": database.conninfo()}

        def run_it(*words: str, given: str = "", **changed: str) -> Ran:
            command = [sys.executable, "-m", "hamkar", *words]
            done = subprocess.run(
                command, env={**environment, **changed}, input=given, capture_output=True, text=True, check=False
            )
            return Ran(done.returncode, done.stdout, done.stderr)

        yield run_it
