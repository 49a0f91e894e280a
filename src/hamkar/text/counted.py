"""Counts in English sentences."""


def counted(number: int, thing: str, several: str = "") -> str:
    """Say "1 message", "2 messages"; ``several`` where the plural is not formed with an s."""
    return f"{number:,} {thing if number == 1 else several or thing + 's'}"
