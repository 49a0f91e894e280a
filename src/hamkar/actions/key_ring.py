"""The node's keys as its key file holds them now, and their end."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from hamkar.crypto.keys import NodeKeys
from hamkar.exchange.card import SignedCard
from hamkar.store import log, own_keys
from hamkar.store.database import Connection
from hamkar.store.keyfile import read_secret, stamp, write_secret
from hamkar.store.log import Entry


class KeyRing:
    """Always the keys that the node's key file holds, also after another process has changed it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = (stamp(path), NodeKeys.from_bytes(read_secret(path)))

    @property
    def keys(self) -> NodeKeys:
        """The keys now. Raises NotReady where the file has become unreadable."""
        now = stamp(self._path)
        if now != self._read[0]:
            self._read = (now, NodeKeys.from_bytes(read_secret(self._path)))
        return self._read[1]

    def put(self, keys: NodeKeys) -> None:
        """Let the file hold these keys, at once and on the disk."""
        write_secret(self._path, keys.to_bytes())

    def sign_with_one_of(self, card: SignedCard) -> None:
        """Let a key sign that is on the card: a node put back to an older key file may sign with one that is not."""
        listed = {key.id for key in card.card.signing_keys}
        keys = self.keys
        if keys.signer.key_id not in listed and (changed := keys.signing_with(listed)) != keys:
            self.put(changed)


def destroy_ended(connection: Connection, ring: KeyRing, now: datetime) -> None:
    """Take the keys whose end has come out of the key file, and note it.

    The file goes first: a run that is cut off after it finds them gone and notes it then. Keys that no card lists yet
    are left alone; they are those of a rotation that was cut off.
    """
    if not _due(connection, now):
        return
    own_keys.lock_own_keys(connection)
    due = _due(connection, now)
    _take_out(ring, due)
    own_keys.note_destroyed(connection, due, now)
    for key in due:
        log.append(connection, Entry(actor="node", act="key_destroyed", subject=key), now)


def _due(connection: Connection, now: datetime) -> list[str]:
    return [key.key_id for key in own_keys.retired_keys(connection) if key.destroyed_at is None and key.ends_at <= now]


def _take_out(ring: KeyRing, due: Collection[str]) -> None:
    keys = ring.keys
    if not keys.ids.isdisjoint(due):
        ring.put(keys.only(keys.ids - set(due)))
