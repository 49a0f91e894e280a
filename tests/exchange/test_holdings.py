"""The entitlement digest: equal sets have equal roots, and any difference is found by record."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkar.errors import BadInput
from hamkar.exchange.holdings import (
    PART_ENTRIES,
    Key,
    answer,
    bucket_of,
    claim,
    content_hash,
    differences,
    digest,
    read_detail,
    read_holdings,
    whole,
)
from hamkar.model.holdings import Differs, StreamPoint

COMPARISON = UUID("01900000-0000-7000-8000-000000000001")
POINT = StreamPoint(epoch=1, seq=9)

keys = st.tuples(st.sampled_from(("report", "entity")), st.uuids().map(str))
contents = st.binary(max_size=4).map(content_hash)
sets = st.dictionaries(keys, contents, max_size=60)


def _changed(plain: dict[str, object], **changed: object) -> bytes:
    return msgspec.json.encode({**plain, **changed})


def compared(entitled: dict[Key, str], held: dict[Key, str]) -> dict[Key, Differs]:
    """What the originator finds when the holder answers its claim."""
    parts = answer(claim(COMPARISON, POINT, digest(entitled)), POINT, held)
    assert whole(parts)
    return {(one.kind, str(one.record)): one.differs for one in differences(entitled, parts, {})}


@given(held=sets, order=st.randoms())
def test_equal_sets_have_equal_roots_in_whatever_order(held: dict[Key, str], order: object) -> None:
    shuffled = sorted(held, key=lambda _: order.random())  # type: ignore[attr-defined] # Hypothesis's Random
    again = digest({key: held[key] for key in shuffled})
    assert again == digest(held)
    assert not compared(held, held)


@given(entitled=sets, held=sets)
def test_exactly_the_records_that_differ_are_found(entitled: dict[Key, str], held: dict[Key, str]) -> None:
    both = entitled.keys() & held.keys()
    wanted = dict.fromkeys(entitled.keys() - held.keys(), Differs.MISSING)
    wanted |= dict.fromkeys(held.keys() - entitled.keys(), Differs.EXTRA)
    wanted |= {key: Differs.OTHER_CONTENT for key in both if entitled[key] != held[key]}
    assert compared(entitled, held) == wanted


@given(held=sets.filter(bool), data=st.data())
def test_any_single_loss_change_or_addition_is_found_and_nothing_else(
    held: dict[Key, str], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(held)))
    other = data.draw(keys.filter(lambda each: each not in held))
    lost = {each: content for each, content in held.items() if each != key}
    changed = {**held, key: content_hash(held[key].encode())}
    added = {**held, other: content_hash(b"")}
    assert compared(held, lost) == {key: Differs.MISSING}
    assert compared(held, changed) == {key: Differs.OTHER_CONTENT}
    assert compared(held, added) == {other: Differs.EXTRA}
    assert len({digest(each).root for each in (held, lost, changed, added)}) == 4


def test_a_difference_says_why_where_that_is_known() -> None:
    key: Key = ("report", str(UUID(int=7)))
    parts = answer(claim(COMPARISON, POINT, digest({key: content_hash(b"")})), POINT, {})
    assert [one.reason for one in differences({key: content_hash(b"")}, parts, {key: "it waits"})] == ["it waits"]


def test_a_record_whose_receipt_is_still_open_is_no_difference_whether_held_or_not() -> None:
    key: Key = ("report", str(UUID(int=7)))
    parts = answer(claim(COMPARISON, POINT, digest({})), POINT, {key: content_hash(b"")})
    assert differences({}, parts, {}, {key}) == []


def test_a_long_answer_goes_in_parts_and_is_whole_only_with_all_of_them() -> None:
    held: dict[Key, str] = {("report", str(UUID(int=number))): content_hash(b"") for number in range(PART_ENTRIES + 1)}
    parts = answer(claim(COMPARISON, POINT, digest({})), POINT, held)
    assert [len(part.entries) for part in parts] == [PART_ENTRIES, 1]
    assert all(len(part.to_json()) < 1_000_000 for part in parts)
    assert whole(parts[::-1])
    assert not whole(parts[:1])
    assert not whole([parts[0], parts[0]])
    assert len(differences({}, parts, {})) == len(held)


@given(held=sets, entitled=sets)
def test_claim_and_answer_survive_the_trip(held: dict[Key, str], entitled: dict[Key, str]) -> None:
    asked = claim(COMPARISON, POINT, digest(entitled))
    assert read_holdings(asked.to_json()) == asked
    assert [read_detail(part.to_json()) for part in answer(asked, POINT, held)] == answer(asked, POINT, held)


@pytest.mark.parametrize("buckets", [(), ("0" * 64,) * 255, ("0" * 63,) * 256, ("G" * 64,) * 256])
def test_a_claim_without_its_256_digests_is_refused(buckets: tuple[str, ...]) -> None:
    asked = claim(COMPARISON, POINT, digest({})).to_dict()
    with pytest.raises(BadInput):
        read_holdings(_changed(asked, buckets=list(buckets)))


def test_an_entry_outside_the_buckets_named_is_refused() -> None:
    record = str(UUID(int=7))
    (part,) = answer(claim(COMPARISON, POINT, digest({})), POINT, {("report", record): content_hash(b"")})
    other = (bucket_of(record) + 1) % 256
    with pytest.raises(BadInput):
        read_detail(_changed(part.to_dict(), buckets=[other]))


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (read_holdings, read_detail):
        with pytest.raises(BadInput):
            read(data)
