"""A figure and its description -> hair as a closed volume over the skull, and where on the scalp it grows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.fabric import HAIR
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.shape import Figure, human_data, quirks
from sim.bodies.spec import PersonSpec

__all__ = ["hair_pieces", "hairline_rad", "over_skull", "skull_centre_m"]

Array = NDArray[np.float64]

_ROW_UP_RAD = np.deg2rad([89, 66, 46, 28, 12, -4, -22, -42, -58])


def skull_centre_m(fig: Figure) -> Array:
    """(3,) the point from which directions over the head are measured."""
    return np.asarray(0.5 * (fig.joint("head") + fig.landmarks_m["crown"]))


def hairline_rad(azimuth: Array, hair: str) -> Array:
    """Elevation where the hair ends, for azimuths from the front (0) round to the back (pi)."""
    a = np.rad2deg(np.abs((azimuth + np.pi) % (2 * np.pi) - np.pi))
    low = {"short": -50.0, "bob": -40.0, "long": -40.0, "bald": 89.0}[hair]
    ends = [30, 30, 22, -6, -26, -26, -14, -14, 0.75 * low, low, low]
    return np.asarray(np.deg2rad(np.interp(a, [0, 25, 44, 58, 68, 78, 87, 106, 122, 145, 180], ends)))


def hair_pieces(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """The hair, none if bald."""
    if spec.hair == "bald" or spec.headwear in ("headscarf", "hood"):
        return []
    rng = quirks(spec, "hair")
    data = human_data()
    thick = {"short": 0.016, "bob": 0.024, "long": 0.024}[spec.hair] * fig.scale * rng.uniform(0.8, 1.25)
    if spec.headwear != "none":
        thick = 0.007 * fig.scale  # pressed flat
    steps = np.array([0, 0.22, 0.44, 0.63, 0.82, 0.95, 1.0])
    puff = np.array([1.15, 1.1, 1.05, 1.0, 0.9, 0.5, -0.25])
    cap, azimuth = over_skull(fig, lambda a: hairline_rad(a, spec.hair), steps, thick * puff)
    weights = np.zeros((*cap.shape[:2], len(data.bones)))
    weights[..., data.bones.index("head")] = 1
    grid = Grid(cap, weights)
    if spec.hair in ("bob", "long"):
        grid = _curtain(spec, fig, cap, azimuth, rng)
    tone = np.array(spec.hair_srgb, float)
    strands = 1 + 0.12 * rng.standard_normal((1, grid.points_m.shape[1], 1))
    strands[:, -1] = strands[:, 0]
    ao = np.ones(len(grid.points_m))
    ao[-2:] = 0.7, 0.5
    rows, far_rows = (
        ((0, 2, 4, 5, 6), (0, 2, 5)) if spec.hair == "short" else ((0, 2, 4, 5, 7, 8), (0, 2, 4, 8))
    )
    hidden = spec.headwear != "none" and spec.hair == "short"  # from afar
    coarse, far = (rows, range(0, 17, 2)), (() if hidden else far_rows, (0, 3, 5, 8, 11, 13, 16))
    return [grid_piece(grid, tone * strands, HAIR, ao[:, None], True, coarse, far)]


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
    hang = np.where(falls > 0, hang, cap[-1])
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
    points = np.concatenate([points, tucked])
    points[5:] = np.where(falls > 0, points[5:], cap[-1])
    weights = np.zeros((*points.shape[:2], len(data.bones)))
    top, end = fig.joint("head")[2], fig.joint("spine_03")[2]
    loose = np.clip((top - points[..., 2]) / max(top - end, 1e-3) * 1.6, 0, 1)
    weights[..., data.bones.index("head")] = 1 - loose
    weights[..., data.bones.index("neck_01")] = loose * (1 - loose)
    weights[..., data.bones.index("spine_03")] = loose**2
    return Grid(points, weights)
