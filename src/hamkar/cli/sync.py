"""``hamkar sync``."""

import sys

import click

from hamkar.actions.deliver_all import deliver_now
from hamkar.actions.duties import do_duties
from hamkar.cli.here import complain, json_option, node, show
from hamkar.transport.https import PartnerLink


@click.command("sync")
@click.argument("partner", required=False)
@json_option
def command(*, partner: str | None, as_json: bool) -> None:
    """Deliver now what waits for one partner or all. Exit status 1 where something still waits."""
    with node() as here:
        do_duties(here, complain)
        delivered = deliver_now(here, partner, PartnerLink)
    value = [
        {"partner": d.partner, "stream": d.stream, "messages": d.messages, "stopped": d.stopped} for d in delivered
    ]
    lines = [
        f"{d.partner[:8]} {d.stream}: {d.messages} receipted{f'; {d.stopped}' if d.stopped else ''}" for d in delivered
    ]
    show(value, "\n".join(lines) or "nothing waited", as_json=as_json)
    if any(d.stopped for d in delivered):
        sys.exit(1)
