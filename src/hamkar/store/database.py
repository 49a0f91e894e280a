"""Where connections come from: the node's own PostgreSQL, or the server that DATABASE_URL names.

An action opens one unit of work with ``transaction`` and hands the connection down; nobody below commits.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Protocol, Self

from psycopg import Connection, OperationalError, ProgrammingError, errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from hamkar.errors import NotReady, Unreachable
from hamkar.store.postgres.cluster import Cluster

__all__ = ["Connection", "Database", "ExternalServer", "PooledDatabase", "Server", "database_in", "node_database"]

NAME = "hamkar"
_OLDEST_SERVER = 150_000
_FIRST_WITH_BUILTIN_LOCALE = 170_000
_MAINTENANCE = "postgres"
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
}
_CHECKOUT_SECONDS = 30.0


class Server(Protocol):
    """A PostgreSQL server as its databases see it: an address, and a way to have it back when it died."""

    def ensure(self) -> None:
        """Return when the server takes connections, or at once if bringing it up is not our business."""

    def conninfo(self, database: str) -> str:
        """A libpq connection string for a database of this server."""


class ExternalServer:
    """A server that others run, at an address that libpq understands; nothing is ever started or stopped there."""

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            self._address = conninfo_to_dict(url)
        except ProgrammingError as error:
            # The text may hold a password, so the message does not repeat it.
            message = "DATABASE_URL is no PostgreSQL address: write postgresql://user:password@host:5432/database."
            raise NotReady(message) from error

    @property
    def database(self) -> str:
        """The database that the address names; ``hamkar`` where it names none."""
        return str(self._address.get("dbname") or NAME)

    def ensure(self) -> None:
        """Do nothing: whoever runs the server brings it back."""

    def conninfo(self, database: str) -> str:
        """The address with that database in it."""
        patience = self._address.get("connect_timeout") or 10
        return make_conninfo(self._url, dbname=database, client_encoding="UTF8", connect_timeout=patience)


class Database:
    """One database that exists; a server of our own that died is brought back before anybody is told."""

    def __init__(self, server: Server, name: str, *, options: str = "") -> None:
        self.name = name
        self._server = server
        self._options = options

    def connect(self) -> Connection:
        """A new connection, which the caller closes; ``Unreachable`` where there is none to be had just now."""
        conninfo = self.conninfo()
        try:
            return Connection.connect(conninfo, prepare_threshold=None)
        except OperationalError:
            self._server.ensure()
        with self._readable():
            return Connection.connect(conninfo, prepare_threshold=None)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One unit of work: kept whole when the body ends, not at all when it raises.

        Raises ``Unreachable`` where the server dies meanwhile, and then nothing is kept. If it dies in the very moment
        of the commit, whether the work was kept is unknown: whoever tries again names its records as the first time.
        """
        with self._readable(), self._lent() as connection:
            yield connection

    @contextmanager
    def administration(self) -> Iterator[Connection]:
        """A connection on which each statement is kept by itself, for what cannot run inside a unit of work."""
        with self._readable(), self.connect() as connection:
            connection.autocommit = True
            yield connection

    @contextmanager
    def listening(self, channel: str) -> Iterator[Callable[[float], None]]:
        """A way to wait some seconds at most, less where a unit of work that rings the channel is kept meanwhile."""
        with self.administration() as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))

            def wait(seconds: float) -> None:
                with self._readable():
                    list(connection.notifies(timeout=seconds, stop_after=1))

            yield wait

    def pooled(self, size: int, *, options: str = "") -> "PooledDatabase":
        """The same database for a server of requests: at most ``size`` connections, each used again and again.

        ``options`` are command-line options of the sessions, such as ``-c max_parallel_workers_per_gather=0``.
        """
        return PooledDatabase(self._server, self.name, size, options=options)

    def conninfo(self) -> str:
        """The libpq connection string that this database's connections are made with."""
        base = self._server.conninfo(self.name)
        options = f"{conninfo_to_dict(base).get('options') or ''} {self._options}".strip()
        return make_conninfo(base, options=options)

    def environment(self) -> dict[str, str]:
        """The address as the variables by which PostgreSQL's own programs find a database (libpq, section 32.15)."""
        address = conninfo_to_dict(self.conninfo())
        return {variable: str(address[part]) for part, variable in _VARIABLES.items() if address.get(part)}

    def _lent(self) -> AbstractContextManager[Connection]:
        return self.connect()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Say what the surroundings did wrong in our words; what a statement did wrong is its author's to handle."""
        try:
            yield
        except errors.DiskFull as error:
            message = f"The disk that holds the database {self.name} is full: free some space and try again."
            raise NotReady(message) from error
        except OperationalError as error:
            raise Unreachable(_not_reached(self.name, error)) from error


class PooledDatabase(Database):
    """At most ``size`` connections of one database are open at once, and each is proved alive before it is lent."""

    def __init__(self, server: Server, name: str, size: int, *, options: str = "") -> None:
        super().__init__(server, name, options=options)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            self._conninfo_of_living_server,
            min_size=0,
            max_size=size,
            open=False,
            name=f"connections to {name}",
            kwargs={"prepare_threshold": None},  # psycopg would take back what `ask` prepared after each roll-back
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; those that are lent end when they are given back."""
        self._pool.close()

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        self._pool.open()
        with ExitStack() as unit:
            try:
                connection = self._begun(unit)
            except PoolTimeout as error:
                self.connect().close()  # says why, where no connection can be had at all
                message = (
                    f"All connections to the database {self.name} were busy for {_CHECKOUT_SECONDS:.0f} s: try again."
                )
                raise Unreachable(message) from error
            yield connection

    def _begun(self, unit: ExitStack) -> Connection:
        """A connection on which a unit of work has begun, which proves it alive; it is given back with ``unit``.

        The pool's own check would cost a round trip, and wait 1, 2, 4, … s where all of them died at the same time.
        """
        deadline = time.monotonic() + _CHECKOUT_SECONDS
        while True:
            with ExitStack() as attempt:
                connection = self._pool.getconn(timeout=deadline - time.monotonic())
                attempt.callback(self._pool.putconn, connection)  # which replaces what is broken
                with suppress(OperationalError):
                    attempt.enter_context(connection.transaction())
                    unit.push(attempt.pop_all())
                    return connection

    def _conninfo_of_living_server(self) -> str:
        self._server.ensure()
        return self.conninfo()


def database_in(server: Server, name: str = NAME) -> Database:
    """The database of that name on that server, which is brought up, and the database created, if need be.

    Raises ``NotReady`` where the server is older than PostgreSQL 15, does not store UTF-8, or lets us create nothing.
    """
    database = Database(server, name)
    server.ensure()
    try:
        connection = Connection.connect(database.conninfo())
    except OperationalError as error:
        try:
            _create_if_missing(server, name)
        except Unreachable:
            raise Unreachable(_not_reached(name, error)) from error
        connection = database.connect()
    with connection:
        _check(connection, name)
    return database


@contextmanager
def node_database(url: str | None, cluster: Cluster) -> Iterator[Database]:
    """The node's database: DATABASE_URL wins, and then the node's own server is not even looked for."""
    if url:
        external = ExternalServer(url)
        yield database_in(external, external.database)
        return
    with cluster:
        yield database_in(cluster)


def _create_if_missing(server: Server, name: str) -> None:
    with Database(server, _MAINTENANCE).administration() as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        try:
            connection.execute(_creation(name, connection.info.server_version))
        except (errors.DuplicateDatabase, errors.UniqueViolation):
            return  # another process of this node was a moment faster
        except (ProgrammingError, errors.InvalidParameterValue) as error:
            message = (
                f"The database {name} does not exist and cannot be created ({_first_line(error)}): create it first."
            )
            raise NotReady(message) from error


def _creation(name: str, server_version: int) -> sql.Composed:
    """Text sorts by code point on every server, so a page of a list ends at the same row on all of them."""
    provider = (
        "BUILTIN_LOCALE 'C.UTF-8' LOCALE_PROVIDER builtin" if server_version >= _FIRST_WITH_BUILTIN_LOCALE else ""
    )
    statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' {}"
    return sql.SQL(statement).format(sql.Identifier(name), sql.SQL(provider))


def _check(connection: Connection, name: str) -> None:
    version = connection.info.server_version
    if version < _OLDEST_SERVER:
        message = (
            f"The database {name} is on PostgreSQL {version // 10_000}: move it to a server of version 15 or newer."
        )
        raise NotReady(message)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        message = f"The database {name} stores text as {encoding}: create it again with ENCODING 'UTF8'."
        raise NotReady(message)


def _not_reached(name: str, error: Exception) -> str:
    return f"The database {name} cannot be reached ({_first_line(error)}): see that its server runs, then try again."


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
