"""``hamkar partner``."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from hamkar.actions.invite import confirm as confirm_words
from hamkar.actions.invite import invite as make_invitation
from hamkar.actions.invite import join as take_up
from hamkar.actions.node import ROOT_KEY, Node
from hamkar.actions.partners import add_partner, current_card, list_partners, looked_at
from hamkar.actions.renew_card import renew_card
from hamkar.actions.rotate_keys import LONGEST_OVERLAP, SHORTEST_OVERLAP, USUAL_OVERLAP, Loss
from hamkar.actions.rotate_keys import revoke as revoke_keys
from hamkar.actions.rotate_keys import rotate as rotate_keys
from hamkar.actions.show_partner import KeyStanding, PartnerStanding, show_own, show_partner
from hamkar.cli.compare import compare, limit
from hamkar.cli.here import json_option, node, operator, reach, show, table, write_file
from hamkar.cli.unfreeze import restart, show_evidence, unfreeze
from hamkar.crypto.fingerprint import spoken
from hamkar.errors import BadInput, ProtocolError
from hamkar.model.agency import NodeCard
from hamkar.text.counted import counted
from hamkar.transport.https import PartnerLink, get_card

_root_option = click.option(
    "--root",
    "root_key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The root key's file, where it is kept off this machine (root.key in the node's folder by default).",
)


@click.group("partner")
def command() -> None:
    """Partners: this node's card and keys, invitations, adding a partner's card, listing and showing them."""


command.add_command(compare)
command.add_command(limit)
command.add_command(unfreeze)
command.add_command(show_evidence)
command.add_command(restart)


@command.command("card")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the card to this file.")
@json_option
def card(*, out: Path | None, as_json: bool) -> None:
    """Print this node's signed card, to be given to partners; its fingerprint goes to stderr, to be read aloud."""
    with node() as here:
        envelope = current_card(here).envelope
        fingerprint = spoken(here.id)
    if out is not None:
        write_file(out, envelope, "the card")
    text = f"The card is in {out}." if out else envelope.decode()
    if not as_json:
        click.echo(f"Fingerprint: {fingerprint}", err=True)
    show({"fingerprint": fingerprint, "card": envelope.decode()}, text, as_json=as_json)


@command.command("renew")
@_root_option
@json_option
def renew(*, root_key: Path | None, as_json: bool) -> None:
    """Renew this node's card for 90 days with its root key; it reaches partners by itself."""
    with node() as here:
        _show_card(renew_card(here, _root(here, root_key), by=operator()).card, as_json=as_json)


@command.command("rotate")
@_root_option
@click.option(
    "--overlap",
    type=click.IntRange(SHORTEST_OVERLAP.days, LONGEST_OVERLAP.days),
    default=USUAL_OVERLAP.days,
    show_default=True,
    help="Days for which the old keys stay in use; then they are destroyed.",
)
@json_option
def rotate(*, root_key: Path | None, overlap: int, as_json: bool) -> None:
    """Give this node a new signing and a new sealing key, on a new card that reaches partners by itself."""
    with node() as here:
        card = rotate_keys(here, _root(here, root_key), by=operator(), overlap=timedelta(days=overlap)).card
    _show_card(card, as_json=as_json)


@command.command("revoke")
@click.argument("keys", nargs=-1, required=True, metavar="KEY_ID...")
@click.option("--reason", required=True, help="Why, in a line that stands on the card for everybody.")
@click.option("--now", "is_now", is_flag=True, help="Everything that this node has sent until now is good.")
@click.option("--last-good", multiple=True, metavar="STREAM/SEQ", help="The last good message of a stream; repeatable.")
@_root_option
@json_option
def revoke(
    *,
    keys: tuple[str, ...],
    reason: str,
    is_now: bool,
    last_good: tuple[str, ...],
    root_key: Path | None,
    as_json: bool,
) -> None:
    """Say on a new card that keys of this node were lost: from then on partners take nothing that they sign."""
    if is_now == bool(last_good):
        msg = "say either --now, or by --last-good where the good messages end"
        raise click.UsageError(msg)
    loss = Loss(keys=keys, reason=reason, last_good=dict(map(_stream_end, last_good)))
    with node() as here:
        _show_card(revoke_keys(here, _root(here, root_key), loss, by=operator()).card, as_json=as_json)


@command.command("invite")
@click.option(
    "--hours", type=click.IntRange(1, 24), default=24, show_default=True, help="How long the invitation is good."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the invitation to this file.")
@json_option
def invite(*, hours: int, out: Path | None, as_json: bool) -> None:
    """Make an invitation for one agency, good once; hand it over on a way that you trust."""
    with node() as here:
        made = make_invitation(here, hours=hours, by=operator())
    if out is not None:
        write_file(out, made.envelope, "the invitation")
    value = {"invitation": made.code, "expires": made.invitation.expires.isoformat(), "id": made.id}
    show(value, f"The invitation is in {out}." if out else made.code, as_json=as_json)


@command.command("join")
@click.argument("invitation")
@json_option
def join(*, invitation: str, as_json: bool) -> None:
    """Take up an INVITATION (a file, or its line of text); then compare the words by telephone."""
    given = Path(invitation).read_bytes() if Path(invitation[:255]).is_file() else invitation.encode()
    with node() as here:
        ways = reach(here)
        look, connect = partial(get_card, reach=ways), partial(PartnerLink, reach=ways)
        pending = take_up(here, given, by=operator(), look=look, connect=connect)
    agency, words = pending.card.agency, pending.row.words
    text = (
        f"{agency.name} ({agency.country}) waits to be confirmed: {spoken(agency.node)}\n"
        f"Words to compare by telephone: {words}\n"
        "A second person on each side then types what the other reads out: `hamkar partner confirm NODE WORDS`"
    )
    show({**agency.to_dict(), "words": words}, text, as_json=as_json)


@command.command("confirm")
@click.argument("introduced", metavar="NODE")
@click.argument("words", nargs=-1, required=True)
@json_option
def confirm(*, introduced: str, words: tuple[str, ...], as_json: bool) -> None:
    """Make an introduced agency (NODE) a partner, with the WORDS that it reads out; not for who invited or joined."""
    with node() as here:
        added = confirm_words(here, introduced, " ".join(words), by=operator()).card.agency
    show(added.to_dict(), f"{added.name} ({added.country}, {added.standing}) is a partner now.", as_json=as_json)


@command.command("show")
@click.argument("partner", required=False)
@json_option
def show_(*, partner: str | None, as_json: bool) -> None:
    """Show a partner's card, keys, revocations and what is open; without PARTNER, this node's own and who waits."""
    with node() as here:
        standing = show_partner(here, partner) if partner else show_own(here)
    show(standing.to_dict(), _standing_text(standing), as_json=as_json)


@command.command("looked")
@click.argument("partner")
@json_option
def looked(*, partner: str, as_json: bool) -> None:
    """Say that you have looked at every message that came from a partner under a key it had lost."""
    with node() as here:
        number = looked_at(here, partner, by=operator())
    show({"messages": number}, f"{counted(number, 'message')} looked at.", as_json=as_json)


@command.command("add")
@click.argument("source")
@click.option("--fingerprint", required=True, help="The fingerprint as the partner reads it out by voice or in person.")
@json_option
def add(*, source: str, fingerprint: str, as_json: bool) -> None:
    """Add a partner by its card: SOURCE is a file, or the https address of its node."""
    with node() as here:
        seen = get_card(source, reach=reach(here)) if source.startswith("https://") else None
        offered, certificate = (seen.data, seen.certificate) if seen else (_file(Path(source)), None)
        try:
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


def _root(here: Node, given: Path | None) -> Path:
    return given or here.home / ROOT_KEY


def _stream_end(text: str) -> tuple[str, int]:
    stream, slash, seq = text.partition("/")
    if not slash or not seq.isascii() or not seq.isdigit():
        msg = f"{text!r} is not STREAM/SEQ, such as terms/12"
        raise click.BadParameter(msg)
    return stream, int(seq)


def _show_card(card: NodeCard, *, as_json: bool) -> None:
    value = {"version": card.version, "expires": card.expires.isoformat()}
    show(value, f"Card {card.version} is valid until {card.expires:%Y-%m-%d}.", as_json=as_json)


def _standing_text(standing: PartnerStanding) -> str:
    lines = [
        f"{standing.name} ({standing.country}), node {spoken(standing.node)}",
        f"card {standing.version}, valid until {standing.expires:%Y-%m-%d}, at {standing.endpoint}",
        *(_key_line(key) for key in standing.keys),
        *(f"revoked key {each.key}: {each.reason}" for each in standing.revoked),
        *standing.open,
    ]
    return "\n".join(lines)


def _key_line(key: KeyStanding) -> str:
    until = f", in use until {key.ends:%Y-%m-%d}" if key.ends else ""
    return f"{key.use} key {key.id} ({key.algorithm}) since {key.since:%Y-%m-%d}{until}"


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = (
            f"the card {path} cannot be read: {error.strerror}; name a file, or the https address of the partner's node"
        )
        raise BadInput(msg) from error
