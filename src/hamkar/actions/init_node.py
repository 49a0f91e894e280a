"""Making a node: its keys, its card, its database and the first account."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hamkar.actions.node import NODE_KEYS, ROOT_KEY, TLS_KEY, Clock, open_database, system_clock
from hamkar.crypto.certificate import self_signed
from hamkar.crypto.fingerprint import node_id
from hamkar.crypto.keys import NodeKeys, new_node_keys, new_root_key, root_from_bytes, root_to_bytes
from hamkar.crypto.password import hash_password
from hamkar.crypto.signing import SigningKey
from hamkar.errors import BadInput, NotReady
from hamkar.exchange.card import first_card
from hamkar.model.agency import Agency, Standing
from hamkar.model.role import Role
from hamkar.settings import Settings
from hamkar.store import accounts, log
from hamkar.store.keyfile import is_there, read_secret, write_secret
from hamkar.store.log import Entry
from hamkar.store.migrate import migrate, shipped
from hamkar.store.partners import own_card, put_own_card
from hamkar.vocab.countries import country_of

CERTIFICATE_YEARS = 10
ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNode:
    """What a node is to be: its agency, where partners reach it, and the first account's password and roles."""

    name: str
    country: str
    standing: Standing
    endpoint: str
    host: str
    password: str
    roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR})


def init_node(settings: Settings, wanted: NewNode, now: Clock = system_clock) -> str:
    """Make the node in its home folder and return its id. A run that was cut off is finished by the next.

    Raises BadInput for a name or country that cannot be, or where a finished node is there already.
    """
    _check(wanted)
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        msg = f"{home} cannot be made: {error.strerror}; choose another folder with HAMKAR_HOME"
        raise NotReady(msg) from error
    with open_database(settings) as database:
        migrate(database, shipped())
        with database.transaction() as connection:
            if own_card(connection) is not None:
                msg = f"the database {database.name} holds a finished node already; choose another HAMKAR_HOME"
                raise BadInput(msg)
        root, keys = _keys(home)
        tls = self_signed(wanted.host, now(), now() + timedelta(days=365 * CERTIFICATE_YEARS))
        write_secret(home / TLS_KEY, tls.private_key.encode())
        agency = Agency(
            node=node_id(root.public), name=wanted.name.strip(), country=wanted.country, standing=wanted.standing
        )
        card = first_card(agency, root, keys, endpoint=wanted.endpoint, certificate=tls.certificate, issued=now())
        with database.transaction() as connection:
            put_own_card(connection, card.card.version, card.envelope, now())
            accounts.add_account(connection, ADMIN, wanted.roles, hash_password(wanted.password), now(), by=ADMIN)
            log.append(connection, Entry(actor=ADMIN, act="init", subject=agency.node), now())
        return agency.node


def _check(wanted: NewNode) -> None:
    if not wanted.name.strip():
        msg = "an agency needs a name; give it as the first argument of `hamkar init`"
        raise BadInput(msg)
    if country_of(wanted.country) != wanted.country:
        msg = f"{wanted.country!r} is not an ISO 3166-1 code of two capital letters (IR, AZ; UN for the United Nations)"
        raise BadInput(msg)


def _keys(home: Path) -> tuple[SigningKey, NodeKeys]:
    """The node's keys, made where there are none yet; the root key first, so that it is there whenever the other is."""
    if is_there(home / NODE_KEYS) and not is_there(home / ROOT_KEY):
        msg = f"{home} has a node's keys but not its {ROOT_KEY}: bring that back, or choose another HAMKAR_HOME"
        raise NotReady(msg)
    if not is_there(home / ROOT_KEY):
        write_secret(home / ROOT_KEY, root_to_bytes(new_root_key()))
    if not is_there(home / NODE_KEYS):
        write_secret(home / NODE_KEYS, new_node_keys().to_bytes())
    root = root_from_bytes(read_secret(home / ROOT_KEY))
    return root, NodeKeys.from_bytes(read_secret(home / NODE_KEYS))
