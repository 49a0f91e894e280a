"""A partner's address played on loopback: real TLS, and whatever it is told to answer."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from exchange.nodes import SOUTH
from hamkar.crypto.certificate import TlsIdentity, self_signed
from hamkar.model.agency import NodeCard

TODAY = datetime.now(UTC)


def identity(days: int = 30) -> TlsIdentity:
    """A new certificate for loopback; with negative days one that has expired."""
    return self_signed("127.0.0.1", TODAY - timedelta(days=60), TODAY + timedelta(days=days))


IDENTITY = identity()


@dataclass(frozen=True, slots=True)
class Request:
    """What the other side asked."""

    line: str
    headers: dict[str, str]
    body: bytes


Script = Callable[[Request], Iterable[bytes]]
"""What to answer, piece by piece; the connection stays open after it until the client or the peer ends."""


def answering(status: int, body: bytes, *headers: str) -> Script:
    """The same answer to everything."""
    lines = [f"HTTP/1.1 {status} x", f"content-length: {len(body)}", *headers]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda _: [whole]


@dataclass
class Peer:
    """A listening address; everything that reaches it above TLS is kept."""

    script: Script
    tls: ssl.SSLContext | None
    listener: socket.socket
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    close_after_answer: bool = False
    _threads: list[threading.Thread] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        """Its address as a card states it."""
        return f"https://127.0.0.1:{self.listener.getsockname()[1]}"

    def card(self, shown: TlsIdentity = IDENTITY) -> NodeCard:
        """The card of south, with this address and certificate."""
        return replace(SOUTH.card, endpoint=self.endpoint, certificate=shown.certificate)

    def listen(self) -> Self:
        """Start to answer."""
        self._spawn(self._accept)
        return self

    def stop(self) -> None:
        """Close everything and wait until nothing runs."""
        for each in (self.listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                raw, _ = self.listener.accept()
                self._open.append(raw)
                self._spawn(self._serve, raw)

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError, ValueError), raw:
            if self.tls is None:
                raw.sendall(b"220 a service of another kind\r\n")
                return
            connection = self.tls.wrap_socket(raw, server_side=True)
            self._open.append(connection)
            self.connections += 1
            with connection:
                while self._answer(connection) and not self.close_after_answer:
                    pass

    def _answer(self, connection: socket.socket) -> bool:
        stream = connection.makefile("rb")
        with stream:
            line = stream.readline().decode("latin-1").strip()
            if not line:
                return False
            headers = dict(_headers(iter(stream.readline, b"\r\n")))
            body = stream.read(int(headers.get("content-length", "0")))
        request = Request(line, headers, body)
        self.requests.append(request)
        for piece in self.script(request):
            connection.sendall(piece)
        return True


def _headers(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, value = line.decode("latin-1").partition(":")
        yield name.lower(), value.strip()


@contextmanager
def peer(
    folder: Path,
    script: Script,
    *,
    shown: TlsIdentity | None = IDENTITY,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> Iterator[Peer]:
    """A peer that listens for as long as the block lasts; with nothing to show it speaks no TLS."""
    running = Peer(script, _tls(folder, shown, newest) if shown else None, socket.create_server(("127.0.0.1", 0)))
    try:
        yield running.listen()
    finally:
        running.stop()


def _tls(folder: Path, shown: TlsIdentity, newest: ssl.TLSVersion) -> ssl.SSLContext:
    pem = folder / "identity.pem"
    pem.write_text(shown.private_key + shown.certificate, encoding="ascii")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.maximum_version = newest
    tls.load_cert_chain(pem)
    return tls
