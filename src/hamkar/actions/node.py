"""An open node: what every use case is handed."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from hamkar.actions.key_ring import KeyRing, destroy_ended
from hamkar.actions.notice_restore import notice_restore
from hamkar.crypto.certificate import is_key_of
from hamkar.crypto.keys import NodeKeys
from hamkar.errors import NotReady
from hamkar.exchange.card import SignedCard, stored_card
from hamkar.ids.uuid7 import RANDOM_BYTES, uuid7
from hamkar.model.agency import Agency
from hamkar.model.handling import Handling
from hamkar.model.role import Person
from hamkar.policy.sight import WHOLE, Sight, sight_of
from hamkar.settings import Settings
from hamkar.store.database import Database, node_database
from hamkar.store.keyfile import is_there, read_secret
from hamkar.store.migrate import migrate, shipped
from hamkar.store.partners import own_card
from hamkar.store.postgres.cluster import Cluster

NODE_KEYS = "node.key"
ROOT_KEY = "root.key"
TLS_KEY = "tls.key"

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is ready: its database is migrated, its keys are read, and its own card is at hand.

    ``sight`` is how much of its records whoever it works for sees: all of them, unless it works for a person.
    """

    home: Path
    database: Database
    ring: KeyRing
    signed_card: SignedCard
    now: Clock
    sight: Sight = WHOLE

    def seen_by(self, person: Person) -> "Node":
        """The same node at work for a person, who gets what their roles may see and nothing else."""
        return replace(self, sight=sight_of(person))

    def sees(self, handling: Handling) -> bool:
        """Whether whoever it works for sees records with this marking."""
        return self.sight.sees(handling.code.rank)

    @property
    def keys(self) -> NodeKeys:
        """The keys it works with, also after a rotation by another process."""
        return self.ring.keys

    @property
    def agency(self) -> Agency:
        """The agency that runs the node."""
        return self.signed_card.card.agency

    @property
    def id(self) -> str:
        """The node's id: the fingerprint of its root key."""
        return self.agency.node

    @property
    def today(self) -> date:
        """The day it is, in UTC."""
        return self.now().date()

    def new_id(self) -> UUID:
        """A new identifier that sorts by time."""
        return uuid7(self.now(), secrets.token_bytes(RANDOM_BYTES))


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The node's database for as long as the block lasts; its own server is started where none runs."""
    programs = Path(settings.postgres_bin) if settings.postgres_bin else None
    cluster = Cluster(settings.home, programs=programs, account=settings.postgres_user or None)
    with node_database(settings.database_url or None, cluster) as database:
        yield database


@contextmanager
def open_node(settings: Settings, clock: Clock = system_clock) -> Iterator[Node]:
    """The node of these settings, for as long as the block lasts. Raises NotReady where there is none yet."""
    home = settings.home
    if not is_there(home / NODE_KEYS):
        msg = f"there is no node in {home}; make one with `hamkar init NAME --country XX`, or set HAMKAR_HOME"
        raise NotReady(msg)
    ring = KeyRing(home / NODE_KEYS)
    with open_database(settings) as database:
        migrate(database, shipped())
        with database.transaction() as connection:
            envelope = own_card(connection)
        if envelope is None:
            msg = (
                f"the database {database.name} of the node in {home} is empty: if the node was in use, restore the"
                " database or set DATABASE_URL as it was; if it was never finished, run `hamkar init` again"
            )
            raise NotReady(msg)
        card = stored_card(envelope)
        listed = {key.id for key in card.card.signing_keys}
        if ring.keys.ids.isdisjoint(listed) and not _shows(home, card):
            msg = (
                f"the keys in {home} are not those of {card.card.agency.name}, whose database {database.name} is:"
                " set HAMKAR_HOME and DATABASE_URL to one and the same node"
            )
            raise NotReady(msg)
        with database.transaction() as connection:
            destroy_ended(connection, ring, clock())
        notice_restore(database, home, clock())
        yield Node(home=home, database=database, ring=ring, signed_card=card, now=clock)


def _shows(home: Path, card: SignedCard) -> bool:
    """Whether the node of this folder is that of the card, by the certificate that all its cards show.

    Its signing keys may all have changed since a database was saved that was put back now.
    """
    return is_there(home / TLS_KEY) and is_key_of(read_secret(home / TLS_KEY), card.card.certificate)


def remove_node(settings: Settings) -> None:
    """Take a node away with all it holds: its folder, and the data of its own server. There is no way back."""
    shutil.rmtree(Cluster(settings.home, account=settings.postgres_user or None).place.folder, ignore_errors=True)
    shutil.rmtree(settings.home, ignore_errors=True)
