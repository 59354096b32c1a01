"""Waypoints of CARLA's own map library: python carla_lanes.py MAP STEP_M -> JSON lines on stdout.

Each is [road, section, lane, s, x, y, z, width, [[road, section, lane] of each that follows its lane's end]].
CARLA's y points right: it is turned back.
"""

import json
import sys
from pathlib import Path

import carla

FOLLOWS_M = 0.05


def main() -> None:
    path, step_m = sys.argv[1], float(sys.argv[2])
    town = carla.Map("map", Path(path).read_text("utf-8"))
    after = {}
    for point in town.generate_waypoints(step_m):
        lane = key(point)
        if lane not in after:
            own = [p for p in point.next_until_lane_end(step_m) if key(p) == lane]
            after[lane] = sorted({key(p) for p in beyond([point, *own][-1], lane)})
        at = point.transform.location
        print(json.dumps([*lane, point.s, at.x, -at.y, at.z, point.lane_width, after[lane]]))


def key(point: carla.Waypoint) -> tuple[str, int, int]:
    return str(point.road_id), point.section_id, point.lane_id


def beyond(point: carla.Waypoint, lane: tuple[str, int, int]) -> list[carla.Waypoint]:
    """The first waypoints that are on other lanes."""
    for _ in range(1000):
        found = point.next(FOLLOWS_M)
        others = [p for p in found if key(p) != lane]
        if others or not found:
            return others
        point = found[0]
    return []


main()
