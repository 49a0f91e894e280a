"""Starting PostgreSQL as a direct child, waiting until it answers, and stopping it."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from psycopg import pq
from psycopg.conninfo import make_conninfo

from hamkar.errors import NotReady
from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.creation import SUPERUSER
from hamkar.store.postgres.place import PORT, Place
from hamkar.store.postgres.processes import dismiss_orphans, forget_stranger, living_postmaster, wait_until_gone
from hamkar.store.postgres.programs import SURROUNDINGS

# For two cores and 4 GB. fsync, synchronous_commit and full_page_writes keep PostgreSQL's defaults: all on.
SETTINGS: Mapping[str, str] = {
    "max_connections": "50",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    # Before recovery the data folder is synced: as a whole, because file by file takes seconds on a busy disk. Linux
    # reports write errors of such a sync since 5.8.
    "recovery_init_sync_method": "syncfs",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    # One file a weekday, overwritten a week later. Rotation by size would only append to the same file again.
    "log_filename": "postgresql-%u.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # Statements and the details of violated constraints hold people's names: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_LARGEST_LOG = 10_000_000
_PATIENCE = 60.0
_PAUSE = 0.02
_KILLED = "it was killed by signal"
_RETRIED = (
    _KILLED,
    "pre-existing shared memory block",
    'postmaster.pid" already exists',
    'postmaster.pid" is empty',
    f'.{PORT}.lock" already exists',
    f'.{PORT}.lock" is empty',
)
_GRAVE = ("FATAL:", "PANIC:")
# What clients are told meanwhile, ourselves included, is no reason for the end.
_TOLD_TO_CLIENTS = ("the database system is", "terminating connection")

Child = subprocess.Popen[bytes]


def bring_up(binaries: Binaries, place: Place, settings: Mapping[str, str]) -> Child | None:
    """Return when the server answers: found, started, or after crash recovery, however long that takes.

    The result is the process if we started it. The caller is the sole starter. Raises ``NotReady`` with the server's
    last words where it ends by itself, or where it lives and does not answer.
    """
    deadline = time.monotonic() + _PATIENCE
    while not _comes_up(place, None):
        dismiss_orphans(place)
        forget_stranger(place)
        _limit_logs(place)
        with tempfile.TemporaryFile() as said:
            child = _started(_command(binaries, place, settings), place, said)
            if _comes_up(place, child):
                return child
            words = _last_words(child, said, place)
        if not any(reason in words for reason in _RETRIED) or time.monotonic() > deadline:
            message = f"PostgreSQL in {place.data} ended as soon as it was started: {words}; mend that and try again."
            raise NotReady(message)
        time.sleep(_PAUSE)
    return None


def stop(place: Place) -> None:
    """End the server by a fast shutdown (SIGINT): work under way is rolled back, a checkpoint is written."""
    number = living_postmaster(place)
    if number is None:
        return
    try:
        os.kill(number, signal.SIGINT)
    except ProcessLookupError:
        return
    wait_until_gone(number, place)


def server_conninfo(place: Place, database: str) -> str:
    """A libpq connection string that leaves no gap for the caller's PG* variables to fill."""
    return make_conninfo(
        host=str(place.sockets),
        port=PORT,
        user=SUPERUSER,
        dbname=database,
        client_encoding="UTF8",
        connect_timeout=10,
        options="",
    )


def answers(place: Place) -> bool:
    """Whether the server takes connections now."""
    return _answer(place) == pq.Ping.OK


def _answer(place: Place) -> pq.Ping:
    conninfo = make_conninfo(server_conninfo(place, "postgres"), connect_timeout=2)
    return pq.Ping(pq.PGconn.ping(conninfo.encode()))


def _comes_up(place: Place, child: Child | None) -> bool:
    """Wait while a server is there and says that it is coming up or shutting down; False when there is none."""
    deadline = time.monotonic() + _PATIENCE
    while (answer := _answer(place)) != pq.Ping.OK:
        if child.poll() is not None if child else living_postmaster(place) is None:
            return False
        if answer == pq.Ping.REJECT:
            deadline = time.monotonic() + _PATIENCE
        elif time.monotonic() > deadline:
            message = (
                f"PostgreSQL (process {living_postmaster(place)}) runs but has not answered at {place.sockets} for "
                f"{_PATIENCE:.0f} s: end it with `kill -INT` and try again."
            )
            raise NotReady(message)
        time.sleep(_PAUSE)
    return True


def _command(binaries: Binaries, place: Place, settings: Mapping[str, str]) -> list[str | Path]:
    fixed = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(place.sockets),
        "unix_socket_permissions": "0700",
        "cluster_name": place.cluster_name,
    }
    options = [f"--{name}={value}" for name, value in {**SETTINGS, **settings, **fixed}.items()]
    return [binaries.postgres, "-D", place.data, *options]


def _started(command: list[str | Path], place: Place, said: IO[bytes]) -> Child:
    """Start it in a session of its own, so that Ctrl-C at our terminal does not end it under other processes.

    It is reaped the moment it ends, whoever ends it, even if this process has long stopped using it.
    """
    child = subprocess.Popen(  # noqa: S603 - the program is PostgreSQL's own, found by hamkar.store.postgres.binaries
        command,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        cwd="/",
        env=SURROUNDINGS,
        start_new_session=True,
        user=place.account.uid if place.account else None,
        group=place.account.gid if place.account else None,
        extra_groups=[] if place.account else None,
    )
    threading.Thread(target=child.wait, name=f"reaper of {place.cluster_name}", daemon=True).start()
    return child


def _limit_logs(place: Place) -> None:
    """Drop a log that grew too large: a server that runs only now and then never reaches its daily rotation."""
    for file in place.data.glob("log/*.log"):
        if file.lstat().st_size > _LARGEST_LOG:
            file.unlink()


def _last_words(child: Child, said: IO[bytes], place: Place) -> str:
    """Why it ended: the signal, or the last grave line it wrote before or after it opened its log."""
    if child.returncode < 0:
        return f"{_KILLED} {-child.returncode}"
    said.seek(0)
    early = said.read().decode(errors="replace").splitlines()
    logged = _logged_since_start(place)
    return _last_grave_line(early) or _last_grave_line(logged) or (logged or early or ["it said nothing"])[-1]


def _logged_since_start(place: Place) -> list[str]:
    files = sorted(place.data.glob("log/*.log"), key=lambda file: file.lstat().st_mtime)
    lines = files[-1].read_text(errors="replace").splitlines() if files else []
    starts = [number for number, line in enumerate(lines) if "starting PostgreSQL" in line]
    return lines[starts[-1] :] if starts else []


def _last_grave_line(lines: list[str]) -> str | None:
    for line in reversed(lines):
        grave = next((line[line.index(level) :] for level in _GRAVE if level in line), None)
        if grave and not any(phrase in grave for phrase in _TOLD_TO_CLIENTS):
            return grave
    return None
