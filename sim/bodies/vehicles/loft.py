"""Proportions in, the rings of the body out: cuts through it in plan view, from the floor to the ridge.

Each ring runs counter-clockwise seen from above: front arc (right to left), left side (front to rear), rear
arc (left to right), right side (rear to front). Columns match from ring to ring.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.proportions import Proportions

__all__ = ["ARC", "Rings", "loft_rings"]

Floats = NDArray[np.float64]
Profile = Callable[[Floats], Floats]

ARC = 9
"""Columns of the front arc and of the rear arc; odd, so that one lies in the middle plane."""

_WINDOW_STEPS = 8


@dataclass(frozen=True, eq=False)
class Rings:
    """The stack.

    Attributes:
        rings: (K, N, 3) float64, floor to ridge.
        sill, shoulder, base, top: rings at the sill, at the shoulder, at the foot of the windows and at the
            edge of the roof.
    """

    rings: Floats
    sill: int
    shoulder: int
    base: int
    top: int


def _smooth(a: float, b: float, x: Floats) -> Floats:
    t = np.clip((x - a) / (b - a), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


def _stations(p: Proportions) -> Floats:
    """Gives x of the columns of a side, front to rear: dense at the wheel arches."""
    reach = p.arch_radius_m
    angles = np.linspace(0, np.pi, 10)
    arch = np.concatenate([[reach + 0.006], reach * np.cos(angles), [-reach - 0.006]])
    between = np.linspace(p.wheelbase_m - reach - 0.08, reach + 0.08, 5)
    ends = [p.nose_x_m - 0.25, p.nose_x_m - 0.34, p.tail_x_m + 0.30, p.tail_x_m + 0.20]
    x = np.concatenate([arch, arch + p.wheelbase_m, between, ends])
    return np.sort(x)[::-1]


class _Loft:
    """Rings of one body: columns shared by all, heights and widths by level."""

    def __init__(self, p: Proportions) -> None:
        self.p = p
        self.x = _stations(p)
        across = np.sin(np.linspace(-1, 1, ARC) * np.pi / 2 * 0.93) / np.sin(np.pi / 2 * 0.93)
        self.across = across
        self.cowl_x = p.nose_x_m - p.cowl_m
        self.boot_x = p.tail_x_m + p.boot_m
        share = (self.x[0] - self.x) / (self.x[0] - self.x[-1])
        self.window_share = np.round(share * _WINDOW_STEPS) / _WINDOW_STEPS

    def shoulder(self, x: Floats) -> Floats:
        p, f, b = self.p, self.p.nose_x_m, self.p.tail_x_m
        at = [b, b + 0.15, self.boot_x + 0.1, self.cowl_x - 0.2, self.cowl_x + 0.25, f - 0.25, f]
        z = [p.belt_rear_m - 0.04, p.belt_rear_m, p.belt_rear_m, p.belt_front_m, p.belt_front_m - 0.02]
        return np.interp(x, at, [*z, p.nose_z_m + 0.06, p.nose_z_m - 0.01])

    def bonnet(self, x: Floats) -> Floats:
        """Height of the middle of bonnet and boot lid."""
        p, f, b = self.p, self.p.nose_x_m, self.p.tail_x_m
        at = [b, self.boot_x, self.cowl_x, self.cowl_x + 0.1, (self.cowl_x + f) / 2, f - 0.35, f - 0.12, f]
        rise = p.cowl_z_m - p.nose_z_m
        z = [p.belt_rear_m, p.belt_rear_m + 0.035, p.cowl_z_m + 0.02, p.cowl_z_m, p.nose_z_m + 0.72 * rise]
        return np.interp(x, at, [*z, p.nose_z_m + 0.45 * rise, p.nose_z_m + 0.05, p.nose_z_m - 0.02])

    def deck(self, x: Floats, y: Floats) -> Floats:
        """Height of bonnet and boot lid between the shoulders."""
        edge = self.shoulder(x) + 0.012
        crown = np.maximum(self.bonnet(x), edge) - edge
        inward = np.abs(y) / (self.p.half_width_m * 0.93)
        return np.asarray(edge + crown * np.clip(1 - inward**2.5, 0, 1))

    def _ring(self, front: Floats, side: Floats, rear: Floats) -> Floats:
        mirrored = side[::-1] * np.array([1.0, -1.0, 1.0])
        return np.concatenate([front, side, rear, mirrored])

    def _arcs(
        self, nose: float, tail: float, bend: tuple[float, float], y: Floats, z: Profile
    ) -> tuple[Floats, Floats]:
        v = self.across
        bow = np.abs(v) ** 3.0
        x_front, x_rear = nose - bend[0] * bow, tail + bend[1] * bow
        front = np.stack([x_front, v * y[0], z(x_front)], 1)
        rear = np.stack([x_rear, -v * y[-1], z(x_rear)], 1)
        return front, rear

    def low(self, inset: tuple[float, float], bend: tuple[float, float], width: float, z: Profile) -> Floats:
        """A ring of the lower body, lifted over the wheels."""
        p = self.p
        nose, tail = p.nose_x_m - inset[0], p.tail_x_m + inset[1]
        x = np.clip(self.x, tail + bend[1], nose - bend[0])
        taper = 1 - 0.07 * _smooth(p.nose_x_m - 1.1, p.nose_x_m, x) ** 1.4
        taper -= 0.055 * (1 - _smooth(p.tail_x_m, p.tail_x_m + 1.0, x)) ** 1.3
        y = p.half_width_m * width * taper
        height = z(x)
        for axle_x in (0.0, p.wheelbase_m):
            off = np.abs(x - axle_x)
            inside = off <= p.arch_radius_m + 1e-9
            edge = p.wheel_radius_m + np.sqrt(np.maximum(p.arch_radius_m**2 - off**2, 0.0))
            near = np.clip(1 - np.abs(height - edge) / 0.12, 0, 1) * np.clip(
                1.25 - off / p.arch_radius_m, 0, 1
            )
            height = np.where(inside, np.maximum(height, edge), height)
            y = y * (1 + 0.012 * np.where(inside, np.maximum(near, height <= edge), near * (off < 0.5)))
        front, rear = self._arcs(nose, tail, bend, y, z)
        return self._ring(front, np.stack([x, y, height], 1), rear)

    def high(self, nose: float, tail: float, half_width: float, z: Profile, bend: float = 0.10) -> Floats:
        """A ring of the greenhouse; neighboring columns coincide, since windows need few."""
        x = nose - bend + self.window_share * (tail - nose + 2 * bend)
        u = 2 * self.window_share - 1
        y = half_width * (1 - 0.05 * _smooth(0.35, 1.0, np.abs(u)))
        front, rear = self._arcs(nose, tail, (bend, bend), y, z)
        return self._ring(front, np.stack([x, y, z(x)], 1), rear)


def _constant(value: float) -> Profile:
    return lambda x: np.full_like(x, value)


def _lower(loft: _Loft) -> list[Floats]:
    """Sill to shoulder."""
    p = loft.p
    bumper = p.bumper_m
    upright = 0.6 if p.is_tall else 1.0
    round_ = 0.2 if p.shape == "van" else 1.0

    def between(share: float) -> Profile:
        return lambda x: bumper + (loft.shoulder(x) - bumper) * share

    levels: list[tuple[tuple[float, float], tuple[float, float], float, Profile]] = [
        ((0.12, 0.13), (0.26, 0.22), 0.93, _constant(p.clearance_m)),
        ((0.05, 0.05), (0.26, 0.21), 0.972, _constant(p.clearance_m + 0.07)),
        ((0.00, 0.00), (0.24, 0.20), 0.99, _constant(bumper - 0.10)),
        ((0.005, 0.005), (0.24, 0.20), 0.996, _constant(bumper)),
        ((0.035 * upright, 0.03), (0.25, 0.20), 1.0, between(0.40)),
        ((0.065 * upright, 0.05), (0.26, 0.20), 0.992, between(0.76)),
        (
            (0.105 * upright, 0.085 * round_),
            (0.27, 0.20),
            1 - 0.032 * round_,
            lambda x: loft.shoulder(x) - 0.015,
        ),
        (
            (0.155 * upright, 0.12 * round_),
            (0.27, 0.20),
            1 - 0.075 * round_,
            lambda x: loft.shoulder(x) + 0.012,
        ),
    ]
    return [loft.low(*level) for level in levels]


def _belly(loft: _Loft) -> list[Floats]:
    """Middle of the floor to the sill: floor pan, then the inner walls and ceilings of the wheel arches."""
    p = loft.p
    floor = _constant(p.clearance_m + 0.02)
    inner = loft.low((0.14, 0.14), (0.14, 0.14), 0.55, floor)
    pan = inner.copy()
    pan[:, 2] = p.clearance_m + 0.02
    spine = pan * np.array([1.0, 0.0, 1.0])
    return [spine, pan, inner]


def _upper(loft: _Loft, shoulder: Floats) -> tuple[list[Floats], int, int]:
    """Bonnet and boot lid, windows, roof; with the offsets of the windows' foot and of the roof's edge."""
    p = loft.p
    w, boxy = p.half_width_m, p.shape == "van"
    foot = loft.high(
        loft.cowl_x, loft.boot_x, w * (0.974 if boxy else 0.89), lambda x: loft.shoulder(x) + 0.03
    )
    rings = []
    for t in (0.33, 0.67):
        ring = shoulder * (1 - t) + foot * t
        ring[:, 2] = np.maximum(ring[:, 2], loft.deck(ring[:, 0], ring[:, 1]))
        rings.append(ring)
    ahead = foot[:, 0] > loft.cowl_x - 0.12
    foot[ahead, 2] = loft.deck(foot[ahead, 0], foot[ahead, 1])
    rings.append(foot)
    base = len(rings) - 1
    x_front, x_rear = loft.cowl_x - p.screen_run_m, loft.boot_x + p.backlight_run_m
    middle = (x_front + x_rear) / 2
    edge_z = p.height_m - 0.085
    rear_drop = 0.02 if boxy else 0.07

    def eaves(x: Floats) -> Floats:
        front = 0.05 * _smooth(middle + 0.2, x_front, x)
        return np.asarray(edge_z - front - rear_drop * _smooth(middle - 0.1, x_rear, x))

    top = loft.high(x_front, x_rear, w * p.roof_ratio, eaves)
    for t in (0.35, 0.7, 0.95):
        ring = foot * (1 - t) + top * t
        bulge = (0.012 if boxy else 0.04) * np.sin(np.pi * min(t, 1.0))
        ring[:, 1] *= 1 + bulge * np.clip(np.abs(ring[:, 1]) / w, 0, 1)
        ends = np.abs(ring[:, 1]) < np.abs(top[ARC, 1])
        ring[:, 0] += np.where(ends, bulge * np.sign(ring[:, 0] - middle), 0.0)
        rings.append(ring)
    for share, lift in ((0.955, 0.024), (0.70, 0.056), (0.36, 0.078)):
        ring = top.copy()
        ring[:, 0] = middle + (top[:, 0] - middle) * share
        ring[:, 1] *= share
        ring[:, 2] = eaves(ring[:, 0]) + lift
        rings.append(ring)
    ridge = rings[-1] * np.array([1.0, 0.0, 1.0])
    ridge[:, 0] = middle + (ridge[:, 0] - middle) * 0.7
    ridge[:, 2] = eaves(ridge[:, 0]) + 0.085
    return [*rings, ridge], base, base + 3


def loft_rings(p: Proportions) -> Rings:
    """All rings of a model; the first and the last are squeezed onto the middle plane."""
    loft = _Loft(p)
    belly, lower = _belly(loft), _lower(loft)
    upper, base, top = _upper(loft, lower[-1])
    below = len(belly) + len(lower)
    return Rings(np.array(belly + lower + upper), len(belly), below - 1, below + base, below + top)
