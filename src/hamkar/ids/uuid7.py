"""UUID version 7 (RFC 9562, section 5.7): identifiers that sort by the moment they were made."""

from datetime import datetime
from uuid import UUID

RANDOM_BYTES = 10
_EPOCH_MS_BITS = 48
_VERSION_AND_VARIANT = (7 << 76) | (0b10 << 62)
_RANDOM_MASK = ((1 << 12) - 1) << 64 | ((1 << 62) - 1)


def uuid7(at: datetime, random: bytes) -> UUID:
    """The identifier of the instant ``at`` (timezone-aware, kept to the millisecond) and 10 bytes of randomness.

    Source: RFC 9562, section 5.7. Raises ``ValueError`` for a moment before 1970 or fewer than 10 random bytes.
    """
    milliseconds = int(at.timestamp() * 1000)
    if not 0 <= milliseconds < 1 << _EPOCH_MS_BITS:
        msg = f"{at.isoformat()} cannot be written in a UUIDv7, which starts in 1970"
        raise ValueError(msg)
    if len(random) < RANDOM_BYTES:
        msg = f"a UUIDv7 needs {RANDOM_BYTES} random bytes, not {len(random)}"
        raise ValueError(msg)
    return UUID(
        int=(milliseconds << 80) | _VERSION_AND_VARIANT | (int.from_bytes(random[:RANDOM_BYTES]) & _RANDOM_MASK)
    )
