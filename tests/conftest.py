"""Fixtures that every part of the tests may use."""

from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("fixtures_postgres", "fixtures_node")

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data"

settings.register_profile("hamkar", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("hamkar")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that read the corpus where it is not there."""
    if CORPUS.is_dir():
        return
    skip = pytest.mark.skip(reason=f"the corpus is not at {CORPUS}: nothing was checked against real data")
    for item in items:
        if item.get_closest_marker("corpus"):
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly where real data was missing."""
    if not CORPUS.is_dir():
        terminalreporter.section("corpus", yellow=True)
        terminalreporter.line(f"{CORPUS} is missing: every test marked corpus was skipped.")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real data that does not ship with the project."""
    return CORPUS
