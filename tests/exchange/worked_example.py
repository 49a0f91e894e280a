"""The worked example that partners' engineers check their own code against: docs/vectors/bundle_v1.json.

Everything but the sealed frame follows from the seeds. Run as a program it writes the file anew.
"""

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path

from exchange.log_example import NORTH_SAYS, SOUTH_SAYS
from exchange.nodes import NORTH, NOW, SOUTH, Node, head, raw_messages, terms
from hamkar.crypto.dsse import pae
from hamkar.crypto.fingerprint import spoken
from hamkar.exchange.agreement import counter_sign, propose
from hamkar.exchange.answer import Answer, Declined, Halted, Wanted, write_answer
from hamkar.exchange.bundle import BUNDLE_TYPE, SignedBundle, seal_bundle, sign_bundle
from hamkar.exchange.chain import advance_all, leaf
from hamkar.exchange.receipt import make_receipt, sign_receipt
from hamkar.exchange.receiver import StreamState
from hamkar.model.bundle import GENESIS
from hamkar.model.receipt import Acceptance, MessageVerdict

PATH = Path(__file__).parents[2] / "docs" / "vectors" / "bundle_v1.json"

MESSAGES = raw_messages(2)
LEAVES = tuple(map(leaf, MESSAGES))
CHAIN = advance_all(GENESIS, LEAVES)
VERDICTS = (
    MessageVerdict(seq=1, acceptance=Acceptance.ACCEPTED, rule="accepted", reason="filed"),
    MessageVerdict(seq=2, acceptance=Acceptance.REJECTED, rule="field_not_granted", reason="the place is not granted"),
)
ANSWERS: tuple[Answer, ...] = (
    Wanted(3, 1, "message 3 of the stream main has not arrived yet"),
    Declined(403, "this node knows no partner with that signing key"),
    Halted("the stream main is frozen until people have looked"),
)


def signed_bundle() -> SignedBundle:
    """Two messages from north to south, the first of their stream."""
    return sign_bundle(replace(head(), logs=NORTH_SAYS), MESSAGES, NORTH.keys.signer)


def everything_but_the_frame() -> dict[str, object]:
    """What another implementation must arrive at, byte for byte."""
    signed = signed_bundle()
    agreement = counter_sign(propose(terms(), NORTH.card, NORTH.keys.signer), SOUTH.card, SOUTH.keys.signer)
    state = StreamState(next_seq=len(MESSAGES) + 1, chain=CHAIN[-1])
    receipt = make_receipt(signed.bundle, state, VERDICTS, NOW, SOUTH_SAYS)
    return {
        "about": "Worked example of docs/protocol.md. Agencies and messages are synthetic, and the seeds no secret.",
        "north": _node(NORTH),
        "south": _node(SOUTH),
        "agreement": {
            "document": agreement.document.decode(),
            "id": agreement.id,
            "signed_by_both": agreement.to_json().decode(),
        },
        "messages": [
            {"seq": number, "json": message.decode(), "leaf": LEAVES[number - 1], "chain": CHAIN[number]}
            for number, message in enumerate(MESSAGES, 1)
        ],
        "bundle": {
            "body": signed.body.decode(),
            "pae_sha256": hashlib.sha256(pae(BUNDLE_TYPE, signed.body)).hexdigest(),
            "signature": signed.signature.hex(),
            "header": f"48414d4b41520102{signed.key_id}{SOUTH.keys.sealing[0].key_id}",
            "hpke_info": f"hamkar/v1|2|{NORTH.id}|{SOUTH.id}",
        },
        "receipt": sign_receipt(receipt, SOUTH.keys.signer).decode(),
        "answers": [_http(answer) for answer in ANSWERS],
    }


def _node(node: Node) -> dict[str, str]:
    return {
        "root_seed": node.root.seed.hex(),
        "signing_seed": node.keys.signer.seed.hex(),
        "sealing_seed": node.keys.sealing[0].seed.hex(),
        "node_id": node.id,
        "spoken": spoken(node.id),
        "root_public": node.root.public.hex(),
        "signing_public": node.keys.signer.public.hex(),
        "signing_key_id": node.keys.signer.key_id,
        "sealing_public_sha256": hashlib.sha256(node.keys.sealing[0].public).hexdigest(),
        "sealing_key_id": node.keys.sealing[0].key_id,
        "card": node.signed.envelope.decode(),
        "card_digest": node.signed.digest,
    }


def _http(answer: Answer) -> dict[str, object]:
    status, body = write_answer(answer)
    return {"status": status, "body": body.decode()}


def write() -> None:
    """Write the file anew, with a fresh seal."""
    frame = seal_bundle(signed_bundle(), SOUTH.card)
    example = everything_but_the_frame() | {"frame": base64.b64encode(frame).decode()}
    PATH.write_text(json.dumps(example, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
