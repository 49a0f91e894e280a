"""The HTTPS client against real TLS on loopback: honest partners, wrong ones, slow ones and absent ones."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.nodes import SOUTH
from hamkar.crypto.certificate import TlsIdentity, der_of
from hamkar.errors import BadInput, ProtocolError, Unreachable
from hamkar.exchange.answer import Acknowledged, Answer, Declined, Halted, Wanted
from hamkar.exchange.card import MAX_CARD_BYTES
from hamkar.exchange.receipt import MAX_RECEIPT_BYTES
from loopback import card_here, link_here
from transport.peer import IDENTITY, TODAY, Peer, Request, answering, identity, peer

FRAME = b"HAMKAR\x01\x02 and the rest of a frame"
PATIENCE = 0.5


def post(other: Peer, wait_seconds: float = 5) -> Answer:
    with link_here(other.card(), wait_seconds) as link:
        return link.post_bundle(FRAME)


def test_a_bundle_is_posted_as_the_protocol_says_and_the_receipt_comes_back(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b'{"a receipt"}')) as south:
        assert post(south) == Acknowledged(b'{"a receipt"}')
    (request,) = south.requests
    assert request.line == "POST /exchange/v1/bundle HTTP/1.1"
    assert request.body == FRAME
    assert request.headers["content-type"] == "application/vnd.hamkar.bundle"
    assert request.headers["accept-encoding"] == "identity"
    assert set(request.headers) == {"host", "accept-encoding", "user-agent", "content-length", "content-type"}


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (409, b'{"error":"7 is missing","wanted":7,"epoch":1}', Wanted(7, 1, "7 is missing")),
        (403, b'{"error":"unknown key"}', Declined(403, "unknown key")),
        (423, b'{"error":"frozen"}', Halted("frozen")),
    ],
)
def test_a_refusal_comes_back_as_what_it_is(tmp_path: Path, status: int, body: bytes, answer: Answer) -> None:
    with peer(tmp_path, answering(status, body)) as south:
        assert post(south) == answer


def test_many_bundles_go_over_one_connection(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"{}")) as south, link_here(south.card()) as link:
        for _ in range(20):
            link.post_bundle(FRAME)
        assert (len(south.requests), south.connections) == (20, 1)


def test_a_connection_the_partner_has_closed_is_opened_anew(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"{}")) as south, link_here(south.card()) as link:
        south.close_after_answer = True
        for _ in range(3):
            link.post_bundle(FRAME)
            time.sleep(0.05)
        assert (len(south.requests), south.connections) == (3, 3)


def test_a_link_works_on_a_thread_of_its_own(tmp_path: Path) -> None:
    answers: list[Answer] = []
    with peer(tmp_path, answering(200, b"{}")) as south:
        worker = threading.Thread(target=lambda: answers.append(post(south)))
        worker.start()
        worker.join()
    assert answers == [Acknowledged(b"{}")]


def test_another_certificate_is_the_partners_fault_and_it_is_told_nothing(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"{}"), shown=identity()) as impostor:
        with pytest.raises(ProtocolError, match="does not show the certificate on its card"):
            post(impostor)
        assert impostor.requests == []


def test_a_certificate_that_has_expired_is_refused_though_it_is_the_one_on_the_card(tmp_path: Path) -> None:
    expired = identity(days=-1)
    with (
        peer(tmp_path, answering(200, b"{}"), shown=expired) as south,
        link_here(south.card(expired)) as link,
        pytest.raises(ProtocolError, match="certificate has expired"),
    ):
        link.post_bundle(FRAME)


def test_a_certificate_issued_by_the_one_on_the_card_is_not_the_one_on_the_card(tmp_path: Path) -> None:
    pinned, issued = issuer_and_issued()
    with (
        peer(tmp_path, answering(200, b"{}"), shown=issued) as south,
        link_here(south.card(pinned)) as link,
        pytest.raises(ProtocolError, match="another certificate than the one on its card"),
    ):
        link.post_bundle(FRAME)


def issuer_and_issued() -> tuple[TlsIdentity, TlsIdentity]:
    """A certificate that may issue others, and one it has issued."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    shown = []
    for number, key in enumerate(keys):
        builder = x509.CertificateBuilder(
            issuer_name=issuer,
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"issued {number}")]) if number else issuer,
            public_key=key.public_key(),
            serial_number=number + 1,
            not_valid_before=TODAY - timedelta(days=1),
            not_valid_after=TODAY + timedelta(days=1),
        ).add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
        pem = builder.sign(keys[0], hashes.SHA256()).public_bytes(Encoding.PEM).decode()
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        shown.append(TlsIdentity(pem, secret))
    return shown[0], shown[1]


def test_an_older_tls_is_refused(tmp_path: Path) -> None:
    with (
        peer(tmp_path, answering(200, b"{}"), newest=ssl.TLSVersion.TLSv1_2) as south,
        pytest.raises(ProtocolError, match=r"does not speak TLS 1\.3"),
    ):
        post(south)


def test_an_address_that_speaks_no_tls_is_refused(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"{}"), shown=None) as south:
        with pytest.raises(ProtocolError, match=r"does not speak TLS 1\.3"):
            post(south)
        assert south.requests == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(tmp_path: Path, status: int) -> None:
    with peer(tmp_path, answering(200, b"{}")) as elsewhere:
        onward = answering(status, b"", f"location: {elsewhere.endpoint}/exchange/v1/bundle")
        other = tmp_path / "other"
        other.mkdir()
        with peer(other, onward) as south, pytest.raises(ProtocolError, match=f"HTTP status {status}"):
            post(south)
        assert elsewhere.connections == 0


def never(_: Request) -> Iterator[bytes]:
    time.sleep(2 * PATIENCE)
    yield b""


def drip_headers(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for _step in range(100):
        yield b"x: y\r\n"
        time.sleep(PATIENCE / 10)


def drip_body(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"
    for _step in range(100):
        yield b"x"
        time.sleep(PATIENCE / 10)


@pytest.mark.parametrize("script", [never, drip_headers, drip_body])
def test_a_partner_that_is_too_slow_as_a_whole_is_unreachable(tmp_path: Path, script: object) -> None:
    with peer(tmp_path, script) as south:  # type: ignore[arg-type] # one of the three scripts above
        start = time.monotonic()
        with pytest.raises(Unreachable, match=r"did not answer within 0\.5 seconds"):
            post(south, PATIENCE)
        assert time.monotonic() - start < 2 * PATIENCE


def test_an_answer_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with (
        peer(tmp_path, answering(200, bytes(MAX_RECEIPT_BYTES + 1))) as south,
        pytest.raises(ProtocolError, match="more than 2,097,152 bytes"),
    ):
        post(south)


def test_an_answer_without_end_is_refused_at_the_limit(tmp_path: Path) -> None:
    def flood(_: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield bytes(65536)

    with peer(tmp_path, flood) as south, pytest.raises(ProtocolError, match="more than"):
        post(south)


def test_a_packed_answer_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with peer(tmp_path, answering(200, bomb, "content-encoding: gzip")) as south:
        assert post(south) == Acknowledged(bomb)


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"HTTP/1.1 2"],
        [b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"],
        [b"not HTTP at all\r\n\r\n"],
        [b"HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n"],
    ],
    ids=["hung up", "cut in the status", "cut in the body", "no HTTP", "trouble of its own"],
)
def test_an_answer_that_does_not_arrive_whole_means_try_again(tmp_path: Path, pieces: list[bytes]) -> None:
    with peer(tmp_path, lambda _: pieces) as south:
        south.close_after_answer = True
        with pytest.raises(Unreachable, match="try again later"):
            post(south)


def test_a_link_recovers_after_a_failure(tmp_path: Path) -> None:
    script = iter([[b""], answering(200, b"{}")(Request("", {}, b""))])
    with peer(tmp_path, lambda _: next(script)) as south, link_here(south.card(), 5) as link:
        south.close_after_answer = True
        with pytest.raises(Unreachable):
            link.post_bundle(FRAME)
        assert link.post_bundle(FRAME) == Acknowledged(b"{}")


def test_an_address_where_nothing_listens_is_unreachable(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"{}")) as south:
        gone = south.card()
    with link_here(gone, 5) as link, pytest.raises(Unreachable, match=r"پلیس .* cannot be reached just now"):
        link.post_bundle(FRAME)


@pytest.mark.parametrize(
    "endpoint",
    ["https://127.0.0.1:99999", "https://[:::::::]", "https://xn--zzzzzzz-.com", "https://127.0.0.1/elsewhere"],
)
def test_an_address_that_cannot_be_one_is_the_partners_fault(endpoint: str) -> None:
    card = replace(SOUTH.card, endpoint=endpoint, certificate=IDENTITY.certificate)
    with link_here(card, 5) as link, pytest.raises(ProtocolError, match=r"address of .* cannot be used"):
        link.post_bundle(FRAME)


def test_a_listener_that_never_accepts_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as silent:
        endpoint = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unreachable, match=r"did not answer within 0\.5 seconds"):
            card_here(endpoint, PATIENCE)


def test_proxies_of_the_environment_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with peer(tmp_path, answering(200, b"{}")) as south:
        assert post(south) == Acknowledged(b"{}")


def test_first_contact_gives_the_card_and_the_certificate_seen_and_vouches_for_neither(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, SOUTH.signed.envelope)) as south:
        seen = card_here(south.endpoint)
    assert seen.data == SOUTH.signed.envelope
    assert seen.certificate == der_of(IDENTITY.certificate)
    assert south.requests[0].line == "GET /exchange/v1/card HTTP/1.1"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"", "HTTP status 404 where a node gives its card"),
        (302, b"", "HTTP status 302"),
        (200, bytes(MAX_CARD_BYTES + 1), "more than 65,536 bytes"),
    ],
)
def test_an_address_that_gives_no_card_is_refused(tmp_path: Path, status: int, body: bytes, reason: str) -> None:
    with peer(tmp_path, answering(status, body)) as south, pytest.raises(ProtocolError, match=reason):
        card_here(south.endpoint)


@pytest.mark.parametrize("endpoint", ["", "node.example", "http://127.0.0.1", "https://127.0.0.1/x", "https://a b"])
def test_what_is_no_address_is_not_even_tried(endpoint: str) -> None:
    with pytest.raises(BadInput, match="write https://host:port"):
        card_here(endpoint)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(status=st.sampled_from((b"200 OK", b"409 x", b"423 x", b"500 x", b"99999 x", b"")), tail=st.binary(max_size=60))
def test_any_bytes_over_tls_are_an_answer_or_one_of_two_errors(tmp_path: Path, status: bytes, tail: bytes) -> None:
    with peer(tmp_path, lambda _: [b"HTTP/1.1 " + status + b"\r\n" + tail]) as south:
        south.close_after_answer = True
        try:
            answer = post(south, PATIENCE)
        except (ProtocolError, Unreachable):
            return
    assert isinstance(answer, Answer)


def test_cards_and_introductions_go_and_come_over_the_pinned_connection(tmp_path: Path) -> None:
    with peer(tmp_path, answering(200, b"answered")) as south, link_here(south.card()) as link:
        link.post_card(b"a card")
        assert link.post_introduction(b"an introduction") == b"answered"
        assert link.get_card() == b"answered"
    assert [(request.line, request.body) for request in south.requests] == [
        ("POST /exchange/v1/card HTTP/1.1", b"a card"),
        ("POST /exchange/v1/introduction HTTP/1.1", b"an introduction"),
        ("GET /exchange/v1/card HTTP/1.1", b""),
    ]


def test_a_declined_card_comes_back_as_the_partners_sentence(tmp_path: Path) -> None:
    with peer(tmp_path, answering(400, b'{"error":"it is older"}')) as south, link_here(south.card()) as link:
        with pytest.raises(ProtocolError, match=r"does not take this node's card .*: it is older"):
            link.post_card(b"a card")
        with pytest.raises(ProtocolError, match=r"does not take the invitation .*: it is older"):
            link.post_introduction(b"an introduction")
