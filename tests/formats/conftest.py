"""Reading small files in tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from hamkar.formats.outcome import Outcome, Read, Rejected
from hamkar.formats.quality import Quality
from hamkar.formats.reading import read

ORIGINATOR = "synthetic0node0synthetic0node000"
TODAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that reading one file gave."""

    outcomes: tuple[Outcome, ...]
    quality: Quality

    @property
    def claims(self) -> list[Read]:
        """What was read."""
        return [outcome for outcome in self.outcomes if isinstance(outcome, Read)]

    @property
    def rejected(self) -> list[Rejected]:
        """What was not."""
        return [outcome for outcome in self.outcomes if isinstance(outcome, Rejected)]


ReadWhole = Callable[..., Whole]
Keep = Callable[..., Path]


@pytest.fixture(scope="session")
def read_whole() -> ReadWhole:
    """Reads a file to its end, for a synthetic node, on a fixed day."""

    def whole(path: Path, layout: str | None = None, progress: Callable[[int, int], None] | None = None) -> Whole:
        identifiers: Iterator[int] = count(1)
        reading = read(
            path,
            layout=layout,
            originator=ORIGINATOR,
            new_id=lambda: UUID(int=next(identifiers)),
            today=TODAY,
            progress=progress,
        )
        outcomes = tuple(reading)
        return Whole(outcomes, reading.quality)

    return whole


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Puts text or bytes into a file of its own."""

    def kept(content: str | bytes, name: str = "seizures.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return kept
