"""HTTPS to another node: nothing but its pinned certificate is trusted, and nothing is waited for without end."""

import select
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from hamkar.crypto.certificate import der_of
from hamkar.errors import BadInput, ProtocolError, Unreachable
from hamkar.exchange.answer import Acknowledged, Answer, read_answer
from hamkar.exchange.bundle import CONTENT_TYPE
from hamkar.exchange.card import MAX_CARD_BYTES, is_endpoint
from hamkar.exchange.letter import MAX_ANSWER_BYTES, PullAnswer, read_pull_answer
from hamkar.exchange.receipt import MAX_RECEIPT_BYTES
from hamkar.model.agency import NodeCard
from hamkar.transport.reach import Reach

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BUNDLE_PATH = "/exchange/v1/bundle"
PULL_PATH = "/exchange/v1/pull"
CARD_PATH = "/exchange/v1/card"
INTRODUCTION_PATH = "/exchange/v1/introduction"
WAIT_SECONDS = 30.0
"""For one exchange from connecting to the last byte: only a limit on the whole stops a peer that drips its answer."""

_OK = 200
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class CardSeen:
    """What an address gave when nothing was known of it: a card, not verified, and the certificate shown (DER)."""

    data: bytes
    certificate: bytes


class PartnerLink:
    """A kept-alive connection on which every answer came from the holder of the certificate on the partner's card.

    One thread at a time. Close it, or use it as a context manager.
    """

    def __init__(self, card: NodeCard, wait_seconds: float = WAIT_SECONDS, *, reach: Reach) -> None:
        self._name = card.agency.name
        self._certificate = der_of(card.certificate)
        self._line = _Line(card.endpoint, self._name, _pinned(self._certificate), wait_seconds, reach)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; the link is used no more."""
        self._line.close()

    def post_bundle(self, frame: bytes) -> Answer:
        """The partner's answer to a bundle. Raises Unreachable (send it again later) or ProtocolError (its fault)."""
        reply = self._ask(_Asked("POST", BUNDLE_PATH, frame, CONTENT_TYPE))
        return read_answer(reply.status, reply.body)

    def post_pull(self, letter: bytes) -> PullAnswer:
        """What waits at the partner for whoever signed this letter. Raises Unreachable or ProtocolError."""
        reply = self._ask(_Asked("POST", PULL_PATH, letter, _JSON, MAX_ANSWER_BYTES))
        return read_pull_answer(reply.status, reply.body)

    def post_card(self, card: bytes) -> None:
        """Give this node's card. Raises Unreachable (post it again later) or ProtocolError where it is declined."""
        reply = self._ask(_Asked("POST", CARD_PATH, card, _JSON))
        _require_taken(f"{self._name} does not take this node's card", reply)

    def post_introduction(self, introduction: bytes) -> bytes:
        """The answer to an introduction, not verified. Raises Unreachable, or ProtocolError where it is declined."""
        reply = self._ask(_Asked("POST", INTRODUCTION_PATH, introduction, _JSON))
        return _require_taken(f"{self._name} does not take the invitation", reply)

    def get_card(self) -> bytes:
        """The card that the partner's node shows now, not verified. Raises Unreachable or ProtocolError."""
        reply = self._ask(_Asked("GET", CARD_PATH, limit=MAX_CARD_BYTES))
        return _require_taken(f"{self._name} does not show its card", reply)

    def _ask(self, asked: "_Asked") -> "_Reply":
        reply = self._line.ask(asked)
        if reply.certificate != self._certificate:
            msg = f"{self._name} showed another certificate than the one on its card; fetch its current card"
            raise ProtocolError(msg)
        return reply


def get_card(endpoint: str, wait_seconds: float = WAIT_SECONDS, *, reach: Reach) -> CardSeen:
    """What the node at this address ("https://host:port") says of itself, for first contact and for renewal.

    NOTHING vouches for the answer: the certificate is not checked, because none is known yet. The caller verifies the
    card (`exchange.card.accept`), compares the certificate seen with the card's, and at first contact has a person
    compare the node id with what the other agency reads out. Raises BadInput for what is no such address, Unreachable,
    or ProtocolError.
    """
    if not is_endpoint(endpoint):
        msg = f"“{endpoint}” is not the address of a node; write https://host:port"
        raise BadInput(msg)
    with closing(_Line(endpoint, endpoint, _unpinned(), wait_seconds, reach)) as line:
        reply = line.ask(_Asked("GET", CARD_PATH, limit=MAX_CARD_BYTES))
    if reply.status != _OK:
        msg = f"{endpoint} answered HTTP status {reply.status} where a node gives its card; check the address"
        raise ProtocolError(msg)
    return CardSeen(reply.body, reply.certificate)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, and the most bytes that its answer may have."""

    method: str
    path: str
    content: bytes = b""
    kind: str = ""
    limit: int = MAX_RECEIPT_BYTES


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    certificate: bytes


def _require_taken(what: str, reply: _Reply) -> bytes:
    """The body of a good answer. Raises ProtocolError with the reason of any other that a node gives."""
    answer = read_answer(reply.status, reply.body)
    if isinstance(answer, Acknowledged):
        return reply.body
    msg = f"{what} (HTTP status {reply.status}): {answer.reason}"
    raise ProtocolError(msg)


class _Line:
    """A connection kept for the next exchange, on which no exchange takes longer than it may as a whole.

    Nothing is followed or unpacked, and nothing is read from the environment.
    """

    def __init__(self, endpoint: str, who: str, tls: ssl.SSLContext, wait_seconds: float, reach: Reach) -> None:
        self._endpoint = endpoint
        self._who = who
        self._tls = tls
        self._wait_seconds = wait_seconds
        self._reach = reach
        self._open: HTTPSConnection | None = None
        tls.sslsocket_class = _Hurried

    def close(self) -> None:
        """Ends the connection; the next exchange opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def ask(self, asked: _Asked) -> _Reply:
        """The answer, whatever it is. Raises Unreachable or ProtocolError, and then the connection is ended."""
        try:
            return self._exchange(asked)
        except BaseException as error:
            self.close()
            if isinstance(error, HTTPException | OSError | UnicodeError):
                raise self._translated(error) from error
            raise

    def _exchange(self, asked: _Asked) -> _Reply:
        connection, tls = self._connection(time.monotonic() + self._wait_seconds)
        headers = {"user-agent": "hamkar"} | ({"content-type": asked.kind} if asked.kind else {})
        connection.request(asked.method, asked.path, asked.content or None, headers)
        with connection.getresponse() as response:
            body = self._body(response, asked.limit)
            status, ends = response.status, response.will_close
        if ends:
            self.close()
        return _Reply(status, body, tls.shown)

    def _connection(self, deadline: float) -> "tuple[HTTPSConnection, _Hurried]":
        """The connection kept, if the other side has not ended it, or a new one; with its TLS, which keeps the time."""
        if self._open is not None and select.select([self._open.sock], (), (), 0)[0]:
            self.close()
        if self._open is None:
            self._open = self._connected(deadline)
        tls = self._hurried(self._open)
        tls.deadline = deadline
        return self._open, tls

    def _connected(self, deadline: float) -> HTTPSConnection:
        if not is_endpoint(self._endpoint):
            msg = (
                f"the address of {self._who} cannot be used ({self._endpoint}); ask the agency for a card with another"
            )
            raise ProtocolError(msg)
        address = urlsplit(self._endpoint)
        host, left = address.hostname or "", deadline - time.monotonic()
        connection = HTTPSConnection(host, address.port, timeout=left, context=self._tls)
        connection.auto_open = 0  # it would look the name up again, and ask nobody
        try:
            connection.sock = self._secured(self._reach.connect(host, connection.port, left), host)
            self._hurried(connection).note_certificate()
        except BaseException:
            connection.close()
            raise
        return connection

    def _secured(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._tls.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def _hurried(self, connection: HTTPSConnection) -> "_Hurried":
        assert isinstance(connection.sock, _Hurried), "its context makes no other"  # noqa: S101 - an invariant
        return connection.sock

    def _body(self, response: HTTPResponse, limit: int) -> bytes:
        body = response.read(limit + 1)
        if len(body) > limit:
            msg = f"{self._who} answers with more than {limit:,} bytes, which no node does; check the address"
            raise ProtocolError(msg)
        if response.length:
            msg = f"{self._who} cannot be reached just now (its answer was cut); try again later"
            raise Unreachable(msg)
        return body

    def _translated(self, error: Exception) -> ProtocolError | Unreachable:
        who = self._who
        if isinstance(error, TimeoutError):
            return Unreachable(f"{who} did not answer within {self._wait_seconds:g} seconds; try again later")
        if isinstance(error, UnicodeError):
            return ProtocolError(f"the address of {who} cannot be used ({error}); ask the agency for another card")
        if isinstance(error, ssl.SSLCertVerificationError):
            why = error.verify_message
            return ProtocolError(f"{who} does not show the certificate on its card ({why}); fetch its current card")
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            why = error.reason
            return ProtocolError(f"{who} does not speak TLS 1.3 at its address ({why}); ask the agency to mend it")
        return Unreachable(f"{who} cannot be reached just now ({error or type(error).__name__}); try again later")


class _Hurried(ssl.SSLSocket):
    """A TLS connection on which no read or write goes beyond ``deadline`` (seconds of the monotonic clock).

    A timeout for each read would let a peer that drips its answer hold us for ever. ``shown`` is the certificate (DER).
    """

    deadline = float("inf")
    shown = b""

    def note_certificate(self) -> None:
        """Keep the certificate: it is not to be had any more once the other side has ended the connection."""
        self.shown = self.getpeercert(binary_form=True) or b""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0) -> int:
        self._hurry()
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        self._hurry()
        return super().send(data, flags)

    def _hurry(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(None if left == float("inf") else left)


def _unpinned() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    return tls


def _pinned(certificate: bytes) -> ssl.SSLContext:
    """Trust in exactly this certificate, whatever names it holds: its card is what says whose it is."""
    tls = _unpinned()
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    tls.load_verify_locations(cadata=certificate)
    return tls
