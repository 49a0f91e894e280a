"""The wheel alone gives a working ``hamkar``: its data, pages and migrations are in it."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def hamkar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that has the wheel, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    site = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    command = folder / "hamkar"
    command.write_text(f"#!{folder / 'venv/bin/python'}\nfrom hamkar.cli.main import main\nmain()\n")
    command.chmod(0o755)
    return command


def test_the_wheel_makes_a_node_and_reads_the_data_it_ships(hamkar: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PYTHONPATH")}

    def run(*words: str) -> str:
        env = {**environment, "HAMKAR_HOME": str(tmp_path / "home")}
        done = subprocess.run([hamkar, *words], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "0.1.0" in run("--version")
    run("init", "Synthetic Customs", "--country", "AZ")
    asked = "from hamkar.vocab.resource import data_bytes; import hamkar, sys; print(hamkar.__file__); "
    asked += "sys.stdout.flush(); open('public.csv', 'wb').write(data_bytes('public/public_seizure_reports.csv'))"
    python = hamkar.parent / "venv" / "bin" / "python"
    where = subprocess.run([python, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert str(ROOT) not in where, "the tree was tested, not the wheel"
    assert "417 claims imported" in run("import", "public.csv")
