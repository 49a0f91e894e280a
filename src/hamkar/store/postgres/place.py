"""Where a node's PostgreSQL lives and which account runs it; every path is checked before anything is started."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from hamkar.errors import NotReady
from hamkar.store.postgres.account import Account, account_named, account_with_uid, first_account, running_as_root

APART = Path("/var/lib/hamkar")
PORT = 5432
_SOCKET = f".s.PGSQL.{PORT}"
# sockaddr_un.sun_path holds 108 bytes with the closing NUL (unix(7)).
_LONGEST_SOCKET_PATH = 107
_SHORT = Path("/tmp")  # noqa: S108 - what is made there is 0700 and checked to be ours; /run/user ends with the login


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that only the account which runs the server (and root) can enter, and all that lies in it.

    ``account`` is whom root steps down to; None means that we run the server as ourselves.
    """

    folder: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder; it exists only when it is complete."""
        return self.folder / "data"

    @property
    def start_lock(self) -> Path:
        """Held while somebody starts or stops the server."""
        return self.folder / "start.lock"

    @property
    def use_lock(self) -> Path:
        """Held, shared, by everyone who uses the server."""
        return self.folder / "use.lock"

    @property
    def uid(self) -> int:
        """The number of the account that runs the server."""
        return self.account.uid if self.account else os.geteuid()

    @property
    def cluster_name(self) -> str:
        """What the server's processes call themselves, so that those of this folder are told from all others."""
        return f"hamkar-{_digest(self.folder)}"

    @property
    def sockets(self) -> Path:
        """The folder of the server's socket: this one, or a short private one where this path is too long for it."""
        return self.folder if _can_hold_socket(self.folder) else _SHORT / f"hamkar-{self.uid}-{_digest(self.folder)}"


def find_place(home: Path, *, account: str | None = None, apart: Path = APART) -> Place:
    """The place of the node whose folder is ``home``, made if it is new.

    A plain user's is ``home/postgres``. Root's is a folder under ``apart`` that ``home/postgres`` links to, because the
    account root steps down to may not be able to enter ``home``; whatever ``home/postgres`` already is decides both the
    folder and the account. Raises ``NotReady`` where the folder is missing, not writable, or another account's.
    """
    door = home.absolute() / "postgres"
    try:
        place = _place_for_root(door, account, apart) if running_as_root() else _place_for_user(door)
        _close_to_others(place)
        _prepare_sockets(place)
    except OSError as error:
        named = error.filename or door
        message = (
            f"The folder for the database, {named}, cannot be used ({error.strerror}): make it writable or move it."
        )
        raise NotReady(message) from error
    return place


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _can_hold_socket(folder: Path) -> bool:
    """Whether PostgreSQL and libpq can name a socket there: both split lists of folders at commas and read UTF-8."""
    path = os.fsencode(folder / _SOCKET)
    return len(path) <= _LONGEST_SOCKET_PATH and b"," not in path and path.decode(errors="ignore").encode() == path


def _place_for_user(door: Path) -> Place:
    if not os.path.lexists(door):
        _make_folder(door)
    folder = door.resolve(strict=True)
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        message = f"The database in {folder} belongs to account number {owner}: run Hamkar as that account or as root."
        raise NotReady(message)
    return Place(folder, None)


def _make_folder(door: Path) -> None:
    if not door.parent.is_dir():
        message = f"The node's folder {door.parent} does not exist: make the node first, or correct the path."
        raise NotReady(message)
    door.mkdir(mode=0o700, exist_ok=True)


def _place_for_root(door: Path, account: str | None, apart: Path) -> Place:
    if not os.path.lexists(door):
        _make_folder_apart(door, account_named(account) if account else first_account(), apart)
    folder = door.resolve(strict=True)
    owner = folder.stat().st_uid
    if owner == 0:
        message = (
            f"The database folder {folder} belongs to root, as whom PostgreSQL does not run: give it to an account."
        )
        raise NotReady(message)
    if account and account_named(account).uid != owner:
        message = (
            f"The database in {folder} belongs to account number {owner}, not to {account}: name its owner instead."
        )
        raise NotReady(message)
    return Place(folder, account_with_uid(owner))


def _make_folder_apart(door: Path, account: Account, apart: Path) -> None:
    """Make a new folder under ``apart`` and have ``door`` link to it; of two who try at once, the first link counts.

    A folder that is there but not linked belonged to an earlier node at the same path: it is neither taken over, which
    would show its records to this one, nor removed.
    """
    if not door.parent.is_dir():
        message = f"The node's folder {door.parent} does not exist: make the node first, or correct the path."
        raise NotReady(message)
    _make_apart(apart)
    folder = _make_unused(apart.resolve(), _digest(door.parent.resolve()))
    os.chown(folder, account.uid, account.gid)
    try:
        door.symlink_to(folder)
    except FileExistsError:
        folder.rmdir()


def _make_apart(apart: Path) -> None:
    if not apart.is_dir():
        apart.mkdir(exist_ok=True)
        apart.chmod(0o755)


def _make_unused(apart: Path, name: str) -> Path:
    for number in range(1, 10_000):
        folder = apart / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    message = f"{apart} is full of databases of earlier nodes ({name}-…): remove those that no node's folder links to."
    raise NotReady(message)


def _close_to_others(place: Place) -> None:
    """Whoever can enter the folder can use the database, so it is ours alone; root changes no modes, it refuses."""
    if place.account is None:
        place.folder.chmod(0o700)
    elif place.folder.stat().st_mode & 0o077:
        message = (
            f"The database folder {place.folder} is open to other accounts: close it with `chmod 700 {place.folder}`."
        )
        raise NotReady(message)


def _prepare_sockets(place: Place) -> None:
    """Make the short folder and prove it private: where it lies, somebody else may have been first."""
    folder = place.sockets
    if folder == place.folder:
        return
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        os.chown(folder, place.uid, -1, follow_symlinks=False)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != place.uid or found.st_mode & 0o077:
        message = f"The socket folder {folder} is not private to account number {place.uid}: remove it and try again."
        raise NotReady(message)
