"""A cross-section and an arm's direction -> its lanes, kerbs, bays and pavement strips, in world coordinates.

An *arm* is a street that leaves the world's centre. In its own frame x points outward: traffic leaves on
y < 0 and returns on y > 0. It ends in a turning circle round a planted island, so nobody ever leaves the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.world import Crosswalk, GroundPatch, Lane, Marking
from worlds._curves import Points, arc, quintic, transformed

__all__ = ["PAVEMENT_Z_M", "Arm", "Section", "marking_strip"]

PAVEMENT_Z_M = 0.12
PARKING_WIDTH_M = 2.1
BAY_LENGTH_M = 5.9
BUS_BASE_M, BUS_NOSE_M, BUS_HALF_WIDTH_M = 5.9, 8.8, 1.28
"""Of a bus of 12 m, whose nose swings out farthest: turning circles are wide enough for it."""
THROAT_M = 24.0
"""Length over which lanes swing out to the turning circle."""
_WALK_FROM_KERB_M = 1.05
_WALK_FROM_WALL_M = 0.4


@dataclass(frozen=True)
class Section:
    """The cross-section of a street, the same on all its arms.

    Attributes:
        lanes: driving lanes per direction.
        lane_width_m: width of each.
        parking: True for bays on both sides.
        pavement_width_m: width of the pavements.
        speed_limit_mps: limit on the straight.
    """

    lanes: int
    lane_width_m: float
    parking: bool
    pavement_width_m: float
    speed_limit_mps: float

    @property
    def half_width_m(self) -> float:
        """From the middle of the carriageway to the kerb."""
        return self.lanes * self.lane_width_m + (PARKING_WIDTH_M if self.parking else 0.3)

    @property
    def island_radius_m(self) -> float:
        """Of the turning circle's planted island."""
        return 6.0

    @property
    def circle_radius_m(self) -> float:
        """Of the turning circle's outer kerb."""
        radius_m = self.loop_radius_m(self.lanes - 1)
        inner_m = radius_m - BUS_BASE_M**2 / (4 * radius_m)
        nose_m = float(np.hypot(inner_m + BUS_HALF_WIDTH_M, BUS_NOSE_M))
        return max(radius_m + self.lane_width_m / 2 + 0.7, nose_m + 0.3)

    def loop_radius_m(self, index: int) -> float:
        """Of a lane on the turning circle; noses swing out, so lanes lie further apart there."""
        return self.island_radius_m + 0.7 + self.lane_y_m(index) + 0.9 * index

    def lane_y_m(self, index: int) -> float:
        """Distance of a lane's centre line from the middle; 0 is the innermost lane."""
        return (index + 0.5) * self.lane_width_m

    @property
    def strips_m(self) -> tuple[tuple[float, float], ...]:
        """(distance from the kerb, usable width) of the pavement's two strips for walking."""
        usable_m = self.pavement_width_m - _WALK_FROM_KERB_M - _WALK_FROM_WALL_M
        return tuple((_WALK_FROM_KERB_M + usable_m * share, usable_m / 2) for share in (0.25, 0.75))


@dataclass(frozen=True)
class Arm:
    """One street leaving the centre.

    Attributes:
        name: prefix of its lanes and signals.
        angle_rad: direction it leaves in.
        section: its cross-section.
        start_m: where its lanes begin, measured from the centre.
        end_m: where its straight ends and the throat of the turning circle begins.
    """

    name: str
    angle_rad: float
    section: Section
    start_m: float
    end_m: float

    @property
    def circle_x_m(self) -> float:
        """Centre of the turning circle, along the arm."""
        return self.end_m + THROAT_M

    def world(self, points: Points) -> Points:
        """Arm frame -> world."""
        return transformed(points, self.angle_rad)

    def loop(self, index: int, successors: tuple[str, ...]) -> Lane:
        """The lane round the turning circle."""
        section = self.section
        radius_m = section.loop_radius_m(index)
        y_m = section.lane_y_m(index)
        out = self._swing(y_m, radius_m, 0.6)
        points = out[:-1] + arc((self.circle_x_m, 0.0), radius_m, -np.pi / 2, np.pi / 2)
        points += [(x, -y) for x, y in reversed(out[:-1])]
        return Lane(
            id=f"{self.name}_loop_{index}",
            kind="driving",
            centre_m=tuple(self.world(points)),
            width_m=section.lane_width_m,
            speed_limit_mps=min(section.speed_limit_mps, 7.0),
            successors=successors,
        )

    def kerb(self, side: int, *, offset_m: float = 0.0, step_m: float = 1.2) -> Points:
        """The kerb from the arm's start to the tip of its circle.

        Args:
            side: +1 for y > 0, -1 for y < 0.
            offset_m: moved this far onto the pavement.
            step_m: spacing of points in curves.
        """
        section = self.section
        half_m, radius_m = section.half_width_m + offset_m, section.circle_radius_m + offset_m
        points = [(self.start_m, -half_m), *self._swing(half_m, radius_m, step_m)[:-1]]
        points += arc((self.circle_x_m, 0.0), radius_m, -np.pi / 2, 0.0, step_m=step_m)
        return self.world([(x, -side * y) for x, y in points])

    def island(self) -> GroundPatch:
        """The planted island of the turning circle."""
        ring = arc((self.circle_x_m, 0.0), self.section.island_radius_m, 0.0, 2 * np.pi, step_m=1.2)[:-1]
        return GroundPatch("grass", tuple(self.world(ring)), PAVEMENT_Z_M, tuple(range(len(ring))))

    def crosswalk(self, name: str, x_m: float, length_m: float, signal: str, lanes: list[Lane]) -> Crosswalk:
        """A crossing from kerb to kerb whose near edge is at `x_m`; people walk it from y < 0 to y > 0."""
        half_m, end_m, mid_m = self.section.half_width_m, x_m + length_m, x_m + length_m / 2
        outline = self.world([(x_m, -half_m), (end_m, -half_m), (end_m, half_m), (x_m, half_m)])
        (a, b) = self.world([(mid_m, -half_m), (mid_m, half_m)])
        c, s = np.cos(self.angle_rad), np.sin(self.angle_rad)
        over = []
        for lane in lanes:
            (x0, y0), (x1, y1) = lane.centre_m[0], lane.centre_m[-1]
            first, last = c * x0 + s * y0, c * x1 + s * y1
            entry, leave = (x_m - first, end_m - first) if last > first else (first - end_m, first - x_m)
            over.append((lane.id, float(entry), float(leave)))
        return Crosswalk(name, tuple(outline), a, b, signal, tuple(over))

    def zebra(self, x_m: float, length_m: float) -> list[Marking]:
        """The stripes of a crossing."""
        half_m = self.section.half_width_m
        count = int((2 * half_m - 0.4) / 1.0)
        first = -(count * 1.0 - 0.5) / 2
        rings = [
            [
                (x_m, first + k),
                (x_m + length_m, first + k),
                (x_m + length_m, first + k + 0.5),
                (x_m, first + k + 0.5),
            ]
            for k in np.arange(count) * 1.0
        ]
        return [Marking("zebra", tuple(self.world([(float(x), float(y)) for x, y in r]))) for r in rings]

    def bays(self, side: int, from_m: float, to_m: float) -> tuple[list[Lane], list[Marking]]:
        """A parking lane between two distances along the arm, and the lines of its bays."""
        section = self.section
        count = int((to_m - from_m) / BAY_LENGTH_M)
        if not section.parking or count < 1:
            return [], []
        to_m = from_m + count * BAY_LENGTH_M
        inner_m, outer_m = section.lanes * section.lane_width_m, section.half_width_m
        y_m = side * (inner_m + outer_m) / 2
        ends = [(from_m, y_m), (to_m, y_m)]
        lane = Lane(
            id=f"{self.name}_bays_{'left' if side > 0 else 'right'}_{round(from_m)}",
            kind="parking",
            centre_m=tuple(self.world(ends if side < 0 else ends[::-1])),
            width_m=outer_m - inner_m,
            speed_limit_mps=0.0,
        )
        lines = [
            ((from_m + k * BAY_LENGTH_M, side * inner_m), (from_m + k * BAY_LENGTH_M, side * (outer_m - 0.1)))
            for k in range(count + 1)
        ]
        lines.append(((from_m, side * inner_m), (to_m, side * inner_m)))
        return [lane], [marking_strip("bay", self.world([a, b]), 0.1) for a, b in lines]

    def lines(self, from_m: float, to_m: float) -> list[Marking]:
        """The middle line and the dashes between lanes of one direction."""
        section, out = self.section, []
        rows = [(0.0, 3.0, 3.0)] + [
            (sign * k * section.lane_width_m, 3.0, 6.0) for k in range(1, section.lanes) for sign in (-1, 1)
        ]
        for y_m, dash_m, gap_m in rows:
            for x_m in np.arange(from_m, to_m - dash_m, dash_m + gap_m).tolist():
                out.append(marking_strip("dash", self.world([(x_m, y_m), (x_m + dash_m, y_m)]), 0.12))
        return out

    def moved(self, start_m: float) -> Arm:
        """The same arm with another start."""
        return replace(self, start_m=start_m)

    def _swing(self, y_m: float, radius_m: float, step_m: float) -> Points:
        """From the straight at -y to the side of the circle, both ends included."""
        return quintic(
            (self.end_m, -y_m),
            0.0,
            (self.circle_x_m, -radius_m),
            0.0,
            end_curvature=1 / radius_m,
            step_m=step_m,
        )


def marking_strip(kind: str, ends_m: Sequence[tuple[float, float]], width_m: float) -> Marking:
    """A painted line between two points."""
    a, b = ends_m
    dx, dy = b[0] - a[0], b[1] - a[1]
    length_m = float(np.hypot(dx, dy))
    nx, ny = -dy / length_m * width_m / 2, dx / length_m * width_m / 2
    ring = ((a[0] - nx, a[1] - ny), (b[0] - nx, b[1] - ny), (b[0] + nx, b[1] + ny), (a[0] + nx, a[1] + ny))
    return Marking(kind, ring)
