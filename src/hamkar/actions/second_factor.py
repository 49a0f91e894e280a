"""The code generator of an account, and the codes that stand in for it once when it is lost."""

from dataclasses import dataclass

from hamkar.actions.accounts import require_account
from hamkar.actions.node import Node
from hamkar.actions.sign_in import is_closed, note_wrong, refused
from hamkar.crypto.code_generator import generator_address, new_generator_secret, step_of
from hamkar.crypto.one_time_code import new_one_time_code, one_time_code_hash
from hamkar.errors import BadInput
from hamkar.store import accounts, log, second_factor
from hamkar.store.database import Connection
from hamkar.store.log import Entry

CODES = 10


@dataclass(frozen=True, slots=True)
class Generator:
    """What a code generator takes up: the secret to type in, or the address that holds it."""

    secret: str
    address: str


def offer_generator(node: Node, account: str) -> Generator | None:
    """A generator that is not in use before a code of it is given; the same until then. None where one is in use."""
    with node.database.transaction() as connection:
        found = require_account(connection, account)
        if found.totp_since is not None:
            return None
        secret = found.totp_secret or new_generator_secret()
        second_factor.propose_generator(connection, account, secret)
    return Generator(secret, generator_address(secret, account, node.agency.name))


def take_generator(node: Node, account: str, code: str) -> tuple[str, ...]:
    """Ask for the generator's codes from now on; the codes that can stand in for it, shown only now.

    Raises Refused for a wrong code, which counts as a wrong guess.
    """
    with node.database.transaction() as connection:
        found = require_account(connection, account)
        if found.totp_secret is None or found.totp_since is not None:
            msg = "no code generator waits to be confirmed here; load the page of your account again"
            raise BadInput(msg)
        step = None if is_closed(found, node.now()) else step_of(found.totp_secret, code, node.now(), after=0)
        if step is not None:
            second_factor.use_generator(connection, account, step, node.now())
            accounts.note_success(connection, account)
            log.append(connection, Entry(actor=account, act="generator_added", subject=account), node.now())
            return _new_codes(connection, account)
        if not is_closed(found, node.now()):
            note_wrong(connection, found, node.now())
    raise refused()


def renew_codes(node: Node, account: str) -> tuple[str, ...]:
    """New codes that can stand in for the generator, shown only now; those from before serve no more."""
    with node.database.transaction() as connection:
        if require_account(connection, account).totp_since is None:
            msg = "there is no code generator for which codes could stand in; add one first"
            raise BadInput(msg)
        log.append(connection, Entry(actor=account, act="recovery_codes_made", subject=account), node.now())
        return _new_codes(connection, account)


def _new_codes(connection: Connection, account: str) -> tuple[str, ...]:
    codes = tuple(new_one_time_code() for _ in range(CODES))
    second_factor.replace_codes(connection, account, [one_time_code_hash(code) for code in codes])
    return codes


def drop_generator(node: Node, account: str) -> None:
    """Ask for no generator's codes any more."""
    with node.database.transaction() as connection:
        require_account(connection, account)
        second_factor.drop_generator(connection, account)
        second_factor.replace_codes(connection, account, ())
        log.append(connection, Entry(actor=account, act="generator_removed", subject=account), node.now())


def codes_left(node: Node, account: str) -> int:
    """How many codes can still stand in."""
    with node.database.transaction() as connection:
        return second_factor.count_codes(connection, account)
