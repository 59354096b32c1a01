"""Load every OpenDRIVE map of a folder and print a table: what each holds, what is not read, time.

    python tools/map_report.py DIR ...
    python tools/map_report.py DIR --notes
    python tools/map_report.py DIR --json

A map that is refused has its message in the table; then the exit code is 1. Times are those of this machine:
reading the file, and everything that is computed from it (geometry, lookup, links, conflict areas).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import UsageError
from sim.roads import RoadNetwork, conflict_areas, read_opendrive

COLUMNS = (
    *("map", "version", "roads", "km", "lanes", "driving lane km", "links", "junctions", "conflict areas"),
    *("signals", "objects", "crosswalks", "not read", "read s", "compute s"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--notes", action="store_true", help="print all notes below the table")
    parser.add_argument(
        "--json", action="store_true", help="print JSON lines with all notes instead of a table"
    )
    args = parser.parse_args()
    paths = [(folder, path) for folder in args.folders for path in sorted(folder.rglob("*.xodr"))]
    if not paths:
        sys.exit(f"no .xodr files in {', '.join(map(str, args.folders))}")
    rows = [row(path, path.relative_to(folder).as_posix()) for folder, path in paths]
    if args.json:
        for found in rows:
            print(json.dumps(found))
    else:
        table(rows)
        if args.notes:
            for found in rows:
                print(f"\n{found['map']}", *found["notes"], sep="\n* ")
    sys.exit(1 if any("refused" in found for found in rows) else 0)


def row(path: Path, name: str) -> dict[str, Any]:
    """What a map holds, by column; `refused` is there only if it could not be read."""
    started = time.perf_counter()
    try:
        network = read_opendrive(path)
    except UsageError as error:
        return {"map": name, "refused": str(error), "notes": []}
    read_at = time.perf_counter()
    held = contents(network)
    done = time.perf_counter()
    return {
        "map": name,
        "version": ".".join(map(str, network.version)),
        **held,
        "not read": f"{sum(note.count for note in network.notes)} in {len(network.notes)} notes"
        if network.notes
        else "",
        "read s": f"{read_at - started:.2f}",
        "compute s": f"{done - read_at:.2f}",
        "notes": [str(note) for note in network.notes],
    }


def contents(network: RoadNetwork) -> dict[str, Any]:
    """Everything that can be computed from a map, in numbers."""
    lanes = network.lanes
    every = np.flatnonzero(lanes.is_driving)
    middle = lanes.points(every, (lanes.from_s_m + lanes.to_s_m)[every] / 2)
    located = network.index.locate(middle[:, :2], types={lane.type for lane in lanes.lanes} - {"none"})
    if (located.lane < 0).any():
        raise AssertionError("a lane's own center is not found")
    objects = [thing for road in network.roads for thing in road.objects]
    return {
        "roads": len(network.roads),
        "km": f"{network.surface.length_m.sum() / 1e3:.2f}",
        "lanes": len(lanes),
        "driving lane km": f"{lanes.length_m()[every].sum() / 1e3:.2f}",
        "links": sum(map(len, network.graph.successors)),
        "junctions": len(network.junctions),
        "conflict areas": sum(len(conflict_areas(network, junction.id)) for junction in network.junctions),
        "signals": len(network.signals),
        "objects": len(objects),
        "crosswalks": sum(thing.type == "crosswalk" for thing in objects),
    }


def table(rows: list[dict[str, Any]]) -> None:
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"| {' | '.join('---' for _ in COLUMNS)} |")
    for found in rows:
        cells = (
            [found["map"], f"refused: {found['refused']}", *[""] * (len(COLUMNS) - 2)]
            if "refused" in found
            else [str(found[column]) for column in COLUMNS]
        )
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
