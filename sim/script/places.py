"""Words of a scenario -> what they are in a run: places as coordinates, colors of signals."""

from __future__ import annotations

import numpy as np

from sim.agents.lanes import LaneMap
from sim.agents.state import SignalColor
from sim.scenario.conditions import Place

__all__ = ["shown_color", "xy_of"]


def xy_of(place: Place, lanes: LaneMap) -> tuple[float, float]:
    """Coordinates of a place in the world."""
    if not place.lane:
        return place.x_m, place.y_m
    xy, yaw = lanes.position(np.array([lanes.index(place.lane)]), np.array([place.s_m]))
    x, y = xy[0] + place.left_m * np.array([-np.sin(yaw[0]), np.cos(yaw[0])])
    return float(x), float(y)


def shown_color(name: str) -> int:
    """What a signal of this color shows, a `SignalColor`; ``dark`` is none."""
    return int(SignalColor.OFF if name == "dark" else SignalColor[name.upper()])
