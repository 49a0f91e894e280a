"""The certificate a node's address shows."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from hamkar.crypto.certificate import der_of, self_signed
from hamkar.errors import BadInput

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=90)


@pytest.mark.parametrize("host", ["node.example", "127.0.0.1", "::1", "xn--mgba3a4f16a.example"])
def test_a_certificate_is_for_the_host_and_the_time_given(host: str) -> None:
    certificate = x509.load_der_x509_certificate(der_of(self_signed(host, START, END).certificate))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == [host]
    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (START, END)


def test_the_private_key_is_never_printed() -> None:
    assert "PRIVATE" not in repr(self_signed("node.example", START, END))


@pytest.mark.parametrize(
    ("host", "start", "end"),
    [("نود", START, END), ("", START, END), ("node.example", END, START)],
    ids=["a name not in ASCII", "no name", "an end before the start"],
)
def test_what_no_certificate_can_be_made_for_is_refused(host: str, start: datetime, end: datetime) -> None:
    with pytest.raises(BadInput, match="no certificate can be made"):
        self_signed(host, start, end)


@pytest.mark.parametrize(
    "pem", ["", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "گواهی"]
)
def test_what_is_no_certificate_is_refused(pem: str) -> None:
    with pytest.raises(BadInput, match="not a PEM certificate"):
        der_of(pem)


def test_a_chain_of_certificates_is_refused() -> None:
    pem = self_signed("node.example", START, END).certificate
    with pytest.raises(BadInput, match="2 were given"):
        der_of(pem + pem)
