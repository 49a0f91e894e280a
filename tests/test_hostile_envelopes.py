"""Twenty thousand hostile envelopes: each gets a typed answer or refusal, changes nothing, and keeps nobody waiting.

Most are signed and sealed by a partner as they should be, because that is what a partner gone bad, or whoever holds its
keys, can do. ``ENVELOPES`` in the environment makes more of them, ``SEED`` others.
"""

import base64
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import pytest
from psycopg import sql

from exchanging import agreement_with, frame, held, message, stream_named, verdicts
from fixtures_node import BY, Agencies
from hamkar.actions.exchange_cards import receive_card
from hamkar.actions.invite import receive_introduction
from hamkar.actions.node import ROOT_KEY, Node
from hamkar.actions.partners import add_partner, current_card, trust
from hamkar.actions.pull import answer_pull
from hamkar.actions.receive_bundle import receive
from hamkar.crypto import dsse
from hamkar.crypto.dsse import pae
from hamkar.crypto.keys import root_from_bytes
from hamkar.crypto.sealing import Suite, seal
from hamkar.crypto.signing import SigningKey
from hamkar.exchange.answer import Acknowledged, Answer, Declined, Wanted
from hamkar.exchange.bundle import BUNDLE_TYPE, MAX_FRAME_BYTES, open_frame
from hamkar.exchange.card import reissue
from hamkar.exchange.padding import padded_size
from hamkar.exchange.public_key import public_key
from hamkar.model.bundle import GENESIS, MAX_BODY_BYTES
from hamkar.model.place import Place
from hamkar.model.report import Report
from hamkar.model.stated_date import DateKind
from hamkar.store.keyfile import read_secret
from hamkar.store.outbox import stream_of
from reports import kilograms, line, on

SEED = int(os.environ.get("SEED", "20260302"))
ENVELOPES = int(os.environ.get("ENVELOPES", "20000"))

HEADER = 24
"""What a frame says in the clear: two frames between the same nodes say the same."""

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Forge:
    """Makes frames of a partner that keep every rule but the one that is broken on purpose."""

    sender: Node
    to: Node
    stream: str

    def head(self, messages: int = 1) -> Body:
        """The body of a bundle with nothing wrong but that its messages say nothing."""
        made = frame(self.sender, self.to, [b'{"a":1}'] * messages, first_seq=1, stream=self.stream)
        with self.to.database.transaction() as connection:
            senders = trust(connection).senders
        opened = open_frame(made, node=self.to.id, openers=self.to.keys.openers, senders=senders)
        body: Body = json.loads(opened.body)
        return body

    def sealed(self, body: Body | bytes, **changed: Any) -> bytes:
        """The frame of a body; see `sealed`."""
        raw = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
        return sealed(raw, Parts(self.sender, self.to, **changed))


@dataclass(frozen=True, slots=True)
class Parts:
    """Whose frame it is and what is odd about how it is made."""

    sender: Node
    to: Node
    signer: SigningKey | None = None
    named: str = ""
    """The signing key it names, where that is another than the one that signs."""
    bound_to: Node | None = None
    """For whom it is sealed, where that is not the node it goes to."""
    suite: int = 2
    start: bytes = b"HAMKAR\x01"
    padding: Callable[[bytes], bytes] = lambda plaintext: plaintext.ljust(padded_size(len(plaintext)), b"\0")
    length: Callable[[int], int] = int
    signature: Callable[[bytes], bytes] = bytes


def sealed(body: bytes, parts: Parts) -> bytes:
    """A frame, byte by byte as docs/protocol.md has it, save for what the parts say."""
    signer = parts.signer or parts.sender.keys.signer
    signature = parts.signature(signer.sign(pae(BUNDLE_TYPE, body)))
    plaintext = parts.padding(parts.length(len(body)).to_bytes(4) + body + signature)
    key = parts.to.keys.sealing[0]
    info = f"hamkar/v1|2|{parts.sender.id}|{(parts.bound_to or parts.to).id}".encode()
    names = bytes.fromhex(parts.named or signer.key_id) + bytes.fromhex(key.key_id)
    return parts.start + bytes([parts.suite]) + names + seal(Suite.HYBRID, key.public, plaintext, info)


def garbage(random: Random, most: int = 3000) -> bytes:
    """Any bytes."""
    return random.randbytes(random.randrange(most))


ABSURD: tuple[Any, ...] = (
    0,
    -1,
    -(2**63),
    2**31,
    2**53,
    2**53 + 1,
    2**63 - 1,
    2**63,
    2**64,
    10**30,
    1.5,
    1e308,
    "1",
    "",
    None,
    True,
    [],
    {},
)
ODD_STREAMS = (
    "main",
    "",
    "terms2",
    "Terms",
    "a" * 33,
    "a" + "0" * 30,
    "a" + "g" * 31,
    "terms\n",
    "\x00",
    "../terms",
    "ترمز",
    7,
)
ODD_TIMES = ("", "yesterday", "2026-03-02", "2026-03-02T03:00:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z", 0)
ODD_CHAINS = ("", "0" * 63, "0" * 65, "g" * 64, "F" * 64, 0, None)


@dataclass(frozen=True, slots=True)
class World:
    """Whose frames are bent, and what is bent."""

    forge: Forge
    stranger: Forge
    next: bytes
    """The next good bundle, which waits until the end."""
    old: bytes
    """A bundle that was taken, and its receipt."""
    head: Body
    third: Node
    lost: SigningKey
    """A key that its owner has replaced and taken off its card."""
    agencies: Agencies


Kind = Callable[[World, Random], bytes]


def flipped(world: World, random: Random) -> bytes:
    """One to eight bits of a good frame are turned."""
    bent = bytearray(world.next)
    for place in random.sample(range(len(bent) * 8), random.randint(1, 8)):
        bent[place // 8] ^= 1 << place % 8
    return bytes(bent)


def cut_off(world: World, random: Random) -> bytes:
    """A good frame that ends too early."""
    return world.next[: random.randrange(len(world.next))]


def too_long(world: World, random: Random) -> bytes:
    """A good frame with something behind it or before it."""
    extra = random.randbytes(random.randint(1, 300))
    return random.choice((world.next + extra, extra + world.next))


def spliced(world: World, random: Random) -> bytes:
    """Half of one good frame and half of another."""
    place = random.randrange(HEADER + 1, min(len(world.next), len(world.old)))
    return random.choice((world.next[:place] + world.old[place:], world.old[:place] + world.next[place:]))


def noise(_: World, random: Random) -> bytes:
    """Any bytes, some of them with a beginning like that of a frame."""
    return random.choice((b"", b"HAMKAR", b"HAMKAR\x01\x02", b"HAMKAR\x01\x01")) + garbage(random)


def known_keys_and_noise(world: World, random: Random) -> bytes:
    """A whole header, and anything behind it."""
    return world.next[:HEADER] + garbage(random)


def replayed(world: World, _: Random) -> bytes:
    """A bundle that was taken before."""
    return world.old


def for_another(world: World, _: Random) -> bytes:
    """A good frame that goes to the wrong node."""
    return sealed(json.dumps({**world.head, "to": world.third.id}).encode(), Parts(world.forge.sender, world.third))


def bound_to_another(world: World, _: Random) -> bytes:
    """Sealed with this node's key, but as for another node."""
    return world.forge.sealed(world.head, bound_to=world.third)


def stolen_sender(world: World, _: Random) -> bytes:
    """A partner that says to be another."""
    return world.stranger.sealed({**world.head, "sender": world.forge.sender.id})


def stolen_key_id(world: World, _: Random) -> bytes:
    """A partner that names another's key."""
    return world.forge.sealed(world.head, signer=world.third.keys.signer, named=world.forge.sender.keys.signer.key_id)


def sealed_again(world: World, _: Random) -> bytes:
    """What one partner wrote to another, sealed anew for this node as if it were meant for it."""
    return world.forge.sealed({**world.head, "to": world.third.id})


def self_sent(world: World, _: Random) -> bytes:
    """A bundle to this node that says to be from itself."""
    return world.forge.sealed({**world.head, "sender": world.forge.to.id})


def absurd_number(world: World, random: Random) -> bytes:
    """A number that is none, or none that can be."""
    field = random.choice(("first_seq", "epoch", "v"))
    value = random.choice([each for each in ABSURD if each is not True or field != "v"])
    return world.forge.sealed({**world.head, field: value})


def unwritable_number(world: World, random: Random) -> bytes:
    """A number that JSON has not."""
    text = json.dumps({**world.head, "first_seq": 424242})
    odd = random.choice(
        ("NaN", "Infinity", "-Infinity", "01", "1e999999", "0x1", "1_0", "9" * 5000, "-", "+1", "1.", "--1")
    )
    return world.forge.sealed(text.replace("424242", odd).encode())


def deep(world: World, random: Random) -> bytes:
    """Brackets in brackets."""
    depth = random.choice((31, 33, 100, 5000, 200_000))
    inside = random.choice((b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"[" * depth))
    bare = json.dumps({**world.head, "msgs": ["here"]}).encode()
    return world.forge.sealed(random.choice((bare.replace(b'"here"', inside), inside))[:MAX_BODY_BYTES])


def huge_text(world: World, random: Random) -> bytes:
    """A text as long as a body may be."""
    field = random.choice(("stream", "prev_chain", "to", "issued_at"))
    return world.forge.sealed({**world.head, field: random.choice("aü漢\\") * random.randint(10_000, 100_000)})


def not_text(world: World, random: Random) -> bytes:
    """Bytes that are no UTF-8, or no JSON."""
    body = bytearray(json.dumps(world.head).encode())
    place = random.randrange(1, len(body) - 1)
    odd = random.choice(
        (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x00", b"\xf5\x80\x80\x80", b"\n\x01", b"\\ud800", b'"')
    )
    body[place:place] = odd
    return world.forge.sealed({**world.head, "v": 2} if odd == b"\\ud800" else bytes(body) + b"]")


def wrong_start(world: World, random: Random) -> bytes:
    """Another magic, version or suite."""
    start = random.choice((b"HAMKAR\x00", b"HAMKAR\x02", b"hamkar\x01", b"HAMKAR\xff"))
    return world.forge.sealed(world.head, **random.choice(({"start": start}, {"suite": random.choice((0, 1, 3, 255))})))


def unknown_keys(world: World, random: Random) -> bytes:
    """Key ids of nobody, in one place or both."""
    first, second = world.next[8:16], world.next[16:24]
    names = random.choice((random.randbytes(8) + second, first + random.randbytes(8), second + first, bytes(16)))
    return world.next[:8] + names + world.next[HEADER:]


def new_key(world: World, random: Random) -> bytes:
    """Signed with a key that is on no card."""
    return world.forge.sealed(world.head, signer=SigningKey(random.randbytes(32)))


def lost_key(world: World, _: Random) -> bytes:
    """Signed with a key that its owner has taken off its card."""
    return world.stranger.sealed({**world.head, "sender": world.stranger.sender.id}, signer=world.lost)


def too_large(_: World, random: Random) -> bytes:
    """More than any frame may have."""
    return b"HAMKAR\x01\x02" + bytes(MAX_FRAME_BYTES + random.randint(-7, 1000))


def gap(world: World, random: Random) -> bytes:
    """Something is missing before it."""
    seq = random.choice((3, 4, 1000, 2**53 - 1))
    return world.forge.sealed({**world.head, "first_seq": seq, "prev_chain": "5" * 64})


def later_epoch(world: World, random: Random) -> bytes:
    """A later epoch that does not start at its beginning."""
    return world.forge.sealed({**world.head, "epoch": random.choice((2, 7, 2**31 - 1)), "first_seq": 2})


def odd_stream(world: World, random: Random) -> bytes:
    """A stream that there is not."""
    return world.forge.sealed({**world.head, "stream": random.choice(ODD_STREAMS)})


def odd_field(world: World, random: Random) -> bytes:
    """A field too many, too few, or of the wrong kind."""
    body = dict(world.head)
    field = random.choice(sorted(set(body) - {"v", "msgs"}))
    match random.randrange(4):
        case 0:
            del body[field]
        case 1:
            body[random.choice(("seq", "V", "v ", "__class__", "agreement"))] = 1
        case 2:
            body[field] = random.choice((None, [[]], {"$": 1}, 1.5, False))
        case _:
            body = {
                **body,
                **random.choice(({"issued_at": random.choice(ODD_TIMES)}, {"prev_chain": random.choice(ODD_CHAINS)})),
            }
    return world.forge.sealed(body)


def odd_count(world: World, random: Random) -> bytes:
    """No message, or more than a bundle may hold."""
    return world.forge.sealed({**world.head, "msgs": random.choice(([], [1] * 501, {}, "", [[]] * 2000))})


def odd_sealing(world: World, random: Random) -> bytes:
    """What is sealed is not a body, a signature and zeros up to its size."""
    odd = random.choice(
        (
            {"padding": bytes},
            {"padding": lambda plaintext: plaintext.ljust(padded_size(len(plaintext)), b"\1")},
            {"padding": lambda plaintext: plaintext.ljust(padded_size(len(plaintext)) * 2, b"\0")},
            {"padding": lambda _: b""},
            {"padding": lambda plaintext: plaintext[:3]},
            {"length": lambda size: size + 1},
            {"length": lambda size: size - 1},
            {"length": lambda _: 0},
            {"length": lambda _: 2**32 - 1},
            {"signature": lambda signature: signature[::-1]},
            {"signature": lambda _: bytes(64)},
            {"signature": lambda signature: signature[:32]},
        )
    )
    return world.forge.sealed(world.head, **odd)


KINDS: Mapping[Kind, int] = {
    flipped: 2600,
    cut_off: 1200,
    too_long: 500,
    spliced: 700,
    noise: 1500,
    known_keys_and_noise: 500,
    replayed: 1000,
    for_another: 500,
    bound_to_another: 500,
    stolen_sender: 700,
    stolen_key_id: 700,
    sealed_again: 700,
    self_sent: 200,
    absurd_number: 1500,
    unwritable_number: 600,
    deep: 300,
    huge_text: 150,
    not_text: 800,
    wrong_start: 500,
    unknown_keys: 500,
    new_key: 400,
    lost_key: 400,
    too_large: 50,
    gap: 400,
    later_epoch: 200,
    odd_stream: 500,
    odd_field: 1200,
    odd_count: 200,
    odd_sealing: 1000,
}
"""How many of each in every 20,000; those of `CONTENTS` and `DOORS` are the rest."""


def plain_report(node: Node) -> Report:
    """A report that says nothing but what the agreement grants."""
    return Report(
        id=node.new_id(),
        originator=node.id,
        group=node.new_id(),
        lineage="synthetic",
        agency="Synthetic border post",
        dates=(on(DateKind.EVENT, "2026-02-11"),),
        place=Place(country="IR", text="Synthetic crossing"),
        lines=(line("heroin", kilograms("12.5")),),
    )


@pytest.fixture(scope="module")
def world(agencies: Agencies) -> World:
    """Azerbaijan, whose partner Iran has given it one bundle and is about to give it the next."""
    sender, to, third = agencies.iran, agencies.azerbaijan, agencies.observer
    agreement, stream = agreement_with(sender, to), stream_named("hostile")
    first, second = (message(sender, plain_report(sender), agreement) for _ in range(2))
    old = frame(sender, to, [first], first_seq=1, stream=stream)
    answer = receive(to, old)
    assert isinstance(answer, Acknowledged)
    chain = _chain_of(answer)
    head = {**Forge(sender, to, stream).head(), "first_seq": 2, "prev_chain": chain}
    return World(
        forge=Forge(sender, to, stream),
        stranger=Forge(third, to, stream),
        next=frame(sender, to, [second], first_seq=2, stream=stream, chain=chain),
        old=old,
        head=head,
        third=third,
        lost=_lost_key(third, to),
        agencies=agencies,
    )


def _chain_of(answer: Acknowledged) -> str:
    payload = json.loads(base64.b64decode(json.loads(answer.receipt)["payload"]))
    return str(payload["chain"])


def _lost_key(owner: Node, to: Node) -> SigningKey:
    """A key that the owner listed on one card and no more on the next, which the other holds."""
    lost = SigningKey(bytes(range(32)))
    root = root_from_bytes(read_secret(owner.home / ROOT_KEY))
    held = current_card(owner)
    listed = replace(held.card, signing_keys=(*held.card.signing_keys, public_key("ed25519", lost.public)))
    with_it = reissue(held, listed, root)
    without = reissue(with_it, held.card, root)
    for card in (with_it, without):
        add_partner(to, card.envelope, fingerprint=owner.id, by=BY)
    return lost


def fingerprint(node: Node) -> dict[str, str]:
    """The hash of everything in every table."""
    with node.database.transaction() as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'nominal') ORDER BY 1, 2"
        ).fetchall()
        whole = sql.SQL("SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} AS t")
        found = {}
        for name in tables:
            row = connection.execute(whole.format(sql.Identifier(*name))).fetchone()
            found[".".join(name)] = str(row and row[0])
    return found


def share(number: int) -> int:
    """How many of a kind to make in this run."""
    return max(1, number * ENVELOPES // 20_000)


def _say(capsys: pytest.CaptureFixture[str], kind: str, said: Counter[str]) -> None:
    with capsys.disabled():
        print(f"\n  {kind:<24} {said.total():>6}  {dict(said.most_common())}", end="")  # noqa: T201 - the figures


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_hostile_envelope_gets_a_typed_answer_and_changes_nothing(
    world: World, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(f"{SEED} {kind.__name__}")  # noqa: S311 - it chooses how to bend
    to = world.forge.to
    before = fingerprint(to)
    said: Counter[str] = Counter()
    stored = receive(to, world.old)
    for _ in range(share(KINDS[kind])):
        envelope = kind(world, random)
        answer: Answer = receive(to, envelope)
        assert isinstance(answer, Declined | Wanted) or answer == stored, (answer, envelope[:2000])
        said[type(answer).__name__] += 1
    assert fingerprint(to) == before
    _say(capsys, kind.__name__, said)


# --- what a partner signs and seals well, and fills with what cannot be


CONTENTS = 600
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 2**70, 1.5, "", "\x00", "\u202e", "x" * 20_000, [], {}, [[]], [None], {"": ""}),
    *("NaN", "1e999", "9" * 60, "2026-02-30", "\ud800", "../..", "'; DROP TABLE report; --"),
)
ODD_KINDS = ("gossip", "", "agreement_signed", "recall", "correction", "request", "request_move", "holdings", "seen")


def odd_content(whole: Body, random: Random) -> bytes:
    """A message that offers a report, of which something cannot be."""
    offered: Body = deepcopy(whole)
    for path in random.sample(list(_paths(offered)), random.randint(1, 2)):
        _put(offered, path, random.choice(ODD_VALUES))
    if random.random() < 0.2:
        offered["kind"] = random.choice(ODD_KINDS)
    if random.random() < 0.1:
        offered = random.choice(({}, {"erased": "z" * 64}, {"erased": 1}, {**offered, "more": 1}))
    return json.dumps(offered, separators=(",", ":")).encode()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield (*path, name)
        yield from _paths(child, (*path, name))


def _put(value: Any, path: tuple[Any, ...], new: object) -> None:
    """Set what a path leads to, if an earlier change has left the way there."""
    for name in path[:-1]:
        children = dict(enumerate(value)) if isinstance(value, list) else value
        value = children.get(name) if isinstance(children, dict) else None
    if isinstance(value, dict):
        value[path[-1]] = new


def test_what_cannot_be_is_rejected_with_a_rule_and_the_stream_goes_on(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(f"{SEED} contents")  # noqa: S311 - it chooses what is odd
    sender, to = world.forge.sender, world.forge.to
    agreement = agreement_with(sender, to)
    template: Body = json.loads(message(sender, plain_report(sender), agreement))
    stream, seq, chain = stream_of(agreement), 1, GENESIS
    said: Counter[str] = Counter()
    for _ in range(share(CONTENTS)):
        offered = [odd_content(template, random) for _ in range(random.randint(1, 3))]
        before = _held_rows(to)
        answer = receive(to, frame(sender, to, offered, first_seq=seq, stream=stream, chain=chain))
        if isinstance(answer, Declined):  # one text that is none makes the whole body unreadable
            assert _held_rows(to) == before
            said["envelopes declined"] += 1
            continue
        assert isinstance(answer, Acknowledged), (answer, offered)
        seq, chain = seq + len(offered), _chain_of(answer)
        accepted = [rule for _, rule in verdicts(to, stream)[-len(offered) :] if rule == "accepted"]
        assert _held_rows(to) - before <= len(accepted)
        said["envelopes taken"] += 1
        said["messages rejected"] += len(offered) - len(accepted)
        said["messages accepted"] += len(accepted)
    _say(capsys, "odd contents", said)
    good = plain_report(sender)
    answer = receive(
        to, frame(sender, to, [message(sender, good, agreement)], first_seq=seq, stream=stream, chain=chain)
    )
    assert isinstance(answer, Acknowledged)
    assert verdicts(to, stream)[-1:] == [("accepted", "accepted")]
    assert held(to, sender, good.id) is not None


def _held_rows(node: Node) -> int:
    """How many records of others, and agreements, the node holds."""
    with node.database.transaction() as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM report) + (SELECT count(*) FROM nominal.entity)"
            " + (SELECT count(*) FROM agreement) + (SELECT count(*) FROM partner)"
        ).fetchone()
    return int(row[0]) if row else 0


# --- the other doors

DOORS = 300
"""How many bodies for each door and each way to make one."""

Door = Callable[[Node, bytes], object]
Making = Callable[[World, Random, str], bytes]
TYPES = {"card": "card", "pull": "letter", "introduction": "invitation"}


def any_bytes(_: World, random: Random, __: str) -> bytes:
    """Noise, or JSON that means nothing here."""
    return random.choice(
        (garbage(random), b"[]", b"{}", b"null", b"[" * 5000, b'{"v":1,"v":2}', b'"' + garbage(random) + b'"')
    )


def bent_card(world: World, random: Random, _: str) -> bytes:
    """The card of a partner of which a letter is another."""
    card = bytearray(world.third.signed_card.envelope)
    card[random.randrange(len(card))] = random.randrange(256)
    return bytes(card)


def odd_document(world: World, random: Random, door: str) -> bytes:
    """A document that a partner's key has signed, and that is none of those that belong here."""
    kind = f"application/vnd.hamkar.{random.choice((TYPES[door], 'receipt', 'agreement', 'x' * 5000))}+json"
    letter = {"v": 1, "sender": world.forge.sender.id, "to": world.forge.to.id, "issued_at": "2026-03-02T03:00:00Z"}
    head = {"stream": "terms", "epoch": random.choice(ABSURD), "next_seq": random.choice(ABSURD[:3]), "chain": "x"}
    payload = random.choice(
        (
            garbage(random),
            b"[" * 100_000,
            b'{"v":1,"v":1}',
            json.dumps({"v": random.choice(ABSURD)}).encode(),
            json.dumps(
                {
                    **letter,
                    "heads": [{**head, "frozen": False}],
                    "sent": [],
                    "receipts": [],
                    "cards": [],
                    "card": 1,
                    "returned": [],
                }
            ).encode(),
            world.third.signed_card.payload,
        )
    )
    return dsse.sign(kind, payload, world.forge.sender.keys.signer).to_json()


def odd_introduction(world: World, random: Random, _: str) -> bytes:
    """An answer to an invitation that was never given."""
    text = partial(base64.b64encode)
    sizes = random.choice((0, 1, 31, 32, 33, 10_000))
    parts = {
        "v": random.choice((1, 1, *ABSURD)),
        "invitation": random.choice(("0" * 64, "", "g" * 64, random.randbytes(32).hex())),
        "card": text(random.choice((world.third.signed_card.envelope, garbage(random)))).decode(),
        "nonce": text(random.randbytes(sizes)).decode(),
        "proof": text(random.randbytes(sizes)).decode(),
    }
    return json.dumps(parts).encode()


@pytest.mark.parametrize(
    "making", [any_bytes, bent_card, odd_document, odd_introduction], ids=lambda each: each.__name__
)
@pytest.mark.parametrize(
    ("name", "door"),
    [("card", receive_card), ("pull", answer_pull), ("introduction", receive_introduction)],
    ids=["card", "pull", "introduction"],
)
def test_no_other_door_takes_garbage(
    world: World, name: str, door: Door, making: Making, capsys: pytest.CaptureFixture[str]
) -> None:
    random = Random(f"{SEED} {name} {making.__name__}")  # noqa: S311 - it chooses how to bend
    before = fingerprint(world.forge.to)
    said: Counter[str] = Counter()
    for _ in range(share(DOORS)):
        body = making(world, random, name)
        answer = door(world.forge.to, body)
        assert isinstance(answer, Declined) or body == world.third.signed_card.envelope, (answer, body[:2000])
        said[type(answer).__name__] += 1
    assert fingerprint(world.forge.to) == before
    _say(capsys, f"{name}: {making.__name__}", said)


def test_after_all_that_the_next_good_bundle_is_taken(world: World) -> None:
    answer = receive(world.forge.to, world.next)
    assert isinstance(answer, Acknowledged)
    assert verdicts(world.forge.to, world.forge.stream)[-1:] == [("accepted", "accepted")]


def test_there_are_as_many_as_is_said() -> None:
    assert sum(KINDS.values()) + CONTENTS + DOORS * 3 * 4 >= 20_000
