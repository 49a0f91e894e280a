"""The worked example of a log that partners' engineers check their own code against: docs/vectors/log_v1.json.

Everything in it follows from the salts and the seeds of bundle_v1.json. Run as a program it writes the file anew.
"""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

from exchange.nodes import NORTH, NOW, SOUTH, head, raw_messages
from hamkar.exchange.bundle import sign_bundle
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.checkpoint import SILENT, commitment, consistency, entry_leaf, join_hashes
from hamkar.exchange.log_proof import sign_checkpoint
from hamkar.exchange.merkle import Subtree, consistency_parts, grow, inclusion_parts, peaks_of, proof_of
from hamkar.exchange.receipt import make_receipt, sign_receipt
from hamkar.exchange.receiver import StreamState
from hamkar.model.bundle import GENESIS
from hamkar.model.checkpoint import Checkpoint, LogEvent, LogProgress, LogWord
from hamkar.model.log_proof import Cosignature, LogProof, ProvedEntry

PATH = Path(__file__).parents[2] / "docs" / "vectors" / "log_v1.json"

ACTS = ("init", "partner_added", "agreement_proposed", "agreement_signed", "released", "refused", "receipt")
SIZE = len(ACTS)
SEEN = 3
PROVED = (5, 6)
ERASED = 6
EVENTS = tuple(
    LogEvent(
        at=NOW + timedelta(seconds=number),
        actor="synthetic officer",
        act=act,
        subject=f"synthetic subject {number}",
        partner=SOUTH.id if number > 1 else "",
        rule="",
        detail="",
    ).to_json()
    for number, act in enumerate(ACTS, 1)
)
SALTS = tuple(hashlib.sha256(b"synthetic salt %d" % number).digest() for number in range(1, SIZE + 1))
COMMITMENTS = tuple(map(commitment, SALTS, EVENTS))


def _kept() -> dict[Subtree, bytes]:
    peaks: list[bytes] = []
    hashes = {}
    for size, committed in enumerate(COMMITMENTS):
        peaks, completed = grow(peaks, size, entry_leaf(committed))
        for level, each in enumerate([entry_leaf(committed), *completed]):
            hashes[Subtree(level, size >> level)] = each
    return hashes


HASHES = _kept()


def root_of(size: int) -> str:
    """The root over the first entries."""
    return proof_of([peaks_of(size)], HASHES)[0].hex()


NORTH_SAYS = LogWord(
    cosigned=None,
    prove_from=(),
    own=LogProgress(size=SIZE, root=root_of(SIZE), proofs=(consistency(SEEN, consistency_parts(SEEN, SIZE), HASHES),)),
)
SOUTH_SAYS = LogWord(cosigned=NORTH_SAYS.own.checkpoint, prove_from=(SIZE,), own=SILENT.own)


def cosigned_earlier() -> str:
    """South's receipt for an earlier bundle, which cosigns the first three entries."""
    messages = raw_messages(1)
    bundle = sign_bundle(head(), messages, NORTH.keys.signer).bundle
    state = StreamState(next_seq=2, chain=advance_all(GENESIS, map(leaf, messages))[-1])
    seen = LogWord(cosigned=Checkpoint(size=SEEN, root=root_of(SEEN)), prove_from=(SEEN,), own=SILENT.own)
    return sign_receipt(make_receipt(bundle, state, (), NOW, seen), SOUTH.keys.signer).decode()


def proof_file() -> LogProof:
    """Entries 5 and 6, of which the latter has been erased, as `hamkar log export` writes them."""
    checkpoint = Checkpoint(size=SIZE, root=root_of(SIZE))
    return LogProof(
        v=1,
        card=NORTH.signed.envelope.decode(),
        checkpoint=sign_checkpoint(NORTH.id, checkpoint, NOW, NORTH.keys.signer).decode(),
        entries=tuple(
            ProvedEntry(
                seq=seq,
                event=None if seq == ERASED else EVENTS[seq - 1].decode(),
                salt=None if seq == ERASED else SALTS[seq - 1].hex(),
                commitment=COMMITMENTS[seq - 1].hex(),
                path=join_hashes(proof_of(inclusion_parts(seq - 1, SIZE), HASHES)),
            )
            for seq in PROVED
        ),
        cosignatures=(
            Cosignature(
                receipt=cosigned_earlier(),
                card=SOUTH.signed.envelope.decode(),
                proof=join_hashes(proof_of(consistency_parts(SEEN, SIZE), HASHES)),
            ),
        ),
    )


def example() -> dict[str, object]:
    """What another implementation must arrive at, byte for byte."""
    return {
        "about": "Worked example of docs/protocol.md, Log. Everything in it is synthetic.",
        "entries": [
            {
                "seq": number,
                "event": EVENTS[number - 1].decode(),
                "salt": SALTS[number - 1].hex(),
                "commitment": COMMITMENTS[number - 1].hex(),
                "leaf": HASHES[Subtree(0, number - 1)].hex(),
                "root": root_of(number),
            }
            for number in range(1, SIZE + 1)
        ],
        "inclusion": [
            {"seq": seq, "size": size, "proof": [h.hex() for h in proof_of(inclusion_parts(seq - 1, size), HASHES)]}
            for size in range(1, SIZE + 1)
            for seq in range(1, size + 1)
        ],
        "consistency": [
            {"since": old, "size": size, "proof": [h.hex() for h in proof_of(consistency_parts(old, size), HASHES)]}
            for size in range(2, SIZE + 1)
            for old in range(1, size)
        ],
        "in_a_bundle": NORTH_SAYS.to_json().decode(),
        "in_a_receipt": SOUTH_SAYS.to_json().decode(),
        "proof_file": proof_file().to_json().decode(),
    }


def write() -> None:
    """Write the file anew."""
    PATH.write_text(json.dumps(example(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
