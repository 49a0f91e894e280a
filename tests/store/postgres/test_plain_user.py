"""A node of a plain user: the data lie in its own folder, and nothing needs root."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from hamkar.store.postgres.account import Account
from hamkar.store.postgres.binaries import Binaries
from hamkar.store.postgres.programs import run_program

LIFE = """
import os, pathlib, sys
import psycopg
from hamkar.errors import NotReady
from hamkar.store.postgres.cluster import Cluster
from hamkar.store.postgres.processes import living_postmaster
home, closed, foreign, programs = map(pathlib.Path, sys.argv[1:])

for _ in range(2):
    with Cluster(home, programs=programs) as cluster:
        with psycopg.connect(cluster.conninfo("postgres")) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS seizure (kilograms integer)")
            connection.execute("INSERT INTO seizure VALUES (1)")
            print(connection.execute("SELECT count(*) FROM seizure").fetchone()[0])
print(cluster.place.folder == home / "postgres", oct(cluster.place.folder.stat().st_mode)[-3:])
print(len(os.fsencode(cluster.place.sockets / ".s.PGSQL.5432")) <= 107, living_postmaster(cluster.place))
for refused in (closed, foreign):
    try:
        Cluster(refused, programs=programs).ensure()
    except NotReady as error:
        print(error)
if cluster.place.sockets != cluster.place.folder:
    cluster.place.sockets.rmdir()
"""


_SAME_WITH_PACKAGES = "import sys; sys.path += sys.argv[1:]; import hamkar, psycopg; print(sys.version_info[:2])"


def _paths() -> list[str]:
    """Where our packages lie, without what belongs to one interpreter alone."""
    paths = [*sys.path, sysconfig.get_path("purelib")]
    return [path for path in paths if path and ("/lib/python" not in path or "-packages" in path)]


@pytest.fixture
def python(nobody: Account) -> list[str]:
    """A Python that the plain user can execute: this one, or the system's of the same version with our packages."""
    same = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, same):
        try:
            code, said = run_program([candidate, "-c", _SAME_WITH_PACKAGES, *_paths()], nobody)
        except OSError:
            continue
        if code == 0 and said.strip() == str(sys.version_info[:2]):
            return [candidate]
    pytest.skip(
        f"NOT TESTED as a plain user: the account nobody can run our packages neither with {sys.executable} nor {same}"
    )


def live(python: list[str], account: Account, folders: list[Path]) -> list[str]:
    """What the plain user's process says."""
    ran = subprocess.run(
        [*python, "-c", LIFE, *folders],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PYTHONPATH": os.pathsep.join(_paths())},
        user=account.uid,
        group=account.gid,
        extra_groups=[],
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def owned(path: Path, account: Account) -> Path:
    """A new folder of that account."""
    path.mkdir(mode=0o700, parents=True)
    os.chown(path, account.uid, account.gid)
    return path


@pytest.mark.parametrize("name", ["home", "a-folder-with-a-path-too-long-for-a-socket-" * 3], ids=["short", "long"])
def test_a_plain_user_starts_stops_and_starts_again(
    folder: Path, nobody: Account, python: list[str], programs: Binaries, name: str
) -> None:
    home, closed, foreign = owned(folder / name, nobody), folder / "closed", owned(folder / "foreign", nobody)
    closed.mkdir(mode=0o755)
    (foreign / "postgres").mkdir(mode=0o700)
    said = live(python, nobody, [home, closed, foreign, programs.folder])
    assert said[:4] == ["1", "2", "True 700", "True None"]
    assert f"{closed}/postgres, cannot be used (Permission denied)" in said[4]
    assert f"{foreign}/postgres belongs to account number 0: run Hamkar as that account or as root" in said[5]
    shutil.rmtree(home)
