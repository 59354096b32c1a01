"""A figure and its description -> hair as a closed volume over the skull, and where on the scalp it grows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.fabric import FLEECE, HAIR
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, human_data, quirks
from sim.bodies.spec import PersonSpec

__all__ = ["hair_pieces", "hairline_rad", "over_skull", "skull_centre_m"]

Array = NDArray[np.float64]

_CUTS: dict[str, tuple[float, tuple[float, ...]]] = {
    "short": (0.016, (1.15, 1.1, 1.05, 1.0, 0.9, 0.5, -0.25)),
    "curly": (0.036, (1.2, 1.25, 1.25, 1.15, 0.95, 0.5, -0.1)),
    "ponytail": (0.010, (1.15, 1.1, 1.05, 1.0, 0.9, 0.6, -0.25)),
    "bun": (0.010, (1.15, 1.1, 1.05, 1.0, 0.9, 0.6, -0.25)),
    "bob": (0.024, (1.15, 1.1, 1.05, 1.0, 0.9, 0.5, -0.25)),
    "long": (0.024, (1.15, 1.1, 1.05, 1.0, 0.9, 0.5, -0.25)),
}
"""How thick the hair is, metres, and how that goes on from the crown to the edge."""
_ROW_UP_RAD = np.deg2rad([89, 66, 46, 28, 12, -4, -22, -42, -58])


def skull_centre_m(fig: Figure) -> Array:
    """(3,) the point from which directions over the head are measured."""
    return np.asarray(0.5 * (fig.joint("head") + fig.landmarks_m["crown"]))


def hairline_rad(azimuth: Array, hair: str) -> Array:
    """Elevation where the hair ends, for azimuths from the front (0) round to the back (pi)."""
    a = np.rad2deg(np.abs((azimuth + np.pi) % (2 * np.pi) - np.pi))
    low = {"short": -50.0, "curly": -44.0, "bob": -40.0, "long": -40.0, "bald": 89.0}.get(hair, -46.0)
    ends = [30, 30, 24, 4, -10, -15, -11, -12, 0.75 * low, low, low]
    return np.asarray(np.deg2rad(np.interp(a, [0, 25, 44, 58, 68, 78, 87, 106, 122, 145, 180], ends)))


def hair_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """The hair, none if bald."""
    if spec.hair == "bald" or spec.headwear in ("headscarf", "hood"):
        return []
    rng = quirks(spec, "hair")
    data = human_data()
    thick, puff = _CUTS[spec.hair]
    thick = thick * fig.scale * rng.uniform(0.75, 1.3)
    if spec.headwear != "none":
        thick, puff = 0.007 * fig.scale, _CUTS["short"][1]  # pressed flat
    steps = np.array([0, 0.22, 0.44, 0.63, 0.82, 0.95, 1.0])
    cap, azimuth = over_skull(fig, lambda a: hairline_rad(a, spec.hair), steps, thick * np.array(puff))
    if spec.headwear == "none":
        cap = _uneven(fig, cap, 0.12 * thick, rng)
    weights = np.zeros((*cap.shape[:2], len(data.bones)))
    weights[..., data.bones.index("head")] = 1
    grid = Grid(cap, weights)
    falls = spec.hair in ("bob", "long")
    if falls:
        grid = _curtain(spec, fig, cap, azimuth, rng)
    tone = np.array(spec.hair_srgb, float)
    strands = 1 + 0.12 * rng.standard_normal((1, grid.points_m.shape[1], 1))
    strands[:, -1] = strands[:, 0]
    ao = np.ones(len(grid.points_m))
    ao[-2:] = 0.7, 0.5
    rows, far_rows = ((0, 2, 4, 6, 8), (0, 2, 4, 8)) if falls else ((0, 2, 4, 5, 6), (0, 2, 5))
    hidden = spec.headwear != "none" and not falls  # from afar
    coarse, far = (rows, range(0, 17, 2)), (() if hidden else far_rows, (0, 3, 5, 8, 11, 13, 16))
    layer = FLEECE if spec.hair == "curly" else HAIR
    out = [grid_piece(grid, tone * strands, layer, ao[:, None], True, coarse, far)]
    if spec.hair in ("ponytail", "bun"):
        tied = _tail(fig, cap, rng) if spec.hair == "ponytail" else _bun(fig, cap, rng)
        lines = range(len(tied.points_m)), (0, 1, 3, 4, 6, 7, 8)
        far_lines = range(0, len(tied.points_m), 2), (0, 2, 5, 8)
        out.append(grid_piece(tied, tone, layer, 1.0, True, lines, far_lines))
    return out


def _uneven(fig: Figure, cap: Array, by_m: float, rng: np.random.Generator) -> Array:
    """Locks that lie a little higher and lower, and an edge that is not quite a line."""
    out = cap.copy()
    ray = cap - skull_centre_m(fig)
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    change = by_m * rng.standard_normal((*cap.shape[:2], 1))
    change[0], change[-1], change[:, -1] = 0.0, 0.0, change[:, 0]
    out += ray * change
    return out


def _tail(fig: Figure, cap: Array, rng: np.random.Generator) -> Grid:
    """Hair tied at the back of the head that falls between the shoulders."""
    data, s = human_data(), fig.scale
    knot = cap[2, 0] * 0.5 + cap[3, 0] * 0.5
    low = fig.joint("upperarm_l")[2] + rng.uniform(-0.10, 0.06) * s
    z = knot[2] + (low - knot[2]) * np.array([0.0, 0.06, 0.3, 0.65, 1.0])
    behind = fig.points_m["torso"][:, 0]
    back = np.interp(z, behind[:, 2], behind[:, 0]) - 0.04 * s
    x = knot[0] + np.array([0.012, -0.02, -0.035, -0.03, -0.02]) * s
    x = np.where(z < fig.joint("neck_01")[2] + 0.04, np.minimum(x, back), x)
    wide = np.array([0.012, 0.021, 0.030, 0.026, 0.004]) * s
    turn = np.linspace(0, 2 * np.pi, 9)
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros(9)], -1)
    center = np.stack([x, np.zeros(5), z], -1)
    points = center[:, None] + ring * wide[:, None, None]
    weights = np.zeros((5, 9, len(data.bones)))
    top, end = fig.joint("head")[2], fig.joint("spine_03")[2]
    loose = np.clip((top - points[..., 2]) / max(top - end, 1e-3) * 1.6, 0, 1)
    weights[..., data.bones.index("head")] = 1 - loose
    weights[..., data.bones.index("spine_03")] = loose
    return Grid(points, weights)


def _bun(fig: Figure, cap: Array, rng: np.random.Generator) -> Grid:
    """Hair wound up at the back of the head, higher or lower."""
    s, share = fig.scale, rng.uniform(0.2, 0.9)
    middle = cap[2, 0] * (1 - share) + cap[4, 0] * share
    out = middle - skull_centre_m(fig)
    middle = middle + out / np.linalg.norm(out) * 0.018 * s
    turn, up = np.linspace(0, 2 * np.pi, 9), np.linspace(np.pi / 2, -np.pi / 2, 5)
    ball = np.stack([np.outer(np.cos(up), np.cos(turn)), np.outer(np.cos(up), np.sin(turn))], -1)
    ball = np.concatenate([ball, np.repeat(np.sin(up)[:, None, None], 9, 1)], -1)
    points = middle + ball * rng.uniform(0.036, 0.046) * s
    weights = np.zeros((5, 9, len(human_data().bones)))
    weights[..., human_data().bones.index("head")] = 1
    return Grid(points, weights)


def over_skull(
    fig: Figure, edge_rad: Callable[[Array], Array], steps: Array, off_m: Array
) -> tuple[Array, Array]:
    """A shell over the skull.

    Args:
        fig: whose.
        edge_rad: angles from the front, 0 to pi -> elevation of the shell's edge, from the skull's middle.
        steps: (R,) rows, from 0 at the crown to 1 at the edge.
        off_m: (R,) distance from the skull.

    Returns:
        (R, C, 3) points, rows downward, columns around from the back; (C,) azimuths of the columns.
    """
    skull, centre = fig.points_m["skull"], skull_centre_m(fig)
    azimuth = np.linspace(0, 2 * np.pi, skull.shape[1]) + np.pi
    end = edge_rad(np.abs((azimuth + np.pi) % (2 * np.pi) - np.pi))
    up = _ROW_UP_RAD[0] + (end[None] - _ROW_UP_RAD[0]) * steps[:, None]
    at = np.interp(-up, -_ROW_UP_RAD, np.arange(len(_ROW_UP_RAD)))
    lo = np.minimum(at.astype(int), len(_ROW_UP_RAD) - 2)
    f = (at - lo)[..., None]
    column = np.arange(skull.shape[1])[None]
    scalp = skull[lo, column] * (1 - f) + skull[lo + 1, column] * f
    ray = scalp - centre
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    points = scalp + ray * off_m[:, None, None]
    points[0] = points[0].mean(0)
    return points, azimuth


def _curtain(spec: PersonSpec, fig: Figure, cap: Array, azimuth: Array, rng: np.random.Generator) -> Grid:
    """Hair that falls from the widest part of the cap at sides and back; the fringe stays as it is."""
    data = human_data()
    front = np.abs((azimuth + np.pi) % (2 * np.pi) - np.pi)
    falls = np.clip((front - np.deg2rad(58)) / np.deg2rad(14), 0, 1)[:, None]
    back = np.clip((front - np.deg2rad(100)) / np.deg2rad(40), 0, 1)[:, None]
    chin = fig.joint("head")[2] - 0.045 * fig.scale
    shoulder = fig.joint("upperarm_l")[2] + 0.065 * fig.scale
    if spec.hair == "bob":
        bottom = np.full((len(azimuth), 1), chin + rng.uniform(-0.02, 0.02) * fig.scale)
    else:
        bottom = shoulder + back * (rng.uniform(-0.20, -0.06) * fig.scale)
    anchor = cap[4]
    levels = np.linspace(0, 1, 5)[1:, None, None]
    hang = np.repeat(anchor[None], 4, 0)
    hang[..., 2:] = anchor[..., 2:] + (bottom - anchor[:, 2:]) * levels
    fringe = anchor + (cap[-1] - anchor) * (0.85 * levels)
    hang = np.where(falls > 0, hang, fringe)
    if spec.hair == "long":
        behind = fig.points_m["torso"][:, 0]
        surface = (
            np.interp(hang[..., 0, None] * 0 + hang[..., 2:], behind[:, 2], behind[:, 0]) - 0.045 * fig.scale
        )
        low = hang[..., 2:] < fig.joint("neck_01")[2] + 0.04
        hang[..., :1] = np.where(low & (back > 0.3), np.minimum(hang[..., :1], surface), hang[..., :1])
    points = np.concatenate([cap[:5], hang])
    tucked = points[-1:].copy()
    middle = tucked[:, :-1].mean(1, keepdims=True)
    tucked[..., :2] = (middle + (tucked - middle) * 0.8)[..., :2]
    points = np.concatenate([points, np.where(falls > 0, tucked, cap[-1])])
    weights = np.zeros((*points.shape[:2], len(data.bones)))
    top, end = fig.joint("head")[2], fig.joint("spine_03")[2]
    loose = np.clip((top - points[..., 2]) / max(top - end, 1e-3) * 1.6, 0, 1)
    weights[..., data.bones.index("head")] = 1 - loose
    weights[..., data.bones.index("neck_01")] = loose * (1 - loose)
    weights[..., data.bones.index("spine_03")] = loose**2
    return Grid(points, weights)
