"""A process that kills itself before or after a named step of its work; the product knows nothing of it.

A step is a function or method, named as whoever calls it finds it: the attribute is replaced in the child process.
"""

import importlib
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

LAST_WORD = b"killed at its step\n"
"""What a process that kills itself writes to its standard output before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Where a process is to die: at the ``count``-th time that ``step`` is taken within ``scope``, before or after it.

    ``scope`` ("" for none) is another such name; only what its thread does while it runs counts. ``data`` is the data
    folder of a PostgreSQL that is killed first, "" for none.
    """

    step: str
    after: bool
    count: int = 1
    scope: str = ""
    data: str = ""


def find(name: str) -> tuple[Any, str, Callable[..., Any]]:
    """Where an attribute stands, its name there, and what it is. Raises AttributeError where there is none."""
    parts = name.split(".")
    for split in range(len(parts) - 1, 0, -1):
        with suppress(ModuleNotFoundError):
            owner: Any = importlib.import_module(".".join(parts[:split]))
            break
    else:
        raise AttributeError(name)
    for part in parts[split:-1]:
        owner = getattr(owner, part)
    return owner, parts[-1], getattr(owner, parts[-1])


def prepare(death: Death) -> None:
    """Replace the step, and the scope, by what counts and kills."""
    inside = threading.local()
    if death.scope:
        owner, name, scope = find(death.scope)

        @wraps(scope)
        def within(*args: Any, **named: Any) -> Any:
            inside.it = True
            try:
                return scope(*args, **named)
            finally:
                inside.it = False

        setattr(owner, name, within)
    taken = 0
    owner, name, step = find(death.step)

    @wraps(step)
    def mortal(*args: Any, **named: Any) -> Any:
        nonlocal taken
        counts = not death.scope or getattr(inside, "it", False)
        taken += counts
        now = counts and taken == death.count
        if now and not death.after:
            die(death)
        result = step(*args, **named)
        if now:
            die(death)
        return result

    setattr(owner, name, mortal)


def die(death: Death) -> None:
    """The end, of the database server too where it was asked for."""
    if death.data:
        kill_server(Path(death.data))
    os.write(1, LAST_WORD)
    os.kill(os.getpid(), signal.SIGKILL)


def kill_server(data: Path) -> bool:
    """Kill a PostgreSQL with all its processes, as a power cut would; False where none runs."""
    with suppress(OSError, IndexError, ValueError):
        for victim in process_tree(int((data / "postmaster.pid").read_text().split()[0])):
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        return True
    return False


def process_tree(top: int) -> list[int]:
    """A process and every descendant of it that lives."""
    found = [top]
    for number in found:
        with suppress(OSError):
            found += map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
    return found
