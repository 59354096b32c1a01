"""A map's signs, lamps, poles and trees -> props and trees of the street, facing whom they are for."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.roads import RoadNetwork, RoadObject
from sim.roads import Signal as MapSignal
from sim.world import Prop, Tree

__all__ = ["signs", "standing"]

_BOARDS = {
    "101": "sign_hazard",
    "123": "sign_road_works",
    "136": "sign_children",
    "134": "sign_crossing_ahead",
    "205": "sign_yield",
    "206": "sign_stop",
    "209": "sign_turn_right",
    "220": "sign_one_way",
    "222": "sign_keep_right",
    "224": "sign_bus_stop",
    "250": "sign_no_vehicles",
    "267": "sign_no_entry",
    "283": "sign_no_stopping",
    "286": "sign_no_parking",
    "301": "sign_priority",
    "306": "sign_priority",
    "310": "street_names",
    "314": "sign_parking",
    "350": "sign_crossing",
    "357": "sign_dead_end",
}
"""Numbers of the German catalog, which maps without a country use too, and the boards we have."""
_LIMITS = {30: "sign_speed30", 50: "sign_speed50"}
_LIMIT_TYPE = "274"
_POLES = frozenset({"streetLamp", "lamp"})
_TREES = frozenset({"tree", "vegetation"})
_TREE_M, _CROWN_SHARE = 7.0, 0.32
_HALF_TREE_M = 1.0


def signs(network: RoadNetwork, foot_m: float) -> tuple[Prop, ...]:
    """Signs that do not change, of the kinds there are boards for; others are left out.

    A sign is for the traffic on its side of the road, and faces it: what maps mean by the orientation of a
    sign differs.

    Args:
        network: the map.
        foot_m: height of the ground they stand on.
    """
    out: list[Prop] = []
    for number, road in enumerate(network.roads):
        listed: list[MapSignal | RoadObject] = [s for s in road.signals if not s.dynamic]
        for thing in [*listed, *road.objects]:
            kind = _board(thing)
            if kind:
                x, y, heading = _place(network, number, thing)
                against = (thing.t_m < 0) != road.left_hand
                yaw = heading + (math.pi if against else 0.0)
                out.append(Prop(kind, x, y, foot_m, math.remainder(yaw, math.tau), 0.0, len(out)))
    return tuple(out)


def standing(network: RoadNetwork, foot_m: float) -> tuple[tuple[Prop, ...], tuple[Tree, ...]]:
    """Street lamps and single trees of the map.

    Args:
        network: the map.
        foot_m: height of the ground they stand on.
    """
    lamps: list[Prop] = []
    trees: list[Tree] = []
    for number, road in enumerate(network.roads):
        for thing in road.objects:
            if thing.type in _POLES:
                x, y, heading = _place(network, number, thing)
                yaw = heading + (math.pi / 2 if thing.t_m < 0 else -math.pi / 2)
                lamps.append(Prop("lamp", x, y, foot_m, math.remainder(yaw, math.tau)))
            elif thing.type in _TREES and max(thing.length_m, thing.width_m) < 2 * _HALF_TREE_M + 8.0:
                x, y, _ = _place(network, number, thing)
                height = float(np.clip(thing.height_m or _TREE_M, 3.0, 14.0))
                crown = _CROWN_SHARE * height
                trees.append(Tree(x, y, foot_m, height, crown, (104, 124, 64), 1.0, len(trees)))
    return tuple(lamps), tuple(trees)


def _board(thing: MapSignal | RoadObject) -> str:
    """The kind of prop that shows a sign, "" if there is none."""
    if isinstance(thing, RoadObject):
        name = thing.name.lower().replace("-", "_")
        limit = name.removeprefix("speed_") if name.startswith("speed_") else ""
        return _LIMITS.get(int(limit), "") if limit.isdecimal() and len(limit) < 4 else ""
    if thing.type == _LIMIT_TYPE:
        said = [float(thing.value)] if thing.value is not None and thing.value > 0 else []
        said += [float(n) for n in _numbers(thing.subtype)]
        return next((_LIMITS[int(v)] for v in said if int(v) in _LIMITS), "")
    return _BOARDS.get(thing.type, "")


def _numbers(text: str) -> Iterator[str]:
    """Whole numbers in a text such as ``57`` or ``274-30``."""
    return (part for part in text.replace("-", " ").split() if part.isdecimal() and len(part) < 4)


def _place(network: RoadNetwork, road: int, thing: MapSignal | RoadObject) -> tuple[float, float, float]:
    """x, y, and the heading of the road there."""
    at, s_m = np.array([road]), np.array([thing.s_m])
    x, y, _ = network.surface.points(at, s_m, np.array([thing.t_m]))[0].tolist()
    return x, y, float(network.surface.frame(at, s_m).heading_rad[0])
