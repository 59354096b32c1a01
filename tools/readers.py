"""Prove that the formats load in the tools people have: one data set, written in all, read by each tool.

    python tools/readers.py
    python tools/readers.py --only nuscenes --keep
    python tools/readers.py --table docs/formats.md

Two worlds, two sequences each, every category and every channel, small and one second long, go to
``out/readers``: ``native`` and, exported from it in one call, ``formats``. One sequence of each world has the
agents it would have anyway, the other more two-wheelers, semitrailers, prams, dogs and
wheelchairs, and the words of the taxonomy that
those do not bring along dealt out to the others. There lies
``facts.json``, what every reader has to find. Each folder of ``readers`` is an environment of its own
(``requirements.txt``; without one, this interpreter) for its scripts ``check_<format>.py FOLDER``, which
print one JSON object: format, reader, version, result. A table follows, with what each format has no place
for; ``--table FILE``
puts it there. The exit code is 1 if a check fails, or a format, reader or version is another than in the
table of ``docs/formats.md``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import sim
from sim.bodies.company import CHAIRS
from sim.bodies.cycles import CYCLE_SHAPES, sample_cycle
from sim.cli.progress import TerminalLine
from sim.dataset import Splits, read, read_manifest
from sim.dataset.records import line_of, pose_to_json
from sim.randomness import stream
from sim.scenario import CAMERA_CHANNELS, Agent, Scenario, Vehicle, body_from_camera
from sim.scenario.casting import roster_of
from sim.taxonomy import CATEGORIES
from sim.writers import WRITERS, export

ROOT = Path(__file__).resolve().parent.parent
MIN_VISIBLE_PX = 16
SPLITS = Splits((2, 1, 1))
WORLDS = ("avenue", "crossing")
TABLE = ROOT / "docs" / "formats.md"
_SEEDS_DRAWN = 5  # of each world, to see who can be in it
_MORE = {"vehicles": 14, "cyclists": 8, "motorcyclists": 10, "articulated": 4}
_COMPANY = {"people": 140, "prams_share": 0.25, "dogs_share": 0.5, "wheelchairs_share": 0.2}
_DEALT = {
    True: ("vehicle.bus", "vehicle.car", "vehicle.tram", "vehicle.truck", "vehicle.van"),
    False: ("human.pedestrian.adult", "human.pedestrian.child"),
}
"""What can be called so without a body of its own: vehicles, people on foot."""
_COLUMNS = ("format", "reader", "version", "result")
_HEADER = (*_COLUMNS, "has no place for")
_ABOUT = """# Formats and their readers

Every format of `roadreel formats`, read back by the tool people read it with, in the version named, from two
worlds x two sequences with every category. `make readers` does so, and fails if format, reader or version is
another than here; `python tools/readers.py --table docs/formats.md` writes this file. *Written from the
format's text* marks readers of our own, where none can be installed from PyPI.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "readers")
    parser.add_argument("--environments", type=Path, default=ROOT / "out" / "readers-env")
    parser.add_argument(
        "--only", nargs="*", default=[], help="formats to check, all that are written if left out"
    )
    parser.add_argument("--formats", nargs="*", help="formats to write, all if left out")
    parser.add_argument("--table", type=Path, help="file to write the table to")
    parser.add_argument("--keep", action="store_true", help="film nothing if that was done before")
    args = parser.parse_args()
    native, formats = args.out / "native", args.out / "formats"
    if not args.keep or not (native / "manifest.json").exists():
        shutil.rmtree(args.out, ignore_errors=True)
        film(native)
    shutil.rmtree(formats, ignore_errors=True)
    export(
        native,
        formats,
        args.formats or [name for name in WRITERS if name != "native"],
        min_visible_px=MIN_VISIBLE_PX,
    )
    known = facts(native)
    (formats / "facts.json").write_text(json.dumps(known), "ascii")
    if unseen := (set(CATEGORIES) | spawned()) - categories(known):
        sys.exit(f"no camera shows enough of any {', '.join(sorted(unseen))}")
    failed, rows = [], []
    for script in sorted((ROOT / "readers").glob("*/check_*.py")):
        name = script.stem.removeprefix("check_")
        if name not in (args.only or args.formats or [name]):
            continue
        started = time.perf_counter()
        found = check(script, interpreter(script.parent, args.environments), formats)
        rows.append([*(str(found[column]) for column in _COLUMNS), gaps(name, formats)])
        failed += [name] if found.get("failed") else []
        print(
            f"{script.relative_to(ROOT)}: {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True
        )
    lines = [f"| {' | '.join(row)} |\n" for row in (_HEADER, ["---"] * len(_HEADER), *rows)]
    print("".join(lines), end="")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    if args.table:
        args.table.parent.mkdir(exist_ok=True)
        args.table.write_text(_ABOUT + "".join(lines), "utf-8")
    elif stale := {tuple(row[:3]) for row in rows} - known_rows(TABLE.read_text("utf-8")):
        sys.exit(f"{TABLE} is out of step, make it anew with --table: {sorted(stale)}")


def film(native: Path) -> None:
    """Two worlds, two sequences each, in the native format."""
    jobs = [(world, seed) for world in WORLDS for seed in (0, 1)]
    with TerminalLine() as line:
        for number, (world, seed) in enumerate(jobs):
            line.show(number, len(jobs), "sequences")
            more = _MORE | _COMPANY if seed else {}
            scenario = every_channel(
                sim.sample(world, seed=seed, duration_s=1.0, width_px=320, height_px=180, **more)
            )
            if seed:
                scenario = every_category(scenario)
            last = number == len(jobs) - 1
            sim.record(scenario, native, sequence=f"{world}-{seed}", splits=SPLITS, last=last)


def every_category(scenario: Scenario) -> Scenario:
    """The scenario with agents of which what `_DEALT` names is dealt to some in turn.

    Two-wheelers, their riders, tractors, their trailers and people in wheelchairs stay what they are; every
    third parked car becomes a two-wheeler that nobody rides.
    """
    agents, dealt, parked = [], {True: 0, False: 0}, 0
    for agent in scenario.agents:
        kind = isinstance(agent, Vehicle)
        if isinstance(agent, Vehicle) and agent.behavior == "parked" and not own_category(agent):
            parked += 1
            if parked % 3 == 0:
                cycle = sample_cycle(stream(scenario.seed, f"readers/{agent.name}"), motor=parked % 2 == 0)
                agents.append(dataclasses.replace(agent, body=cycle))
                continue
        if agent.name != "ego" and not own_category(agent):
            words = _DEALT[kind]
            agent = dataclasses.replace(agent, category=words[dealt[kind] % len(words)])
            dealt[kind] += 1
        agents.append(agent)
    return dataclasses.replace(scenario, agents=tuple(agents))


def own_category(agent: Agent) -> bool:
    """Whether others go by what it is: who rides it, what it pulls, what it sits in."""
    if isinstance(agent, Vehicle):
        return agent.body.shape in CYCLE_SHAPES or agent.trailer is not None
    return agent.companion is not None and agent.companion.shape in CHAIRS


def every_channel(scenario: Scenario) -> Scenario:
    """The scenario with all channels of every camera."""
    cameras = [dataclasses.replace(camera, channels=CAMERA_CHANNELS) for camera in scenario.sensors]
    return dataclasses.replace(scenario, sensors=tuple(cameras))


def spawned() -> set[str]:
    """Categories of who is in the worlds by default, riders among them."""
    scenarios = (sim.sample(world, seed=seed) for world in WORLDS for seed in range(_SEEDS_DRAWN))
    return {category.name for scenario in scenarios for category in roster_of(scenario).categories}


def known_rows(table: str) -> set[tuple[str, ...]]:
    """Format, reader and version of every row of a table."""
    rows = (line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| "))
    return {tuple(row[:3]) for row in rows} - {_HEADER[:3], ("---",) * 3}


def facts(native: Path) -> dict[str, Any]:
    """What readers have to find: ``min_visible_px`` and, by name, the ``sequences``.

    Each has its ``split``, ``agents`` and ``sensors`` as in ``sequence.json``, ``body_from_camera`` by
    camera, and ``captures``: the lines of ``labels.jsonl``, each with the CRC-32 of its (H, W, 3) uint8
    colors as ``rgb_crc32``.
    """
    out: dict[str, Any] = {}
    for sequence in read(native):
        record = json.loads((native / "sequences" / sequence.name / "sequence.json").read_text())
        captures = []
        for frame in sequence:
            for sensor, capture in frame.captures.items():
                line = json.loads(line_of(frame.index, capture, frame.annotations[sensor]))
                captures.append(line | {"rgb_crc32": zlib.crc32(capture.rgb.tobytes())})
        out[sequence.name] = {
            "split": sequence.info.split,
            "agents": record["agents"],
            "sensors": record["sensors"],
            "body_from_camera": {c.name: pose_to_json(body_from_camera(c)) for c in sequence.info.sensors},
            "captures": captures,
        }
    return {"min_visible_px": MIN_VISIBLE_PX, "sequences": out}


def categories(known: dict[str, Any]) -> set[str]:
    """Those that some picture shows well enough for every format."""
    captures = (capture for sequence in known["sequences"].values() for capture in sequence["captures"])
    agents = (a for capture in captures for a in capture["annotations"])
    return {a["category"] for a in agents if a["visible_px"] >= MIN_VISIBLE_PX}


def gaps(name: str, formats: Path) -> str:
    """What a format has no place for, in one line: channels, categories, then what has a line of its own."""
    listed: dict[str, list[str]] = {"channel": [], "category": []}
    others = []
    for sentence in read_manifest(formats).not_held.get(name, ()):
        kind, _, rest = sentence.partition(" ")
        if kind in listed:
            # All cameras record the same.
            listed[kind].append(re.sub(r" of camera.*|: .*", "", rest))
        else:
            others.append(sentence)
    plural = {"channel": "channels", "category": "words of their own for"}
    return "; ".join(
        [*(f"{plural[kind]} {', '.join(names)}" for kind, names in listed.items() if names), *others]
    )


def interpreter(folder: Path, environments: Path) -> Path:
    """The Python of an environment, made if it is missing or was made from other requirements."""
    requirements = folder / "requirements.txt"
    if not requirements.exists():
        return Path(sys.executable)
    home = environments / folder.name
    python, stamp = home / "bin" / "python", home / "installed.txt"
    if not stamp.exists() or stamp.read_bytes() != requirements.read_bytes():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        install = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", requirements]
        subprocess.run(install, check=True)
        shutil.copyfile(requirements, stamp)
    return python


def check(script: Path, python: Path, formats: Path) -> dict[str, Any]:
    """Run a check; what it printed, or ``failed`` and its last words."""
    paths = {"PYTHONPATH": str(script.parent.parent), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [python, script, formats], capture_output=True, text=True, env={**os.environ, **paths}, check=False
    )
    if done.returncode == 0:
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found
    print(done.stderr, file=sys.stderr)
    said = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
    name = script.stem.removeprefix("check_")
    return {"format": name, "reader": "", "version": "", "result": f"FAILED: {said}", "failed": True}


if __name__ == "__main__":
    main()
