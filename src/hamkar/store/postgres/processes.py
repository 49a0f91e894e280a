"""The server's processes as the kernel shows them, told from all others by how they were started.

Command lines are read, not working folders: root in a container without CAP_SYS_PTRACE may not read those of others.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from hamkar.store.postgres.place import Place

_PROC = Path("/proc")
_PATIENCE = 10.0
_PAUSE = 0.02


def living_postmaster(place: Place) -> int | None:
    """The process number of this place's living server; a zombie and a stranger who got its old number are neither."""
    number = _recorded(place)
    if number is None or not _is_postmaster(number, place):
        return None
    return number


def wait_until_gone(number: int, place: Place) -> None:
    """Return when that server has ended with all its processes, however long its last checkpoint takes."""
    while _is_postmaster(number, place) or any(_orphans(place)):
        time.sleep(_PAUSE)


def dismiss_orphans(place: Place) -> None:
    """End the processes that outlived their server: while one holds the shared memory, no new server can start.

    SIGQUIT is PostgreSQL's own signal for this case: they leave without touching what they share. Only the sole starter
    calls this, and only where there is no living server.
    """
    deadline = time.monotonic() + _PATIENCE
    while orphans := list(_orphans(place)):
        blow = signal.SIGQUIT if time.monotonic() < deadline else signal.SIGKILL
        for number in orphans:
            _send(number, blow)
        time.sleep(_PAUSE)


def forget_stranger(place: Place) -> None:
    """Remove a dead server's lock files where its number now belongs to a process that is no server of this place.

    PostgreSQL itself would take that process for a living server and refuse to start (after a restart of a container
    low numbers come back at once). An empty lock file, left by a full disk or a power cut, has the same effect.
    """
    if _is_stale(place.data / "postmaster.pid", place):
        for left in (place.data / "postmaster.pid", *place.sockets.glob(".s.PGSQL.*.lock")):
            left.unlink(missing_ok=True)


def _is_stale(file: Path, place: Place) -> bool:
    number = _recorded(place)
    if number is not None:
        return (_PROC / str(number)).exists() and not _is_postmaster(number, place)
    # A server that starts this moment has made the file and not yet filled it.
    return file.exists() and time.time() - file.stat().st_mtime > _PATIENCE


def _recorded(place: Place) -> int | None:
    try:
        first = (place.data / "postmaster.pid").read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _is_postmaster(number: int, place: Place) -> bool:
    """Whether that process was started as ``postgres -D <this data folder>`` and has not rewritten its title."""
    words = _command_line(number).split(b"\0")
    return words[0].endswith(b"postgres") and os.fsencode(place.data) in words[1:]


def _orphans(place: Place) -> Iterator[int]:
    title = f"postgres: {place.cluster_name}: ".encode()
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and _command_line(int(folder.name)).startswith(title) and _owner(folder) == place.uid:
            yield int(folder.name)


def _command_line(number: int) -> bytes:
    try:
        return (_PROC / str(number) / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""


def _owner(folder: Path) -> int | None:
    try:
        return folder.stat().st_uid
    except FileNotFoundError:
        return None


def _send(number: int, blow: signal.Signals) -> None:
    try:
        os.kill(number, blow)
    except ProcessLookupError:
        return  # it left by itself
