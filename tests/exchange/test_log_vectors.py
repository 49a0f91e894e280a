"""The published log is what this code makes, and what RFC 9162 says, step by step and without the code under test."""

import base64
import hashlib
import json
from typing import Any

import pytest

from exchange.log_example import ERASED, PATH, PROVED, example
from exchange.nodes import NORTH, SOUTH
from hamkar.exchange.checkpoint import is_sound_word
from hamkar.exchange.log_proof import check_proof
from hamkar.model.checkpoint import LogWord


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return read


def mth(leaves: list[bytes]) -> bytes:
    """MTH of section 2.1.1, over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def test_the_published_log_is_what_this_version_makes(published: dict[str, Any]) -> None:
    assert published == example()


def test_commitments_leaves_and_roots_follow_the_description(published: dict[str, Any]) -> None:
    leaves = []
    for entry in published["entries"]:
        committed = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["event"].encode()).digest()
        leaves.append(hashlib.sha256(b"\x00" + committed).digest())
        assert (committed.hex(), leaves[-1].hex(), mth(leaves).hex()) == (
            entry["commitment"],
            entry["leaf"],
            entry["root"],
        )


def test_a_path_leads_from_the_leaf_to_the_root(published: dict[str, Any]) -> None:
    entries = published["entries"]
    for each in published["inclusion"]:
        index, size = each["seq"] - 1, each["size"]
        found, fn, sn = bytes.fromhex(entries[index]["leaf"]), index, size - 1
        for step in map(bytes.fromhex, each["proof"]):
            if fn & 1 or fn == sn:
                found = hashlib.sha256(b"\x01" + step + found).digest()
                while not fn & 1 and fn:
                    fn, sn = fn >> 1, sn >> 1
            else:
                found = hashlib.sha256(b"\x01" + found + step).digest()
            fn, sn = fn >> 1, sn >> 1
        assert found.hex() == entries[size - 1]["root"]


def test_the_published_words_on_logs_are_sound(published: dict[str, Any]) -> None:
    said = [LogWord.from_json(published[name].encode()) for name in ("in_a_bundle", "in_a_receipt")]
    assert all(map(is_sound_word, said))
    hashes = base64.b64decode(said[0].own.proofs[0].hashes)
    wanted = next(each for each in published["consistency"] if (each["since"], each["size"]) == (3, 7))
    assert hashes.hex() == "".join(wanted["proof"])


def test_the_published_proof_holds(published: dict[str, Any]) -> None:
    proof = check_proof(published["proof_file"].encode(), NORTH.id)
    assert [(entry.seq, entry.event is None) for entry in proof.entries] == [(seq, seq == ERASED) for seq in PROVED]
    assert [(each.agency.node, each.size) for each in proof.cosignatures] == [(SOUTH.id, 3)]
