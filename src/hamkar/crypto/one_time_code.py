"""Codes that serve once, and are typed in by hand."""

import base64
import hashlib
import secrets

_BYTES = 10
_GROUP = 4


def new_one_time_code() -> str:
    """A random code of 80 bits: four groups of four capital letters and digits."""
    letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def one_time_code_hash(code: str) -> bytes:
    """What is kept of a code: its SHA-256, whatever capitals, spaces and dashes it was typed with."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(typed.encode()).digest()
