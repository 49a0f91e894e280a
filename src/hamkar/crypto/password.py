"""Passwords: argon2id, by its library's recommended parameters (RFC 9106)."""

import functools
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
MIN_LENGTH = 12


def hash_password(password: str) -> str:
    """The argon2id hash to keep, with its parameters and salt."""
    return _HASHER.hash(password)


@functools.cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def password_fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one ``kept`` was made of; takes as long for an account that does not exist (None)."""
    try:
        return _HASHER.verify(kept or _nobodys_hash(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def new_password() -> str:
    """A random password of 20 characters (120 bits) to be shown once."""
    return secrets.token_urlsafe(15)


def new_secret() -> str:
    """A random 256-bit secret for a session or a form."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """What is kept of a session's secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()
