"""The maps of these tests: `every_element` holds every element that is read; Town02 is CARLA's."""

from functools import cache
from pathlib import Path

from sim.roads import RoadNetwork, read_opendrive

MAPS = Path(__file__).parent / "maps"
OWN = ("every_element", "left_hand", "direct_junction")
NAMES = (*OWN, "Town02")


def path(name: str) -> Path:
    return MAPS / f"{name}.xodr"


@cache
def network(name: str) -> RoadNetwork:
    return read_opendrive(path(name))
