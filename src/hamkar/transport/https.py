"""HTTPS to another node: nothing but its pinned certificate is trusted, and nothing is waited for without end."""

import asyncio
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from hamkar.crypto.certificate import der_of
from hamkar.errors import BadInput, ProtocolError, Unreachable
from hamkar.exchange.answer import Answer, read_answer
from hamkar.exchange.bundle import CONTENT_TYPE
from hamkar.exchange.card import MAX_CARD_BYTES, is_endpoint
from hamkar.exchange.receipt import MAX_RECEIPT_BYTES
from hamkar.model.agency import NodeCard

BUNDLE_PATH = "/exchange/v1/bundle"
CARD_PATH = "/exchange/v1/card"
WAIT_SECONDS = 30.0
"""For one exchange from connecting to the last byte: only a limit on the whole stops a peer that drips its answer."""

_OK = 200


@dataclass(frozen=True, slots=True)
class CardSeen:
    """What an address gave when nothing was known of it: a card, not verified, and the certificate shown (DER)."""

    data: bytes
    certificate: bytes


class PartnerLink:
    """A kept-alive connection on which every answer came from the holder of the certificate on the partner's card.

    One thread at a time, and none that runs an event loop of its own. Close it, or use it as a context manager.
    """

    def __init__(self, card: NodeCard, wait_seconds: float = WAIT_SECONDS) -> None:
        self._name = card.agency.name
        self._url = card.endpoint + BUNDLE_PATH
        self._certificate = der_of(card.certificate)
        self._wait_seconds = wait_seconds
        self._client = _client(_pinned(self._certificate), wait_seconds)
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; the link is used no more."""
        self._loop.run(self._client.aclose())
        self._loop.close()

    def post_bundle(self, frame: bytes) -> Answer:
        """The partner's answer to a bundle. Raises Unreachable (send it again later) or ProtocolError (its fault)."""
        reply = self._loop.run(_within(self._wait_seconds, self._post(frame), self._name))
        if reply.certificate != self._certificate:
            msg = f"{self._name} showed another certificate than the one on its card; fetch its current card"
            raise ProtocolError(msg)
        return read_answer(reply.status, reply.body)

    async def _post(self, frame: bytes) -> "_Reply":
        request = self._client.build_request("POST", self._url, content=frame, headers={"content-type": CONTENT_TYPE})
        return await _exchange(self._client, request, MAX_RECEIPT_BYTES)


def get_card(endpoint: str, wait_seconds: float = WAIT_SECONDS) -> CardSeen:
    """What the node at this address ("https://host:port") says of itself, for first contact and for renewal.

    NOTHING vouches for the answer: the certificate is not checked, because none is known yet. The caller verifies the
    card (`exchange.card.accept`), compares the certificate seen with the card's, and at first contact has a person
    compare the node id with what the other agency reads out. Raises BadInput for what is no such address, Unreachable,
    or ProtocolError.
    """
    if not is_endpoint(endpoint):
        msg = f"“{endpoint}” is not the address of a node; write https://host:port"
        raise BadInput(msg)
    reply = asyncio.run(_within(wait_seconds, _fetch(endpoint + CARD_PATH, wait_seconds), endpoint))
    if reply.status != _OK:
        msg = f"{endpoint} answered HTTP status {reply.status} where a node gives its card; check the address"
        raise ProtocolError(msg)
    return CardSeen(reply.body, reply.certificate)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    certificate: bytes


async def _fetch(url: str, wait_seconds: float) -> _Reply:
    async with _client(_unpinned(), wait_seconds) as client:
        return await _exchange(client, client.build_request("GET", url), MAX_CARD_BYTES)


async def _exchange(client: httpx.AsyncClient, request: httpx.Request, limit: int) -> _Reply:
    response = await client.send(request, stream=True)
    try:
        certificate = response.extensions["network_stream"].get_extra_info("ssl_object").getpeercert(binary_form=True)
        return _Reply(response.status_code, await _body(response, limit), certificate)
    finally:
        await response.aclose()


async def _body(response: httpx.Response, limit: int) -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > limit:
            msg = f"{response.url.host} answers with more than {limit:,} bytes, which no node does; check the address"
            raise ProtocolError(msg)
    return bytes(body)


async def _within(seconds: float, exchange: Coroutine[None, None, _Reply], who: str) -> _Reply:
    try:
        async with asyncio.timeout(seconds):
            return await exchange
    except (TimeoutError, httpx.TimeoutException) as error:
        msg = f"{who} did not answer within {seconds:g} seconds; try again later"
        raise Unreachable(msg) from error
    except httpx.TransportError as error:
        raise _translated(error, who) from error
    except (httpx.InvalidURL, UnicodeError, ExceptionGroup) as error:
        # What the libraries beneath say of a name that is none (IDNA) or of a number that is no port.
        msg = f"the address of {who} cannot be used ({error}); ask the agency for a card with another"
        raise ProtocolError(msg) from error


def _translated(error: httpx.TransportError, who: str) -> ProtocolError | Unreachable:
    cause = _tls_cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return ProtocolError(
            f"{who} does not show the certificate on its card ({cause.verify_message}); fetch its current card"
        )
    if cause is not None and not isinstance(cause, ssl.SSLEOFError):
        return ProtocolError(f"{who} does not speak TLS 1.3 at its address ({cause.reason}); ask the agency to mend it")
    return Unreachable(f"{who} cannot be reached just now ({error or type(error).__name__}); try again later")


def _tls_cause(error: BaseException) -> ssl.SSLError | None:
    """The TLS failure beneath an error of the HTTP library, which keeps it sometimes as cause, sometimes as context."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause


def _client(tls: ssl.SSLContext, wait_seconds: float) -> httpx.AsyncClient:
    """A client that follows nothing, reads no environment, unpacks nothing and keeps one connection.

    It may take a third of the time to connect and another to agree on keys, and gives up on them by itself: a handshake
    that is broken off from outside leaves its socket open (httpcore 1.0).
    """
    return httpx.AsyncClient(
        verify=tls,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(wait_seconds, connect=wait_seconds / 3),
        limits=httpx.Limits(max_connections=1),
        headers={"accept-encoding": "identity", "user-agent": "hamkar"},
    )


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
