"""The documents say what is so: all that a reader can run, set, meet or be refused by is there, and nothing stale."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from commands_page import Described, described, page
from hamkar import errors
from hamkar.asgi import STATUS
from hamkar.cli.main import COMMANDS
from hamkar.errors import HamkarError
from hamkar.formats.columns import layout_names
from hamkar.policy.rules import RULES
from hamkar.settings import PREFIX, Settings
from hamkar.web.language import languages

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GENERATED = DOCS / "commands.md"
PARTS = ("docs", "src", "tests", "benchmarks")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(file for part in PARTS for file in (ROOT / part).rglob("*.md"))])
PROSE = [file for file in DOCUMENTS if file != GENERATED]

_ADR_HEADINGS = ("Context", "Options", "Decision", "Consequences")
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(rf"\b{PREFIX}[A-Z_]+\b")
_FOREIGN = re.compile(
    r"(?<![\w.~])/(?:work|root|home)/|pythonhosted\.org|pypi\.org|registry\.npmjs\.org|conda\.anaconda\.org"
)


def _text(file: Path) -> str:
    return file.read_text("utf-8")


def _from_root(file: Path) -> str:
    return str(file.relative_to(ROOT))


# Commands


def test_the_page_of_commands_is_what_the_commands_print() -> None:
    assert _text(GENERATED) == page(), "run `make docs` to print it anew"


@pytest.mark.parametrize(("name", "line"), COMMANDS.items())
def test_the_line_of_help_is_the_first_sentence_of_the_command(name: str, line: str) -> None:
    command = next(each.command for each in described() if each.name == f"hamkar {name}")
    paragraph = " ".join((command.help or "").partition("\n\n")[0].split())
    assert re.split(r"(?<=\.)\s", paragraph)[0] == line


def _options() -> Iterator[tuple[Described, str, str]]:
    for command in described():
        for option in command.options:
            yield command, max(option.opts, key=len), option.help or ""


@pytest.mark.parametrize(
    ("command", "option", "told"), [pytest.param(c.name, o, h, id=f"{c.name} {o}") for c, o, h in _options()]
)
def test_every_option_is_explained_by_its_help_or_in_a_page(command: str, option: str, told: str) -> None:
    pages = "\n".join(map(_text, PROSE))
    assert told or f"`{option}`" in pages, f"{command} {option} has no help, and no page explains it"


@pytest.mark.parametrize("name", [each.name for each in described() if each.name != "hamkar"])
def test_every_command_is_shown_to_the_people_who_use_it(name: str) -> None:
    assert any(re.search(rf"{name}\b", _text(file)) for file in PROSE), f"no page but the reference mentions {name}"


# Settings


def _variables() -> dict[str, str]:
    """The environment variable of each setting, by the setting's name."""
    named = {field.name: PREFIX + field.name.upper() for field in fields(Settings)}
    return {**named, "database_url": "DATABASE_URL"}


@pytest.mark.parametrize(("setting", "variable"), _variables().items())
def test_every_setting_is_read_from_its_variable_and_has_a_heading(setting: str, variable: str) -> None:
    given = Settings.from_environment({"HAMKAR_HOME": "/srv/hamkar", variable: "/srv/given"})
    assert str(getattr(given, setting)) == "/srv/given"
    assert f"\n## `{variable}`\n" in _text(DOCS / "settings.md")


def test_no_page_names_a_setting_that_there_is_not() -> None:
    named = {(variable, _from_root(file)) for file in PROSE for variable in _VARIABLE.findall(_text(file))}
    assert not {(variable, file) for variable, file in named if variable not in _variables().values()}


# Errors


def _error_classes() -> dict[str, type[Exception]]:
    return {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.HamkarError)
    }


def test_every_error_has_a_heading_and_every_heading_is_an_error() -> None:
    headings = re.findall(r"^## `(\w+)`$", _text(DOCS / "errors.md"), re.MULTILINE)
    assert headings == list(_error_classes())


@pytest.mark.parametrize("kind", [kind for kind in _error_classes().values() if kind is not HamkarError])
def test_every_error_is_listed_with_its_http_status(kind: type[Exception]) -> None:
    status = next(number for error, number in STATUS if error is kind)
    assert f"\n| `{kind.__name__}` | {status} |" in _text(DOCS / "errors.md")


# Policy


def test_the_rules_of_release_are_listed_in_the_order_they_are_asked() -> None:
    listed = re.findall(r"^\| \d+ \| `(\w+)` \|", _text(DOCS / "policy.md"), re.MULTILINE)
    assert listed == [rule.name for rule in RULES]


@cache
def _rules_in_code() -> frozenset[str]:
    """Every rule that some code gives as its reason, apart from the functions of the rule list."""
    trees = [ast.parse(_text(file)) for file in (ROOT / "src").rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "rule"]
    given += [
        call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Rejected" and call.args
    ]
    words = {node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    constants = {node.id for node in given if isinstance(node, ast.Name) and node.id.isupper()}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in constants:
                words.add(ast.literal_eval(node.value))
    return frozenset(words - {""})


def test_every_rule_that_code_can_name_is_explained() -> None:
    explained = set(re.findall(r"`(\w+)`", _text(DOCS / "policy.md")))
    assert {"no_agreement", "report_first"} <= _rules_in_code(), "this test no longer finds the rules"
    assert not _rules_in_code() - explained


# Files in, languages


@pytest.mark.parametrize("layout", layout_names())
def test_every_layout_that_can_be_imported_is_described(layout: str) -> None:
    assert f"\n| `{layout}` |" in _text(DOCS / "administrator.md")


@pytest.mark.parametrize("code", [language.code for language in languages()])
def test_every_language_of_the_pages_is_listed(code: str) -> None:
    name = next(language.name for language in languages() if language.code == code)
    assert f"\n| `{code}` | {name} |" in _text(DOCS / "administrator.md")


# The documents as such


def _anchors(file: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them: small letters, no punctuation, hyphens for spaces."""
    headings = _HEADING.findall(_CODE_BLOCK.sub("", _text(file)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _is_broken(file: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (file.parent / path).resolve() if path else file
    return not target.exists() or (bool(anchor) and target.suffix == ".md" and anchor not in _anchors(target))


@pytest.mark.parametrize("file", DOCUMENTS, ids=_from_root)
def test_every_link_inside_the_repository_leads_somewhere(file: Path) -> None:
    links = [link for link in _LINK.findall(_CODE_BLOCK.sub("", _text(file))) if "://" not in link]
    assert not [link for link in links if not link.startswith("mailto:") and _is_broken(file, link)]


def test_the_index_leads_to_every_page() -> None:
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in _LINK.findall(_text(DOCS / "README.md"))}
    pages = {file for file in DOCS.rglob("*.md") if file.name != "README.md" and file.parent.name != "adr"}
    assert not {_from_root(file) for file in pages - linked}


def test_the_index_of_decisions_leads_to_every_decision() -> None:
    listed = {link for link in _LINK.findall(_text(DOCS / "adr" / "README.md")) if re.match(r"\d{4}-", link)}
    assert listed == {file.name for file in (DOCS / "adr").glob("[0-9]*.md")}


@pytest.mark.parametrize("file", sorted((DOCS / "adr").glob("[0-9]*.md")), ids=_from_root)
def test_every_decision_says_what_was_known_weighed_decided_and_what_follows(file: Path) -> None:
    headings = re.findall(r"^## (.+)$", _text(file), re.MULTILINE)
    assert [heading for heading in headings if heading in _ADR_HEADINGS] == list(_ADR_HEADINGS)


@pytest.mark.parametrize("file", DOCUMENTS, ids=_from_root)
def test_no_page_speaks_of_the_machine_it_was_written_on(file: Path) -> None:
    assert not _FOREIGN.findall(_text(file))


def test_every_test_that_the_threat_table_cites_exists() -> None:
    cited = set(re.findall(r"`(test_\w+)`", _text(ROOT / "SECURITY.md")))
    tests = "\n".join(_text(file) for file in (ROOT / "tests").rglob("test_*.py"))
    assert cited
    assert not {name for name in cited if not re.search(rf"def {name}\(", tests)}


def test_the_changelog_has_the_version_that_is_built() -> None:
    version = re.search(r'^version = "(.+)"$', _text(ROOT / "pyproject.toml"), re.MULTILINE)
    assert version
    assert f"\n## [{version[1]}]" in _text(ROOT / "CHANGELOG.md")
