"""Proportions in, four wheels out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.bodies.vehicles.atlas import Chart, swatch_uv
from sim.bodies.vehicles.pieces import Piece, mirrored
from sim.bodies.vehicles.proportions import Proportions
from sim.bodies.vehicles.smoothing import smooth

__all__ = [
    "COARSE",
    "FAR",
    "NEAR",
    "RIM",
    "Lathe",
    "WheelSize",
    "turned_wheel",
    "wheel_centres_m",
    "wheels",
]

Floats = NDArray[np.float64]

_CREASE_RAD = 0.7
RIM = 0.70
"""Radius of the rim over the radius of the tyre."""


@dataclass(frozen=True)
class Lathe:
    """How finely a wheel is turned.

    Attributes:
        segments: around the axle.
        dish: False makes one cone of rim and tyre wall, and a tyre without shoulders.
        hub: False makes that cone flat.
    """

    segments: int
    dish: bool = False
    hub: bool = True


NEAR = Lathe(20, dish=True)
COARSE = Lathe(12)
FAR = Lathe(7, hub=False)


def wheel_centres_m(p: Proportions) -> Floats:
    """(4, 3): front left, front right, rear left, rear right, body frame."""
    half, r = p.track_m / 2, p.wheel_radius_m
    return np.array([[x, y, r] for x in (p.wheelbase_m, 0.0) for y in (half, -half)])


class WheelSize(Protocol):
    """Measures of a wheel."""

    @property
    def wheel_radius_m(self) -> float:
        """Radius of the loaded tyre."""

    @property
    def tyre_width_m(self) -> float:
        """Width of the tyre."""

    @property
    def spokes(self) -> int:
        """Spokes of the rim; 0 is a plastic cover."""


def _profile(p: WheelSize, lathe: Lathe) -> list[tuple[float, float]]:
    """(radius over the tyre's, y) from the hub outside to the hub inside; flat ends have no hub."""
    half = p.tyre_width_m / 2
    hub = 0.018 if p.spokes else 0.008
    if not lathe.dish:
        tread = [(1.0, half * 0.88), (1.0, -half * 0.88)]
        return [(0.0, half - 0.045 + hub), *tread] if lathe.hub else tread
    return [
        (0.0, half - 0.045 + hub),
        (0.60, half - 0.040),
        (RIM, half - 0.004),
        (0.93, half),
        (1.0, half * 0.74),
        (1.0, -half * 0.74),
        (0.92, -half),
        (0.0, -half + 0.03),
    ]


def _lathe(
    p: WheelSize, chart: Chart, tread: Chart | None, lathe: Lathe
) -> tuple[Floats, NDArray[np.int64], Floats, Floats]:
    """A left wheel about its own center: positions, faces, uv and occlusion per corner."""
    r, n = p.wheel_radius_m, lathe.segments
    profile = _profile(p, lathe)
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    positions = np.concatenate(
        [np.stack([s * r * circle[:, 0], np.full(n, y), s * r * circle[:, 1]], 1) for s, y in profile]
    )
    share = np.repeat([s for s, _ in profile], n)
    face_uv = chart.uv(np.concatenate([circle * s for s, _ in profile]))
    i = np.arange(n)
    after = (i + 1) % n
    faces, uv, sky = [], [], []

    def add(band: NDArray[np.int64], outside: bool) -> None:
        faces.append(band)
        uv.append(face_uv[band] if outside else np.broadcast_to(swatch_uv("rubber"), (*band.shape, 2)))
        sky.append(np.where(share[band] < 0.62, 0.8, 0.9) if outside else np.full(band.shape, 0.6))

    # Blocks of the tread are mirrored from segment to segment, so that the picture need not repeat.
    around = np.tile(np.minimum(i % 2, n - 1 - i), len(profile)).astype(float)
    across = np.repeat(np.arange(len(profile)) % 2, n).astype(float)

    lid = np.stack([np.zeros(n - 2, np.int64), i[1:-1], i[2:]], 1)
    if not lathe.dish:
        add(lid + n * (len(profile) - 1), False)
        if not lathe.hub:
            add(lid[:, ::-1], True)
    rim_bands = 3 if lathe.dish else int(lathe.hub)
    for k in range(len(profile) - 1):
        a, b = k * n + i, k * n + after
        c, d = b + n, a + n
        band = np.concatenate([np.stack([a, c, d], 1), np.stack([a, b, c], 1)])
        if profile[k][0] == 0.0:
            band = np.stack([np.full(n, k * n), c, d], 1)
        elif profile[k + 1][0] == 0.0:
            band = np.stack([a, b, np.full(n, (k + 1) * n)], 1)
        add(band, k < rim_bands)
        if tread is not None and lathe.dish and profile[k][0] == profile[k + 1][0] == 1.0:
            uv[-1] = tread.uv(np.stack([around, across], 1))[band]
    return positions, np.concatenate(faces), np.concatenate(uv), np.concatenate(sky)


def turned_wheel(size: WheelSize, chart: Chart, lathe: Lathe, tread: Chart | None = None) -> Piece:
    """A left wheel about its own center, on bone 0; its tread is plain rubber unless it has a chart."""
    positions, faces, uv, sky = _lathe(size, chart, tread, lathe)
    return smooth(positions, faces, uv, sky, crease_rad=max(_CREASE_RAD, 7.0 / lathe.segments))


def wheels(p: Proportions, atlas: dict[str, Chart], lathe: Lathe = NEAR) -> list[Piece]:
    """Four pieces on bones 1 to 4, in the order of `wheel_centres_m`."""
    left = turned_wheel(p, atlas["wheel"], lathe, atlas["tread"])
    out = []
    for bone, center in enumerate(wheel_centres_m(p), start=1):
        turned = left if center[1] > 0 else mirrored(left)
        out.append(
            Piece(
                turned.positions_m + center,
                turned.normals,
                turned.uv,
                turned.faces,
                turned.open_sky,
                turned.part,
                bone,
            )
        )
    return out
