"""``hamkar sync``."""

import sys
from functools import partial

import click

from hamkar.actions.deliver import Delivered
from hamkar.actions.deliver_all import sync_now
from hamkar.actions.duties import do_duties
from hamkar.actions.pull import Pulled
from hamkar.cli.here import complain, json_option, node, reach, show
from hamkar.text.counted import counted
from hamkar.transport.https import PartnerLink


@click.command("sync")
@click.argument("partner", required=False)
@json_option
def command(*, partner: str | None, as_json: bool) -> None:
    """Deliver now what waits for one partner or all, and pull what waits there.

    Exit status 1 where something still waits, or where PARTNER cannot be asked.
    """
    with node() as here:
        do_duties(here, complain)
        synced = sync_now(here, partner, partial(PartnerLink, reach=reach(here)))
    value = {
        "delivered": [
            {"partner": d.partner, "stream": d.stream, "messages": d.messages, "stopped": d.stopped}
            for d in synced.delivered
        ],
        "pulled": [{"partner": p.partner, "bundles": p.bundles, "stopped": p.stopped} for p in synced.pulled],
    }
    lines = [*map(_pulled, synced.pulled), *map(_delivered, synced.delivered)]
    show(value, "\n".join(filter(None, lines)) or "nothing waited", as_json=as_json)
    if any(d.stopped for d in synced.delivered) or (partner and any(p.stopped for p in synced.pulled)):
        sys.exit(1)


def _pulled(pulled: Pulled) -> str:
    """What came from a partner; "" where nothing waited there."""
    if not pulled.bundles and not pulled.stopped:
        return ""
    return f"{pulled.partner[:8]}: {counted(pulled.bundles, 'bundle')} pulled{_why(pulled.stopped)}"


def _delivered(delivered: Delivered) -> str:
    return f"{delivered.partner[:8]} {delivered.stream}: {delivered.messages} receipted{_why(delivered.stopped)}"


def _why(stopped: str) -> str:
    return f"; {stopped}" if stopped else ""
