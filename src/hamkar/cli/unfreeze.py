"""``hamkar partner unfreeze``, ``evidence`` and ``restart``: when a stream contradicted itself, and going on."""

from pathlib import Path

import click

from hamkar.actions.lift_freeze import evidence, lift_freeze
from hamkar.actions.restart_stream import restart_by_hand
from hamkar.cli.here import json_option, node, operator, show, table
from hamkar.errors import BadInput


@click.command("unfreeze")
@click.argument("partner")
@click.argument("stream")
@click.option("--reason", required=True, help="What both agencies found; it stands in the log.")
@json_option
def unfreeze(*, partner: str, stream: str, reason: str, as_json: bool) -> None:
    """Take a frozen STREAM of a partner up again, after both agencies have talked.

    The partner's node begins it anew and sends again what has no receipt. The evidence stays.
    """
    with node() as here:
        lifted = lift_freeze(here, partner, stream, reason=reason, by=operator())
    value = {"partner": lifted.partner, "stream": lifted.stream, "epoch": lifted.epoch + 1}
    show(value, f"{lifted.stream} goes on with epoch {lifted.epoch + 1}.", as_json=as_json)


@click.command("restart")
@click.argument("partner")
@click.argument("stream")
@click.option("--reason", required=True, help="Why; it stands in the log.")
@json_option
def restart(*, partner: str, stream: str, reason: str, as_json: bool) -> None:
    """Begin this node's own STREAM to a partner anew, where the two are never on line together.

    Everything without a receipt goes again, in the next epoch. Nodes that reach each other find out by themselves.
    """
    with node() as here:
        begun = restart_by_hand(here, partner, stream, reason=reason, by=operator())
    value = {"partner": begun.partner, "stream": begun.stream, "epoch": begun.epoch, "messages": begun.waiting}
    text = f"{begun.stream} is in epoch {begun.epoch}; {begun.waiting} of its messages go again."
    show(value, text, as_json=as_json)


@click.command("evidence")
@click.argument("partner")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write each bundle, signed, to a file.")
@json_option
def show_evidence(*, partner: str, out: Path | None, as_json: bool) -> None:
    """List the bundles of a partner that contradict each other, with the keys that signed them."""
    with node() as here:
        found = evidence(here, partner)
    if out is not None:
        _write(out, {each.file_name: each.signed for each in found})
    rows = [
        (
            each.stream,
            f"{each.epoch}/{each.first_seq}-{each.last_seq}",
            each.key_id,
            f"{each.received_at:%Y-%m-%d %H:%M:%S}",
        )
        for each in found
    ]
    show([each.to_dict() for each in found], table(("stream", "messages", "key", "received"), rows), as_json=as_json)


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)
    except OSError as error:
        msg = f"the evidence cannot be written to {folder}: {error.strerror}; name a folder that may be written to"
        raise BadInput(msg) from error
