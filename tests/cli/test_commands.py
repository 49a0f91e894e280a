"""The command line as a contract: exit status 0 done, 1 refused with a reason on stderr, 2 wrong usage; --json."""

import json
from pathlib import Path

import pytest

from command_line import Run, command_line
from fixtures_node import PASSWORD
from hamkar.store.postgres.cluster import Cluster
from hamkar.vocab.resource import data_bytes

PROPOSED = [
    *("agreement", "propose", "--to", "IR", "--title", "Synthetic", "--legal-basis", "None", "--rights-clause", "None"),
    *("--purpose", "prevention", "--category", "drug_seizure"),
]


@pytest.fixture(scope="module")
def run(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Run ``hamkar`` for a node that has been made, in a database of its own."""
    home = tmp_path_factory.mktemp("node") / "home"
    with command_line(postgres, home) as run_it:
        made = run_it("init", "Synthetic Customs", "--country", "AZ", "--password-stdin", "--json", given=PASSWORD)
        assert made.status == 0, made.err
        yield run_it


@pytest.fixture(scope="module")
def seizure(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The identifier of a seizure, after the public reports were imported."""
    path = tmp_path_factory.mktemp("files") / "public.csv"
    path.write_bytes(data_bytes("public/public_seizure_reports.csv"))
    imported = run("import", str(path), "--json").json
    assert isinstance(imported, dict)
    assert {"rows", "imported", "rejected", "doubtful", "duplicates", "seconds", "coverage"} <= set(imported)
    assert imported["imported"] == 417
    listed = run("seizure", "list", "--words", "astara", "--sort", "reports", "--json").json
    assert isinstance(listed, dict)
    return str(listed["seizures"][0]["id"])


def test_a_node_says_what_it_holds(run: Run, seizure: str) -> None:
    assert seizure
    now = run("status", "--json").json
    assert isinstance(now, dict)
    assert (now["reports"], now["events"], now["waiting"]) == (417, 318, [])


def test_a_seizure_is_shown_with_how_firmly_each_field_stands(run: Run, seizure: str) -> None:
    shown = run("seizure", "show", seizure).out
    assert "933.1" in shown
    assert "contradiction" in shown or "all_compatible" in shown
    claims = run("seizure", "claims", seizure, "--json").json
    assert isinstance(claims, list)
    assert len({claim["lineage"] for claim in claims}) > 1


def test_without_an_agreement_a_release_is_refused_with_status_1(run: Run, seizure: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with_url = {"HAMKAR_HOME": str(other)}
    unknown = run("release", seizure, "--to", "IR", "--purpose", "investigation", **with_url)
    assert unknown.status == 1
    assert "no node in" in unknown.err
    stranger = run("release", seizure, "--to", "Atlantis", "--purpose", "investigation")
    assert stranger.status == 1
    assert "Atlantis" in stranger.err


def test_wrong_usage_is_status_2(run: Run) -> None:
    for words in (
        ["release"],
        ["seizure", "list", "--sort", "luck"],
        ["no-such-command"],
        ["import"],
        ["import", "a.csv", "--handling", "H3"],
        ["serve", "--port", "99999"],
        ["init", "Elsewhere", "--country", "AZ", "--port", "0"],
    ):
        ended = run(*words)
        assert (ended.status, "Usage: " in ended.err) == (2, True), words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["seizure", "show", "the big one"], "not an identifier"),
        (["seizure", "show", "01a20c57-cca5-7b6e-985f-b88cc4c42129"], "is held here"),
        (["import", "no-such-file.csv"], "no-such-file.csv"),
        (["agreement", "sign", "0" * 64], "agreement list"),
        (["partner", "add", "no-such-card", "--fingerprint", "a" * 32], "no-such-card"),
        (["partner", "card", "--out", "/nonexistent/card.json"], "/nonexistent/card.json"),
        ([*PROPOSED, "--from", "9999-12-31"], "9999-12-31"),
        (["init", "Again", "--country", "AZ"], "already"),
        (["init", "Nowhere", "--country", "Atlantis"], "Atlantis"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr(run: Run, words: list[str], said: str) -> None:
    ended = run(*words)
    assert ended.status == 1
    assert not ended.out
    assert said in ended.err
    assert ended.err.startswith("hamkar: ")
    assert ended.err.count("\n") == 1


def test_a_misspelt_setting_is_named(run: Run) -> None:
    ended = run("status", HAMKAR_HOEM="here")
    assert ended.status == 1
    assert "HAMKAR_HOEM" in ended.err


def test_the_card_is_signed_json_and_its_fingerprint_goes_apart(run: Run) -> None:
    card = run("partner", "card")
    assert json.loads(card.out)["signatures"]
    assert card.err.startswith("Fingerprint: ")


def test_the_doctor_finds_a_healthy_node(run: Run) -> None:
    examined = run("doctor", "--json")
    assert examined.status == 0, examined.out
    assert isinstance(examined.json, list)
    assert {"disk", "database", "card", "log", "exchange"} <= {finding["what"] for finding in examined.json}


def test_a_figure_prints_its_coverage(run: Run, seizure: str) -> None:
    assert seizure
    stats = run("stats", "heroin").out
    assert "events" in stats
    assert "double counting" in stats


def test_the_log_holds_together(run: Run) -> None:
    verified = run("log", "verify")
    assert verified.status == 0
    assert "each in its place and as it was written" in verified.out


def test_what_stands_in_the_log_is_listed_and_proved_by_a_file_that_needs_no_node(run: Run, tmp_path: Path) -> None:
    listed = run("log", "list", "--act", "init", "--json").json
    assert isinstance(listed, list)
    assert [(line["seq"], line["event"]["act"]) for line in listed] == [(1, "init")]
    assert "init" in run("log", "list", "--limit", "1000").out
    proof = tmp_path / "proof.json"
    assert run("log", "export", "--out", str(proof), "--since", "1").status == 0
    nowhere = {"HAMKAR_HOME": str(tmp_path / "nowhere"), "DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    checked = run("log", "verify", str(proof), **nowhere)
    assert checked.status == 0, checked.err
    assert "no partner has cosigned it" in checked.out
    node = str(listed[0]["event"]["subject"])
    compared = run("log", "verify", str(proof), "--fingerprint", node, "--json", **nowhere).json
    assert isinstance(compared, dict)
    assert compared["agency"]["node"] == node
    proof.write_bytes(proof.read_bytes().replace(b"init", b"else", 1))
    changed = run("log", "verify", str(proof), **nowhere)
    assert (changed.status, "does not hold" in changed.err) == (1, True)


def test_an_entry_is_erased_on_the_command_line(run: Run) -> None:
    assert run("log", "erase", "2", "--reason", "synthetic").status == 0
    verified = run("log", "verify", "--json").json
    assert isinstance(verified, dict)
    assert (verified["erased"], verified["broken_at"]) == (1, None)
    assert run("log", "erase", "2", "--reason", "synthetic").status == 1


def test_a_statement_or_a_settlement_needs_a_partner(run: Run, tmp_path: Path) -> None:
    for words in (
        ["log", "statement", "IR", "--out", str(tmp_path / "statement.json")],
        ["log", "settle", "IR", "--reason", "synthetic"],
    ):
        ended = run(*words)
        assert (ended.status, "no single partner is called" in ended.err) == (1, True)
    (tmp_path / "none.json").write_text("{}")
    assert run("log", "compare", str(tmp_path / "none.json")).status == 1


def test_a_new_password_is_taken_and_a_short_one_is_not(run: Run) -> None:
    assert run("password", "admin", given="another long synthetic one\n").status == 0
    short = run("password", "admin", given="short\n")
    assert short.status == 1
    assert "12 characters" in short.err


def test_postgresqls_own_programs_find_the_database(run: Run) -> None:
    asked = run("database", "--", "psql", "--no-psqlrc", "--tuples-only", "--command", "SELECT count(*) FROM own_card")
    assert (asked.status, asked.out.strip()) == (0, "1")
    assert run("database", "no-such-program").status == 1
    assert run("database", "../psql").status == 1


def test_every_command_explains_itself(run: Run) -> None:
    listed = run("--help").out
    for name in ("demo", "init", "serve", "import", "release", "seizure"):
        assert name in listed
        assert "--json" in run(name, "--help").out or "COMMAND" in run(name, "--help").out


def test_a_record_is_corrected_and_taken_back(run: Run, seizure: str) -> None:
    listed = run("seizure", "show", seizure, "--json").json
    assert isinstance(listed, dict)
    report = str(listed["reports"][0]["id"] if isinstance(listed["reports"][0], dict) else listed["reports"][0])
    asked = run("correct", report, "--set", "agency=Synthetic post", "--reason", "Synthetic slip", given="n\n")
    assert (asked.status, "gets the new one" in asked.err) == (1, True)
    corrected = run(
        "correct", report, "--set", "agency=Synthetic post", "--reason", "Synthetic slip", "--yes", "--json"
    )
    assert corrected.status == 0, corrected.err
    made = corrected.json
    assert isinstance(made, dict)
    assert (made["record"]["agency"], made["record"]["supersedes"], made["told"]) == ("Synthetic post", report, [])
    asked = run("recall", made["record"]["id"], "--reason", "Synthetic", given="n\n")
    assert (asked.status, "cannot be undone" in asked.err) == (1, True)
    taken = run("recall", made["record"]["id"], "--reason", "Synthetic", "--kind", "wrong", "--yes")
    assert (taken.status, "recalled; no partner was given it" in taken.out) == (0, True), taken.err
    states = run("recall", "list", "--json").json
    assert isinstance(states, list)
    assert [state["recall"]["kind"] for state in states] == ["wrong", "corrected"]
    assert run("recall", "list", "--overdue").out == "nobody is late\n"


def test_a_consent_names_a_holder_and_a_recipient(run: Run, seizure: str) -> None:
    assert run("consent").out == "nothing yet\n"
    lacking = run("consent", seizure, "--holder", "IR")
    assert (lacking.status, "--to" in lacking.err) == (2, True)
    refused = run("consent", "--withdraw", seizure, "--reason", "Synthetic")
    assert (refused.status, "no consent" in refused.err) == (1, True)


def test_a_hold_is_on_a_record_of_another_agency(run: Run, seizure: str) -> None:
    refused = run("recall", "hold", seizure, "--ground", "court_order", "--until", "2099-01-01")
    assert refused.status == 1
    assert run("recall", "release-hold", seizure).status == 1


def test_people_and_things_are_recorded_in_a_role_and_named_only_for_a_case(
    run: Run, seizure: str, tmp_path: Path
) -> None:
    claims = run("seizure", "claims", seizure, "--json").json
    assert isinstance(claims, list)
    report, case = str(claims[0]["id"]), ("--case", "Synthetic 7", "--purpose")
    person = ("entity", "add", report, "--schema", "Person", "--name", "Nemuneh (synthetic)", "--synthetic")
    for words, why in ((("--role", "user"), "not targets"), (("--role", "witness"), "a written necessity")):
        refused = run(*person, *words)
        assert (refused.status, why in refused.err) == (1, True), refused.err
    made = run(*person, "--role", "suspect", "--property", "birthDate=1980", "--json").json
    assert isinstance(made, dict)
    assert (made["schema"], made["role"], made["minor"]) == ("Person", "suspect", False)
    waiting = run(*person, "--json").json
    assert isinstance(waiting, dict)
    assert waiting["id"] in run("entity", "list").out
    assert run("entity", "role", waiting["id"], "contact", "--case", "Synthetic 7", "--adult").status == 0
    assert run("entity", "list").out == "nothing yet\n"
    assert "Nemuneh" not in run("entity", "list", seizure).out
    assert run("entity", "show", made["id"]).status == 2
    assert "name: Nemuneh (synthetic)" in run("entity", "show", made["id"], *case, "investigation").out
    assert run("entity", "search", "nemun", *case, "investigation").out.count("birthDate: 1980") == 1
    file = tmp_path / "people.ftm"
    assert run("entity", "export", seizure, "--to", str(file), *case, "investigation").status == 0
    assert [json.loads(line)["schema"] for line in file.read_bytes().splitlines()] == ["Person", "Person"]
    again = run("entity", "import", str(file), "--report", report, "--json").json
    assert isinstance(again, dict)
    assert (again["made"], again["held_already"], again["rejected"]) == ([], 2, [])
    corrected = run("correct", made["id"], "--set", "role=contact", "--reason", "Synthetic", "--yes", "--json")
    assert (corrected.status, "Nemuneh" in corrected.out) == (0, False), "a correction names nobody either"
