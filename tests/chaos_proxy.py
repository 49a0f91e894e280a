"""A bad line: a TCP relay between two nodes that cuts, delays, refuses, drips and garbles what passes through it.

It cannot read what passes, which is TLS. Each connection gets one fate, drawn from a seeded source.
"""

import asyncio
import random
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

_BLOCK = 1 << 16
_CALM = 0.35
"""The share of connections that are left alone."""

Place = tuple[str, int]


class Fault(StrEnum):
    """What may befall a connection."""

    REFUSED = "refused"
    REQUEST_CUT = "request_cut"
    ANSWER_CUT = "answer_cut"
    DELAYED = "delayed"
    DRIPPED = "dripped"
    GARBLED = "garbled"


_WEIGHTS = {
    Fault.REFUSED: 2,
    Fault.REQUEST_CUT: 3,
    Fault.ANSWER_CUT: 4,
    Fault.DELAYED: 3,
    Fault.DRIPPED: 2,
    Fault.GARBLED: 1,
}
_OF_ANSWERS = (Fault.ANSWER_CUT,)
_OF_REQUESTS = (Fault.REQUEST_CUT,)


@dataclass(slots=True)
class _Fate:
    """One fault of one connection: in which direction, and at which block of it."""

    fault: Fault
    on_answers: bool
    at_block: int


class ChaosProxy:
    """Relays every connection to ``target``; ``faults`` counts those that really struck. Calm once ``calm`` is set."""

    def __init__(self, listens: Place, target: Place, seed: str) -> None:
        self.faults: Counter[str] = Counter()
        self.calm = threading.Event()
        self._listens, self._target = listens, target
        self._chance = random.Random(seed)  # noqa: S311 - which connection is cut, not a secret
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the proxy does not listen"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        server = await asyncio.start_server(self._relay, *self._listens)
        self._ready.set()
        await self._end.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _fate(self) -> _Fate | None:
        if self.calm.is_set() or self._chance.random() < _CALM:
            return None
        (fault,) = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        on_answers = fault in _OF_ANSWERS or (fault not in _OF_REQUESTS and self._chance.random() < 0.5)
        return _Fate(fault, on_answers, self._chance.randint(1, 4))

    async def _relay(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        fate = self._fate()
        if fate and fate.fault is Fault.REFUSED:
            self.faults[fate.fault] += 1
            to_client.transport.abort()
            return
        try:
            server, to_server = await asyncio.open_connection(*self._target)
        except OSError:
            to_client.transport.abort()
            return
        requests = self._pump(client, to_server, fate if fate and not fate.on_answers else None)
        answers = self._pump(server, to_client, fate if fate and fate.on_answers else None)
        pumps = {asyncio.ensure_future(requests), asyncio.ensure_future(answers)}
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            to_server.transport.abort()
            to_client.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fate: _Fate | None) -> None:
        number = 0
        with suppress(OSError):
            while block := await source.read(_BLOCK):
                number += 1
                if fate and number == fate.at_block and not self.calm.is_set():
                    self.faults[fate.fault] += 1
                    block = await self._strike(fate.fault, block, sink)
                    if not block:
                        return
                sink.write(block)
                await sink.drain()

    async def _strike(self, fault: Fault, block: bytes, sink: asyncio.StreamWriter) -> bytes:
        """Do it to a block; what is left of it is passed on, and nothing ends the connection."""
        match fault:
            case Fault.DELAYED:
                await asyncio.sleep(self._chance.uniform(0.05, 1.5))
                return block
            case Fault.DRIPPED:
                return await self._drip(block, sink)
            case Fault.GARBLED:
                place = self._chance.randrange(len(block))
                return block[:place] + bytes([block[place] ^ 1 << self._chance.randrange(8)]) + block[place + 1 :]
            case Fault.ANSWER_CUT:
                return b""
            case _:
                sink.write(block[: self._chance.randrange(len(block))])
                await sink.drain()
                return b""

    async def _drip(self, block: bytes, sink: asyncio.StreamWriter) -> bytes:
        size = max(1, len(block) // 50)
        for start in range(0, len(block) - size, size):
            sink.write(block[start : start + size])
            await sink.drain()
            await asyncio.sleep(0.01)
        return block[len(block) - (len(block) % size or size) :]
