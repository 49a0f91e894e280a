"""Secret files in the node's folder: whole or absent, and nobody else's to read."""

import os
from pathlib import Path

from hamkar.errors import NotReady

_OWNER_ONLY = 0o600


def write_secret(path: Path, data: bytes) -> None:
    """Put a secret file in place at once, readable by its owner only, and on the disk before this returns."""
    draft = path.with_suffix(f".{os.getpid()}.draft")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        msg = f"{path} cannot be written: {error.strerror}; make room or mend the rights of {path.parent}"
        raise NotReady(msg) from error


def is_there(path: Path) -> bool:
    """Whether there is such a file. Raises NotReady where this account may not even look."""
    try:
        return path.exists()
    except OSError as error:
        msg = f"{path} cannot be looked for: {error.strerror}; run as the account that owns {path.parent}"
        raise NotReady(msg) from error


def stamp(path: Path) -> tuple[int, int, int]:
    """What changes whenever the file is written anew. Raises NotReady where it cannot be looked at."""
    try:
        found = path.stat()
    except OSError as error:
        msg = f"{path} cannot be looked at: {error.strerror}; restore it from the backup or mend its rights"
        raise NotReady(msg) from error
    return found.st_ino, found.st_mtime_ns, found.st_size


def read_secret(path: Path) -> bytes:
    """The content of a secret file. Raises NotReady where it is missing, unreadable or open to others."""
    try:
        if path.stat().st_mode & 0o077:
            msg = f"{path} can be read by others; run `chmod 600 {path}` and consider its key as seen"
            raise NotReady(msg)
        return path.read_bytes()
    except FileNotFoundError as error:
        msg = f"{path} is missing; restore it from the backup, or run `hamkar init` if this is a new node"
        raise NotReady(msg) from error
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}; run as the account that owns it"
        raise NotReady(msg) from error
