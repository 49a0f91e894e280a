"""Taking what a courier brought: files in any order, twice, cut, or meant for somebody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from hamkar.actions.letters import read_from_partner, take_letter
from hamkar.actions.node import Node
from hamkar.actions.partners import take_card, trust
from hamkar.actions.receive_bundle import receive
from hamkar.errors import BadInput, NotFound, ProtocolError
from hamkar.exchange.answer import Acknowledged, Wanted
from hamkar.exchange.bundle import MAX_FRAME_BYTES, open_frame, read_header
from hamkar.exchange.card import stored_card
from hamkar.exchange.letter import (
    HEADER_BYTES,
    MAX_SEALED_BYTES,
    is_sealed_letter,
    open_letter,
    read_unverified,
    recipient_key,
)
from hamkar.model.letter import Letter
from hamkar.model.record import Record
from hamkar.store import inbox, letters, outbox, partners, stick
from hamkar.store.database import Connection

T = TypeVar("T")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Record):
    """What came of the files: bundles and letters taken, from whom, and a sentence for every file that was not taken.

    ``refused`` files are of no use here; ``waiting`` ones are taken once what comes before them has come.
    """

    bundles: int
    letters: int
    partners: tuple[str, ...]
    refused: tuple[str, ...]
    waiting: tuple[str, ...]
    notes: tuple[str, ...]


def import_(node: Node, places: Sequence[Path], progress: Progress | None = None) -> Imported:
    """Take everything in these files and folders that is meant for this node.

    The same file again gets the same receipt. May be broken off anywhere and run again. Raises BadInput where a place
    is none, and ``Unreachable`` where the database is gone; one bad file keeps no other from being taken.
    """
    files = stick.files_in(places)
    unpacking = _Unpacking(node)
    unpacking.take_letters(files)
    unpacking.take_bundles(files, progress)
    return unpacking.outcome()


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a bundle belongs: agreements first, then by stream, epoch and number."""

    sender: str
    follows_terms: bool
    stream: str
    epoch: int
    first_seq: int
    file: Path


@dataclass(slots=True)
class _Unpacking:
    """Files while they are taken, and what became of them so far."""

    node: Node
    bundles: int = 0
    letters: int = 0
    partners: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    behind: dict[str, str] = field(default_factory=dict)

    def take_letters(self, files: Sequence[Path]) -> None:
        """Take the letters, the oldest first: they bring the cards by which the bundles are known."""
        found = [letter for file in files if (letter := self._attempt(file, self._letter)) is not None]
        for letter in sorted(found, key=lambda each: each.issued_at):
            taken = take_letter(self.node, letter)
            self.letters += 1
            self.partners.add(letter.sender)
            self.notes += [*taken.doubts, *taken.problems]

    def take_bundles(self, files: Sequence[Path], progress: Progress | None) -> None:
        """Take the bundles in the order in which they were made, whatever the files are called."""
        places = sorted(place for file in files if (place := self._attempt(file, self._place)) is not None)
        for number, place in enumerate(places, start=1):
            self._attempt(place.file, partial(self._take, place))
            if progress:
                progress(number, len(places))

    def outcome(self) -> Imported:
        """What became of the files."""
        return Imported(
            bundles=self.bundles,
            letters=self.letters,
            partners=tuple(sorted(self.partners)),
            refused=tuple(self.refused),
            waiting=tuple(self.waiting),
            notes=tuple(self.notes),
        )

    def _attempt(self, file: Path, act: Callable[[Path], T | None]) -> T | None:
        """What comes of a file; None where it is refused, or where the act has nothing to do with it."""
        try:
            return act(file)
        except (BadInput, NotFound, ProtocolError) as error:
            self.refused.append(f"{file}: {error}")
            return None

    def _letter(self, file: Path) -> Letter | None:
        if not is_sealed_letter(stick.get_file(file, HEADER_BYTES)):
            return None
        data = stick.get_file(file, MAX_SEALED_BYTES)
        with self.node.database.transaction() as connection:
            self._require_for_this_node(connection, data)
            cards = [stored_card(row.envelope).card for row in partners.list_partners(connection)]
        signed = open_letter(data, self.node.id, self.node.keys.openers, cards)
        for card in read_unverified(signed).cards:
            take_card(self.node, bytes(card))
        with self.node.database.transaction() as connection:
            return read_from_partner(self.node, connection, signed)

    def _place(self, file: Path) -> _Place | None:
        if is_sealed_letter(stick.get_file(file, HEADER_BYTES)):
            return None
        frame = stick.get_file(file, MAX_FRAME_BYTES)
        read_header(frame)
        with self.node.database.transaction() as connection:
            self._require_for_this_node(connection, frame)
            known = trust(connection)
        opened = open_frame(frame, node=self.node.id, openers=self.node.keys.openers, senders=known.senders)
        bundle = opened.bundle
        follows_terms = bundle.stream != outbox.TERMS
        return _Place(bundle.sender, follows_terms, bundle.stream, bundle.epoch, bundle.first_seq, file)

    def _take(self, place: _Place, file: Path) -> None:
        missing = self._missing_terms(place.sender) if place.follows_terms else ""
        if missing:
            self.waiting.append(f"{file}: it waits for the agreements before it, of which {missing}")
            return
        answer = receive(self.node, stick.get_file(file, MAX_FRAME_BYTES))
        match answer:
            case Acknowledged():
                self.bundles += 1
                self.partners.add(place.sender)
            case Wanted(seq, epoch) if epoch > place.epoch:
                self.notes.append(f"{file}: it is of epoch {place.epoch} of {place.stream}, which has ended")
            case Wanted(seq):
                self.waiting.append(
                    f"{file}: it begins with message {place.first_seq} of {place.stream} from {place.sender}, and"
                    f" messages from {seq} on have not come; bring the stick that has them, or have all exported again"
                )
            case _:
                raise ProtocolError(answer.reason)

    def _missing_terms(self, sender: str) -> str:
        """What is missing of the agreements that a sender says it has sent; a record that came first is lost."""
        with self.node.database.transaction() as connection:
            said = next((each for each in letters.sent_by(connection, sender) if each.stream == outbox.TERMS), None)
            held = next((s for s in inbox.streams_from(connection, sender) if s.stream == outbox.TERMS), None)
        epoch, next_seq = (held.epoch, held.next_seq) if held else (1, 1)
        if said is None or (said.epoch, said.last_seq) < (epoch, next_seq) or not said.last_seq:
            return ""
        return f"message {next_seq if said.epoch == epoch else 1} is on no stick yet"

    def _require_for_this_node(self, connection: Connection, data: bytes) -> None:
        key = recipient_key(data)
        if key in self.node.keys.openers:
            return
        cards = [stored_card(row.envelope).card for row in partners.list_partners(connection)]
        name = next((c.agency.name for c in cards if key in {each.id for each in c.sealing_keys}), None)
        whose = f"it is sealed for {name}" if name else "it is cut, or sealed for a node that is not known here"
        msg = f"{whose}, and only that node can open it; nothing of it was taken"
        raise BadInput(msg)
