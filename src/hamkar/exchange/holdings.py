"""The entitlement digest: one value by which two nodes see that they mean the same records, and where they do not.

    entry  = kind SP record SP content LF         (ASCII; record a UUID in lower case, content SHA-256 in hex)
    bucket = first byte of SHA-256(record as text)
    digest of a bucket = SHA-256(its entries, sorted by their bytes, one after the other)
    root   = SHA-256(the 256 raw digests of the buckets, in order)

Equal sets have equal roots, and two sets differ exactly in buckets whose digests differ (as far as SHA-256 holds).
docs/protocol.md, "Comparing what is held".
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hamkar.errors import BadInput
from hamkar.model.holdings import Difference, Differs, HeldRecord, Holdings, HoldingsDetail, StreamPoint

KINDS = ("report", "entity")
BUCKETS = 256
PART_ENTRIES = 5_000
"""How many entries go into one part of an answer: 150 bytes each, so that a message stays under a mebibyte."""

_MAX_PARTS = 400
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")

Key = tuple[str, str]
"""The kind of a record and its identifier, a UUID in lower case."""

Held = Mapping[Key, str]
"""The SHA-256 (hex) of each record's content."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a set of records: how many, the root and the digests of the buckets (hex)."""

    count: int
    root: str
    buckets: tuple[str, ...]


def content_hash(body: bytes) -> str:
    """The content of a record as the digest knows it: SHA-256 (hex) of its exact JSON as it was sent."""
    return hashlib.sha256(body).hexdigest()


def bucket_of(record: str) -> int:
    """The bucket in which a record stands, 0 to 255."""
    return hashlib.sha256(record.encode()).digest()[0]


def digest(held: Held) -> Digest:
    """The digest of these records."""
    entries: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for (kind, record), content in held.items():
        entries[bucket_of(record)].append(f"{kind} {record} {content}\n".encode())
    raw = [hashlib.sha256(b"".join(sorted(bucket))).digest() for bucket in entries]
    root = hashlib.sha256(b"".join(raw)).hexdigest()
    return Digest(len(held), root, tuple(each.hex() for each in raw))


def claim(comparison: UUID, upto: StreamPoint, of: Digest) -> Holdings:
    """The originator's word on what the holder is entitled to."""
    return Holdings(comparison=comparison, upto=upto, count=of.count, root=of.root, buckets=of.buckets)


def answer(asked: Holdings, upto: StreamPoint, held: Held) -> list[HoldingsDetail]:
    """The holder's answer, in as many parts as it needs: its own digest, and all it holds where that differs."""
    own = digest(held)
    differing = tuple(b for b in range(BUCKETS) if own.buckets[b] != asked.buckets[b])
    chosen = set(differing)
    there = sorted(key for key in held if bucket_of(key[1]) in chosen) if chosen else []
    entries = [HeldRecord(kind=kind, record=record, content=held[kind, record]) for kind, record in there]
    slices = [entries[at : at + PART_ENTRIES] for at in range(0, len(entries), PART_ENTRIES)] or [[]]
    return [
        HoldingsDetail(
            comparison=asked.comparison,
            upto=upto,
            count=own.count,
            root=own.root,
            part=part,
            parts=len(slices),
            buckets=differing,
            entries=tuple(each),
        )
        for part, each in enumerate(slices, 1)
    ]


def read_holdings(body: bytes) -> Holdings:
    """The claim in these bytes. Raises BadInput where it is none."""
    asked = Holdings.from_json(body)
    sound = len(asked.buckets) == BUCKETS and all(map(_HASH.match, (asked.root, *asked.buckets)))
    if not (sound and asked.count >= 0 and _is_point(asked.upto)):
        msg = "holdings are told by 256 digests and their root, a count, and a point of the stream; these are not"
        raise BadInput(msg)
    return asked


def read_detail(body: bytes) -> HoldingsDetail:
    """One part of an answer in these bytes. Raises BadInput where it is none."""
    part = HoldingsDetail.from_json(body)
    numbered = 1 <= part.part <= part.parts <= _MAX_PARTS and len(part.entries) <= PART_ENTRIES
    buckets = set(part.buckets)
    listed = len(buckets) == len(part.buckets) and buckets <= set(range(BUCKETS)) and bool(_HASH.match(part.root))
    sound = all(
        entry.kind in KINDS
        and _UUID.match(entry.record)
        and _HASH.match(entry.content)
        and bucket_of(entry.record) in buckets
        for entry in part.entries
    )
    if not (numbered and listed and sound and part.count >= 0 and _is_point(part.upto)):
        msg = "this is not a part of an answer on holdings: its numbers, buckets or entries do not fit one another"
        raise BadInput(msg)
    return part


def whole(parts: Sequence[HoldingsDetail]) -> bool:
    """Whether these are all the parts of one answer, each once, that say the same of the whole."""
    if not parts or sorted(part.part for part in parts) != list(range(1, parts[0].parts + 1)):
        return False
    return len({(part.parts, part.upto, part.count, part.root, part.buckets) for part in parts}) == 1


def differences(
    entitled: Held, parts: Sequence[HoldingsDetail], known: Mapping[Key, str], open_ends: Collection[Key] = ()
) -> list[Difference]:
    """Every record on which the holder's whole answer differs from what it is entitled to, in order.

    ``known`` has the reason of a difference where one is known. Records in ``open_ends`` may be held or not: whether
    the holder took them is not known yet.
    """
    buckets = set(parts[0].buckets)
    there: dict[Key, str] = {(entry.kind, entry.record): entry.content for part in parts for entry in part.entries}
    here = {key: content for key, content in entitled.items() if bucket_of(key[1]) in buckets} if buckets else {}
    found = [
        *_as(Differs.MISSING, here.keys() - there.keys() - set(open_ends), known),
        *_as(Differs.EXTRA, there.keys() - here.keys() - set(open_ends), known),
        *_as(Differs.OTHER_CONTENT, {key for key in here.keys() & there.keys() if here[key] != there[key]}, known),
    ]
    return sorted(found, key=lambda one: (one.differs, one.kind, one.record))


_UNEXPLAINED: Mapping[Differs, str] = {
    Differs.MISSING: "it was accepted there and is gone without a notice",
    Differs.EXTRA: "it is held there and was not released under this agreement",
    Differs.OTHER_CONTENT: "what is held there is not what was sent",
}


def _as(differs: Differs, keys: Iterable[Key], known: Mapping[Key, str]) -> list[Difference]:
    return [
        Difference(
            kind=kind, record=UUID(record), differs=differs, reason=known.get((kind, record), _UNEXPLAINED[differs])
        )
        for kind, record in keys
    ]


def _is_point(point: StreamPoint) -> bool:
    return 1 <= point.epoch < 2**31 and 0 <= point.seq < 2**53
