"""``hamkar partner``."""

from pathlib import Path

import click

from hamkar.actions.node import ROOT_KEY
from hamkar.actions.partners import add_partner, list_partners
from hamkar.actions.renew_card import renew_card
from hamkar.cli.here import json_option, node, operator, show, table
from hamkar.crypto.fingerprint import spoken
from hamkar.errors import BadInput, ProtocolError
from hamkar.transport.https import get_card


@click.group("partner")
def command() -> None:
    """Partners: this node's card and its renewal, adding a partner's, listing them."""


@command.command("card")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the card to this file.")
@json_option
def card(*, out: Path | None, as_json: bool) -> None:
    """Print this node's signed card, to be given to partners; its fingerprint goes to stderr, to be read aloud."""
    with node() as here:
        envelope = here.signed_card.envelope
        fingerprint = spoken(here.id)
    if out is not None:
        _write(out, envelope)
    text = f"The card is in {out}." if out else envelope.decode()
    if not as_json:
        click.echo(f"Fingerprint: {fingerprint}", err=True)
    show({"fingerprint": fingerprint, "card": envelope.decode()}, text, as_json=as_json)


@command.command("renew")
@click.option("--root", "root_key", type=click.Path(dir_okay=False, path_type=Path), help="The root key's file.")
@json_option
def renew(*, root_key: Path | None, as_json: bool) -> None:
    """Renew this node's card for 90 days with its root key; then give it to partners again (`partner card`)."""
    with node() as here:
        renewed = renew_card(here, root_key or here.home / ROOT_KEY, by=operator()).card
    value = {"version": renewed.version, "expires": renewed.expires.isoformat()}
    show(value, f"Card {renewed.version} is valid until {renewed.expires:%Y-%m-%d}.", as_json=as_json)


@command.command("add")
@click.argument("source")
@click.option("--fingerprint", required=True, help="The fingerprint as the partner reads it out by voice or in person.")
@json_option
def add(*, source: str, fingerprint: str, as_json: bool) -> None:
    """Add a partner by its card: SOURCE is a file, or the https address of its node."""
    seen = get_card(source) if source.startswith("https://") else None
    offered, certificate = (seen.data, seen.certificate) if seen else (_file(Path(source)), None)
    try:
        with node() as here:
            card = add_partner(here, offered, fingerprint=fingerprint, by=operator(), certificate=certificate)
    except ProtocolError as error:
        msg = f"{source} is no card to add: {error}"
        raise BadInput(msg) from error
    added = card.card.agency
    text = f"{added.name} ({added.country}, {added.standing}) is a partner now: {spoken(added.node)}"
    show(added.to_dict(), text, as_json=as_json)


@command.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the partners."""
    with node() as here:
        partners = list_partners(here)
    rows = [(p.name, p.country, p.standing, str(p.version), p.node) for p in partners]
    keys = ("name", "country", "standing", "card", "node")
    show([dict(zip(keys, row, strict=True)) for row in rows], table(keys, rows), as_json=as_json)


def _write(path: Path, envelope: bytes) -> None:
    try:
        path.write_bytes(envelope)
    except OSError as error:
        msg = f"the card cannot be written to {path}: {error.strerror}; name a file in a folder that may be written to"
        raise BadInput(msg) from error


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = (
            f"the card {path} cannot be read: {error.strerror}; name a file, or the https address of the partner's node"
        )
        raise BadInput(msg) from error
