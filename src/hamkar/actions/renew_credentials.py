"""New credentials by a one-time code: for a new account, and for one that two administrators recover."""

from dataclasses import replace
from datetime import timedelta

from hamkar.actions.accounts import check_password, put_account, require_account
from hamkar.actions.node import Node
from hamkar.actions.sign_in import is_closed, note_wrong, refused
from hamkar.crypto.one_time_code import new_one_time_code, one_time_code_hash
from hamkar.crypto.password import hash_password
from hamkar.errors import NotFound, Refused
from hamkar.model.role import Role
from hamkar.store import accounts, log, passkeys, renewals, second_factor, sessions, single_sign_on
from hamkar.store.database import Connection
from hamkar.store.log import Entry
from hamkar.store.renewals import Renewal

LASTS = timedelta(hours=24)


def invite_person(node: Node, name: str, roles: frozenset[Role], *, by: str) -> str:
    """Make an account; the one-time code with which its person chooses a password that nobody else knows."""
    with node.database.transaction() as connection:
        put_account(connection, node, name, roles, None, by=by)
        now, code = node.now(), new_one_time_code()
        renewals.put_renewal(connection, Renewal(name, by, now, by, one_time_code_hash(code), now + LASTS))
    return code


def ask_recovery(node: Node, name: str, *, by: str) -> None:
    """Ask for an account to be recovered; another administrator has to approve within 24 hours."""
    with node.database.transaction() as connection:
        require_account(connection, name)
        now = node.now()
        renewals.put_renewal(connection, Renewal(name, by, now, "", None, now + LASTS))
        log.append(connection, Entry(actor=by, act="recovery_asked", subject=name), now)


def approve_recovery(node: Node, name: str, *, by: str) -> str:
    """The one-time code with which the account's person chooses new credentials within 24 hours, shown only now.

    Raises NotFound where nobody asked, and Refused where it is the same person or the account's own.
    """
    with node.database.transaction() as connection:
        require_account(connection, name)
        asked = renewals.find_renewal(connection, name, node.now())
        if asked is None or asked.approved_by:
            msg = f"nobody asked within 24 hours for {name} to be recovered; an administrator asks first"
            raise NotFound(msg)
        if by in (asked.asked_by, name):
            msg = f"recovering {name} takes two: {asked.asked_by} asked, so another administrator has to approve it"
            raise Refused(msg, rule="two_administrators")
        code = new_one_time_code()
        approved = replace(asked, approved_by=by, code_sha256=one_time_code_hash(code), expires_at=node.now() + LASTS)
        renewals.put_renewal(connection, approved)
        entry = Entry(actor=by, act="recovery_approved", subject=name, detail=f"asked by {asked.asked_by}")
        log.append(connection, entry, node.now())
    return code


def list_recoveries(node: Node) -> list[Renewal]:
    """What was asked for and what was approved and not used yet, the oldest first."""
    with node.database.transaction() as connection:
        return renewals.list_renewals(connection, node.now())


def choose_password(node: Node, name: str, code: str, password: str) -> None:
    """Give the account of this one-time code a new password. All it asked for before is gone, and so are its sessions.

    Raises Refused, the same way for a wrong name, a wrong code and a shut account; each wrong code counts as a guess.
    """
    check_password(password)
    with node.database.transaction() as connection:
        account = accounts.lock_account(connection, name)
        now = node.now()
        if account is not None and not is_closed(account, now):
            renewal = renewals.find_renewal(connection, name, now)
            if renewal is not None and renewal.code_sha256 == one_time_code_hash(code):
                _start_anew(connection, name, hash_password(password))
                log.append(connection, Entry(actor=name, act="credentials_chosen", subject=name), now)
                return
            note_wrong(connection, account, now)
    raise refused()


def _start_anew(connection: Connection, name: str, password_hash: str) -> None:
    renewals.drop_renewal(connection, name)
    passkeys.drop_passkeys(connection, name)
    second_factor.drop_generator(connection, name)
    second_factor.replace_codes(connection, name, ())
    single_sign_on.unbind(connection, name)
    accounts.set_password(connection, name, password_hash)
    sessions.close_sessions_of(connection, name)
