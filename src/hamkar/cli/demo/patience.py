"""Waiting for what the running nodes do by themselves."""

import time
from collections.abc import Callable

from hamkar.errors import Unreachable

PATIENCE_SECONDS = 60.0


def until(happened: Callable[[], bool], what: str) -> None:
    """Return once it has happened. Raises Unreachable after a minute in vain."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            msg = f"waited {PATIENCE_SECONDS:.0f} s for {what} in vain; the nodes' serve.log may say why"
            raise Unreachable(msg)
        time.sleep(0.05)
