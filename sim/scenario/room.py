"""A street -> how many agents it has by default: what it names itself; maps, what there is room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.agents.conflicts import junction_gates
from sim.agents.lanes import LaneMap
from sim.scenario.catalog import Scalar, parameters_of
from sim.scenario.named_files import PATH
from sim.scenario.population import populate
from sim.world import World

__all__ = ["with_room"]

_LANE_M = {"vehicles": 32.0, "cyclists": 50.0, "motorcyclists": 120.0}
"""Length of lanes for each of a kind, where there are as many as there is room for."""
_EDGE_M = 12.0
"""Length of pavement for each person."""


def with_room(world: World, given: Mapping[str, Scalar]) -> dict[str, Any]:
    """Settings of a scenario, with numbers of agents that suit the street where none are given.

    Args:
        world: the street; room is looked for in those made from a file.
        given: what is asked for, and stays.
    """
    out: dict[str, Any] = {**world.population, **given}
    if PATH not in world.recipe.parameters:
        return out
    usual = {p.name: p.default for p in parameters_of(populate)}
    lanes = LaneMap(world.network.lanes)
    inside = junction_gates(lanes)[0]
    room_m = dict.fromkeys(_LANE_M, float(lanes.length_m[~inside].sum()))
    nodes = {node.id: np.array(node.xy_m) for node in world.network.walk_nodes}
    walks = [edge for edge in world.network.walk_edges if not edge.crosswalk]
    room_m["people"] = sum(float(np.hypot(*(nodes[e.a] - nodes[e.b]))) for e in walks)
    for name, each_m in {**_LANE_M, "people": _EDGE_M}.items():
        out.setdefault(name, min(int(usual[name]), int(room_m[name] / each_m)))
    return out
