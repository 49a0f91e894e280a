"""The commands for keys and invitations, as people type them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixtures_node import PASSWORD, new_database
from hamkar.store.postgres.cluster import Cluster

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def run(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run ``hamkar partner`` for a node whose root key is on a stick."""
    folder = tmp_path_factory.mktemp("node")
    with new_database(postgres, "partner_keys") as database:
        environment = {**os.environ, "HAMKAR_HOME": str(folder / "home"), "DATABASE_URL": database.conninfo()}

        def run_it(*words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
            command = [sys.executable, "-m", "hamkar", *words]
            return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)

        made = run_it("init", "Synthetic Customs", "--country", "AZ", "--password-stdin", given=PASSWORD)
        assert "root.key. It belongs offline" in made.stdout, made.stderr
        (folder / "home" / "root.key").rename(folder / "stick.key")
        yield run_it


@pytest.fixture(scope="module")
def root(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the root key is."""
    assert run("partner", "list").returncode == 0
    return str(next(tmp_path_factory.getbasetemp().glob("node*/stick.key")))


def keys(run: Run) -> list[dict[str, str]]:
    """The keys of the node as it shows them."""
    shown = json.loads(run("partner", "show", "--json").stdout)
    return list(shown["keys"])


def test_keys_are_rotated_with_the_root_key_from_where_it_is_kept(run: Run, root: str) -> None:
    missing = run("partner", "rotate")
    assert missing.returncode == 1
    assert "fetch the root key" in missing.stderr
    rotated = run("partner", "rotate", "--root", root, "--overlap", "7", "--json")
    assert json.loads(rotated.stdout)["version"] == 2, rotated.stderr
    assert [key["use"] for key in keys(run)] == ["signing", "signing", "sealing"]
    assert "in use until" in run("partner", "show").stdout


def test_a_lost_key_is_revoked_once_somebody_says_up_to_where_it_was_good(run: Run, root: str) -> None:
    lost = keys(run)[0]["id"]
    unsaid = run("partner", "revoke", lost, "--reason", "Synthetic theft", "--root", root)
    assert unsaid.returncode == 2
    assert "--last-good" in unsaid.stderr
    revoked = run("partner", "revoke", lost, "--reason", "Synthetic theft", "--now", "--root", root)
    assert revoked.returncode == 0, revoked.stderr
    assert lost not in {key["id"] for key in keys(run)}
    assert f"revoked key {lost}: Synthetic theft" in run("partner", "show").stdout


@pytest.mark.parametrize("point", ["terms", "terms/", "terms/x", "/-1"])
def test_a_last_good_message_is_a_stream_and_a_number(run: Run, root: str, point: str) -> None:
    wrong = run("partner", "revoke", "0" * 16, "--reason", "x", "--last-good", point, "--root", root)
    assert wrong.returncode == 2
    assert "is not STREAM/SEQ" in wrong.stderr


def test_an_invitation_is_printed_or_written_and_does_not_lead_back_home(run: Run, tmp_path: Path) -> None:
    printed = run("partner", "invite", "--hours", "1")
    assert printed.returncode == 0, printed.stderr
    file = tmp_path / "synthetic.invitation"
    assert run("partner", "invite", "--out", str(file)).returncode == 0
    assert file.read_bytes().startswith(b"{")
    for given in (printed.stdout.strip(), str(file)):
        nobody = run("partner", "join", given)
        assert nobody.returncode == 1
        assert "cannot be reached" in nobody.stderr


def test_what_is_no_invitation_is_refused(run: Run) -> None:
    refused = run("partner", "join", "synthetic nonsense")
    assert refused.returncode == 1
    assert "invitation" in refused.stderr


def test_nobody_waits_to_be_confirmed(run: Run) -> None:
    refused = run("partner", "confirm", "nobody", "bakil", "tunar")
    assert refused.returncode == 1
    assert "waiting: nobody" in refused.stderr
