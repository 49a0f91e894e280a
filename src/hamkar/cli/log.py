"""``hamkar log``."""

import sys
from pathlib import Path

import click

from hamkar.actions.check_log import CheckedLog, check_log
from hamkar.actions.compare_logs import Compared, compare_log, settle_log, statement_of
from hamkar.actions.log_entries import LogLine, erase_entry, list_log
from hamkar.actions.log_proof import prove_log
from hamkar.cli.here import json_option, node, operator, show, table, write_file
from hamkar.crypto.fingerprint import spoken, unspoken
from hamkar.exchange.checkpoint import Finding
from hamkar.exchange.log_proof import CheckedProof, check_proof
from hamkar.store.log import LogFilter
from hamkar.text.counted import counted

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("log")
def command() -> None:
    """The log of what was decided, given and taken."""


@command.command("verify")
@click.argument("file", required=False, type=_FILE)
@click.option("--fingerprint", default="", help="The node id, read out by the agency whose proof FILE is.")
@json_option
def verify(*, file: Path | None, fingerprint: str, as_json: bool) -> None:
    """Check this node's log against itself and what partners cosigned, or a proof in FILE. Exit status 1 if it fails.

    A FILE is checked without any node or database: signatures, entries, and that the log only grew since others saw it.
    """
    if file:
        proof = check_proof(file.read_bytes(), unspoken(fingerprint) if fingerprint else "")
        show(_proof(proof), _proof_text(proof, compared=bool(fingerprint)), as_json=as_json)
        return
    with node() as here:
        checked = check_log(here)
    show(checked.to_dict(), _checked_text(checked), as_json=as_json)
    if checked.broken_at is not None:
        sys.exit(1)


@command.command("list")
@click.option("--subject", help="Only entries about this record, agreement, partner or account.")
@click.option("--act", help="Only entries of this act, such as released, refused or received.")
@click.option("--partner", help="Only entries for or with the partner of this node id.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, help="At most so many, the newest.")
@json_option
def list_(*, subject: str | None, act: str | None, partner: str | None, limit: int, as_json: bool) -> None:
    """List entries of the log, the newest first."""
    with node() as here:
        lines = list_log(here, LogFilter(subject=subject, act=act, partner=partner), limit)
    header = ("entry", "at (UTC)", "who", "act", "about", "rule", "detail")
    show([line.to_dict() for line in lines], table(header, [_row(line) for line in lines]), as_json=as_json)


@command.command("export")
@click.option("--out", type=_NEW_FILE, required=True, help="The file to write.")
@click.option("--subject", help="Only entries about this record, agreement, partner or account.")
@click.option("--since", type=click.IntRange(1), help="Only entries from this number on.")
@json_option
def export(*, out: Path, subject: str | None, since: int | None, as_json: bool) -> None:
    """Write entries with their proofs to a file that others check with `hamkar log verify FILE`."""
    with node() as here:
        proof = prove_log(here, LogFilter(subject=subject, since=since), by=operator())
    write_file(out, proof.to_json(), "the proof")
    found = {"out": str(out), "entries": len(proof.entries), "cosignatures": len(proof.cosignatures)}
    told = counted(len(proof.entries), "entry", "entries")
    show(found, f"{told} and {counted(len(proof.cosignatures), 'cosignature')} are in {out}.", as_json=as_json)


@command.command("erase")
@click.argument("seq", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why; it is logged, so it names no person.")
@json_option
def erase(*, seq: int, reason: str, as_json: bool) -> None:
    """Forget what entry SEQ says, for good; that it was there stays proved."""
    with node() as here:
        erase_entry(here, seq, reason=reason, by=operator())
    show({"erased": seq}, f"Entry {seq} says nothing any more; its place in the log stays proved.", as_json=as_json)


@command.command("statement")
@click.argument("partner")
@click.option("--out", type=_NEW_FILE, required=True, help="The file to write.")
@json_option
def statement(*, partner: str, out: Path, as_json: bool) -> None:
    """Write what PARTNER last signed about its own log, to be compared by others who exchange with it."""
    with node() as here:
        signed = statement_of(here, partner)
    write_file(out, signed, "the statement")
    show({"out": str(out)}, f"The newest signed word of {partner} about its log is in {out}.", as_json=as_json)


@command.command("compare")
@click.argument("file", type=_FILE)
@json_option
def compare(*, file: Path, as_json: bool) -> None:
    """Hold FILE, which a partner signed for another, against what it says here. Exit status 1 if they contradict."""
    with node() as here:
        compared = compare_log(here, file.read_bytes(), by=operator())
    show(compared.to_dict(), _compared_text(compared), as_json=as_json)
    if compared.finding is Finding.FORKED:
        sys.exit(1)


@command.command("settle")
@click.argument("partner")
@click.option("--reason", required=True, help="With whom you talked and what it was.")
@json_option
def settle(*, partner: str, reason: str, as_json: bool) -> None:
    """Close a contradiction in PARTNER's log once people have found out what it was; the evidence stays."""
    with node() as here:
        name = settle_log(here, partner, reason=reason, by=operator())
    show({"settled": name}, f"The log of {name} counts again from what it signs next.", as_json=as_json)


def _row(line: LogLine) -> tuple[str, ...]:
    said = line.event
    if said is None:
        return (str(line.seq), "", "", "erased", "", "", "")
    at = f"{said.at:%Y-%m-%d %H:%M:%S}"
    return (str(line.seq), at, said.actor, said.act, said.subject, said.rule, said.detail)


def _checked_text(checked: CheckedLog) -> str:
    entries = counted(checked.entries, "entry", "entries")
    if checked.broken_at is None:
        first = f"{entries}, each in its place and as it was written; root {checked.head}"
    else:
        first = f"the log was changed at entry {checked.broken_at} or before: {checked.why}"
    erased = [f"{counted(checked.erased, 'entry', 'entries')} erased, each by an entry that says so"]
    return "\n".join(
        [
            first,
            *(erased if checked.erased else []),
            *(
                f"{each.name} has cosigned {counted(each.size, 'entry', 'entries')} on {each.at:%Y-%m-%d %H:%M} UTC"
                for each in checked.cosigned
            ),
            *(
                f"of the log of {each.name}, {counted(each.size, 'entry', 'entries')} were seen, signed on"
                f" {each.at:%Y-%m-%d %H:%M} UTC"
                + (f"; {counted(each.unproved, 'statement')} since came without a proof" if each.unproved else "")
                for each in checked.witnessed
            ),
            *checked.contradictions,
        ]
    )


def _proof(proof: CheckedProof) -> dict[str, object]:
    return {
        "agency": proof.agency.to_dict(),
        "size": proof.checkpoint.size,
        "root": proof.checkpoint.root,
        "issued_at": proof.checkpoint.issued_at.isoformat(),
        "entries": [
            {"seq": entry.seq, "event": entry.event.to_dict() if entry.event else None} for entry in proof.entries
        ],
        "cosigned": [
            {"agency": each.agency.to_dict(), "size": each.size, "at": each.at.isoformat()}
            for each in proof.cosignatures
        ],
    }


def _proof_text(proof: CheckedProof, *, compared: bool) -> str:
    agency, stated = proof.agency, proof.checkpoint
    lines = [_row(LogLine(seq=entry.seq, event=entry.event)) for entry in proof.entries]
    whose = "as compared" if compared else "compare this node id with the agency before you rely on it"
    these = "this stands" if len(lines) == 1 else "these stand"
    size = counted(stated.size, "entry", "entries")
    return "\n".join(
        [
            f"{agency.name} ({agency.country}), node {spoken(agency.node)}: {whose}",
            f"signed on {stated.issued_at:%Y-%m-%d %H:%M} UTC: a log of {size}, in which {these}:",
            table(("entry", "at (UTC)", "who", "act", "about", "rule", "detail"), lines),
            *(
                f"{each.agency.name}, node {spoken(each.agency.node)}, has cosigned the first"
                f" {counted(each.size, 'entry', 'entries')} on {each.at:%Y-%m-%d %H:%M} UTC"
                for each in proof.cosignatures
            ),
            *([] if proof.cosignatures else ["no partner has cosigned it"]),
        ]
    )


def _compared_text(compared: Compared) -> str:
    match compared.finding:
        case Finding.FORKED:
            return f"{compared.name} contradicts itself: {compared.why}; call the agency, both statements are kept"
        case Finding.UNPROVED:
            return (
                f"{compared.name} stated {counted(compared.size, 'entry', 'entries')} to the other and another number"
                " here; it is asked to prove its log from both, and `hamkar status` says if it cannot"
            )
        case _:
            return f"{compared.name} stated the same log of {counted(compared.size, 'entry', 'entries')} to both"
