"""``hamkar demo`` is the contract that others rely on: the whole story, told as one JSON object."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

NODE_KEYS = {"name", "country", "url", "reports", "events", "released", "received", "refused", "accounts"}
NAMES_GIVEN = 1
"""At the gate: what is received, and no report."""

STEPS = [
    *("import", "agreement", "release", "receipt", "refuse", "gate-refused", "gate-released"),
    *("request", "courier", "recall", "observer", "log-verify"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, object]]]:
    """What the demo prints; it must leave nothing in the folder for temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="hamkar-test-", dir=tmp_path_factory.getbasetemp()))
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "HAMKAR_HOME")}
    done = subprocess.run(
        [sys.executable, "-m", "hamkar", "demo", "--headless", "--json"],
        env={**environment, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(folder.iterdir()), "something was left behind"
    result: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return result


def test_every_step_goes_as_it_should(told: dict[str, list[dict[str, object]]]) -> None:
    assert told["ok"]
    assert [step["name"] for step in told["steps"]][: len(STEPS)] == STEPS
    assert all(step["ok"] for step in told["steps"])
    assert all({"name", "ok", "seconds", "detail"} == set(step) for step in told["steps"])


def test_three_agencies_hold_417_reports_of_318_events_before_they_share(
    told: dict[str, list[dict[str, object]]],
) -> None:
    assert [node["country"] for node in told["nodes"]] == ["IR", "AZ", "UN"]
    assert all(set(node) == NODE_KEYS for node in told["nodes"])
    own = sum(int(str(node["reports"])) - int(str(node["received"])) for node in told["nodes"])
    assert own + NAMES_GIVEN == 417
    assert "417 public reports" in str(told["steps"][0]["detail"])


def test_what_is_released_is_received(told: dict[str, list[dict[str, object]]]) -> None:
    released, received = (sum(int(str(node[key])) for node in told["nodes"]) for key in ("released", "received"))
    assert released == received > 200


def test_every_refusal_names_its_rule(told: dict[str, list[dict[str, object]]]) -> None:
    refuse = next(step for step in told["steps"] if step["name"] == "refuse")
    for rule in ("observer_gets_nothing_nominal", "handling_not_above", "no_agreement", "originator_in_control"):
        assert f"[{rule}]" in str(refuse["detail"])
