"""The code keeps the shape that CONTRIBUTING.md describes, as far as a syntax tree can tell.

What the linter and the import contracts in pyproject.toml check (layers, one door to cryptography and to PostgreSQL,
annotations, complexity) is not checked again here.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import quantiles

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "hamkar"

MEANINGLESS = frozenset({"helper", "helpers", "manager", "misc", "service", "services", "util", "utils"})
EMPTY = MEANINGLESS | {"base", "common"}
"""Names of things that have no name. A function may speak of a base unit or a common day; a module or class may not."""

ABSURD_MODULE_LINES = 900
ABSURD_FUNCTION_LINES = 120

READS_THE_ENVIRONMENT = {
    "cli/here.py",  # hands it to Settings.from_environment
    # passes its own on to the processes it starts
}
READS_THE_CLOCK = {
    "actions/node.py",  # the one clock that use cases are handed
    "store/postgres/processes.py",  # the age of a file, which only the machine's own clock can tell
}
EDGE = ("cli", "api", "web")

_ENVIRONMENT = re.compile(r"^os\.(?:environb?|getenvb?)$")
_WALL_CLOCK = re.compile(r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time(?:_ns)?)$")
_MOCKING = re.compile(r"^(?:doublex|flexmock|mock|pytest_mock|unittest\.mock)(?:\.|$)")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Finder = Callable[[ast.AST], Iterator[int]]
"""Gives the line of every place in a module that breaks a rule."""


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def _files(part: str) -> tuple[Path, ...]:
    return tuple(sorted((ROOT / part).rglob("*.py")))


def _everywhere() -> list[Path]:
    return [file for part in ("src", "tests", "benchmarks") for file in _files(part)]


def _from_root(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _places(files: list[Path], find: Finder) -> list[str]:
    return [f"{_from_root(file)}:{line}" for file in files for line in find(_tree(file))]


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}


def _empty_names(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _words(node.name) & EMPTY:
            yield node.lineno
        if isinstance(node, Function) and _words(node.name) & MEANINGLESS:
            yield node.lineno


def _is_blind(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(name is None or ast.unparse(name) in {"Exception", "BaseException"} for name in names)


def _blind_catches(tree: ast.AST) -> Iterator[int]:
    """Where errors that nobody foresaw are swallowed; whoever raises again at the end hides nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _is_blind(node.type) and not isinstance(node.body[-1], ast.Raise):
            yield node.lineno
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("suppress")
            and any(map(_is_blind, node.args))
        ):
            yield node.lineno


def _uses(pattern: re.Pattern[str], tree: ast.AST) -> Iterator[int]:
    """Where a name is used or imported that the pattern finds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and pattern.search(ast.unparse(node)):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and any(pattern.search(f"{node.module}.{a.name}") for a in node.names):
            yield node.lineno


def _environment_reads(tree: ast.AST) -> Iterator[int]:
    return _uses(_ENVIRONMENT, tree)


def _clock_reads(tree: ast.AST) -> Iterator[int]:
    return _uses(_WALL_CLOCK, tree)


def _mocks(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(_MOCKING.search(alias.name) for alias in node.names):
            yield node.lineno
    yield from _uses(_MOCKING, tree)


def _outside(allowed: set[str], *layers: str) -> list[Path]:
    """The modules of the package but those allowed and those of some layers."""
    inside = {file: file.relative_to(SRC) for file in _files("src")}
    return [f for f, at in inside.items() if at.as_posix() not in allowed and at.parts[0] not in layers]


def test_modules_classes_and_functions_are_named_for_what_they_are() -> None:
    assert not [_from_root(file) for file in _everywhere() if _words(file.stem) & EMPTY]
    assert not _places(_everywhere(), _empty_names)


def test_every_module_says_what_it_is_for() -> None:
    assert not [_from_root(file) for file in _everywhere() if not (ast.get_docstring(_tree(file)) or "").strip()]


def test_no_error_is_caught_blindly() -> None:
    assert not _places(_everywhere(), _blind_catches)


def test_the_environment_is_read_at_the_edge_only() -> None:
    assert not _places(_outside(READS_THE_ENVIRONMENT), _environment_reads)


def test_what_time_it_is_is_asked_in_one_place() -> None:
    assert not _places(_outside(READS_THE_CLOCK, *EDGE), _clock_reads)


def test_tests_use_real_parts_and_no_mock_library() -> None:
    assert not _places(list(_files("tests")), _mocks)


@pytest.mark.parametrize(
    ("find", "bad", "good"),
    [
        (_empty_names, "class ReportManager: ...", "class Database: ..."),
        (_empty_names, "def date_utils(): ...", "def in_base_unit(): ..."),
        (_blind_catches, "try: f()\nexcept: pass", "try: f()\nexcept OSError: pass"),
        (_blind_catches, "try: f()\nexcept (ValueError, Exception): pass", "try: f()\nexcept Exception: raise"),
        (_blind_catches, "with contextlib.suppress(Exception): f()", "with suppress(FileNotFoundError): f()"),
        (_environment_reads, "home = os.environ['HOME']", "home = environment['HOME']"),
        (_environment_reads, "from os import getenv", "from os import getpid"),
        (_clock_reads, "at = dt.datetime.now(UTC)", "at = node.now()"),
        (_clock_reads, "from time import time", "from time import monotonic"),
        (_mocks, "from unittest import mock", "from unittest import TestCase"),
    ],
)
def test_a_break_of_these_rules_is_found_and_nothing_else(find: Finder, bad: str, good: str) -> None:
    assert list(find(ast.parse(bad)))
    assert not list(find(ast.parse(good)))


def _module_lines(part: str) -> dict[str, int]:
    return {_from_root(file): len(file.read_text("utf-8").splitlines()) for file in _files(part)}


def _function_lines(part: str) -> dict[str, int]:
    return {
        f"{_from_root(file)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in _files(part)
        for node in ast.walk(_tree(file))
        if isinstance(node, Function)
    }


def _distribution(lines: dict[str, int]) -> str:
    tenths = quantiles(lines.values(), n=10, method="inclusive")
    longest = max(lines, key=lambda name: lines[name])
    return f"{len(lines):>5}  median {tenths[4]:>3.0f}  p90 {tenths[8]:>4.0f}  max {lines[longest]:>4}  {longest}"


def test_no_module_or_function_is_absurdly_long(capsys: pytest.CaptureFixture[str]) -> None:
    modules = {f"modules in {part}": _module_lines(part) for part in ("src", "tests")}
    functions = {f"functions in {part}": _function_lines(part) for part in ("src", "tests")}
    with capsys.disabled():
        print("\nlines, docstrings and blank lines included:")  # noqa: T201 - the figures are for whoever runs the tests
        for what, lines in {**modules, **functions}.items():
            print(f"{what:<18} {_distribution(lines)}")  # noqa: T201 - the same
    assert not [name for lines in modules.values() for name, size in lines.items() if size > ABSURD_MODULE_LINES]
    assert not [name for lines in functions.values() for name, size in lines.items() if size > ABSURD_FUNCTION_LINES]
