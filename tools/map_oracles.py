"""Prove that other libraries read OpenDRIVE maps, and those we write, as we do.

    python tools/map_oracles.py MAP.xodr ...

Two libraries in an environment of their own (`readers/opendrive/requirements.txt`) read each map:

* CARLA's map library: waypoints every meter against our lane centers, heights and widths, and the lanes that
  follow. Its ids are whole numbers; maps with other ids it does not read.
* pyxodr: outer borders of all lanes, polylines of its own, against ours.

Then they read the map as `write_opendrive` writes it, and have to say the same. A table is printed. A lane
center more than a centimeter off, another successor, another word about the written map: the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely

from readers import ROOT, interpreter
from sim.roads import RoadNetwork, read_opendrive, write_opendrive

COLUMNS = ("map", "read by", "lanes", "points", "off, m", "height", "width", "other successors", "as written")
TOLERANCE_M = 0.01
OWN_STEP_M, SHORT_M = 0.05, 0.06
PYXODR_M = 0.1
"""Its borders are its reference polyline moved aside by differences, point by point."""


class Library(NamedTuple):
    """A library that reads maps.

    Attributes:
        name: of its script.
        step_m: between its points.
        compare: cells of a row of the table, and whether it reads something otherwise.
        reads: whether it reads such maps at all.
    """

    name: str
    step_m: float
    compare: Callable[[RoadNetwork, list[Any]], tuple[tuple[str, ...], bool]]
    reads: Callable[[RoadNetwork], bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("maps", nargs="+", type=Path)
    parser.add_argument("--environments", type=Path, default=ROOT / "out" / "readers-env")
    args = parser.parse_args()
    folder = ROOT / "readers" / "opendrive"
    python = interpreter(folder, args.environments)
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"| {' | '.join('---' for _ in COLUMNS)} |")
    failed = []
    for path in args.maps:
        network = read_opendrive(path)
        with tempfile.TemporaryDirectory() as home:
            written = Path(home) / "written.xodr"
            write_opendrive(network, written)
            for library in LIBRARIES:
                script = folder / f"{library.name}_lanes.py"
                lines, said = read_by(python, script, path, library.step_m)
                if not lines or not library.reads(network):
                    why = said if library.reads(network) else "its ids are not whole numbers"
                    print(f"| {path.stem} | {library.name} | not read: {why} | | | | | | |", flush=True)
                    continue
                cells, worse = library.compare(network, lines)
                same = read_by(python, script, written, library.step_m)[0] == lines
                failed += [path.stem] if worse or not same else []
                print(
                    f"| {path.stem} | {library.name} | {' | '.join(cells)} | {'same' if same else 'other'} |",
                    flush=True,
                )
    sys.exit(f"read otherwise: {', '.join(failed)}" if failed else 0)


def read_by(python: Path, script: Path, path: Path, step_m: float) -> tuple[list[Any], str]:
    """What a library reads, one entry per line, and its last words."""
    command = [python, script, path, str(step_m)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
    return ([json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else []), said


def with_carla(network: RoadNetwork, lines: list[Any]) -> tuple[tuple[str, ...], bool]:
    """Lane centers, heights, widths and successors."""
    lanes = network.lanes
    found = np.array([lanes.find((road, section, lane)) for road, section, lane, *_ in lines])
    numbers = np.array([line[3:8] for line in lines])
    own = found >= 0
    s_m, wanted = numbers[own, 0], numbers[own, 1:4]
    off = lanes.points(found[own], s_m) - wanted
    away_m, width_m = np.hypot(off[:, 0], off[:, 1]), lanes.width_m(found[own], s_m) - numbers[own, 4]
    after = {(line[0], line[1], line[2]): {tuple(key) for key in line[8]} for line in lines}
    other = [
        key
        for key, theirs in after.items()
        if theirs != {tuple(lanes.keys[k]) for k in followers(network, lanes.row(key))}
    ]
    farthest = [float(np.abs(x).max()) for x in (away_m, off[:, 2], width_m)]
    cells = (str(len(after)), str(len(lines)), *(f"{x:.5f}" for x in farthest), str(len(other)))
    return cells, max(farthest) > TOLERANCE_M or bool(other) or not own.all()


def followers(network: RoadNetwork, lane: int) -> set[int]:
    """The driving lanes that follow; CARLA steps over those that are shorter than its step."""
    lanes, out = network.lanes, set()
    for k in network.graph.successors[lane]:
        if lanes.is_driving[k]:
            out |= {k} if lanes.length_m()[k] > SHORT_M else followers(network, k)
    return out


def with_pyxodr(network: RoadNetwork, lines: list[Any]) -> tuple[tuple[str, ...], bool]:
    """Outer borders, as polylines."""
    lanes, count, farthest = network.lanes, 0, 0.0
    for road, section, lane, border in lines:
        row = lanes.row((road, section, lane))
        length_m = lanes.length_m()[row]
        s_m = lanes.from_s_m[row] + np.linspace(0, length_m, int(length_m / OWN_STEP_M) + 2)
        rows = np.full(len(s_m), row)
        _, outer = lanes.borders_m(rows, s_m)
        ours = shapely.LineString(network.surface.points(lanes.road[rows], s_m, outer)[:, :2])
        farthest = max(farthest, float(shapely.distance(ours, shapely.points(border)).max()))
        count += len(border)
    cells = (str(len(lines)), str(count), f"{farthest:.5f}", "", "", "")
    return cells, farthest > PYXODR_M


LIBRARIES = (
    Library("carla", 1.0, with_carla, lambda network: all(road.id.isdecimal() for road in network.roads)),
    Library("pyxodr", 0.1, with_pyxodr, lambda network: True),
)


if __name__ == "__main__":
    main()
