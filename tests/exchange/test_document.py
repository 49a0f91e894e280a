"""JSON of other nodes: depth and repeated names."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.nodes import terms
from hamkar.errors import ProtocolError
from hamkar.exchange.document import MAX_DEPTH, read_document, refuse_deep
from hamkar.model.agreement import Agreement

json_values = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('[]{}"\\/n\u200cک'), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\}]', max_size=4), inner, max_size=3),
    max_leaves=30,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(value=json_values, limit=st.integers(0, 6), ascii_only=st.booleans())
def test_exactly_what_nests_deeper_than_the_limit_is_refused(value: object, limit: int, *, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    if depth_of(value) <= limit:
        refuse_deep(data, "value", limit)
    else:
        with pytest.raises(ProtocolError, match="nests deeper"):
            refuse_deep(data, "value", limit)


def test_brackets_in_text_are_text() -> None:
    refuse_deep(json.dumps(["[" * 1000, '"' * 7 + "{" * 1000, "\\"]).encode(), "value")


@pytest.mark.parametrize(
    "data", [b"[" * 33, b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33, b'["\\\\",' * 40, b"[{" * 20]
)
def test_deep_json_is_refused_whether_or_not_it_ends(data: bytes) -> None:
    with pytest.raises(ProtocolError, match=f"deeper than {MAX_DEPTH}"):
        refuse_deep(data, "value")


@pytest.mark.parametrize("piece", [b"[", b"[]", b'"', b'\\"', b"\\", b'"\\', b'["\\"', b"]["])
def test_a_mebibyte_of_hostile_bytes_costs_no_more_than_an_honest_one(piece: bytes) -> None:
    data = piece * (2**20 // len(piece))
    start = time.perf_counter()
    with contextlib.suppress(ProtocolError):
        refuse_deep(data, "value")
    assert time.perf_counter() - start < 1


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_document(data, Agreement)


@pytest.mark.parametrize("data", [b"9" * 5000, b"1e999999", b"NaN", b'"\\ud800"', "﻿{}".encode(), "{}".encode("utf-16")])
def test_numbers_and_letters_that_break_readers_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_document(data, Agreement)


def test_a_document_is_read_whatever_its_layout() -> None:
    assert read_document(json.dumps(terms().to_dict(), indent=1).encode(), Agreement) == terms()
