"""What a street costs here and in MuJoCo and PyBullet: CPU ms a frame of color, depth and ids, as arrays.

    python tools/peers.py
    python tools/peers.py --sizes 640x360 --rounds 3

All draw one street: 40 vehicles, 60 people and 60 buildings of the world `crossing`, at the same places, from
the same camera, with shadows. The peers draw them as boxes, cylinders and capsules on bare ground, Roadreel
as it always does, trees and all else in the street included. Nobody simulates. Each contestant is a process
of its own that draws a few frames when told to; rounds go through all of them, so that noise of the machine
meets all alike. CPU is user and system time of all threads, software OpenGL's included; figures are medians
over rounds. Peers come from PyPI into environments of their own below ``out/peers``.

Exit code 1 if draft takes more than 1 / 1.5, or standard more than 1, of MuJoCo's time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from readers import ROOT, interpreter

PEERS = ROOT / "tools" / "peers"
CONTESTANTS = (
    ("mujoco", "usual"),
    ("mujoco", "spare"),
    ("pybullet", "usual"),
    ("roadreel", "draft"),
    ("roadreel", "standard"),
    ("roadreel", "high"),
)
REFERENCE = ("mujoco", "usual")
LIMITS = {("roadreel", "draft"): 1 / 1.5, ("roadreel", "standard"): 1.0}
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PEERS), "PYTHONDONTWRITEBYTECODE": "1"}


class Contestant:
    """A process that draws when told to."""

    def __init__(self, name: str, variant: str, street: Path, images: list[Path]) -> None:
        self.cpu_ms: list[float] = []
        python = interpreter(PEERS / name, ROOT / "out" / "peers")
        self._log = street.with_name(f"{name}-{variant}.log").open("w")
        self._process = subprocess.Popen(
            [python, PEERS / name / "draw.py", street, variant, *images],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env=ENVIRONMENT,
        )
        self.facts = self._answer()

    def draw(self, first: int, count: int) -> None:
        """Draw frames and keep what one cost."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{first} {count}\n")
        self._process.stdin.flush()
        self.cpu_ms.append(self._answer()["cpu_ms"])

    def _answer(self) -> dict[str, Any]:
        """The next line that is JSON: libraries talk on standard output, too."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        sys.exit(f"it ended: {' '.join(map(str, self._process.args))}; see {self._log.name}")

    def __enter__(self) -> Contestant:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=["1280x720", "640x360"], metavar="WIDTHxHEIGHT")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--frames", type=int, default=4, help="a contestant draws in a round")
    parser.add_argument("--images", type=Path, help="folder for a frame of each (.npz), to look at")
    args = parser.parse_args()
    missed = []
    for size in args.sizes:
        measured = measure(size, args.rounds, args.frames, args.images)
        missed += report(size, measured, kinds(size))
    if missed:
        sys.exit("\n".join(missed))


def measure(
    size: str, rounds: int, frames: int, images: Path | None
) -> dict[tuple[str, str], tuple[float, dict[str, Any]]]:
    """Median CPU ms a frame of each contestant, and what it says of itself."""
    street = street_file(size)
    street.parent.mkdir(parents=True, exist_ok=True)
    own = PEERS / "roadreel"
    describe = [interpreter(own, street.parent), own / "draw.py", "describe", size]
    done = subprocess.run(describe, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    street.write_text(done.stdout)
    with ExitStack() as stack:
        contestants = {}
        for name, variant in CONTESTANTS:
            kept = []
            if images is not None:
                images.mkdir(parents=True, exist_ok=True)
                kept = [images / f"{size}-{name}-{variant}.npz"]
            contestants[name, variant] = stack.enter_context(Contestant(name, variant, street, kept))
        for number in range(rounds):
            for contestant in contestants.values():
                contestant.draw(number * frames, frames)
        return {key: (statistics.median(c.cpu_ms), c.facts) for key, c in contestants.items()}


def street_file(size: str) -> Path:
    return ROOT / "out" / "peers" / f"street-{size}.json"


def kinds(size: str) -> list[str]:
    """Of all agents, in their order."""
    return [agent["kind"] for agent in json.loads(street_file(size).read_text())["agents"]]


def report(
    size: str, measured: dict[tuple[str, str], tuple[float, dict[str, Any]]], kinds: list[str]
) -> list[str]:
    """Print the table of one image size; limits that are missed."""
    reference = measured[REFERENCE][0]
    print(f"\n| {size} | version | vehicles, people in view | draws | CPU ms | of {' '.join(REFERENCE)} |")
    print("|---|---|---|---|---|---|")
    missed = []
    for key, (cpu_ms, facts) in measured.items():
        seen = sum(kinds[row] == "vehicle" for row in facts["seen"])
        share = cpu_ms / reference
        print(
            f"| {' '.join(key)} | {facts['version']} | {seen}, {len(facts['seen']) - seen} "
            f"| {facts['drawn']} | {cpu_ms:.0f} | {share:.2f} |",
            flush=True,
        )
        if share > LIMITS.get(key, share):
            missed.append(f"{size}: {' '.join(key)} takes {share:.2f}, wanted {LIMITS[key]:.2f} or less")
    return missed


if __name__ == "__main__":
    main()
