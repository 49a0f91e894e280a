"""One node's PostgreSQL, shared by all its processes."""

import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from hamkar.errors import NotReady
from hamkar.store.postgres.binaries import Binaries, binaries_for, find_binaries
from hamkar.store.postgres.creation import check_version, create_data
from hamkar.store.postgres.locks import Use, sole_starter
from hamkar.store.postgres.place import APART, Place, find_place
from hamkar.store.postgres.server import Child, answers, bring_up, server_conninfo, stop

_NONE: Mapping[str, str] = MappingProxyType({})


class Cluster:
    """Between ``ensure`` and ``close`` nobody else stops the node's PostgreSQL, and ``ensure`` brings it back.

    ``home`` is the node's folder. ``programs`` is the folder of the PostgreSQL programs, ``account`` whom root steps
    down to, ``apart`` where root's data lie, ``settings`` server settings over ours. Nothing is made before it is used.
    """

    def __init__(
        self,
        home: Path,
        *,
        programs: Path | None = None,
        account: str | None = None,
        apart: Path = APART,
        settings: Mapping[str, str] = _NONE,
    ) -> None:
        self._home = home
        self._programs = programs
        self._account = account
        self._apart = apart
        self._settings = settings
        self._mutex = threading.Lock()
        self._use: Use | None = None
        self._child: Child | None = None

    def __enter__(self) -> Self:
        try:
            self.ensure()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def place(self) -> Place:
        """The folder the data lie in and the account that runs the server."""
        return find_place(self._home, account=self._account, apart=self._apart)

    def ensure(self) -> None:
        """Return when the server takes connections: found, created, started, or recovered, which may take minutes.

        Raises ``NotReady`` with what is missing and how to add it.
        """
        with self._mutex:
            if self._use is None or not answers(self.place):
                try:
                    self._take_and_bring_up()
                except OSError as error:
                    message = f"PostgreSQL in {self.place.folder} cannot be started: {error}; mend that and try again."
                    raise NotReady(message) from error

    def conninfo(self, database: str) -> str:
        """A libpq connection string for a database of this server."""
        return server_conninfo(self.place, database)

    def close(self) -> None:
        """Stop using the server; whoever is the last to do so stops it and waits for its end."""
        with self._mutex:
            if self._use is None:
                return
            with sole_starter(self.place):
                use, self._use = self._use, None
                try:
                    if use.is_last():
                        self._stop()
                finally:
                    use.end()

    @cached_property
    def _binaries(self) -> Binaries:
        found = find_binaries(self._programs)
        account = self.place.account
        return binaries_for(found, account, self._apart) if account else found

    def _take_and_bring_up(self) -> None:
        with sole_starter(self.place):
            if self._use is None:
                self._use = Use(self.place)
            if not self.place.data.exists():
                create_data(self._binaries, self.place)
            check_version(self._binaries, self.place)
            self._child = bring_up(self._binaries, self.place, self._settings) or self._child

    def _stop(self) -> None:
        stop(self.place)
        if self._child is not None:
            self._child.wait()
            self._child = None
