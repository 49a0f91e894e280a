"""Rule 16 under random fire, for a minute: the same run as `make torture`, which takes any time and seed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 60
KILLS = 60
SEED = os.environ.get("SEED", "20260601")


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_whatever_is_killed_cut_delayed_repeated_or_reordered() -> None:
    script = Path(__file__).with_name("torture.py")
    done = subprocess.run([sys.executable, script, str(SECONDS), SEED], check=False, stdout=subprocess.PIPE, text=True)
    details, verdict = map(json.loads, done.stdout.splitlines()[-2:])
    assert details["wrong"] == []
    assert (verdict["lost"], verdict["doubled"], done.returncode) == (0, 0, 0)
    assert verdict["kills"] >= KILLS
    assert verdict["messages"]
    assert verdict["faults"]
