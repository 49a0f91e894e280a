"""Import of the UNODC file of 311,038 rows: the whole process, beside the database's own floor in the same run.

The floor is COPY alone: the very rows that the import wrote, read from a file into the same empty tables with the same
indexes and committed once. Needs the corpus. ``python benchmarks/import_ids.py``
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hamkar.actions.node import open_node
from hamkar.settings import Settings
from hamkar.store.database import Connection
from scratch import CORPUS, scratch_node, write_result

FILE = CORPUS / "unodc_ids" / "ids_2011_2016.zip"
TABLES = ("report", "event", "event_line")


def main() -> None:
    """Measure and write the table."""
    with scratch_node() as settings, open_node(settings) as node:
        first, wall, megabytes = run_import(settings)
        again, wall_again, _ = run_import(settings)
        assert again["imported"] == 0, "the same file twice must add nothing"
        with node.database.transaction() as connection, tempfile.TemporaryDirectory() as folder:
            floor = copy_alone(connection, Path(folder))
        size = first["rows"]
    table = "\n".join(
        [
            "# Import of the UNODC individual drug seizures 2011–2016",
            "",
            f"{size:,} rows, {os.cpu_count()} cores, command: `python benchmarks/import_ids.py`",
            "",
            "| what | seconds | rows/s | ratio to the floor | bar |",
            "|---|---|---|---|---|",
            f"| whole process, committed and indexed | {wall:.1f} | {size / wall:,.0f} | {wall / floor:.1f} | 40 s |",
            f"| the same file again (adds nothing) | {wall_again:.1f} | {size / wall_again:,.0f} | | |",
            f"| floor: COPY alone of the rows it wrote | {floor:.1f} | {size / floor:,.0f} | 1.0 | |",
            "",
            (
                f"Largest memory of the importing process: {megabytes:,.0f} MB (bar 800 MB)."
                f" The database's own floor is {100 * floor / wall:.0f} % of the whole."
            ),
        ]
    )
    write_result("import_ids", table)


def run_import(settings: Settings) -> tuple[dict[str, int], float, float]:
    """What the command printed, its wall seconds and its largest memory in MB."""
    environment = {**os.environ, "HAMKAR_HOME": str(settings.home)}
    command = [sys.executable, "-m", "hamkar", "import", str(FILE), "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    wall = time.perf_counter() - started
    return json.loads(done.stdout), wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def copy_alone(connection: Connection, folder: Path) -> float:
    """Seconds of COPY and commit of the rows that are there, into the same tables emptied first."""
    for table in TABLES:
        with (folder / table).open("wb") as file, connection.cursor().copy(f"COPY {table} TO STDOUT") as out:
            for block in out:
                file.write(block)
    connection.execute(f"TRUNCATE {', '.join(TABLES)}")
    connection.commit()
    started = time.perf_counter()
    for table in TABLES:
        with (folder / table).open("rb") as file, connection.cursor().copy(f"COPY {table} FROM STDIN") as into:
            while block := file.read(1 << 20):
                into.write(block)
    connection.commit()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
