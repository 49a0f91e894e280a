"""What a node does by itself from time to time, whether anybody looks or not."""

from collections.abc import Callable
from typing import Final

from hamkar.actions.compare_holdings import answer_comparisons, finish_comparisons
from hamkar.actions.find_role import let_roleless_go
from hamkar.actions.invite import forget_invitations
from hamkar.actions.node import Node
from hamkar.actions.nominal import forget_sought_words
from hamkar.actions.notice_restore import notice_restore
from hamkar.actions.request_duties import erase_old_requests, note_verdicts, remind_of_overdue
from hamkar.actions.retention import let_run_out
from hamkar.actions.rotate_keys import end_keys
from hamkar.actions.seen import tell_seen
from hamkar.actions.take_recall import end_holds, end_waits
from hamkar.actions.tell_holders import tell_left_behind
from hamkar.errors import HamkarError


def watch_for_restore(node: Node) -> None:
    """Notice a database that was put back while the node ran, and let one put back later be noticed."""
    notice_restore(node.database, node.home, node.now())


DUTIES: Final[tuple[Callable[[Node], None], ...]] = (
    watch_for_restore,
    end_keys,
    forget_invitations,
    note_verdicts,
    remind_of_overdue,
    erase_old_requests,
    let_run_out,
    let_roleless_go,
    tell_seen,
    forget_sought_words,
    answer_comparisons,
    finish_comparisons,
    end_holds,
    end_waits,
    tell_left_behind,
)
"""Each is done about once a minute by a running node and by every `sync`; bounded work, and harmless when repeated."""


def do_duties(node: Node, complain: Callable[[str], None]) -> None:
    """Do every duty; one that fails for a known reason keeps none of the others."""
    for duty in DUTIES:
        try:
            duty(node)
        except HamkarError as error:
            complain(str(error))
