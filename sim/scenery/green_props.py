"""What belongs to gardens in, hedges, shrubs, planters and the ways to doors out."""

from __future__ import annotations

import numpy as np

from sim.scenery.atlas import cell_uv
from sim.scenery.builder import unit
from sim.scenery.stand import Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["add_garden_path", "add_hedge", "add_planter", "add_shrub"]

Rng = np.random.Generator

_HEDGES = (
    (80.0, 90.0, 56.0),
    (92.0, 96.0, 58.0),
    (66.0, 78.0, 54.0),
    (78.0, 88.0, 58.0),
    (104.0, 84.0, 60.0),
)
"""Tints of hedges: privet, young leaves, yew, box, copper beech."""


def add_hedge(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A clipped hedge along local y: an uneven block with leaf cards on its skin."""
    paint = paint_with("solid", "hedge", Semantic.VEGETATION)
    length, width, high = prop.length_m, 0.7, float(rng.uniform(0.9, 1.7))
    hue = np.array(_HEDGES[int(rng.integers(len(_HEDGES)))]) * rng.uniform(0.8, 1.12)
    n = max(1, round(length / 0.7))
    y = np.linspace(-length / 2, length / 2, n + 1)
    profile = np.array(
        [
            [0.5, 0.0],
            [0.54, 0.35],
            [0.52, 0.8],
            [0.3, 1.0],
            [-0.3, 1.0],
            [-0.52, 0.8],
            [-0.54, 0.35],
            [-0.5, 0.0],
        ]
    ) * [width, high]
    k = len(profile)
    bulge = 1 + rng.normal(0, 0.035, (n + 1, k, 1))
    bulge[:, [0, -1]] = 1.0
    section = profile[None] * bulge
    points = np.stack([section[..., 0], np.broadcast_to(y[:, None], (n + 1, k)), section[..., 1]], -1)
    quads = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], 2).reshape(
        -1, 4, 3
    )
    ao = 255 * np.clip(0.45 + 0.55 * quads[..., 2:] / high, 0, 1)
    color = np.concatenate([np.broadcast_to(hue, quads.shape), ao], -1)
    stand.builder.quads(paint, stand.at(quads), color)
    for end, order in ((0, slice(None)), (-1, slice(None, None, -1))):
        ring = points[end][order]
        faces = np.stack([np.zeros(k - 2, int), np.arange(1, k - 1), np.arange(2, k)], 1)
        normal = stand.axes[1] * (-1.0 if end == 0 else 1.0)
        uv = ring[:, [0, 2]] / paint.tile_m
        stand.builder.triangles(paint, stand.at(ring), normal, uv, (*hue, 170.0), faces)
    _leaf_skin(
        stand, rng, points.reshape(-1, 3), np.array([0.0, 0.0, high / 2]), hue, max(4, round(length * 5))
    )


def _leaf_skin(
    stand: Stand, rng: Rng, skin: np.ndarray, middle: np.ndarray, hue: np.ndarray, count: int
) -> None:
    """Leaf cards scattered on points, which break up the straight outline."""
    paint = paint_with("cutout", "leaves", Semantic.VEGETATION)
    center = skin[rng.integers(0, len(skin), count)] + rng.normal(0, 0.06, (count, 3))
    center[:, 2] = np.maximum(center[:, 2], 0.15)
    away = unit((center - middle) * [1, 0, 1] + [0, 0, 0.2])
    face = unit(away + rng.normal(0, 0.3, (count, 3)))
    face = unit(face + away * np.maximum(0.0, 0.15 - (face * away).sum(1, keepdims=True)))
    right = unit(np.cross(face, rng.normal(0, 1, (count, 3))))
    up = np.cross(face, right)
    half = rng.uniform(0.16, 0.28, (count, 1))
    r, u = right * half, up * half
    corners = np.stack([center - r - u, center + r - u, center + r + u, center - r + u], 1).reshape(-1, 3)
    shade = rng.uniform(0.85, 1.15, count)
    color = np.column_stack([hue[None] * shade[:, None], 120 + 110 * np.clip(center[:, 2], 0, 1)])
    base = np.arange(count)[:, None] * 4
    faces = np.concatenate([base + np.array(h) for h in ([0, 1, 2], [0, 2, 3])])
    uv = cell_uv(rng.integers(0, 4, count), 2).reshape(-1, 2)
    normals = np.repeat(away @ stand.axes, 4, 0)
    stand.builder.triangles(paint, stand.at(corners), normals, uv, np.repeat(color, 4, 0), faces)


def add_shrub(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A round shrub, waist-high or so."""
    wide, high = float(rng.uniform(0.35, 0.8)), float(rng.uniform(0.5, 1.3))
    hue = np.array(_HEDGES[int(rng.integers(len(_HEDGES)))]) * rng.uniform(0.9, 1.3)
    turn, up = rng.uniform(0, 2 * np.pi, 60), rng.uniform(0.05, 1.0, 60)
    around = wide * np.sqrt(1 - 0.9 * up**2)
    skin = np.column_stack([around * np.cos(turn), around * np.sin(turn), high * up])
    _leaf_skin(stand, rng, skin, np.array([0.0, 0.0, 0.3 * high]), hue, 44)


def add_garden_path(stand: Stand, prop: Prop, rng: Rng) -> None:
    """Slabs or concrete along local y, a finger above the lawn; as wide as a car for a drive."""
    surface = str(rng.choice(["paving", "paving_alt", "concrete"]))
    width = 2.8 if prop.kind == "driveway" else 1.1
    tone = float(rng.uniform(170, 235))
    paint = paint_with("solid", surface, Semantic.PAVEMENT)
    stand.box(paint, (0, 0, -0.03), (width, prop.length_m, 0.09), (tone, tone, tone), 240, "z")


def add_planter(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A box of concrete or wood with a shrub in it."""
    body = paint_with("solid", str(rng.choice(["concrete", "wood"])), Semantic.STREET_FURNITURE)
    soil = paint_with("solid", "earth", Semantic.STREET_FURNITURE)
    tone = float(rng.uniform(170, 235))
    stand.box(body, (0, 0, 0.25), (0.5, 1.1, 0.5), (tone, tone, tone), 220, "zZ")
    stand.box(soil, (0, 0, 0.46), (0.46, 1.06, 0.02), (150, 140, 130), 190, "z")
    hue = np.array([92.0, 108, 60]) * rng.uniform(0.8, 1.2)
    turn, high = rng.uniform(0, 2 * np.pi, 40), rng.random(40)
    skin = np.column_stack([0.2 * np.cos(turn), rng.uniform(-0.45, 0.45, 40), 0.5 + 0.5 * high])
    _leaf_skin(stand, rng, skin, np.array([0.0, 0.0, 0.4]), hue, 26)
