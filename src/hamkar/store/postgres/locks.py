"""Who uses the server and who may start or stop it: kernel locks on files, which a killed process loses at once.

The descriptors are not inherited by the programs we start (PEP 446), so a server never holds its own locks. A process
that forks without executing shares its parent's locks: it makes its own ``Cluster`` instead.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hamkar.store.postgres.place import Place


@contextmanager
def sole_starter(place: Place) -> Iterator[None]:
    """While the body runs, nobody else starts or stops this place's server, in this process or another."""
    descriptor = _opened(place.start_lock, place)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Use:
    """As long as one is held, no other process stops the server. Taken and given up by the sole starter only."""

    def __init__(self, place: Place) -> None:
        self._descriptor = _opened(place.use_lock, place)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Whether nobody else uses the server. If somebody does, this use has ended: the kernel let go of it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def end(self) -> None:
        """Give the use up."""
        os.close(self._descriptor)


def _opened(path: Path, place: Place) -> int:
    """Open a lock file that its account can open too; root never follows a link the account may have put there."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    if place.account:
        os.fchown(descriptor, place.account.uid, place.account.gid)
    return descriptor
