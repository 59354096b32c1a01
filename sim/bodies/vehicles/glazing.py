"""The hull in, where windows, pillars and doors lie on its sides out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.hull import Hull
from sim.bodies.vehicles.loft import ARC
from sim.bodies.vehicles.proportions import Proportions

__all__ = ["Glazing", "Pane", "glazing"]

Floats = NDArray[np.float64]


_PILLAR_M = {
    "hatchback": 0.20,
    "sedan": 0.16,
    "estate": 0.09,
    "suv": 0.14,
    "van": 0.20,
    "coupe": 0.24,
    "pickup": 0.06,
}
"""Behind the last side window."""


@dataclass(frozen=True)
class Pane:
    """One side window between its front and its rear edge, (x at the bottom, x at the top)."""

    front_m: tuple[float, float]
    rear_m: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Glazing:
    """Windows of one side and of the ends. Height inside the window band is t: 0 its foot, 1 the roof's edge.

    Attributes:
        foot_m, eaves_m: (S, 2) float64, (x, z) of the band's lower and upper edge, front to rear.
        panes: side windows, front to rear.
        door_x_m: x of the doors' front and rear gaps at the waist.
        handle_x_m: rear ends of the door handles.
        screen_low_m, screen_high_m: z of the windscreen's lower and upper edge in the middle.
        backlight_low_m, backlight_high_m: the same for the rear window.
        half_width_m: half the width of the body.
    """

    foot_m: Floats
    eaves_m: Floats
    panes: tuple[Pane, ...]
    door_x_m: tuple[float, ...]
    handle_x_m: tuple[float, ...]
    screen_low_m: float
    screen_high_m: float
    backlight_low_m: float
    backlight_high_m: float
    half_width_m: float

    def _row(self, t: float) -> Floats:
        return self.foot_m * (1 - t) + self.eaves_m * t

    def z_m(self, x_m: float, t: float) -> float:
        """Height of the band at x and t."""
        row = self._row(t)[::-1]
        return float(np.interp(x_m, row[:, 0], row[:, 1]))

    def front_x_m(self, t: float) -> float:
        """Front end of the band at t, which is the windscreen pillar."""
        return float(self._row(t)[0, 0])

    def waist_m(self, x_m: float) -> float:
        """Height of the shoulder at x."""
        return self.z_m(x_m, 0.0)

    def outline(self, pane: Pane, grow_m: float = 0.0, low: float = 0.09, high: float = 0.87) -> Floats:
        """A pane's outline (N, 2) in (x, z), its corners taken off, grown on all sides."""
        span = float(self.eaves_m[:, 1].mean() - self.foot_m[:, 1].mean())
        t0, t1 = low - grow_m / span, high + grow_m / span

        def edge(ends: tuple[float, float], t: float) -> float:
            return ends[0] + (ends[1] - ends[0]) * (t - low) / (high - low)

        def front(t: float) -> float:
            return edge(pane.front_m, t) + grow_m

        def rear(t: float) -> float:
            return edge(pane.rear_m, t) - grow_m

        cut, cut_t = 0.025, 0.025 / span
        bottom = [(x, t0) for x in np.linspace(front(t0) - cut, rear(t0) + cut, 8)]
        top = [(x, t1) for x in np.linspace(rear(t1) + cut, front(t1) - cut, 8)]
        t_low, t_high = t0 + cut_t, t1 - cut_t
        ring = [
            *bottom,
            (rear(t_low), t_low),
            (rear(t_high), t_high),
            *top,
            (front(t_high), t_high),
            (front(t_low), t_low),
        ]
        return np.array([(x, self.z_m(float(x), float(t))) for x, t in ring])


def glazing(p: Proportions, hull: Hull) -> Glazing:
    """Lays out windows and doors."""
    side = hull.side
    foot = hull.rings[hull.base, side][:, [0, 2]]
    eaves = hull.rings[hull.top, side][:, [0, 2]]
    low, high = 0.09, 0.87

    def at(row_index: int, t: float) -> float:
        return float(foot[row_index, 0] * (1 - t) + eaves[row_index, 0] * t)

    front = (at(0, low) - 0.045, at(0, high) - 0.045)
    behind = _PILLAR_M[p.shape]
    rear = (at(-1, low) + behind + 0.05, at(-1, high) + behind)
    gap = 0.04
    door_m = {"sedan": 1.22, "coupe": 1.46, "pickup": 1.02}.get(p.shape, 1.16)
    pillar = front[0] - door_m * p.wheelbase_m / 2.75
    second = pillar - 0.80 * p.wheelbase_m / 2.75
    if p.shape not in ("sedan", "coupe"):
        second = max(second, rear[1] + 0.12)
    lean = 0.05
    first = Pane(front, (pillar + gap, pillar + gap - lean))
    panes: tuple[Pane, ...]
    if p.shape == "van":
        panes = (Pane(front, (pillar + 0.10, pillar + 0.06)),)
        doors = (front[0] - 0.04, pillar, pillar - 1.15)
    else:
        rest = (pillar - gap, pillar - gap - lean)
        if p.shape in ("estate", "suv") or (p.shape == "hatchback" and p.grille != "closed"):
            panes = (
                first,
                Pane(rest, (second + gap, second + gap - lean)),
                Pane((second - 0.03, second - 0.03 - lean), rear),
            )
        else:
            panes = (first, Pane(rest, rear))
        doors = (front[0] - 0.04, pillar, second)
    n = hull.rings.shape[1]
    screen = hull.rings[hull.base : hull.top + 1, ARC // 2, 2]
    back = hull.rings[hull.base : hull.top + 1, n // 2 + ARC // 2, 2]
    return Glazing(
        foot,
        eaves,
        panes,
        doors,
        tuple(x + 0.10 for x in doors[1 : 1 + p.doors]),
        float(screen[0]),
        float(screen[-1]),
        float(back[0]),
        float(back[-1]),
        p.half_width_m,
    )
