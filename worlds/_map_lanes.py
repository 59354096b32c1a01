"""A map's driving lanes -> chains of them in driving direction, as vehicles follow them, with turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.roads import RoadNetwork

__all__ = ["Chain", "chains", "heading_rad"]

_STEP_M = 0.55
_NARROW_M, _SHORT_M = 1.8, 0.05
_TURN_RAD = 0.6
_SILENT_MPS, _UNLIMITED_MPS = 50 / 3.6, 130 / 3.6
"""Limits where the map says nothing, and where it says that there is none."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Lanes of a map that are driven one after the other, without a choice between them.

    Attributes:
        id: road, section and lane of its first.
        rows: numbers of its lanes in the map.
        junction: id of the junction it lies in, or "".
        points_m: (N, 3) its center.
        width_m: where it is narrowest.
        speed_limit_mps: the lowest.
        turn: ``straight``, ``left`` or ``right``, against going on as the street before it bends.
        successors: numbers of the chains that continue it.
        beside: numbers of the chains to its left and right that are driven the same way, -1 where none is.
    """

    id: str
    rows: tuple[int, ...]
    junction: str
    points_m: np.ndarray
    width_m: float
    speed_limit_mps: float
    turn: str
    successors: tuple[int, ...]
    beside: tuple[int, int] = (-1, -1)

    @property
    def length_m(self) -> float:
        """Along its center in the plane."""
        return float(np.hypot(*np.diff(self.points_m[:, :2], axis=0).T).sum())


def chains(network: RoadNetwork) -> tuple[Chain, ...]:
    """Every driving lane of a map in exactly one chain, in the order of the map.

    Lanes that are too narrow to drive on are left out.
    """
    lanes, graph = network.lanes, network.graph
    wide = [k for k in np.flatnonzero(lanes.is_driving).tolist() if _width_m(network, k) >= _NARROW_M]
    usable = set(wide)
    after = {k: [n for n in graph.successors[k] if n in usable] for k in wide}
    before = {k: [n for n in graph.predecessors[k] if n in usable] for k in wide}
    junction = {k: network.road(lanes.keys[k].road).junction for k in wide}
    beside = {k: _beside(network, k, usable) for k in wide}
    limit = dict(zip(wide, _limits_mps(network, np.array(wide, np.intp)).tolist(), strict=True))
    # A lane goes on in its chain where it is the only way on and the only way there; lanes side by side end
    # together.
    goes_on = {
        k: n[0]
        for k, n in after.items()
        if len(n) == 1 and len(before[n[0]]) == 1 and junction[k] == junction[n[0]] and n[0] != k
        if beside[k] == beside[n[0]] == (-1, -1) and limit[k] == limit[n[0]]
    }
    rows = _joined(wide, goes_on)
    number = {row: k for k, own in enumerate(rows) for row in own} | {-1: -1}
    return tuple(
        replace(
            _chain(
                network,
                own,
                junction[own[0]],
                tuple(sorted({number[n] for n in after[own[-1]]})),
                _bend_before(network, before[own[0]]),
            ),
            beside=(number[beside[own[0]][0]], number[beside[own[0]][1]]),
        )
        for own in rows
    )


def heading_rad(chain: Chain, end: int) -> float:
    """Heading at a chain's start (0) or end (-1)."""
    a, b = (chain.points_m[0], chain.points_m[1]) if end == 0 else (chain.points_m[-2], chain.points_m[-1])
    return float(np.arctan2(b[1] - a[1], b[0] - a[0]))


def _joined(wide: Sequence[int], goes_on: Mapping[int, int]) -> list[list[int]]:
    """The lanes of each chain; a ring without an entry begins at its first lane."""
    starts = [k for k in wide if k not in set(goes_on.values())]
    out, taken = [], set[int]()
    for start in [*starts, *wide]:
        own = []
        while start not in taken:
            taken.add(start)
            own.append(start)
            if start not in goes_on:
                break
            start = goes_on[start]
        if own:
            out.append(own)
    return sorted(out)


def _beside(network: RoadNetwork, row: int, usable: set[int]) -> tuple[int, int]:
    """The lanes to the left and right of one that are driven the same way, -1 where none is."""
    lanes = network.lanes
    key, side = lanes.keys[row], int(lanes.along[row])
    out = [-1, -1]
    for other in network.graph.beside(row):
        # Ids grow to the left of the reference line.
        is_left = (lanes.keys[other].lane - key.lane) * side > 0
        if other in usable:
            out[0 if is_left else 1] = other
    return out[0], out[1]


def _bend_before(network: RoadNetwork, before: Sequence[int]) -> float:
    """Curvature in driving direction at the end of the lane that leads here; 0 if it is not one."""
    if len(before) != 1:
        return 0.0
    lanes, row = network.lanes, before[0]
    s_m = np.array([lanes.to_s_m[row] if lanes.along[row] > 0 else lanes.from_s_m[row]])
    return float(network.surface.frame(lanes.road[[row]], s_m).curvature[0] * lanes.along[row])


def _chain(
    network: RoadNetwork, rows: list[int], junction: str, successors: tuple[int, ...], bend: float
) -> Chain:
    lanes = network.lanes
    points = np.concatenate([_points(network, row) for row in rows])
    apart = np.hypot(*np.diff(points[:, :2], axis=0).T) > _SHORT_M
    points = points[np.concatenate([[True], apart])] if apart.any() else points[[0, -1]]
    limit = _limits_mps(network, np.array(rows))
    key = lanes.keys[rows[0]]
    chain = Chain(
        f"{key.road}:{key.section}:{key.lane}",
        tuple(rows),
        junction,
        points,
        min(_width_m(network, row) for row in rows),
        max(float(limit.min()), 1.0),
        "straight",
        successors,
    )
    return Chain(**{**vars(chain), "turn": _turn(chain, bend)}) if junction else chain


def _limits_mps(network: RoadNetwork, rows: np.ndarray) -> np.ndarray:
    """Speed limits in the middle of lanes."""
    lanes = network.lanes
    limit = lanes.speed_limit_mps(rows, (lanes.from_s_m[rows] + lanes.to_s_m[rows]) / 2)
    return np.where(np.isnan(limit), _SILENT_MPS, np.minimum(limit, _UNLIMITED_MPS))


def _turn(chain: Chain, bend: float) -> str:
    """Who goes on round the bend of the street before, as on the ring of a roundabout, goes straight on."""
    span = np.diff(chain.points_m[:, :2], axis=0)
    yaw = np.unwrap(np.arctan2(span[:, 1], span[:, 0]))
    by_rad = float(yaw[-1] - yaw[0]) - bend * chain.length_m
    return "straight" if abs(by_rad) < _TURN_RAD else "left" if by_rad > 0 else "right"


def _stations(network: RoadNetwork, row: int) -> np.ndarray:
    low, high = network.lanes.from_s_m[row], network.lanes.to_s_m[row]
    s = np.linspace(low, high, max(int(np.ceil((high - low) / _STEP_M)), 1) + 1)
    return s if network.lanes.along[row] > 0 else s[::-1]


def _points(network: RoadNetwork, row: int) -> np.ndarray:
    s = _stations(network, row)
    return network.lanes.points(np.full(len(s), row), s)


def _width_m(network: RoadNetwork, row: int) -> float:
    """Typical width: lanes that open or close count by their wider half."""
    s = _stations(network, row)
    return float(np.median(network.lanes.width_m(np.full(len(s), row), s)))
