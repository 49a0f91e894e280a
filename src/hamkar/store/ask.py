"""Statements by the shortest way to the server, for those that every message needs.

A cursor of psycopg costs more than such a statement itself: it is made anew each time, and waited for in steps so that
it can be cancelled. Here psycopg's adapters are used with what it offers of libpq (psycopg.pq): a statement is prepared
once on each connection, then only executed.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError, errors
from psycopg.abc import AdaptContext
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult

_Prepared = dict[tuple[str, tuple[int, ...]], bytes]

_prepared: WeakKeyDictionary[AdaptContext, _Prepared] = WeakKeyDictionary()
_numbers = count()
_WELL = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def ask(connection: Connection, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement answers; ``values`` are for its places, each written %s, of which nothing else has any.

    Raises what psycopg raises for the same.
    """
    adapting = Transformer(connection)
    given = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
    types = adapting.types or ()
    known = _prepared.setdefault(connection, {})
    name = known.get((statement, types))
    if name is None:
        name = f"hamkar_{next(_numbers)}".encode()
        _require_well(connection, connection.pgconn.prepare(name, _numbered(statement), types))
        known[statement, types] = name
    execute = connection.pgconn.exec_prepared
    result = execute(name, cast("Sequence[bytes]", given), adapting.formats, result_format=Format.BINARY)
    _require_well(connection, result)
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


@lru_cache(maxsize=1024)
def _numbered(statement: str) -> bytes:
    """The statement with its places numbered, as libpq has them."""
    first, *others = statement.split("%s")
    return (first + "".join(f"${place}{text}" for place, text in enumerate(others, 1))).encode()


def _require_well(connection: Connection, result: PGresult) -> None:
    if result.status in _WELL:
        return
    said = result.error_message.decode("utf-8", "replace").strip()
    code = result.error_field(DiagnosticField.SQLSTATE)
    if code is None:
        raise OperationalError(said or connection.pgconn.error_message.decode("utf-8", "replace"))
    raise errors.lookup(code.decode("ascii"))(said)
