"""PostgreSQL's short programs (``initdb``, ``postgres --version``), run to their end."""

import os
import subprocess
from collections.abc import Sequence

from hamkar.store.postgres.account import Account

# Nothing of our caller's surroundings reaches the server: its words stay English, its clock UTC.
SURROUNDINGS = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run_program(arguments: Sequence[str | os.PathLike[str]], account: Account | None) -> tuple[int, str]:
    """The exit code and everything the program said; ``account`` None means ourselves.

    Raises ``OSError`` where the program cannot be executed by that account.
    """
    done = subprocess.run(  # noqa: S603 - the program is one of PostgreSQL's own, found by hamkar.store.postgres.binaries
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd="/",
        env=SURROUNDINGS,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return done.returncode, done.stdout.decode(errors="replace")
