"""Folders and processes for tests that run servers of their own."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import hamkar
from fixtures_postgres import DISK, open_folder
from hamkar.store.postgres.account import Account
from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.cluster import Cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account which runs the server can reach, as pytest's own is not when we are root."""
    made = open_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def folder_on_disk() -> Iterator[Path]:
    """The same where fsync means something and programs may be executed, as in memory they often may not."""
    made = open_folder(DISK)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def home(folder: Path) -> Path:
    """A new node's folder."""
    made = folder / "home"
    made.mkdir()
    return made


def skip_unless_root() -> None:
    """Skip what only root can try."""
    if os.geteuid() != 0:
        pytest.skip("only root can step down to another account, and these tests do not run as root")


@pytest.fixture
def as_root() -> None:
    """Skip what only root can try."""
    skip_unless_root()


@pytest.fixture
def nobody() -> Account:
    """An ordinary account that has nothing, for root to step down to."""
    skip_unless_root()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


USER = """
import pathlib, sys
from hamkar.store.postgres.cluster import Cluster
home, apart, programs = map(pathlib.Path, sys.argv[1:])
with Cluster(home, apart=apart, programs=programs) as cluster:
    print("using", flush=True)
    sys.stdin.read()
print("left", flush=True)
"""


class UserProcess:
    """Another process of the same node: it uses the server until it is told to leave, or killed."""

    def __init__(self, home: Path, programs: Binaries) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", USER, home, home.parent / "apart", programs.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def says(self) -> str:
        """The next line it prints, waited for."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def leave(self) -> None:
        """Tell it to leave, and return when it has."""
        said, _ = self._process.communicate(timeout=60)
        assert (said.strip(), self._process.returncode) == ("left", 0)

    def end(self) -> None:
        """Kill it, as a crash or an impatient person would."""
        self._process.kill()
        self._process.communicate()


def environment() -> dict[str, str]:
    """What another Python needs to find the code under test."""
    paths = [str(Path(hamkar.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


@pytest.fixture
def another_process(home: Path, programs: Binaries) -> Iterator[Callable[[], UserProcess]]:
    """Start another process of the node and return when it uses the server; whatever is left is killed at the end."""
    started: list[UserProcess] = []

    def start() -> UserProcess:
        user = UserProcess(home, programs)
        started.append(user)
        assert user.says() == "using"
        return user

    yield start
    for user in started:
        user.end()


@pytest.fixture(scope="session")
def blank(programs: Binaries) -> Iterator[Path]:
    """A data folder as a first start leaves it, made once for each version because that takes most of a test's time."""
    folder = open_folder()
    (folder / "home").mkdir()
    with Cluster(folder / "home", programs=programs.folder, apart=folder / "apart") as cluster:
        pass
    yield cluster.place.data
    shutil.rmtree(folder)


@pytest.fixture
def new_cluster(home: Path, programs: Binaries, blank: Path) -> Callable[[], Cluster]:
    """The node's server as one more user of it sees it, with the settings of a real node."""
    user = partial(Cluster, home, programs=programs.folder, apart=home.parent / "apart")
    subprocess.run(["cp", "--archive", blank, user().place.data], check=True)
    return user
