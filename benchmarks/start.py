"""How long a person waits: for the help text, and from ``hamkar demo`` to the addresses.

The floor beside the help text is the bare interpreter. ``python benchmarks/start.py``
"""

import json
import os
import statistics
import subprocess
import sys
import time

from scratch import write_result

RUNS = 7


def main() -> None:
    """Measure and write the table."""
    bare = statistics.median(seconds(["-c", "pass"]) for _ in range(RUNS))
    help_ = statistics.median(seconds(["-m", "hamkar", "--help"]) for _ in range(RUNS))
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "hamkar", "demo", "--headless", "--json"], check=True, capture_output=True, text=True
    )
    demo = time.perf_counter() - started
    told = json.loads(done.stdout)
    assert told["ok"]
    steps = ", ".join(f"{step['name']} {step['seconds']:.1f}" for step in told["steps"])
    lines = [
        "# Waiting times",
        "",
        f"{os.cpu_count()} cores, command: `python benchmarks/start.py`",
        "",
        "| what | seconds | ratio | bar |",
        "|---|---|---|---|",
        f"| `hamkar --help`, median of {RUNS} | {help_:.3f} | {help_ / bare:.1f} × the bare interpreter | 0.3 s |",
        f"| bare interpreter, median of {RUNS} | {bare:.3f} | 1.0 | |",
        f"| `hamkar demo --headless` whole, from a finished set-up | {demo:.1f} | | 20 s |",
        "",
        f"Steps of the demo in seconds: {steps}; the rest is making and ending three nodes.",
    ]
    write_result("start", "\n".join(lines))


def seconds(arguments: list[str]) -> float:
    """Wall seconds of one run."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
