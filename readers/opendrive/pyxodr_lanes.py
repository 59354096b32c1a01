"""Outer borders of lanes as pyxodr reads them: python pyxodr_lanes.py MAP STEP_M -> JSON lines on stdout.

Each is [road, section, lane, [[x, y], ...]].
"""

import json
import sys

from pyxodr.road_objects.network import RoadNetwork


def main() -> None:
    network = RoadNetwork(sys.argv[1], resolution=float(sys.argv[2]), ignored_lane_types=set())
    for road in network.get_roads():
        for section in road.lane_sections:
            for lane in section.lanes:
                border = [[float(x), float(y)] for x, y in lane.boundary_line[:, :2]]
                print(json.dumps([str(road.id), int(section.lane_section_ordinal), int(lane.id), border]))


main()
