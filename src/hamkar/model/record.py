"""The trip of a record to plain data and back."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Self, cast

import msgspec

from hamkar.errors import BadInput


class Record:
    """A frozen fact that survives the trip to plain data, or to JSON bytes, and back unchanged.

    Decimals, dates and UUIDs travel as strings, so that no reader's floating point touches a weight. Reading is
    strict: a wrong type, a missing field or a field this version does not know is refused, never ignored, because a
    clause nobody understood must not be signed or released.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """The record as plain JSON types."""
        return cast("dict[str, object]", msgspec.to_builtins(self))

    def to_json(self) -> bytes:
        """The record as UTF-8 JSON; these are the bytes to hash, sign or store."""
        return msgspec.json.encode(self)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The record that ``data`` describes. Raises BadInput naming the field that is wrong."""
        try:
            record = msgspec.convert(data, cls)
        except (msgspec.ValidationError, ValueError, ArithmeticError, RecursionError) as error:
            raise BadInput(_advice(cls, error)) from error
        _refuse_unknown_fields(cls, data, record)
        return record

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """The record in these JSON bytes. Raises BadInput naming the field or the byte that is wrong.

        Bytes that the record itself would be written as hold nothing else; only others are searched for unknown fields.
        What stands in a raw part is not looked at.
        """
        try:
            record = msgspec.json.decode(data, type=cls)
            if msgspec.json.encode(record) == data:
                return record
            plain = msgspec.json.decode(data)
        except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError) as error:
            raise BadInput(_advice(cls, error)) from error
        _refuse_unknown_fields(cls, plain, record)
        return record

    @classmethod
    def from_own_json(cls, data: bytes) -> Self:
        """The record in bytes this node itself wrote with ``to_json``; skips the check for unknown fields."""
        return msgspec.json.decode(data, type=cls)


def _advice(kind: type, error: Exception) -> str:
    return f"this is not a usable {kind.__name__}: {error}; mend that field and try again"


def _refuse_unknown_fields(kind: type, data: object, record: object) -> None:
    unknown = _first_unknown(data, record, "$")
    if unknown is not None:
        msg = f"this is not a usable {kind.__name__}: {unknown} is not a field this version knows; remove it or upgrade"
        raise BadInput(msg)


def _first_unknown(data: object, record: Any, path: str) -> str | None:
    """The path of the first key in ``data`` that ``record`` did not take up."""
    if isinstance(data, Mapping) and is_dataclass(record):
        known = {field.name for field in fields(record)}
        for key, value in data.items():
            found = (
                f"{path}.{key}" if key not in known else _first_unknown(value, getattr(record, key), f"{path}.{key}")
            )
            if found:
                return found
    elif isinstance(data, list | tuple) and isinstance(record, tuple):
        for place, (value, part) in enumerate(zip(data, record, strict=True)):
            if found := _first_unknown(value, part, f"{path}[{place}]"):
                return found
    return None
