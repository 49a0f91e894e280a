"""The self-signed certificate a node's address shows; partners pin it from the node card, no authority vouches."""

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hamkar.errors import BadInput

_MAX_COMMON_NAME = 64


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """A certificate and its private key, both PEM."""

    certificate: str
    private_key: str = field(repr=False)


def self_signed(host: str, not_before: datetime, not_after: datetime) -> TlsIdentity:
    """A new P-256 certificate for a host name or IP address, valid from and until the times given.

    P-256, because the same address shows pages to browsers and browsers do not accept Ed25519 certificates. Raises
    BadInput for a name that is not a host's.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    try:
        builder = _builder(host, private.public_key(), not_before, not_after)
    except ValueError as error:
        msg = f"no certificate can be made for “{host}”: {error}; give a host name or an IP address, and valid times"
        raise BadInput(msg) from error
    certificate = builder.sign(private, hashes.SHA256())
    return TlsIdentity(
        certificate.public_bytes(Encoding.PEM).decode("ascii"),
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"),
    )


def der_of(pem: str) -> bytes:
    """The bytes of the one certificate in this PEM text. Raises BadInput where there is not exactly one."""
    try:
        certificates = x509.load_pem_x509_certificates(pem.encode("ascii"))
    except ValueError as error:
        msg = f"this is not a PEM certificate: {error}; give the text between and with its BEGIN and END lines"
        raise BadInput(msg) from error
    if len(certificates) != 1:
        msg = f"one certificate is wanted and {len(certificates)} were given; leave only the node's own"
        raise BadInput(msg)
    return certificates[0].public_bytes(Encoding.DER)


def is_key_of(private_key: bytes, pem: str) -> bool:
    """Whether this private key (PEM) is that of a certificate (PEM)."""
    try:
        own = load_pem_private_key(private_key, password=None).public_key()
        shown = x509.load_pem_x509_certificate(pem.encode("ascii")).public_key()
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    return own.public_bytes(*form) == shown.public_bytes(*form)


def _builder(
    host: str, public: ec.EllipticCurvePublicKey, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:_MAX_COMMON_NAME])])
    return (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
