"""What a node does by itself from time to time, whether anybody looks or not."""

from collections.abc import Callable
from typing import Final

from hamkar.actions.node import Node
from hamkar.errors import HamkarError

DUTIES: Final[tuple[Callable[[Node], None], ...]] = ()
"""Each is done about once a minute by a running node and by every `sync`; bounded work, and harmless when repeated."""


def do_duties(node: Node, complain: Callable[[str], None]) -> None:
    """Do every duty; one that fails for a known reason keeps none of the others."""
    for duty in DUTIES:
        try:
            duty(node)
        except HamkarError as error:
            complain(str(error))
