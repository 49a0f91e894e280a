"""``hamkar demo``: three agencies on this machine, real public cases, the whole story."""

import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

import click

from hamkar.cli.demo.agencies import Agencies
from hamkar.cli.demo.story import Step, tell
from hamkar.cli.here import json_option


@click.command("demo")
@click.option("--headless", is_flag=True, help="End by itself once the story is told.")
@json_option
def command(*, headless: bool, as_json: bool) -> None:
    """Show three agencies on this machine exchanging real public cases. Everything it makes is removed at its end."""
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="hamkar-demo-"))
    steps: list[Step] = []
    with Agencies.gathered(folder) as agencies:
        for step in tell(agencies, folder):
            steps.append(step)
            if not as_json:
                click.echo(step.text())
        result = _result(agencies, steps)
        click.echo(json.dumps(result, ensure_ascii=False) if as_json else _ending(agencies, result, stays=not headless))
        sys.stdout.flush()
        if not headless:
            _wait()
    if not result["ok"]:
        sys.exit(1)


def _result(agencies: Agencies, steps: list[Step]) -> dict[str, object]:
    return {
        "nodes": [agency.summary() for agency in agencies],
        "steps": [{"name": s.name, "ok": s.ok, "seconds": round(s.seconds, 3), "detail": s.detail} for s in steps],
        "ok": all(step.ok for step in steps),
    }


def _ending(agencies: Agencies, result: dict[str, object], *, stays: bool) -> str:
    """How it went, and for nodes that stay up where they are."""
    lines = ["", "All went as it should." if result["ok"] else "Something went wrong: see the steps above.", ""]
    for agency in agencies:
        counts = agency.summary()
        people = f"sign in as {agency.people()} with the password {agency.password}"
        where = f": {counts['url']}\n  {people}" if stays else ""
        lines += [
            f"{counts['name']} ({counts['country']}){where}",
            f"  {counts['reports']} reports of {counts['events']} seizures",
            f"  {counts['released']} records released, {counts['refused']} refused, {counts['received']} received",
        ]
    return "\n".join(lines)


def _wait() -> None:
    click.echo("\nThe three nodes stay up until Ctrl-C.", err=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("Ending.", err=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
