"""Real PostgreSQL for the tests: one server for each version found here, one database for each test module.

Tests under ``tests/store`` run on every version, all others on the newest. These servers do not sync to disk, for
speed; tests of crashes start their own, with the settings of a real node.
"""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from psycopg import Connection, sql

from hamkar.errors import NotReady
from hamkar.store.database import Database, database_in
from hamkar.store.migrate import migrate, shipped
from hamkar.store.postgres.binaries import WHEEL, Binaries, find_binaries
from hamkar.store.postgres.cluster import Cluster

_TEMPLATE = "template_of_tests"
_SECOND = "15"
_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes what lies there
_PLENTY = 4_000_000_000
DISK = Path("/var/tmp")  # noqa: S108 - the same
_NOTHING_SYNCED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_numbers = itertools.count(1)


@cache
def versions() -> tuple[Binaries, ...]:
    """Every PostgreSQL the tests can run on, newest first: the wheel's, and the system's if it is another version."""
    found = [_found(WHEEL), _found("no_such_package")]
    by_major = {binaries.major: binaries for binaries in reversed(found) if binaries}
    return tuple(by_major[major] for major in sorted(by_major, reverse=True))


def missing_versions() -> str:
    """What could not be tested here, as a sentence; empty where nothing is missing."""
    if any(str(binaries.major) == _SECOND for binaries in versions()):
        return ""
    return f"PostgreSQL {_SECOND} is not installed here, so nothing ran on it: `apt-get install postgresql-{_SECOND}`."


def _found(wheel: str) -> Binaries | None:
    try:
        return find_binaries(wheel=wheel)
    except NotReady:
        return None


def pytest_report_header() -> list[str]:
    """Say at the top which versions the store is tested on."""
    names = ", ".join(f"{binaries.version} in {binaries.folder}" for binaries in versions())
    return [f"PostgreSQL: {names or 'none'}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly at the end which version was missing."""
    if missing := missing_versions():
        terminalreporter.section("PostgreSQL", yellow=True)
        terminalreporter.line(missing)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on every version if it is a test of the store, else on the newest."""
    if "programs" not in metafunc.fixturenames:
        return
    of_store = metafunc.definition.path.is_relative_to(metafunc.config.rootpath / "tests" / "store")
    chosen = versions() if of_store else versions()[:1]
    ids = [f"pg{binaries.major}" for binaries in chosen]
    metafunc.parametrize("programs", chosen, ids=ids, indirect=True, scope="session")


@pytest.fixture(scope="session")
def programs(request: pytest.FixtureRequest) -> Binaries:
    """The PostgreSQL programs of the version under test."""
    assert isinstance(request.param, Binaries)
    return request.param


def open_folder(parent: Path | None = None) -> Path:
    """A new folder that every account can reach things in, unlike pytest's own; the caller removes it.

    It lies in memory where there is plenty, because most of a server's first second is spent on small files.
    """
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _PLENTY
    folder = Path(tempfile.mkdtemp(prefix="hamkar-", dir=parent or (_MEMORY if roomy else DISK)))
    folder.chmod(0o711)
    return folder


@pytest.fixture(scope="session")
def postgres(programs: Binaries) -> Iterator[Cluster]:
    """A running server of the version under test, shared by the whole run."""
    folder = open_folder()
    home = folder / "home"
    home.mkdir()
    with Cluster(home, programs=programs.folder, apart=folder / "apart", settings=_NOTHING_SYNCED) as cluster:
        migrate(database_in(cluster, _TEMPLATE), shipped())
        yield cluster
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def database(postgres: Cluster, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database with the whole schema, this test module's own."""
    name = f"{request.path.stem}_{next(_numbers)}"
    admin = Database(postgres, "postgres")
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_TEMPLATE))
    with admin.administration() as connection:
        connection.execute(copy)
    yield Database(postgres, name)
    with admin.administration() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A unit of work of which nothing is kept when the test ends."""
    with database.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def database_url(database: Database) -> str:
    """The address of this module's database, to be given to another process as DATABASE_URL."""
    return database.conninfo()
