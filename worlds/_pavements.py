"""Arms round a centre -> road surface, pavements with kerbs, the ground behind, and the graph people walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.world import Crosswalk, GroundPatch, WalkEdge, WalkNode
from worlds._arms import PAVEMENT_Z_M, Arm
from worlds._curves import Points, arc, transformed

__all__ = ["ground_patches", "kerb_line", "walk_graph"]

_STATION_M, _STATION_RAD = 8.0, 0.6
_WAITING_M = 0.5
"""People wait this far behind the kerb."""


@dataclass(frozen=True)
class _Line:
    """A kerb line with arc length, normals pointing onto the pavement."""

    points: np.ndarray
    s_m: np.ndarray

    @staticmethod
    def of(points: Points) -> _Line:
        p = np.array(points)
        return _Line(p, np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(p, axis=0).T))]))

    def at(self, s_m: float, left_m: float) -> tuple[float, float]:
        """The point `s_m` along the line, `left_m` to its left."""
        at = (s_m, max(s_m - 0.3, 0.0), min(s_m + 0.3, float(self.s_m[-1])))
        x, x0, x1 = np.interp(at, self.s_m, self.points[:, 0]).tolist()
        y, y0, y1 = np.interp(at, self.s_m, self.points[:, 1]).tolist()
        dx, dy = x1 - x0, y1 - y0
        length = float(np.hypot(dx, dy))
        return (x - dy / length * left_m, y + dx / length * left_m)

    def nearest_s_m(self, xy_m: tuple[float, float]) -> float:
        """Arc length of the nearest point."""
        a, d = self.points[:-1], np.diff(self.points, axis=0)
        t = np.clip(((xy_m - a) * d).sum(1) / (d**2).sum(1), 0, 1)
        away = np.hypot(*(a + t[:, None] * d - xy_m).T)
        k = int(np.argmin(away))
        return float(self.s_m[k] + t[k] * np.hypot(*d[k]))


def kerb_line(first: Arm, second: Arm, corner_m: float, offset_m: float, step_m: float = 1.2) -> Points:
    """The kerb between two neighbouring arms, moved onto the pavement.

    Args:
        first: the arm on the line's right-hand start; the line begins at the tip of its circle.
        second: the next arm counter-clockwise; the line ends at the tip of its circle.
        corner_m: radius of the corner between them; 0 where they form one straight street.
        offset_m: distance from the kerb.
        step_m: spacing of points in curves.

    Returns:
        Points with the pavement on the *right* of who walks them: from `first` inward, then out `second`.
    """
    before = first.kerb(+1, offset_m=offset_m, step_m=step_m)[::-1]
    after = second.kerb(-1, offset_m=offset_m, step_m=step_m)
    if corner_m <= 0:
        return before + after[1:]
    half_m = first.section.half_width_m
    centre_m = (half_m + corner_m, half_m + corner_m)
    radius_m = corner_m - offset_m
    if radius_m <= 0.2:
        corner = [(half_m + offset_m, half_m + offset_m)]
        before, after = before[:-1], after[1:]
    else:
        corner = arc(centre_m, radius_m, -np.pi / 2, -np.pi, step_m=step_m)
        before, after = before[:-1], after[1:]
    return before + transformed(corner, first.angle_rad) + after


def ground_patches(
    arms: Sequence[Arm],
    corner_m: float,
    pavement_m: float,
    bounds_m: tuple[float, float, float, float],
    behind: str,
) -> tuple[GroundPatch, ...]:
    """Road, pavements, islands and the ground behind; none overlaps another but the islands the road.

    Args:
        arms: counter-clockwise.
        corner_m: radius of corners, 0 for a straight street.
        pavement_m: width of the pavements.
        bounds_m: outer rectangle.
        behind: kind of the ground behind the pavements.
    """
    pairs = list(zip(arms, [*arms[1:], arms[0]], strict=True))
    kerbs = [kerb_line(a, b, corner_m, 0.0) for a, b in pairs]
    backs = [kerb_line(a, b, corner_m, pavement_m) for a, b in pairs]
    road = [p for kerb in kerbs for p in kerb[:-1]]
    out = [GroundPatch("road", tuple(road), 0.0)]
    for kerb, back in zip(kerbs, backs, strict=True):
        ring = kerb + back[::-1]
        # The ring runs clockwise round the pavement: reversed, its kerb edges come last.
        flipped = tuple(ring[::-1])
        edges = tuple(range(len(back), len(ring) - 1))
        out.append(GroundPatch("pavement", flipped, PAVEMENT_Z_M, edges))
    out += [arm.island() for arm in arms]
    for (first, second), back in zip(pairs, backs, strict=True):
        ring = back + _way_round(second, first, bounds_m)
        out.append(GroundPatch(behind, tuple(ring[::-1]), 0.1))
    return tuple(out)


def _way_round(second: Arm, first: Arm, bounds_m: tuple[float, float, float, float]) -> Points:
    """Corners of the bounds from the side `second` points at back to the side `first` points at."""
    x0, y0, x1, y1 = bounds_m
    sides = [(x1, 0.0), (x1, y1), (0.0, y1), (x0, y1), (x0, 0.0), (x0, y0), (0.0, y0), (x1, y0)]
    start = round(second.angle_rad / (np.pi / 4)) % 8
    end = round(first.angle_rad / (np.pi / 4)) % 8
    steps = (start - end) % 8
    ring = [sides[(start - k) % 8] for k in range(steps + 1)]
    return ring


def walk_graph(
    arms: Sequence[Arm], corner_m: float, crosswalks: Sequence[Crosswalk], crosswalk_width_m: float
) -> tuple[tuple[WalkNode, ...], tuple[WalkEdge, ...]]:
    """Two parallel strips along every kerb, tied together every few metres, and the crossings.

    Returns:
        Nodes and edges; edges over the carriageway name their crosswalk.
    """
    nodes: list[WalkNode] = []
    edges: list[WalkEdge] = []
    for index, (first, second) in enumerate(zip(arms, [*arms[1:], arms[0]], strict=True)):
        line = _Line.of(kerb_line(first, second, corner_m, 0.0))
        landings = _landings(line, crosswalks)
        stations = _stations(line, [s for s, _ in landings])
        strips = first.section.strips_m
        names = [
            [
                f"{_station_name(index, first, second, k, len(stations))}_{strip}"
                for strip in range(len(strips))
            ]
            for k in range(len(stations))
        ]
        for k, s_m in enumerate(stations):
            for strip, (away_m, _) in enumerate(strips):
                # The tips of a circle belong to two lines: the first names them.
                if k < len(stations) - 1:
                    nodes.append(WalkNode(names[k][strip], line.at(s_m, -away_m)))
            if k < len(stations) - 1:
                edges.append(WalkEdge(names[k][0], names[k][1], 1.0))
                edges += [
                    WalkEdge(names[k][strip], names[k + 1][strip], width_m)
                    for strip, (_, width_m) in enumerate(strips)
                ]
        for s_m, name in landings:
            nodes.append(WalkNode(name, line.at(s_m, -_WAITING_M)))
            edges.append(WalkEdge(names[stations.index(s_m)][0], name, crosswalk_width_m - 1.0))
    edges += [WalkEdge(f"{c.id}_start", f"{c.id}_end", crosswalk_width_m - 0.8, c.id) for c in crosswalks]
    return tuple(nodes), tuple(edges)


def _station_name(index: int, first: Arm, second: Arm, k: int, count: int) -> str:
    if k == 0:
        return f"{first.name}_tip"
    return f"{second.name}_tip" if k == count - 1 else f"block{index}_{k}"


def _landings(line: _Line, crosswalks: Sequence[Crosswalk]) -> list[tuple[float, str]]:
    """Where crossings meet this kerb: (arc length, name of the node where people wait)."""
    out = []
    for crossing in crosswalks:
        for end, xy_m in (("start", crossing.start_m), ("end", crossing.end_m)):
            s_m = line.nearest_s_m(xy_m)
            x, y = line.at(s_m, 0.0)
            if np.hypot(x - xy_m[0], y - xy_m[1]) < 0.2:
                out.append((s_m, f"{crossing.id}_{end}"))
    return sorted(out)


def _stations(line: _Line, landings_m: Sequence[float]) -> list[float]:
    """Arc lengths of the nodes: about every 8 m, closer in bends, and one at each crossing."""
    length_m = float(line.s_m[-1])
    span = np.diff(line.points, axis=0)
    bend = np.abs(np.diff(np.unwrap(np.arctan2(span[:, 1], span[:, 0]))))
    # A node is due after so many metres or so much of a turn.
    due = np.diff(line.s_m) / _STATION_M + np.concatenate([[0.0], bend]) / _STATION_RAD
    count = np.concatenate([[0.0], np.cumsum(due)])
    even = np.interp(np.arange(1, int(count[-1])) * count[-1] / int(count[-1]), count, line.s_m).tolist()
    kept = [s for s in even if all(abs(s - other) > 2.0 for other in landings_m)]
    return sorted([0.0, *kept, *landings_m, length_m])
