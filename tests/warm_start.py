"""Processes of the real command ``hamkar`` without the second that loading the program takes.

A process that has loaded it forks; the child gets a session, an environment and outputs of its own and runs the command
line as any other process would. So kills hit the work of a node and not its imports.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sudden_death import Death, prepare

_LARGEST_ORDER = 1 << 16
_LOADED = ("hamkar.cli.init", "hamkar.cli.main", "hamkar.cli.release", "hamkar.cli.serve", "hamkar.cli.sync")


@dataclass(frozen=True, slots=True)
class Started:
    """A running command; ``handle`` (a pidfd) stays that process's even where its number is given to another."""

    pid: int
    handle: int

    def kill(self) -> None:
        """End it without warning, and wait until it is gone."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        assert self.gone(10), "a killed process does not end"

    def gone(self, seconds: float) -> bool:
        """Whether it has ended, or does so within that time."""
        return bool(select.select([self.handle], [], [], seconds)[0])


class WarmStart:
    """Starts commands of the program it has loaded. Use it as a context manager; it does not end what it started."""

    def __enter__(self) -> Self:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HAMKAR", "DATABASE"))}
        with theirs:
            self._process = subprocess.Popen([sys.executable, __file__], stdin=theirs.fileno(), env=environment)
        assert self._orders.recv(1), "the program cannot be loaded"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._orders.close()
        self._process.wait()

    def start(
        self, arguments: list[str], home: Path, *, out: int, said: int, death: Death | None = None, url: str = ""
    ) -> Started:
        """Run ``hamkar`` with these arguments on a node; ``death`` says where it is to be killed."""
        order = {
            "arguments": arguments,
            "environment": {"HAMKAR_HOME": str(home), "DATABASE_URL": url},
            "death": asdict(death) if death else None,
        }
        socket.send_fds(self._orders, [json.dumps(order).encode()], [out, said])
        pid = int(self._orders.recv(32))
        return Started(pid, os.pidfd_open(pid))


def _load() -> None:
    """Import what any of the commands needs."""
    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()


def _fork_on_order(orders: socket.socket) -> None:
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    orders.send(b"!")
    while True:
        data, files, _, _ = socket.recv_fds(orders, _LARGEST_ORDER, 2)
        if not data:
            return
        pid = os.fork()
        if pid == 0:
            _become(json.loads(data), files)
        for file in files:
            os.close(file)
        orders.send(str(pid).encode())


def _become(order: dict[str, Any], files: list[int]) -> None:
    """Be the command, as if it had been started by a shell."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, place in zip((nothing, *files), (0, 1, 2), strict=True):
        os.dup2(file, place)
        os.close(file)
    os.environ.update({name: value for name, value in order["environment"].items() if value})
    sys.argv = ["hamkar", *order["arguments"]]
    if order["death"]:
        prepare(Death(**order["death"]))
    importlib.import_module("hamkar.cli.main").main()
    sys.exit()


if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as orders:
        _fork_on_order(orders)
