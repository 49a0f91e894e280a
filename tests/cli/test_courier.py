"""``hamkar courier`` as a contract: what it prints, and exit status 1 where a file was not taken."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fixtures_node import PASSWORD, new_database
from hamkar.actions.init_node import NewNode, init_node
from hamkar.cli.main import hamkar
from hamkar.errors import BadInput, NotFound
from hamkar.model.agency import Standing
from hamkar.settings import Settings
from hamkar.store.postgres.cluster import Cluster


@pytest.fixture
def alone(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A node that has no partner yet, as that of this environment."""
    with new_database(postgres, "courier") as database:
        settings = Settings(home=tmp_path / "home", database_url=database.conninfo())
        wanted = NewNode(
            name="Synthetic Customs",
            country="AZ",
            standing=Standing.AGENCY,
            endpoint="https://127.0.0.1:1",
            host="127.0.0.1",
            password=PASSWORD,
        )
        init_node(settings, wanted)
        monkeypatch.setenv("HAMKAR_HOME", str(settings.home))
        monkeypatch.setenv("DATABASE_URL", settings.database_url)
        yield settings


@pytest.mark.usefixtures("alone")
def test_a_file_that_is_none_of_a_courier_is_named_and_the_exit_status_says_so(tmp_path: Path) -> None:
    junk = tmp_path / "000000-0123456789abcdef.xb"
    junk.write_bytes(b"synthetic " * 20)
    done = CliRunner().invoke(hamkar, ["courier", "import", str(junk), "--json"])
    assert done.exit_code == 1
    came = json.loads(done.stdout)
    assert came["bundles"] == 0
    assert came["refused"] == [f"{junk}: these bytes do not start like a Hamkar bundle; send it as it was made"]


@pytest.mark.usefixtures("alone")
def test_an_empty_folder_brings_nothing(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    done = CliRunner().invoke(hamkar, ["courier", "import", str(tmp_path / "stick")])
    assert (done.exit_code, done.stdout) == (0, "0 bundles and 0 letters taken\n")


@pytest.mark.usefixtures("alone")
def test_a_place_that_is_not_there_and_a_partner_that_is_not_known_are_refused(tmp_path: Path) -> None:
    runner = CliRunner()
    assert isinstance(runner.invoke(hamkar, ["courier", "import", str(tmp_path / "none")]).exception, BadInput)
    exported = runner.invoke(hamkar, ["courier", "export", "IR", str(tmp_path / "stick")])
    assert isinstance(exported.exception, NotFound)
    assert not (tmp_path / "stick").exists()
