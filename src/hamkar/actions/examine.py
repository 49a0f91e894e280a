"""What is wrong with a node, and how to mend it: one finding for everything that has to be right."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hamkar.actions.check_log import check_log
from hamkar.actions.node import ROOT_KEY, Node, open_node
from hamkar.actions.partners import current_card
from hamkar.actions.renew_card import RENEW_WITHIN
from hamkar.actions.retention import doubted_clock
from hamkar.actions.rotate_keys import old_keys, sealing_key_since
from hamkar.actions.status import status
from hamkar.actions.take_back_card import strange_keys
from hamkar.errors import HamkarError
from hamkar.model.record import Record
from hamkar.settings import Settings
from hamkar.store.row_security import wall_stands
from hamkar.text.counted import counted

ENOUGH_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Record):
    """One thing that was looked at: whether it is right, and what was found or what to do."""

    what: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that has to be right. Never raises for what is wrong: that is what it reports."""
    findings = [_disk(settings.home)]
    try:
        with open_node(settings) as node:
            findings += _opened(node)
    except HamkarError as error:
        findings.append(Finding(what="node", ok=False, detail=str(error)))
    return findings


def _disk(home: Path) -> Finding:
    at = home if home.exists() else home.anchor
    free = shutil.disk_usage(at).free
    enough = free >= ENOUGH_BYTES
    remedy = "" if enough else "; free some, or the database will stop taking records"
    return Finding(what="disk", ok=enough, detail=f"{free / 1e9:.1f} GB free at {at}{remedy}")


def _opened(node: Node) -> Iterator[Finding]:
    with node.database.transaction() as connection:
        version, walled = connection.info.server_version, wall_stands(connection)
    yield Finding(what="database", ok=True, detail=f"PostgreSQL {version // 10_000}.{version % 10_000} answers")
    yield Finding(
        what="row security",
        ok=walled,
        detail="the database itself hides from a person what the rules would"
        if walled
        else "this database account may make no role, so nothing but the rules hides names: let it make roles"
        " (CREATEROLE), then move the node's data into a new database",
    )
    yield _card(node)
    yield _root_key(node)
    yield _sealing_key(node)
    log = check_log(node)
    broken = f"changed at entry {log.broken_at} or before ({log.why}); keep a copy of the database, tell the partners"
    yield Finding(
        what="log",
        ok=log.broken_at is None,
        detail=f"{counted(log.entries, 'entry', 'entries')}, each in its place and as it was written"
        if log.broken_at is None
        else broken,
    )
    yield Finding(
        what="logs compared",
        ok=not log.contradictions,
        detail="; ".join(log.contradictions) or f"{counted(len(log.cosigned), 'partner')} cosigned this node's log",
    )
    yield _retention(node)
    now = status(node)
    stuck = [waiting.sentence() for waiting in now.waiting if waiting.why] + list(now.frozen)
    yield Finding(
        what="exchange",
        ok=not stuck,
        detail="; ".join(stuck) or f"{counted(now.partners, 'partner')}, nothing stands still",
    )


def _retention(node: Node) -> Finding:
    with node.database.transaction() as connection:
        doubt = doubted_clock(node, connection)
    return Finding(what="retention", ok=not doubt, detail=doubt or "what has run out goes by itself")


def _card(node: Node) -> Finding:
    with node.database.transaction() as connection:
        strange = strange_keys(node, connection)
    if strange:
        return Finding(what="card", ok=False, detail="".join(strange))
    expires = current_card(node).card.expires
    lasts = node.now() + RENEW_WITHIN < expires
    remedy = "" if lasts else "; partners refuse an expired card: run `hamkar partner renew --root FILE`"
    return Finding(what="card", ok=lasts, detail=f"valid until {expires:%Y-%m-%d}{remedy}")


def _sealing_key(node: Node) -> Finding:
    with node.database.transaction() as connection:
        old, since = old_keys(node, connection), sealing_key_since(connection)
    return Finding(what="sealing key", ok=not old, detail="".join(old) or f"in use since {since:%Y-%m-%d}")


def _root_key(node: Node) -> Finding:
    online = (node.home / ROOT_KEY).exists()
    detail = f"{node.home / ROOT_KEY} is still on this machine; move it to a safe place off it" if online else "offline"
    return Finding(what="root key", ok=True, detail=detail)
