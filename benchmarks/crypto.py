"""What signing and sealing cost, alone and as a share of one bundle of 500 messages.

Every figure is also given as a multiple of one raw Ed25519 signature over 1,024 bytes in the same run: machines differ,
the multiple hardly does. Each is the best of several rounds, because what disturbs a measurement only ever slows it.
``python benchmarks/crypto.py``
"""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from hamkar.crypto.certificate import self_signed
from hamkar.crypto.dsse import pae
from hamkar.crypto.fingerprint import node_id
from hamkar.crypto.keys import NodeKeys, new_node_keys, new_root_key
from hamkar.crypto.sealing import SealingKey, Suite, seal
from hamkar.crypto.signing import SigningKey, verify
from hamkar.exchange.bundle import BUNDLE_TYPE, BundleHead, SignedBundle, open_frame, seal_bundle, sign_bundle
from hamkar.exchange.card import SignedCard, accept, first_card
from hamkar.exchange.message import encode_message, read_message
from hamkar.exchange.receipt import make_receipt, read_receipt, sign_receipt
from hamkar.exchange.receiver import START, New, judge
from hamkar.model.agency import Agency
from hamkar.model.agreement import Purpose
from hamkar.model.bundle import GENESIS, Message, MessageKind
from hamkar.model.handling import FREE
from hamkar.model.receipt import Acceptance, MessageVerdict
from scratch import write_result

NOW = datetime(2026, 3, 20, tzinfo=UTC)
MESSAGES = 500
SMALL = b"x" * 1024
ROUNDS = 5
ROUND_SECONDS = 0.1

Work = Callable[[], object]


def main() -> None:
    """Measure and write the tables."""
    north, south = synthetic_node("North"), synthetic_node("South")
    signature = seconds(lambda: north.keys.signer.sign(SMALL))
    lines = [
        "# Cryptography",
        "",
        f"{os.cpu_count()} cores, one of them used, command: `python benchmarks/crypto.py`",
        "",
        f"One Ed25519 signature over 1,024 bytes took {signature * 1e6:.0f} µs and is the unit of the right columns.",
        "",
        "| over 1,024 bytes | per second | signatures |",
        "|---|---|---|",
        *(f"| {name} | {1 / cost:,.0f} | {cost / signature:.1f} |" for name, cost in measured(alone(north, south))),
        "",
        *bundle_table(north, south, signature),
    ]
    write_result("crypto", "\n".join(lines))


def measured(works: Iterable[tuple[str, Work]]) -> list[tuple[str, float]]:
    """Each work with the seconds of one call."""
    return [(name, seconds(work)) for name, work in works]


def seconds(work: Work) -> float:
    """The seconds of one call, in the best of several rounds."""
    once = round_of(work, 1)
    return min(round_of(work, max(1, int(ROUND_SECONDS / once))) for _ in range(ROUNDS))


def round_of(work: Work, calls: int) -> float:
    """The seconds of one call, over so many."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


@dataclass(frozen=True, slots=True)
class Node:
    """A node's keys and card."""

    keys: NodeKeys
    signed: SignedCard


def synthetic_node(name: str) -> Node:
    """A fresh node of an invented agency."""
    root, keys = new_root_key(), new_node_keys()
    agency = Agency(node=node_id(root.public), name=f"{name} (synthetic)", country="XX")
    pem = self_signed("127.0.0.1", NOW, NOW.replace(year=2027)).certificate
    return Node(keys, first_card(agency, root, keys, endpoint="https://127.0.0.1", certificate=pem, issued=NOW))


def alone(north: Node, south: Node) -> Iterable[tuple[str, Work]]:
    """The operations by themselves."""
    signer: SigningKey = north.keys.signer
    signature = signer.sign(SMALL)
    yield "Ed25519 sign", lambda: signer.sign(SMALL)
    yield "Ed25519 verify", lambda: verify(signer.public, SMALL, signature)
    for suite in (Suite.X25519, Suite.HYBRID):
        yield from sealing(SealingKey(suite, south.keys.sealing[0].seed))
    yield "accept a partner's card (signature, every rule, every key)", lambda: accept(None, north.signed.envelope, NOW)


def sealing(key: SealingKey) -> Iterable[tuple[str, Work]]:
    """Sealing and opening in the suite of a key."""
    sealed = seal(key.suite, key.public, SMALL, b"info")
    yield f"seal, {key.suite.algorithm}", lambda: seal(key.suite, key.public, SMALL, b"info")
    yield f"open, {key.suite.algorithm}", lambda: key.open(sealed, b"info")


def bundle_table(north: Node, south: Node, signature: float) -> Iterable[str]:
    """One full bundle from messages to receipt, without database and network, step by step."""
    raw = [message(number) for number in range(1, MESSAGES + 1)]
    steps, crypto, size = bundle_steps(north, south, raw)
    total = sum(cost for _, cost in steps)
    pure = sum(cost for _, cost in crypto)
    yield f"One bundle of {MESSAGES} messages ({size:,} bytes), from messages to verified receipt, with no database:"
    yield ""
    yield "| step | ms | share | signatures |"
    yield "|---|---|---|---|"
    for name, cost in (
        *steps,
        ("together", total),
        ("of it cryptography: 2 signatures made and verified, 1 seal", pure),
    ):
        yield f"| {name} | {cost * 1e3:.2f} | {cost / total:.0%} | {cost / signature:.0f} |"
    yield ""
    yield f"That is {MESSAGES / total:,.0f} messages a second for both ends on one core."


def bundle_steps(
    north: Node, south: Node, raw: list[bytes]
) -> tuple[list[tuple[str, float]], list[tuple[str, float]], int]:
    """The cost of each step of a bundle, the cost of the cryptography within them, and the size of the body."""
    head = BundleHead(
        sender=north.signed.node,
        to=south.signed.node,
        stream="main",
        epoch=1,
        first_seq=1,
        prev_chain=GENESIS,
        issued_at=NOW,
    )
    signed = sign_bundle(head, raw, north.keys.signer)
    frame = seal_bundle(signed, south.signed.card)
    new = judge(START, signed.bundle, lambda _: None)
    assert isinstance(new, New)
    verdicts = [
        MessageVerdict(seq=n, acceptance=Acceptance.ACCEPTED, rule="accepted", reason="filed") for n in range(1, 501)
    ]
    receipt = make_receipt(signed.bundle, new.state, verdicts, NOW)
    envelope = sign_receipt(receipt, south.keys.signer)
    senders = {north.keys.signer.key_id: north.signed.card}
    steps: list[tuple[str, Work]] = [
        ("write the body and sign it", lambda: sign_bundle(head, raw, north.keys.signer)),
        ("seal the frame", lambda: seal_bundle(signed, south.signed.card)),
        (
            "open it, verify it, check its rules",
            lambda: open_frame(frame, node=south.signed.node, openers=south.keys.openers, senders=senders),
        ),
        ("leaves, chain, what is new", lambda: judge(START, signed.bundle, lambda _: None)),
        ("read the messages", lambda: [read_message(each) for each in raw]),
        ("make and sign the receipt", lambda: sign_receipt(receipt, south.keys.signer)),
        ("verify and read the receipt", lambda: read_receipt(envelope, south.signed.card)),
    ]
    return measured(steps), measured(pure_crypto(north, south, signed, receipt.to_json())), len(signed.body)


def pure_crypto(north: Node, south: Node, signed: SignedBundle, receipt: bytes) -> Iterable[tuple[str, Work]]:
    """The same bundle's cryptography and nothing else."""
    key, data = south.keys.sealing[0], pae(BUNDLE_TYPE, signed.body)
    sealed = seal(key.suite, key.public, signed.body, b"info")
    stamp = south.keys.signer.sign(receipt)
    yield "sign", lambda: north.keys.signer.sign(data)
    yield "seal", lambda: seal(key.suite, key.public, signed.body, b"info")
    yield "open", lambda: key.open(sealed, b"info")
    yield "verify", lambda: verify(north.keys.signer.public, data, signed.signature)
    yield "sign the receipt", lambda: south.keys.signer.sign(receipt)
    yield "verify the receipt", lambda: verify(south.keys.signer.public, receipt, stamp)


def message(number: int) -> bytes:
    """A synthetic message the size of a seizure report."""
    lines = [{"substance": "methamphetamine", "amount": "2400", "unit": "kg", "qualifier": "over"}] * 5
    body = {"place": {"name": "آستارا", "country": "AZ"}, "lines": lines}
    return encode_message(
        Message(
            id=UUID(int=number),
            kind=MessageKind.REPORT,
            record=str(UUID(int=number)),
            agreement="a" * 64,
            purpose=Purpose.ANALYSIS,
            handling=FREE,
            body=msgspec.Raw(msgspec.json.encode(body)),
        )
    )


if __name__ == "__main__":
    main()
