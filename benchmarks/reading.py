"""How fast files are read into claims, beside the floor: a CSV parser going over the same file and doing nothing.

Run: python benchmarks/reading.py [FILE], by default the Individual Drug Seizures 2011-2016 of the corpus.
Times are of this process's processor, the best of three; the ratio is what can be compared between machines.
"""

import csv
import os
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from time import process_time
from zipfile import ZipFile

from hamkar.formats.outcome import Read
from hamkar.formats.reading import read
from hamkar.formats.table import open_table
from hamkar.ids.uuid7 import RANDOM_BYTES, uuid7

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "unodc_ids" / "ids_2011_2016.zip"
ROUNDS = 3
NOW = datetime.now(UTC)


def parsed(path: Path) -> int:
    """The floor: the rows of a zipped, semicolon-separated file, parsed by the standard library."""
    with ZipFile(path) as archive, archive.open(archive.namelist()[0]) as packed:
        return sum(1 for _ in csv.reader(TextIOWrapper(packed, "utf-8", newline=""), delimiter=";")) - 1


def as_table(path: Path) -> int:
    """The rows as `open_table` gives them: numbered, checked, cleaned."""
    with open_table(path) as sheets:
        return sum(1 for sheet in sheets for _ in sheet.rows)


def as_claims(path: Path, *, written: bool) -> int:
    """The rows as claims, with the quality of the file, and written as JSON or not."""
    reading = read(
        path,
        originator="synthetic0benchmark0node00000000",
        new_id=lambda: uuid7(NOW, os.urandom(RANDOM_BYTES)),
        today=NOW.date(),
    )
    for outcome in reading:
        if written and isinstance(outcome, Read):
            outcome.report.to_json()
    return reading.quality.rows


def best(work: Callable[[Path], int], path: Path) -> tuple[int, float]:
    """The rows the work went over, and the fewest seconds it took."""
    seconds = []
    rows = 0
    for _ in range(ROUNDS):
        start = process_time()
        rows = work(path)
        seconds.append(process_time() - start)
    return rows, min(seconds)


def main(path: Path) -> None:
    """Print the table."""
    steps = (
        ("CSV parser alone (floor)", parsed),
        ("table", as_table),
        ("claims and quality", partial(as_claims, written=False)),
        ("claims, quality, JSON", partial(as_claims, written=True)),
    )
    floor = 0.0
    print(f"{path.name}\n| step | rows | seconds | rows/s | times the floor |\n|---|---:|---:|---:|---:|")
    for name, work in steps:
        rows, seconds = best(work, path)
        floor = floor or seconds
        print(f"| {name} | {rows:,} | {seconds:.2f} | {rows / seconds:,.0f} | {seconds / floor:.1f} |")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
