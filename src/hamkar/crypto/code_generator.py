"""Codes of six digits that a telephone's generator shows for half a minute (TOTP, RFC 6238)."""

from datetime import datetime, timedelta
from hmac import compare_digest

import pyotp

from hamkar.text.digits import ascii_digits

_STEP = timedelta(seconds=30)
_LATE = (-1, 0, 1)
"""Steps beside the present one that still count: clocks differ, and typing takes time (RFC 6238, section 5.2)."""


def new_generator_secret() -> str:
    """A random secret of 160 bits for a new generator, in base32 as generators take it."""
    return pyotp.random_base32()


def generator_address(secret: str, account: str, agency: str) -> str:
    """The ``otpauth:`` address by which a generator takes up the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=agency)


def step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The time step whose code this is, later than ``after``; None where it is the code of none near ``at``."""
    generator, typed = pyotp.TOTP(secret), "".join(ascii_digits(code).split())
    for late in _LATE:
        moment = at + late * _STEP
        step = generator.timecode(moment)
        if step > after and compare_digest(generator.at(moment).encode(), typed.encode()):
            return step
    return None
