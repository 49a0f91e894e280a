"""A node for a benchmark: in a folder of its own, removed at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hamkar.actions.init_node import NewNode, init_node
from hamkar.actions.node import remove_node
from hamkar.model.agency import Standing
from hamkar.settings import Settings

PASSWORD = "an invented password"  # noqa: S105 - of a node that lives for a minute
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data"


@contextmanager
def scratch_node() -> Iterator[Settings]:
    """The settings of a new node."""
    settings = Settings(home=Path(tempfile.mkdtemp(prefix="hamkar-bench-")))
    init_node(
        settings,
        NewNode(
            name="Benchmark agency",
            country="AZ",
            standing=Standing.AGENCY,
            endpoint="https://127.0.0.1:18441",
            host="127.0.0.1",
            password=PASSWORD,
        ),
    )
    try:
        yield settings
    finally:
        remove_node(settings)


def write_result(name: str, table: str) -> None:
    """Print a table and keep it beside the benchmarks, where it is committed."""
    print(table)
    (Path(__file__).parent / "results" / f"{name}.md").write_text(table + "\n", encoding="utf-8")
