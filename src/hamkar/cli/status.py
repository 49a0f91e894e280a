"""``hamkar status``."""

import click

from hamkar.actions.status import Status, status
from hamkar.cli.here import json_option, node, show
from hamkar.text.counted import counted


@click.command("status")
@json_option
def command(*, as_json: bool) -> None:
    """Say what the node holds and what waits, since when and why."""
    with node() as here:
        now = status(here)
    show(now.to_dict(), _text(now), as_json=as_json)


def _text(now: Status) -> str:
    lines = [
        f"{now.name} ({now.country}), node {now.node}",
        f"card {now.card_version}, valid until {now.card_expires:%Y-%m-%d}",
        f"{counted(now.reports, 'report')} of {counted(now.events, 'seizure')}; {counted(now.partners, 'partner')}",
        f"{counted(now.released, 'record')} released, {now.refused} refused",
        f"{counted(now.received, 'record')} received, {now.rejected} rejected",
        *([f"{counted(now.to_sign, 'agreement')} to be signed here or refused"] if now.to_sign else []),
        *(waiting.sentence() for waiting in now.waiting),
        *(f"frozen: {frozen}" for frozen in now.frozen),
        *(f"log: {contradiction}" for contradiction in now.contradictions),
        *(f"begun anew: {restarted}" for restarted in now.restarted),
        *now.keys,
        *now.requests,
        *now.concerns,
    ]
    return "\n".join(lines if now.waiting else [*lines, "nothing waits"])
