"""A person who holds an umbrella or a cane -> its pieces, on the bone `HELD_BONE`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.fabric import BARE
from sim.bodies.people.holding import HELD_BONE
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, quirks
from sim.bodies.spec import PersonSpec

__all__ = ["held_length_m", "held_pieces", "held_side"]

Array = NDArray[np.float64]

_RIBS = 8
_METAL = (60, 61, 64)
_RIGHT_SHARE = 0.75


def held_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """What hands hold; nothing for bars of prams, which are bodies of their own."""
    if spec.held == "umbrella":
        return _umbrella(np.array(spec.held_srgb, float), held_length_m(spec, fig), _radius_m(spec, fig))
    if spec.held == "cane":
        return _cane(np.array(spec.held_srgb, float), held_length_m(spec, fig))
    return []


def held_side(spec: PersonSpec) -> int:
    """The hand that holds it: 0 left, 1 right."""
    return int(quirks(spec, "held").uniform() < _RIGHT_SHARE)


def held_length_m(spec: PersonSpec, fig: Figure) -> float:
    """From the grip to the top of the canopy, or to the tip of a cane; 0 for nothing."""
    crown, shoulder = float(fig.landmarks_m["crown"][2]), float(fig.joint("upperarm_l")[2])
    if spec.held == "umbrella":
        return crown - shoulder + 0.44 * fig.scale
    # Canes reach to the wrist of an arm that hangs.
    return 0.5 * crown if spec.held == "cane" else 0.0


def _radius_m(spec: PersonSpec, fig: Figure) -> float:
    return float(quirks(spec, "umbrella").uniform(0.48, 0.58)) * min(1.0, fig.scale + 0.05)


def _rigid(points: Array) -> Grid:
    weights = np.zeros((*points.shape[:2], HELD_BONE + 1))
    weights[..., HELD_BONE] = 1
    return Grid(points, weights)


def _umbrella(rgb: Array, top_m: float, radius_m: float) -> list[Piece]:
    """A canopy of eight panels, taut between its ribs, over a shaft with a grip."""
    angle = np.linspace(0, 2 * np.pi, 2 * _RIBS + 1)
    out = np.array([0.0, 0.35, 0.72, 1.0])
    # The middle of a panel's edge hangs in a little and lies higher than the ends of the ribs.
    between = (np.arange(2 * _RIBS + 1) % 2).astype(float)
    reach = radius_m * out[:, None] * (1 - 0.07 * between * out[:, None] ** 2)
    fall = 0.42 * radius_m * (out[:, None] ** 2.2) * (1 - 0.10 * between * out[:, None])
    points = np.stack([reach * np.cos(angle), reach * np.sin(angle), top_m - fall], -1)
    canopy = _rigid(points[::-1])
    every = range(2 * _RIBS + 1)
    lines = ((0, 1, 3), every), ((0, 1, 3), range(0, 2 * _RIBS + 1, 2))
    inner = _rigid(points[::-1] - np.array([0.0, 0.0, 0.006]))
    shade = np.array([0.92, 1.0, 1.0, 1.0])[:, None, None]
    pieces = [
        grid_piece(canopy, rgb * shade, BARE, 1.0, False, *lines),
        grid_piece(inner, rgb * 0.6, BARE, 0.6, True, *lines),
    ]
    shaft = _stick([(0.0, 0.0, -0.06), (0.0, 0.0, top_m + 0.05)], (0.006, 0.006), np.array(_METAL, float))
    grip = _stick([(0.0, 0.0, -0.15), (0.0, 0.0, 0.04)], (0.015, 0.015), np.array(_METAL, float) * 0.5)
    return [*pieces, shaft, grip]


def _cane(rgb: Array, length_m: float) -> list[Piece]:
    shaft = _stick([(0.0, 0.0, -length_m), (0.0, 0.0, 0.0)], (0.010, 0.012), rgb)
    handle = _stick([(-0.05, 0.0, 0.0), (0.075, 0.0, 0.01)], (0.014, 0.012), rgb * 0.6)
    foot = _stick([(0.0, 0.0, -length_m), (0.0, 0.0, -length_m + 0.04)], (0.016, 0.013), rgb * 0.2)
    return [shaft, handle, foot]


def _stick(path: list[tuple[float, float, float]], radii: tuple[float, float], rgb: Array) -> Piece:
    """A straight round stick with closed ends."""
    line, turn = np.array(path), np.linspace(0, 2 * np.pi, 7)
    along = (line[1] - line[0]) / np.linalg.norm(line[1] - line[0])
    first = np.array([0.0, 1.0, 0.0])
    second = np.cross(along, first)
    ring = np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second
    rows = [line[0] + 0 * ring, line[0] + radii[0] * ring, line[1] + radii[1] * ring, line[1] + 0 * ring]
    lines = (range(4), (0, 2, 4, 6))
    return grid_piece(_rigid(np.array(rows)), rgb, BARE, 1.0, True, lines, lines)
