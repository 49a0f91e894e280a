"""A judge of every byte that leaves a node, written apart from the product so that the two do not err together.

It knows docs/protocol.md, docs/policy.md and docs/vectors/bundle_v1.json, and takes nothing from the code that decides,
seals or sends. Whoever runs the nodes tells it what it cannot see: the secret seeds of test keys, the records as they
were filed, what was decided, and how each agreement stood with the sender when a frame left it. It opens the frame
itself and holds each message in it against all that. What does not fit is a finding, with the message and the rule.
"""

import base64
import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

Json = Any

CARD, AGREEMENT, LETTER, BUNDLE = (
    f"application/vnd.hamkar.{what}+json" for what in ("card", "agreement", "letter", "bundle")
)
GRANTABLE = (
    "dates",
    "place",
    "agency",
    "lines",
    "stated_total",
    "routing",
    "parties",
    "joint_with",
    "source",
    "notes",
)
REPORT = frozenset({"id", "originator", "group", "lineage", "grade", "handling", "flags", "supersedes", *GRANTABLE})
ENTITY = frozenset(
    {
        *("id", "report", "ref", "originator", "schema", "role", "properties", "handling", "grade", "minor"),
        *("necessity", "synthetic"),
    }
)
MESSAGE = frozenset({"id", "kind", "record", "agreement", "purpose", "handling", "body"})
BODY = frozenset({"v", "sender", "to", "stream", "epoch", "first_seq", "prev_chain", "issued_at", "logs", "msgs"})
RECEIPT_FIELDS = frozenset(
    {"v", "receiver", "sender", "stream", "epoch", "upto_seq", "chain", "issued_at", "verdicts", "logs"}
)
LETTER_FIELDS = frozenset({"v", "sender", "to", "issued_at", "heads", "sent", "receipts", "cards", "card", "returned"})
TERMS_KINDS = frozenset({"agreement_proposed", "agreement_signed", "agreement_suspended", "agreement_resumed"})
RECORD_KINDS = frozenset({"report", "entity", "correction"})
REQUEST_KINDS = {
    "request": frozenset(
        {"id", "agreement", "asker", "asked", "purpose", "urgency", "question", "subjects", "case", "why"}
        | {"handling", "asked_at", "deadlines", "due"}
    ),
    "request_move": frozenset(
        {"id", "request", "by", "number", "kind", "at", "text", "ground", "records", "to_be_obtained", "handling"}
    ),
}
STATEMENTS = {
    "recall": frozenset(
        {"v", "id", "record", "kind_of_record", "originator", "kind", "reason", "issued_at", "due", "at", "replaced_by"}
    ),
    "recall_answer": frozenset(
        {"v", "recall", "record", "holder", "outcome", "ground", "until", "onward", "answered_at"}
    ),
    "consent": frozenset(
        {"v", "id", "record", "kind_of_record", "originator", "holder", "to", "purposes", "handling", "until"}
        | {"issued_at"}
    ),
    "clearance": frozenset(
        {"v", "id", "record", "kind_of_record", "originator", "holder", "case", "reason", "issued_at"}
    ),
}
"""What one node signs by itself, and what that says."""

NOTICES = {
    "seen": frozenset({"records"}),
    "erased": frozenset({"record", "originator", "agreement", "cause", "erased_at"}),
    "holdings": frozenset({"comparison", "upto", "count", "root", "buckets"}),
    "holdings_detail": frozenset({"comparison", "upto", "count", "root", "part", "parts", "buckets", "entries"}),
}
"""What is told of records without a word of what they say."""

NAMING = frozenset({"phone", "vehicle", "person_name", "document"})
"""The kinds of subject that name or identify a person (docs/requests.md)."""

QUOTED = {
    "unknown_substance": {"lines"},
    "unknown_unit": {"lines"},
    "no_amount": {"lines"},
    "implausible_amount": {"lines"},
    "date_after_publication": {"dates"},
    "unknown_country": {"place", "routing"},
    "unknown_code": {"place", "routing"},
}

_HEADER = struct.Struct(">6sBB8s8s")
_AES = (hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_SUITES = {1: hpke.Suite(hpke.KEM.X25519, *_AES), 2: hpke.Suite(hpke.KEM.MLKEM768_X25519, *_AES)}
_SMALLEST, _SIGNATURE, _LENGTH = 1024, 64, 4


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not have left: which rule says so, of what, and why."""

    rule: str
    subject: str
    why: str


class Unfit(Exception):
    """A frame or a document that cannot be read as the protocol says."""

    def __init__(self, *, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Agency:
    """Who a node is by its card."""

    node: str
    country: str
    standing: str
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Told:
    """How an agreement stood with the sender: the envelope it held, and who had suspended it as far as it knew."""

    envelope: bytes
    suspended_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as its agency filed it; a seizure's reports carry no names, so what names somebody is nominal."""

    content: Json
    precursor: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in a frame: the bundle's own fields, and each message as it stood and as it reads."""

    head: Json
    messages: tuple[tuple[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement as it can be read, and who of its parties has signed it."""

    id: str
    content: Json
    signers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One message, and all that it has to be held against."""

    message: Json
    stream: str
    sender: Agency
    to: Agency
    at: datetime
    terms: Terms | None
    suspended_by: frozenset[str]
    superseded: bool
    record: Record | None
    decided: bool
    recalled: bool
    people: frozenset[str]

    statement: Json
    """What the signed statement in the message says: a recall, an answer, a consent. None where there is none."""
    names_people: bool
    """Whether it is a question that names somebody, or a word about one."""
    came: tuple[Json, ...]
    """Each handling under which the record left for its sender before."""

    @property
    def body(self) -> Json:
        """The record the message carries, also where a consent or a recall goes with it."""
        body = self.message["body"]
        return body["record"] if isinstance(body.get("record"), dict) else body

    @property
    def nominal(self) -> bool:
        """Whether it says who somebody is."""
        kind = self.message["kind"]
        return bool(kind == "entity" or (kind == "correction" and "schema" in self.body) or self.names_people)

    @property
    def agreed(self) -> Json:
        """What the agreement says; nothing where there is none."""
        return self.terms.content if self.terms else {}


Rule = Callable[[Case], str | None]


def _agreement_known(case: Case) -> str | None:
    return None if case.terms else "it goes under an agreement that its sender does not hold"


def _agreement_signed_by_both(case: Case) -> str | None:
    missing = {case.sender.node, case.to.node} - (case.terms.signers if case.terms else set())
    return f"{sorted(missing)} had not signed the agreement" if missing else None


def _agreement_between_these_two(case: Case) -> str | None:
    named = {(party["node"], party["country"], party["standing"]) for party in case.agreed.get("parties", ())}
    these = {(agency.node, agency.country, agency.standing) for agency in (case.sender, case.to)}
    return None if named == these else "the agreement is not between sender and recipient as their cards describe them"


def _agreement_in_force(case: Case) -> str | None:
    if case.suspended_by:
        return f"{sorted(case.suspended_by)} had suspended the agreement"
    if case.superseded:
        return "another agreement that both have signed had taken its place"
    first, last = (date.fromisoformat(case.agreed.get(end, "0001-01-01")) for end in ("valid_from", "valid_until"))
    return None if first <= case.at.date() <= last else f"the agreement runs from {first} to {last}, not on {case.at}"


def _stream_of_its_agreement(case: Case) -> str | None:
    wanted = f"a{case.message['agreement'][:31]}"
    return None if case.stream == wanted else f"it goes on the stream {case.stream}, not {wanted}"


def _purpose_covered(case: Case) -> str | None:
    purpose = case.message["purpose"]
    return None if purpose in case.agreed.get("purposes", ()) else f"the purpose {purpose} is not agreed"


def _category_covered(case: Case) -> str | None:
    seizure = "precursor_seizure" if case.record and case.record.precursor else "drug_seizure"
    category = "person" if case.nominal else seizure
    return None if category in case.agreed.get("categories", ()) else f"the category {category} is not agreed"


def _field_granted(case: Case) -> str | None:
    filled = {name for name in GRANTABLE if not case.nominal and case.body.get(name)}
    extra = filled - set(case.agreed.get("fields", ()))
    return f"{sorted(extra)} is filled and not granted" if extra else None


def _flag_goes_with_its_field(case: Case) -> str | None:
    quoted = {name for flag in case.body.get("flags", ()) for name in QUOTED.get(flag["doubt"], {"?"})}
    extra = quoted - set(case.agreed.get("fields", ()))
    return f"a flag quotes {sorted(extra)}, which is not granted" if extra else None


def _handling_not_above(case: Case) -> str | None:
    code, highest = case.message["handling"]["code"], case.agreed.get("highest_handling", "")
    return None if code <= highest else f"it is marked {code}, above {highest or 'anything agreed'}"


def _conditions_honoured(case: Case) -> str | None:
    extra = set(case.message["handling"]["conditions"]) - set(case.agreed.get("conditions", ()))
    return f"it bears {sorted(extra)}, which the agreement does not promise to honour" if extra else None


def _handling_as_carried(case: Case) -> str | None:
    same = case.message["handling"] == case.body["handling"]
    return None if same else "the message states another handling than the record in it"


def _handling_never_looser(case: Case) -> str | None:
    asked = [case.record.content["handling"]] if case.record else []
    asked += [case.statement["handling"]] if case.statement else []
    looser = sorted({what for least in (*asked, *case.came) for what in _looser(case.message["handling"], least)})
    than = "its originator's word, or than what it came to its sender with"
    return f"its {looser} is looser than {than}" if looser else None


def _looser(handling: Json, least: Json) -> Iterator[str]:
    """In what a handling binds its holder less than another one."""
    if handling["code"] < least["code"]:
        yield "code"
    if not set(least["conditions"]) <= set(handling["conditions"]):
        yield "conditions"
    if least["delete_by"] and (handling["delete_by"] or "9999") > least["delete_by"]:
        yield "delete_by"
    if least["restriction"] not in handling["restriction"]:
        yield "restriction"


def _originator_is_sender(case: Case) -> str | None:
    originator, consent = case.body["originator"], case.statement or {}
    if originator == case.sender.node:
        return None
    wanted = {"originator": originator, "holder": case.sender.node, "to": case.to.node, "record": case.body["id"]}
    covered = all(consent.get(name) == value for name, value in wanted.items())
    covered = covered and case.message["purpose"] in consent["purposes"]
    covered = covered and case.at.date() <= date.fromisoformat(consent["until"])
    return None if covered else f"it belongs to {originator}, and no consent that covers this goes with it"


def _not_past_deletion(case: Case) -> str | None:
    last = case.message["handling"]["delete_by"]
    return f"it was to be deleted by {last}" if last and case.at.date() >= date.fromisoformat(last) else None


def _not_recalled(case: Case) -> str | None:
    return "its originator had recalled it before anybody decided to give it" if case.recalled else None


def _decided_by_somebody(case: Case) -> str | None:
    return None if case.decided else "nobody decided to give this record to this partner"


def _observer_gets_nothing_nominal(case: Case) -> str | None:
    agreed = {party["standing"] for party in case.agreed.get("parties", ()) if party["node"] == case.to.node}
    return "an observer is told who somebody is" if case.nominal and "observer" in {case.to.standing, *agreed} else None


def _person_may_be_named(case: Case) -> str | None:
    body = case.body
    if not case.nominal or body.get("schema") != "Person":
        return None
    if body["role"] is None or body["minor"] is None:
        return "it names somebody whose role or age nobody knows"
    if body["minor"] or body["role"] == "witness":
        if case.message["purpose"] != "investigation":
            return f"it names a minor or a witness for {case.message['purpose']}"
        if not body["necessity"].strip() or body["handling"]["code"] < "H2":
            return "it names a minor or a witness without a necessity, or under less than H2"
    return None


def _names_stay_in_nominal_messages(case: Case) -> str | None:
    text = "" if case.nominal else json.dumps(case.message, ensure_ascii=False)
    named = sorted(name for name in case.people if name in text)
    return f"it is not nominal and names {named}" if named else None


def _shape_as_listed(case: Case) -> str | None:
    extra = set(case.body) - (ENTITY if case.nominal else REPORT)
    return f"{sorted(extra)} is no field of such a record" if extra else None


def _as_recorded(case: Case) -> str | None:
    if case.record is None:
        return "no such record was ever filed"
    copied = REPORT - {"lineage", "flags", "handling", *GRANTABLE}
    given = ENTITY - {"handling"} if case.nominal else copied | {name for name in GRANTABLE if case.body.get(name)}
    differs = sorted(name for name in given if case.body.get(name) != case.record.content.get(name))
    return f"{differs} is not as it was filed" if differs else None


def _named_as_it_is(case: Case) -> str | None:
    return None if case.message["record"] == case.body["id"] else "the message names another record than it carries"


def _lineage_under_pseudonym(case: Case) -> str | None:
    lineage = case.record.content.get("lineage") if case.record and not case.nominal else None
    return "its lineage names the source" if lineage and lineage == case.body["lineage"] else None


def _by_name(*rules: Rule) -> Mapping[str, Rule]:
    return {rule.__name__.removeprefix("_"): rule for rule in rules}


RECORD_RULES: Mapping[str, Rule] = _by_name(
    _agreement_known,
    _agreement_signed_by_both,
    _agreement_between_these_two,
    _agreement_in_force,
    _stream_of_its_agreement,
    _purpose_covered,
    _category_covered,
    _field_granted,
    _flag_goes_with_its_field,
    _handling_not_above,
    _conditions_honoured,
    _handling_as_carried,
    _handling_never_looser,
    _originator_is_sender,
    _not_past_deletion,
    _not_recalled,
    _decided_by_somebody,
    _observer_gets_nothing_nominal,
    _person_may_be_named,
    _names_stay_in_nominal_messages,
    _shape_as_listed,
    _as_recorded,
    _named_as_it_is,
    _lineage_under_pseudonym,
)
"""What has to hold of a message that carries a record."""


def _on_the_stream_of_terms(case: Case) -> str | None:
    return None if case.stream == "terms" else f"it goes on the stream {case.stream}, not terms"


def _signed_by_its_sender(case: Case) -> str | None:
    signed = case.terms and case.sender.node in case.terms.signers
    return None if signed else "its sender has not signed the agreement"


def _says_no_more(case: Case) -> str | None:
    plain: Json = {"code": "H0", "conditions": [], "delete_by": None, "restriction": ""}
    bare = case.message["purpose"] is None and case.message["handling"] == plain
    bare = bare and set(case.body) == {"payloadType", "payload", "signatures"}
    return None if bare else "a message about an agreement states a purpose, a marking or more than the agreement"


def _named(case: Case, said: object) -> list[str]:
    """The people whose names stand in what is said."""
    text = json.dumps(said, ensure_ascii=False)
    return sorted(name for name in case.people if name in text)


def _names_nobody(case: Case) -> str | None:
    named = _named(case, case.agreed)
    return f"the agreement names {named}" if named else None


TERMS_RULES: Mapping[str, Rule] = _by_name(
    _agreement_known,
    _agreement_between_these_two,
    _on_the_stream_of_terms,
    _signed_by_its_sender,
    _says_no_more,
    _names_nobody,
)
"""What has to hold of a message that carries an agreement."""


def _question_category_covered(case: Case) -> str | None:
    agreed = set(case.agreed.get("categories", ()))
    covered = "person" in agreed if case.nominal else bool(agreed)
    return None if covered else "what is asked about is not agreed"


def _question_as_listed(case: Case) -> str | None:
    extra = set(case.message["body"]) - REQUEST_KINDS[case.message["kind"]]
    return f"{sorted(extra)} is no field of it" if extra else None


REQUEST_RULES: Mapping[str, Rule] = _by_name(
    _agreement_known,
    _agreement_signed_by_both,
    _agreement_between_these_two,
    _agreement_in_force,
    _stream_of_its_agreement,
    _purpose_covered,
    _question_category_covered,
    _handling_not_above,
    _conditions_honoured,
    _observer_gets_nothing_nominal,
    _names_stay_in_nominal_messages,
    _question_as_listed,
)
"""What has to hold of a question, and of a word about one."""


def _duty_as_listed(case: Case) -> str | None:
    kind = case.message["kind"]
    said = case.statement if kind in STATEMENTS else case.message["body"]
    if said is None:
        return "it is not signed by who it says it is from"
    extra = set(said) - (STATEMENTS.get(kind) or NOTICES[kind])
    return f"{sorted(extra)} is no field of it" if extra else None


def _duty_names_nobody(case: Case) -> str | None:
    named = _named(case, [case.message, case.statement])
    return f"it names {named}" if named else None


DUTY_RULES: Mapping[str, Rule] = _by_name(
    _agreement_known,
    _agreement_signed_by_both,
    _agreement_between_these_two,
    _on_the_stream_of_terms,
    _duty_as_listed,
    _duty_names_nobody,
)
"""What has to hold of a message that flows always: a recall, a consent, a word about records without the records."""

FRAME_RULES = (
    "frame_sound",
    "key_known",
    "opens",
    "padded",
    "signed",
    "body_sound",
    "addressed",
    "one_history",
    "message_sound",
    "kind_known",
    "names_in_the_head",
)
"""What has to hold of a frame before any message in it is looked at."""


@dataclass(slots=True)
class Oracle:
    """Judges frames by what it has been told so far; it remembers every frame, so two histories of a stream show."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    judged: int = 0
    """How many messages it has looked at."""
    decided: set[tuple[str, str]] = field(default_factory=set)
    """Which records somebody decided to give to whom."""
    _signing: dict[str, str] = field(default_factory=dict)
    _openers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _records: dict[str, list[Record]] = field(default_factory=dict)
    _recalled: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _people: set[str] = field(default_factory=set)
    _leaves: dict[tuple[str, str, str, int, int], str] = field(default_factory=dict)
    _terms: dict[bytes, Terms] = field(default_factory=dict)
    _questions: dict[str, bool] = field(default_factory=dict)
    _came: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    def learn_card(self, envelope: bytes) -> None:
        """Who a node is, also by a newer card; keys of older cards stay known. Raises Unfit."""
        payload, signatures = _read_envelope(envelope, CARD)
        card = _loads(payload)
        root = base64.b64decode(card["root_key"]["public"])
        if not any(_verifies(root, CARD, payload, value) for _, value in signatures):
            raise Unfit(rule="card", why="the card is not signed by its root key")
        agency = card["agency"]
        if agency["node"] != _node_id(root):
            raise Unfit(rule="card", why="the node id does not follow from the root key")
        before = self.agencies.get(agency["node"])
        keys = {_key_id(raw): raw for raw in (base64.b64decode(each["public"]) for each in card["signing_keys"])}
        known = {**(before.keys if before else {}), **keys}
        self.agencies[agency["node"]] = Agency(agency["node"], agency["country"], agency["standing"], known)
        self._signing.update(dict.fromkeys(keys, agency["node"]))

    def learn_seed(self, suite: int, seed: bytes) -> None:
        """A test node's secret, by which what is sealed to it can be opened."""
        private, public = _private_key(suite, seed)
        self._openers[_key_id(public)] = (suite, private)

    def learn_record(self, content: bytes, *, precursor: bool = False) -> None:
        """A record as it was filed, or a later version of it."""
        record = Record(json.loads(content), precursor)
        self._records.setdefault(record.content["id"], []).append(record)
        self._people.update(name for each in record.content.get("properties", ()) for name in each["values"])

    def learn_decision(self, record: str, partner: str) -> None:
        """Somebody decided to give the record to the partner."""
        self.decided.add((record, partner))

    def learn_recall(self, record: str) -> None:
        """The record was recalled: nothing decided from now on may give it away."""
        self._recalled.setdefault(record, {pair for pair in self.decided if pair[0] == record})

    def forget_recall(self, record: str) -> None:
        """The originator was put back to a backup made before the recall, and knows nothing of it."""
        self._recalled.pop(record, None)

    def ended(self, day: date) -> set[str]:
        """The records of which no copy has to be held on this day: their date has come, or that of their report."""
        newest = {record: versions[-1].content for record, versions in self._records.items()}
        ended = {
            record
            for record, content in newest.items()
            if (last := content["handling"]["delete_by"]) and date.fromisoformat(last) <= day
        }
        return ended | {record for record, content in newest.items() if content.get("report") in ended}

    def with_people(self, records: Iterable[str]) -> set[str]:
        """These records, and who the people in them are."""
        chosen = set(records)
        people = {name for name, versions in self._records.items() if versions[-1].content.get("report") in chosen}
        return chosen | people

    def forget_history(self) -> None:
        """Let every stream begin anew."""
        self._leaves.clear()

    def judge(self, frame: bytes, at: datetime, told: Mapping[str, Told]) -> list[Finding]:
        """What must not have left in this frame, which left at ``at`` by its sender's clock."""
        try:
            sender, to, opened = self._open(frame)
        except Unfit as unfit:
            return [Finding(unfit.rule, "frame", str(unfit))]
        self.judged += len(opened.messages)
        findings = [*self._head(opened), *self._history(opened)]
        for _, message in opened.messages:
            findings += self._message(message, opened.head["stream"], sender, to, at, told)
        return findings

    def opened(self, frame: bytes) -> Opened:
        """What is in a frame. Raises Unfit."""
        return self._open(frame)[2]

    def _open(self, frame: bytes) -> tuple[Agency, Agency, Opened]:
        if len(frame) <= _HEADER.size:
            raise Unfit(rule="frame_sound", why="it is shorter than its own header")
        magic, version, suite, sender_key, recipient_key = _HEADER.unpack_from(frame)
        if (magic, version) != (b"HAMKAR", 1) or suite not in _SUITES:
            raise Unfit(rule="frame_sound", why="it does not begin like a frame of version 1")
        sender = self.agencies.get(self._signing.get(sender_key.hex(), ""))
        found = self._openers.get(recipient_key.hex())
        if sender is None or found is None or found[0] != suite:
            raise Unfit(rule="key_known", why="it names a key of no node that takes part")
        to, plaintext = self._unseal(frame[_HEADER.size :], suite, found[1], sender)
        body, signature = _split(plaintext)
        if not _verifies(sender.keys[sender_key.hex()], BUNDLE, body, signature):
            raise Unfit(rule="signed", why="its signature is not good")
        opened = _read_body(body)
        if (opened.head["sender"], opened.head["to"]) != (sender.node, to.node):
            raise Unfit(rule="addressed", why="sender and recipient inside the signature are others than outside")
        return sender, to, opened

    def _unseal(self, sealed: bytes, suite: int, private: Any, sender: Agency) -> tuple[Agency, bytes]:
        """The recipient for whom it opens, and what was sealed; the recipient's node id is part of the seal."""
        for to in self.agencies.values():
            info = f"hamkar/v1|{suite}|{sender.node}|{to.node}".encode()
            try:
                return to, _SUITES[suite].decrypt(sealed, private, info)
            except (InvalidTag, ValueError):
                continue
        raise Unfit(rule="opens", why="it opens for no node that takes part")

    def _head(self, opened: Opened) -> Iterator[Finding]:
        text = json.dumps(opened.head, ensure_ascii=False)
        for name in sorted(name for name in self._people if name in text):
            yield Finding("names_in_the_head", opened.head["stream"], f"the bundle's own fields name {name}")

    def _history(self, opened: Opened) -> Iterator[Finding]:
        """Whether the bundle continues what left before: one message a number, and one chain through all of them."""
        head, chain = opened.head, bytes.fromhex(opened.head["prev_chain"])
        name = (head["sender"], head["to"], head["stream"], head["epoch"])
        for seq, (text, _) in enumerate(opened.messages, head["first_seq"]):
            before = self._leaves.setdefault((*name, seq - 1), chain.hex())
            chain = hashlib.sha256(chain + _leaf(text)).digest()
            after = self._leaves.setdefault((*name, seq), chain.hex())
            if (seq == 1 and before != "0" * 64) or after != chain.hex():
                yield Finding("one_history", f"{head['stream']}/{seq}", "another message left under this number before")

    def _message(
        self, message: Json, stream: str, sender: Agency, to: Agency, at: datetime, told: Mapping[str, Told]
    ) -> list[Finding]:
        if isinstance(message, dict) and set(message) == {"erased"}:
            return []
        if not isinstance(message, dict) or set(message) != MESSAGE or not isinstance(message["body"], dict):
            return [Finding("message_sound", stream, "its fields are not those of a message")]
        kind, record = message["kind"], message["record"]
        rules = _rules_for(kind)
        if rules is None:
            return [Finding("kind_known", record, f"there is no kind {kind}")]
        held = told.get(message["agreement"])
        envelope = json.dumps(message["body"]).encode() if kind in TERMS_KINDS else held.envelope if held else None
        terms = self._read_terms(envelope) if envelope else None
        if kind == "request":
            naming = any(subject["kind"] in NAMING for subject in message["body"]["subjects"])
            self._questions[message["body"]["id"]] = naming
        pair = (record, to.node)
        case = Case(
            message=message,
            stream=stream,
            sender=sender,
            to=to,
            at=at,
            terms=terms if terms and terms.id == message["agreement"] else None,
            suspended_by=held.suspended_by if held else frozenset(),
            superseded=self._is_superseded(message["agreement"], at, told),
            record=self._version(message),
            decided=pair in self.decided,
            recalled=record in self._recalled and pair not in self._recalled[record],
            people=frozenset(self._people),
            statement=self._statement(message),
            names_people=kind in REQUEST_KINDS and self._questions.get(record, True),
            came=tuple(self._came.get((sender.node, record), ())),
        )
        if kind in RECORD_KINDS:
            self._came.setdefault((to.node, record), []).append(message["handling"])
        return [Finding(name, record, why) for name, rule in rules.items() if (why := rule(case))]

    def _is_superseded(self, agreement: str, at: datetime, told: Mapping[str, Told]) -> bool:
        """Whether the sender held an agreement, signed by both, that had taken the place of this one by then."""
        others = [self._read_terms(each.envelope) for each in told.values()]
        return any(
            other.content.get("supersedes") == agreement
            and other.signers == {party["node"] for party in other.content["parties"]}
            and date.fromisoformat(other.content["valid_from"]) <= at.date()
            for other in others
        )

    def _statement(self, message: Json) -> Json:
        """What the signed statement in a message says, if its author has signed it."""
        kind, body = message["kind"], message["body"]
        inside = body if kind in STATEMENTS else body.get("consent")
        if not isinstance(inside, dict) or "payload" not in inside:
            return None
        kind = f"application/vnd.hamkar.{(kind if kind in STATEMENTS else 'consent').replace('_', '-')}+json"
        payload, signatures = _read_envelope(json.dumps(inside).encode(), kind)
        said = _loads(payload)
        author = self.agencies.get(said.get("holder" if "outcome" in said else "originator"))
        keys = author.keys if author else {}
        signed = any(key in keys and _verifies(keys[key], kind, payload, value) for key, value in signatures)
        return said if signed else None

    def _version(self, message: Json) -> Record | None:
        """The version of the record that the message carries; the newest where it carries none of them."""
        versions = self._records.get(message["record"], [])
        body = message["body"]
        body = body["record"] if isinstance(body.get("record"), dict) else body
        given = {name: value for name, value in body.items() if value and name in GRANTABLE}
        fitting = (each for each in versions if all(each.content.get(name) == given[name] for name in given))
        return next(fitting, versions[-1] if versions else None)

    def _read_terms(self, envelope: bytes) -> Terms:
        if envelope not in self._terms:
            payload, signatures = _read_envelope(envelope, AGREEMENT)
            signers = {
                node
                for key_id, value in signatures
                if (node := self._signing.get(key_id)) is not None
                and _verifies(self.agencies[node].keys[key_id], AGREEMENT, payload, value)
            }
            self._terms[envelope] = Terms(hashlib.sha256(payload).hexdigest(), _loads(payload), frozenset(signers))
        return self._terms[envelope]

    def judge_receipt(self, envelope: bytes) -> list[Finding]:
        """What must not have left in a receipt: a name, or anything beyond its listed fields."""
        return self._judge_signed(envelope, "receipt", "receiver", RECEIPT_FIELDS)

    def judge_letter(self, envelope: bytes) -> list[Finding]:
        """What must not have left in a letter, and in the receipts that it brings."""
        found = self._judge_signed(envelope, "letter", "sender", LETTER_FIELDS)
        receipts = _loads(_read_envelope(envelope, LETTER)[0])["receipts"]
        return found + [finding for each in receipts for finding in self.judge_receipt(json.dumps(each).encode())]

    def _judge_signed(self, envelope: bytes, what: str, author: str, listed: frozenset[str]) -> list[Finding]:
        kind = f"application/vnd.hamkar.{what}+json"
        payload, signatures = _read_envelope(envelope, kind)
        said, text = _loads(payload), payload.decode()
        keys = self.agencies[said[author]].keys if said.get(author) in self.agencies else {}
        wrong = [f"it names {name}" for name in sorted(self._people) if name in text]
        wrong += [f"{name} is no field of it" for name in sorted(set(said) - listed)]
        if not any(key in keys and _verifies(keys[key], kind, payload, value) for key, value in signatures):
            wrong.append("it is not signed by who it says it is from")
        return [Finding(what, str(said.get(author)), why) for why in wrong]


def _leaf(text: str) -> bytes:
    """The SHA-256 of a message, or what is left of one that was erased: the leaf it had."""
    found = re.fullmatch(r'\{"erased":"([0-9a-f]{64})"\}', text)
    return bytes.fromhex(found[1]) if found else hashlib.sha256(text.encode()).digest()


def _rules_for(kind: str) -> Mapping[str, Rule] | None:
    tables = (
        (TERMS_KINDS, TERMS_RULES),
        (RECORD_KINDS, RECORD_RULES),
        (REQUEST_KINDS, REQUEST_RULES),
        ({*STATEMENTS, *NOTICES}, DUTY_RULES),
    )
    return next((rules for kinds, rules in tables if kind in kinds), None)


def _private_key(suite: int, seed: bytes) -> tuple[Any, bytes]:
    """The key that these secret bytes make, and its public half (docs/protocol.md, "Algorithms")."""
    if suite == 1:
        curve = X25519PrivateKey.from_private_bytes(seed)
        return curve, curve.public_key().public_bytes_raw()
    expanded = hashlib.shake_256(seed).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return hpke.MLKEM768X25519PrivateKey(lattice, curve), public


def _split(plaintext: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(plaintext[:_LENGTH])
    end = _LENGTH + length + _SIGNATURE
    rest = plaintext[end:]
    if len(plaintext) != _padded(end) or rest.strip(b"\0"):
        raise Unfit(rule="padded", why="what is sealed is not a body, a signature and zeros up to the padded size")
    return plaintext[_LENGTH : _LENGTH + length], plaintext[_LENGTH + length : end]


def _padded(size: int) -> int:
    """Padmé, 1,024 at least (docs/protocol.md, "Bundle")."""
    if size <= _SMALLEST:
        return _SMALLEST
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def _read_body(body: bytes) -> Opened:
    """The bundle's fields, and each message both as its exact text and as what it says."""
    head = _loads(body)
    if not isinstance(head, dict) or set(head) != BODY or head["v"] != 1 or not head["msgs"]:
        raise Unfit(rule="body_sound", why="its fields are not those of a bundle")
    text = body.decode()
    at, messages, decoder = text.index('"msgs":[') + len('"msgs":['), [], json.JSONDecoder()
    for _ in head["msgs"]:
        message, end = decoder.raw_decode(text, at)
        messages.append((text[at:end], message))
        at = end + 1
    return Opened({name: value for name, value in head.items() if name != "msgs"}, tuple(messages))


def _read_envelope(envelope: bytes, kind: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The payload and the signatures, each with its key id; none is verified yet."""
    read = _loads(envelope)
    if read["payloadType"] != kind:
        raise Unfit(rule="envelope", why=f"it holds a {read['payloadType']}, not a {kind}")
    return base64.b64decode(read["payload"]), [(s["keyid"], base64.b64decode(s["sig"])) for s in read["signatures"]]


def _loads(data: bytes) -> Json:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_without_repetition)
    except ValueError as error:
        raise Unfit(rule="body_sound", why=f"it is not JSON: {error}") from error


def _without_repetition(pairs: Iterable[tuple[str, Json]]) -> Json:
    listed = list(pairs)
    read = dict(listed)
    if len(read) < len(listed):
        message = "a name stands twice in one object"
        raise ValueError(message)
    return read


def _verifies(public: bytes, kind: str, payload: bytes, signature: bytes) -> bool:
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _node_id(root: bytes) -> str:
    return base64.b32encode(hashlib.sha256(root).digest()[:20]).decode().lower()
