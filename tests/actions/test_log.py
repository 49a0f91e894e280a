"""The log: what stands in it, what partners cosign, and that no change to it goes unseen."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg import Rollback, sql

from exchanging import agreement_with, frame, message, new_report, stream_named
from fixtures_node import BY, Agencies, Straight, open_agencies
from hamkar.actions.attention import attention
from hamkar.actions.check_log import LogWalk, check_log
from hamkar.actions.compare_logs import compare_log, settle_log, statement_of
from hamkar.actions.deliver import deliver
from hamkar.actions.examine import examine
from hamkar.actions.log_entries import erase_entry, list_log
from hamkar.actions.log_proof import prove_log
from hamkar.actions.node import Node
from hamkar.actions.receive_bundle import receive
from hamkar.actions.release import release
from hamkar.actions.status import status
from hamkar.crypto import dsse
from hamkar.errors import BadInput, NotFound, ProtocolError
from hamkar.exchange.answer import Acknowledged
from hamkar.exchange.bundle import BUNDLE_TYPE
from hamkar.exchange.checkpoint import Finding, commitment, entry_leaf
from hamkar.exchange.log_proof import check_proof
from hamkar.exchange.merkle import grow
from hamkar.exchange.receipt import RECEIPT_TYPE, read_receipt
from hamkar.model.agreement import Purpose
from hamkar.settings import Settings
from hamkar.store import log, witness
from hamkar.store.database import Database
from hamkar.store.log import Entry, LogFilter, LogRow
from hamkar.store.postgres.cluster import Cluster

ANYTHING = LogFilter()


@pytest.fixture
def fresh(postgres: Cluster, tmp_path: Path) -> Iterator[Agencies]:
    """Three nodes of this test's own, whose logs it may spoil."""
    with open_agencies(postgres, tmp_path) as opened:
        yield opened


def give(agencies: Agencies, partner: Node | None = None) -> str:
    """Release a new report of Iran's and let everything arrive; its id."""
    record = send(agencies.iran, partner or agencies.azerbaijan)
    agencies.exchange()
    return record


def written(node: Node) -> list[LogRow]:
    with node.database.transaction() as connection:
        return list(log.walk(connection))


def witnessed(node: Node, partner: Node) -> witness.WitnessRow:
    with node.database.transaction() as connection:
        return next(row for row in witness.rows(connection) if row.partner == partner.id)


def contradictions(node: Node) -> tuple[str, ...]:
    return status(node).contradictions


# What is cosigned


def test_after_an_exchange_each_side_has_cosigned_the_log_of_the_other(agencies: Agencies) -> None:
    give(agencies)
    for node, partner in ((agencies.iran, agencies.azerbaijan), (agencies.azerbaijan, agencies.iran)):
        checked = check_log(node)
        assert checked.broken_at is None
        cosigned = next(each for each in checked.cosigned if each.partner == partner.id)
        assert 0 < cosigned.size <= checked.entries
        seen = next(each for each in checked.witnessed if each.partner == partner.id)
        assert 0 < seen.size <= check_log(partner).entries
    assert not contradictions(agencies.iran) + contradictions(agencies.azerbaijan)


def test_what_is_cosigned_rises_with_every_bundle(agencies: Agencies) -> None:
    give(agencies)
    before = witnessed(agencies.azerbaijan, agencies.iran).size
    give(agencies)
    after = witnessed(agencies.azerbaijan, agencies.iran)
    assert before is not None
    assert after.size is not None
    assert after.size > before
    assert (after.unproved, after.forked) == (0, None)


def test_the_receipt_covers_the_entry_that_the_receiver_wrote_for_it(agencies: Agencies) -> None:
    give(agencies)
    send(agencies.iran, agencies.azerbaijan)
    seen = witnessed(agencies.iran, agencies.azerbaijan)
    received = list_log(agencies.azerbaijan, LogFilter(act="received", partner=agencies.iran.id), 1)[0]
    assert seen.size == received.seq


def test_a_receiver_that_forgot_what_it_had_seen_says_from_where_it_wants_the_proof(agencies: Agencies) -> None:
    iran, azerbaijan = agencies.iran, agencies.azerbaijan
    give(agencies)
    old = witnessed(azerbaijan, iran)
    give(agencies)
    with azerbaijan.database.transaction() as connection:  # as a backup would restore it
        connection.execute(
            "UPDATE witness SET size = %s, root = %s, issued_at = %s WHERE partner = %s",
            (old.size, old.root, old.issued_at, iran.id),
        )
    send(iran, azerbaijan)
    assert witnessed(azerbaijan, iran).size == old.size
    assert witnessed(iran, azerbaijan).prove_from == [old.size]
    send(iran, azerbaijan)
    assert witnessed(azerbaijan, iran).size != old.size
    assert not contradictions(azerbaijan)


def test_a_bundle_that_comes_late_is_no_contradiction(agencies: Agencies) -> None:
    iran, azerbaijan = agencies.iran, agencies.azerbaijan
    give(agencies)
    agreement = agreement_with(iran, azerbaijan)
    late = frame(
        iran, azerbaijan, [message(iran, new_report(iran), agreement)], first_seq=1, stream=stream_named("late")
    )
    give(agencies)
    newer = witnessed(azerbaijan, iran).size
    answer = receive(azerbaijan, late)
    assert isinstance(answer, Acknowledged)
    assert witnessed(azerbaijan, iran).size == newer
    receipt = read_receipt(answer.receipt, azerbaijan.signed_card.card)
    assert receipt.logs.cosigned is not None
    assert receipt.logs.cosigned.size == newer
    assert not contradictions(azerbaijan)


# What is found


def rewrite(node: Node, change: Callable[[list[LogRow]], list[LogRow]]) -> None:
    """What an administrator with all rights could do: change entries and compute every hash anew."""
    rows = hashed(change(written(node)))
    with node.database.transaction() as connection:
        connection.execute("DELETE FROM log")
        for row in rows:
            connection.execute(
                "INSERT INTO log (seq, at, event, salt, commitment, subtrees) VALUES (%s, %s, %s, %s, %s, %s)",
                (row.seq, row.at, row.event, row.salt, row.commitment, row.subtrees),
            )


def hashed(rows: list[LogRow]) -> list[LogRow]:
    """The rows with numbers and hashes as they would be had they been written so."""
    peaks: list[bytes] = []
    made = []
    for size, row in enumerate(rows):
        committed = commitment(row.salt, row.event.encode()) if row.event and row.salt else row.commitment
        peaks, completed = grow(peaks, size, entry_leaf(committed))
        made.append(replace(row, seq=size + 1, commitment=committed, subtrees=b"".join(completed)))
    return made


def other(row: LogRow) -> LogRow:
    """The entry by somebody else."""
    said = json.loads(row.event or "{}") | {"actor": "nobody"}
    return replace(row, event=json.dumps(said))


def test_a_log_rewritten_with_all_its_hashes_is_found_here_and_by_the_partner(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    give(fresh)
    rewrite(iran, lambda rows: [other(rows[0]), *rows[1:]])
    checked = check_log(iran)
    assert checked.broken_at is not None
    assert "cosigned another log up to here" in checked.why
    record = give(fresh)
    assert any(line.event and line.event.subject == record for line in list_log(iran, ANYTHING, 10))
    assert "does not begin with the" in contradictions(azerbaijan)[0]
    assert "does not cosign this node's log" in contradictions(iran)[0]


def test_a_contradiction_refuses_nothing_is_logged_and_keeps_both_signed_statements(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    give(fresh)
    rewrite(iran, lambda rows: [other(rows[0]), *rows[1:]])
    give(fresh)
    give(fresh)
    assert not status(iran).waiting
    assert len(list_log(azerbaijan, LogFilter(act="log_forked"), 10)) == 1
    with azerbaijan.database.transaction() as connection:
        (found,) = witness.evidence(connection, iran.id)
    card = iran.signed_card.card
    assert found.held is not None
    for signed, root in ((found.held, found.held_root), (found.shown, found.shown_root)):
        kind = BUNDLE_TYPE if BUNDLE_TYPE.encode() in signed else RECEIPT_TYPE
        envelope = dsse.read_envelope(signed, kind, 1 << 22)
        key = card.signing_keys[0]
        assert envelope.signed_by(key.id, iran.keys.signer.public)
        assert root.encode() in envelope.payload
        assert key.id == iran.keys.signer.key_id


def test_whoever_looks_after_the_node_is_told_of_a_contradiction(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    give(fresh)
    rewrite(iran, lambda rows: [other(rows[0]), *rows[1:]])
    give(fresh)
    assert attention(azerbaijan).contradictions == contradictions(azerbaijan)


def test_a_log_that_was_cut_is_found_here_and_by_the_partner(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    give(fresh)
    cosigned = next(each.size for each in check_log(iran).cosigned if each.partner == azerbaijan.id)
    rewrite(iran, lambda rows: rows[: cosigned - 6])
    checked = check_log(iran)
    assert checked.broken_at == cosigned - 5
    assert "the end was cut off" in checked.why
    fresh.clock.turn(timedelta(hours=1))
    report = new_report(iran)
    release(iran, report.id, azerbaijan.id, Purpose.INVESTIGATION, by=BY)
    assert any("it was cut, or restored from a backup" in said for said in contradictions(iran))
    deliver(iran, azerbaijan.id, Straight(azerbaijan))
    assert "its log was cut, or its clock was set back" in contradictions(azerbaijan)[0]


def test_a_contradiction_that_people_have_settled_is_closed_and_its_evidence_stays(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    give(fresh)
    rewrite(iran, lambda rows: [other(rows[0]), *rows[1:]])
    give(fresh)
    with pytest.raises(BadInput, match="for a reason"):
        settle_log(azerbaijan, iran.id, reason=" ", by=BY)
    assert settle_log(azerbaijan, "IR", reason="restored from a backup, says their duty officer", by=BY)
    give(fresh)
    give(fresh)
    assert not contradictions(azerbaijan) + contradictions(iran)
    assert next(each.size for each in check_log(iran).cosigned if each.partner == azerbaijan.id) > 10
    with azerbaijan.database.transaction() as connection:
        assert [each.settled_by for each in witness.evidence(connection, iran.id)] == [BY]
    with pytest.raises(NotFound, match="nothing to settle"):
        settle_log(azerbaijan, "IR", reason="again", by=BY)


def test_a_partner_that_was_asked_and_proves_nothing_is_named(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    give(fresh)
    with iran.database.transaction() as connection:
        connection.execute("UPDATE witness SET prove_from = '{}'")
    send(iran, azerbaijan)
    assert "was asked and has not proved since" in contradictions(azerbaijan)[0]
    send(iran, azerbaijan)
    assert not contradictions(azerbaijan)


# A log shown to two partners in two forms


def forked(postgres: Cluster, node: Node, folder: Path) -> Node:
    """A second life of the node: the same keys and the same past in another database."""
    copied = folder / "copy"
    shutil.copytree(node.home, copied)
    return replace(node, home=copied, database=copy_of(postgres, node.database.name))


def copy_of(postgres: Cluster, name: str) -> Database:
    with Database(postgres, "postgres").administration() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (name,),
        )
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(f"{name}_fork"), sql.Identifier(name))
        )
    return Database(postgres, f"{name}_fork")


@pytest.fixture
def split(fresh: Agencies, postgres: Cluster, tmp_path: Path) -> Iterator[tuple[Agencies, Node]]:
    """Iran shows Azerbaijan one log, and the observer, from a copy of the node, another."""
    give(fresh)
    give(fresh, partner=fresh.observer)
    twin = forked(postgres, fresh.iran, tmp_path)
    yield fresh, twin
    with Database(postgres, "postgres").administration() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(twin.database.name)))


def test_a_log_shown_to_two_partners_in_two_forms_is_found_when_one_shows_its_receipt(
    split: tuple[Agencies, Node],
) -> None:
    agencies, twin = split
    iran, azerbaijan, observer = agencies.iran, agencies.azerbaijan, agencies.observer
    append(twin, "a past for the observer only")
    append(iran, "a past for Azerbaijan only")
    send(iran, azerbaijan)
    send(azerbaijan, iran)
    send(twin, observer)
    assert not contradictions(azerbaijan) + contradictions(observer)
    compare_log(observer, statement_of(azerbaijan, iran.id), by=BY)
    for _ in range(6):
        send(twin, observer)
    assert "contradicts itself" in contradictions(observer)[0]


def test_an_honest_log_that_two_partners_compare_is_proved_from_both(fresh: Agencies) -> None:
    iran, azerbaijan, observer = fresh.iran, fresh.azerbaijan, fresh.observer
    give(fresh)
    give(fresh, partner=observer)
    send(azerbaijan, iran)
    compared = compare_log(observer, statement_of(azerbaijan, "IR"), by=BY)
    assert compared.finding is Finding.UNPROVED
    give(fresh, partner=observer)
    assert len(witnessed(iran, observer).prove_from) == 2
    give(fresh, partner=observer)
    give(fresh, partner=observer)
    seen = witnessed(observer, iran)
    assert (seen.also, seen.unproved, seen.forked) == (None, 0, None)
    assert not contradictions(observer)


def test_the_same_statement_compared_by_its_own_receiver_is_the_same(fresh: Agencies) -> None:
    iran, azerbaijan = fresh.iran, fresh.azerbaijan
    send(azerbaijan, iran)
    assert compare_log(azerbaijan, statement_of(azerbaijan, "IR"), by=BY).finding is Finding.SAME


def test_a_statement_that_no_partner_signed_is_refused(agencies: Agencies) -> None:
    give(agencies)
    send(agencies.azerbaijan, agencies.iran)
    signed = statement_of(agencies.azerbaijan, "IR")
    with pytest.raises(ProtocolError, match="no partner of this node has signed"):
        compare_log(agencies.observer, signed[:-40] + b"x" + signed[-39:], by=BY)
    with pytest.raises(ProtocolError, match="no partner of this node has signed"):
        compare_log(agencies.iran, signed, by=BY)


def send(giver: Node, taker: Node) -> str:
    """Release a new report and deliver it; the taker states its own log in the receipt. The report's id."""
    report = new_report(giver)
    purpose = Purpose.STATISTICS if taker.agency.country == "UN" else Purpose.INVESTIGATION
    release(giver, report.id, taker.id, purpose, by=BY)
    deliver(giver, taker.id, Straight(taker))
    return str(report.id)


def append(node: Node, about: str) -> None:
    with node.database.transaction() as connection:
        log.append(connection, Entry(actor=BY, act="noted", subject=about), node.now())


# Tampering


def test_a_thousand_changes_are_all_found_against_one_cosigned_checkpoint(agencies: Agencies) -> None:
    for _ in range(3):
        give(agencies)
    rows = written(agencies.iran)
    cosigned = next(each for each in check_log(agencies.iran).cosigned if each.partner == agencies.azerbaijan.id)
    promised = {cosigned.size: {cosigned.name: cosigned.root}}
    assert LogWalk(promised).through(rows).broken is None
    chance = random.Random(9162)  # noqa: S311 - the same changes in every run
    for number in range(1000):
        changed = tampered(chance, rows, cosigned.size)
        assert changed != rows
        assert LogWalk(promised).through(changed).broken, f"change {number} was not found"


def tampered(chance: random.Random, rows: list[LogRow], cosigned: int) -> list[LogRow]:
    """The log with one change among its cosigned entries, half of the time with every hash computed anew."""
    at = chance.randrange(cosigned)
    row = rows[at]
    kind = chance.choice(["event", "time", "salt", "commitment", "subtrees", "empty", "remove", "swap", "cut", "add"])
    noise = chance.randbytes(32)
    match kind:
        case "event":
            changed = [*rows[:at], other(row), *rows[at + 1 :]]
        case "time":
            return [*rows[:at], replace(row, at=row.at + timedelta(seconds=chance.randint(1, 9))), *rows[at + 1 :]]
        case "salt":
            changed = [*rows[:at], replace(row, salt=noise), *rows[at + 1 :]]
        case "commitment":
            changed = [*rows[:at], replace(row, commitment=noise, event=None, salt=None), *rows[at + 1 :]]
        case "subtrees":
            return [*rows[:at], replace(row, subtrees=row.subtrees + noise), *rows[at + 1 :]]
        case "empty":
            return [*rows[:at], replace(row, event=None, salt=None), *rows[at + 1 :]]
        case "remove":
            changed = [*rows[:at], *rows[at + 1 :]]
        case "swap":
            to = chance.choice([place for place in range(cosigned) if place != at])
            changed = list(rows)
            changed[at], changed[to] = changed[to], changed[at]
        case "cut":
            return rows[:at]
        case _:
            changed = [*rows[:at], replace(other(row), salt=noise), *rows[at:]]
    return hashed(changed) if chance.random() < 0.5 else changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET event = replace(event, '\"actor\"', '\"Actor\"') WHERE seq = 3",
        "UPDATE log SET salt = sha256(salt) WHERE seq = 3",
        "UPDATE log SET subtrees = sha256(subtrees) WHERE seq = 4",
        "UPDATE log SET at = at + interval '1 second' WHERE seq = 3",
        "UPDATE log SET event = NULL, salt = NULL WHERE seq = 3",
        "DELETE FROM log WHERE seq = 3",
        "DELETE FROM log WHERE seq > 5",
    ],
)
def test_a_change_in_the_database_is_found(agencies: Agencies, statement: str) -> None:
    node = agencies.iran
    promised = {each.size: {each.name: each.root} for each in check_log(node).cosigned}
    with suppress(Rollback), node.database.transaction() as connection:
        connection.execute(statement)
        assert LogWalk(promised).through(log.walk(connection)).broken
        raise Rollback
    assert check_log(node).broken_at is None


# Erasing


def test_what_an_entry_says_can_be_erased_and_its_place_stays_proved(fresh: Agencies) -> None:
    record = give(fresh)
    seq = list_log(fresh.iran, LogFilter(subject=record), 1)[0].seq
    erase_entry(fresh.iran, seq, reason="synthetic order of a court", by=BY)
    checked = check_log(fresh.iran)
    assert (checked.broken_at, checked.erased) == (None, 1)
    assert not list_log(fresh.iran, LogFilter(subject=record), 1)
    said = list_log(fresh.iran, LogFilter(act="log_erased"), 1)[0].event
    assert said is not None
    assert (said.subject, said.detail, said.actor) == (str(seq), "synthetic order of a court", BY)
    give(fresh)
    assert not contradictions(fresh.azerbaijan)
    proof = check_proof(prove_log(fresh.iran, LogFilter(since=seq, until=seq), by=BY).to_json())
    assert [(entry.seq, entry.event) for entry in proof.entries] == [(seq, None)]


def test_nothing_of_an_erased_entry_is_left_in_the_table(fresh: Agencies) -> None:
    record = give(fresh)
    seq = list_log(fresh.iran, LogFilter(subject=record), 1)[0].seq
    erase_entry(fresh.iran, seq, reason="synthetic", by=BY)
    with fresh.iran.database.transaction() as connection:
        kept = connection.execute("SELECT log::text FROM log WHERE seq = %s", (seq,)).fetchone()
    assert kept is not None
    assert record not in kept[0]


@pytest.mark.parametrize(("seq", "problem"), [(10**6, "there is no entry"), (3, "erased before")])
def test_an_entry_that_is_not_there_cannot_be_erased(fresh: Agencies, seq: int, problem: str) -> None:
    erase_entry(fresh.iran, 3, reason="synthetic", by=BY)
    before = check_log(fresh.iran).entries
    with pytest.raises(NotFound, match=problem):
        erase_entry(fresh.iran, seq, reason="synthetic", by=BY)
    assert check_log(fresh.iran).entries == before


def test_an_entry_is_erased_for_a_reason_and_that_entry_stays(fresh: Agencies) -> None:
    with pytest.raises(BadInput, match="for a reason"):
        erase_entry(fresh.iran, 3, reason="", by=BY)
    erase_entry(fresh.iran, 3, reason="synthetic", by=BY)
    last = check_log(fresh.iran).entries
    with pytest.raises(BadInput, match="has to stay"):
        erase_entry(fresh.iran, last, reason="synthetic", by=BY)


# Proofs for others


def test_what_was_done_with_a_record_is_proved_to_whoever_holds_the_file(agencies: Agencies) -> None:
    record = give(agencies)
    pack = prove_log(agencies.iran, LogFilter(subject=record), by=BY).to_json()
    proof = check_proof(pack, agencies.iran.id)
    assert proof.agency == agencies.iran.agency
    assert [entry.event.act for entry in proof.entries if entry.event] == ["released"]
    assert {each.agency.node for each in proof.cosignatures} >= {agencies.azerbaijan.id}
    assert all(0 < each.size <= proof.checkpoint.size for each in proof.cosignatures)


def test_a_proof_says_nothing_of_entries_that_are_not_in_it(agencies: Agencies) -> None:
    mine, others = give(agencies), give(agencies)
    pack = prove_log(agencies.iran, LogFilter(subject=mine), by=BY).to_json()
    assert mine.encode() in pack
    assert others.encode() not in pack


def test_a_whole_log_is_proved_from_a_number_on(agencies: Agencies) -> None:
    proof = check_proof(prove_log(agencies.iran, LogFilter(since=2), by=BY).to_json())
    assert [entry.seq for entry in proof.entries] == list(range(2, proof.checkpoint.size))


def test_a_proof_of_nothing_is_not_written(agencies: Agencies) -> None:
    with pytest.raises(NotFound, match="no entry of the log"):
        prove_log(agencies.iran, LogFilter(subject="nothing"), by=BY)


def test_a_proof_is_of_the_node_whose_fingerprint_was_compared(agencies: Agencies) -> None:
    pack = prove_log(agencies.iran, LogFilter(since=2), by=BY).to_json()
    with pytest.raises(BadInput, match="ask for its own"):
        check_proof(pack, agencies.azerbaijan.id)


def test_no_proof_that_was_changed_holds(agencies: Agencies) -> None:
    record = give(agencies)
    pack = prove_log(agencies.iran, LogFilter(subject=record), by=BY).to_json()
    honest = check_proof(pack)
    chance = random.Random(9162)  # noqa: S311 - the same changes in every run
    for _ in range(2000):
        changed = bytearray(pack)
        changed[chance.randrange(len(pack))] ^= 1 << chance.randrange(7)
        with suppress(ProtocolError):
            assert check_proof(bytes(changed)) == honest


def test_a_proof_with_the_receipt_of_another_log_does_not_hold(fresh: Agencies) -> None:
    record = give(fresh)
    honest = prove_log(fresh.iran, LogFilter(subject=record), by=BY)
    give(fresh)
    rewrite(fresh.iran, lambda rows: [other(rows[0]), *rows[1:]])
    rewritten = prove_log(fresh.iran, LogFilter(subject=record), by=BY)
    with pytest.raises(ProtocolError, match="does not go on from the"):
        check_proof(rewritten.to_json())
    mixed = replace(honest, checkpoint=rewritten.checkpoint)
    with pytest.raises(ProtocolError, match="does not stand in the log"):
        check_proof(mixed.to_json())


# Writing


def test_many_entries_at_once_are_the_same_as_one_after_another(agencies: Agencies) -> None:
    entries = [Entry(actor=BY, act="noted", subject=str(number)) for number in range(37)]
    node = agencies.observer
    with node.database.transaction() as connection:
        log.append_many(connection, entries, node.now())
    assert [line.event.subject for line in list_log(node, LogFilter(act="noted"), 37) if line.event] == [
        str(number) for number in reversed(range(37))
    ]
    assert check_log(node).broken_at is None


def test_two_who_write_at_once_are_put_in_one_order(agencies: Agencies) -> None:
    node = agencies.observer
    before = check_log(node).entries

    def write(number: int) -> None:
        for _ in range(20):
            append(node, f"at once {number}")

    with ThreadPoolExecutor(3) as three:
        list(three.map(write, range(3)))
    checked = check_log(node)
    assert (checked.entries, checked.broken_at) == (before + 60, None)


def test_work_that_is_not_kept_leaves_no_entry(agencies: Agencies) -> None:
    node = agencies.observer
    before = check_log(node).entries
    with suppress(Rollback), node.database.transaction() as connection:
        log.append(connection, Entry(actor=BY, act="noted", subject="undone"), node.now())
        raise Rollback
    assert check_log(node).entries == before


@pytest.mark.parametrize("text", ["", "“سلام” ا\u200cب \U0001f600", 'quotes " and \\ and\nlines', "x" * 2000])
def test_an_entry_says_exactly_what_was_written(agencies: Agencies, text: str) -> None:
    node = agencies.observer
    with node.database.transaction() as connection:
        log.append(connection, Entry(actor=text, act="noted", subject="text", rule=text, detail=text), node.now())
    said = list_log(node, LogFilter(subject="text"), 1)[0].event
    assert said is not None
    assert (said.actor, said.rule, said.detail) == (text, text, text)
    assert check_log(node).broken_at is None


def test_the_doctor_says_how_the_logs_stand(fresh: Agencies) -> None:
    give(fresh)
    settings = Settings(home=fresh.iran.home, database_url=fresh.iran.database.conninfo())
    good = {finding.what: finding for finding in examine(settings)}
    assert good["log"].ok
    assert good["logs compared"].ok
    rewrite(fresh.iran, lambda rows: [other(rows[0]), *rows[1:]])
    give(fresh)
    bad = {finding.what: finding for finding in examine(settings)}
    assert not bad["log"].ok
    assert not bad["logs compared"].ok
