"""A species in, trees of height 1 and crown radius 1 out: their limbs, and where leaves and twigs go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenery.builder import unit

__all__ = ["SHAPES", "TREE_SPECIES", "Species", "TreeShape", "crown_radius", "shape_of", "species_of"]

Floats = NDArray[np.float64]
Rng = np.random.Generator

SHAPES = 5
"""Different trees of each species."""


@dataclass(frozen=True)
class Species:
    """What sets a kind of tree apart. Heights are shares of the tree's, distances of its crown's radius.

    Attributes:
        outline: (height, radius) of the crown from its bottom to its top.
        leader: height where the trunk ends.
        branches: how many leave the trunk.
        reach: how far the lowest and the highest branch reach.
        rise: range of a branch's rise.
        forks: twigs that leave each branch.
        fork_rise: range of their rise; negative where they hang.
        leaves: how many cards of leaves.
        leaf_scale: factor on the cards' size.
        leaf_surfaces: what is on the cards.
        twig_surface: what is on the cards of bare twigs.
        bark: surface of trunk and limbs.
        girth: radius of the trunk at its foot as a share of the tree's height.
    """

    outline: tuple[tuple[float, float], ...]
    leader: float
    branches: int
    reach: tuple[float, float]
    rise: tuple[float, float]
    forks: int
    fork_rise: tuple[float, float]
    leaves: int = 250
    leaf_scale: float = 1.0
    leaf_surfaces: tuple[str, ...] = ("leaves", "leaves_alt")
    twig_surface: str = "twigs"
    bark: str = "bark"
    girth: float = 0.022


_EGG = (
    (0.3, 0.1),
    (0.34, 0.5),
    (0.42, 0.76),
    (0.55, 0.97),
    (0.66, 1.0),
    (0.8, 0.82),
    (0.92, 0.5),
    (1.0, 0.08),
)
_BROAD = ((0.34, 0.1), (0.38, 0.6), (0.48, 0.92), (0.62, 1.0), (0.78, 0.92), (0.92, 0.55), (1.0, 0.08))
_LIGHT = ((0.22, 0.15), (0.3, 0.7), (0.42, 1.0), (0.6, 0.86), (0.8, 0.55), (0.93, 0.25), (1.0, 0.05))
_COLUMN = ((0.17, 0.3), (0.24, 0.75), (0.4, 1.0), (0.6, 0.98), (0.8, 0.75), (0.93, 0.4), (1.0, 0.06))
_CONE = ((0.2, 0.3), (0.25, 1.0), (0.42, 0.78), (0.64, 0.5), (0.86, 0.2), (1.0, 0.03))
_VASE = ((0.24, 0.1), (0.32, 0.45), (0.48, 0.84), (0.66, 1.0), (0.84, 0.84), (0.95, 0.5), (1.0, 0.1))

_SPECIES: dict[str, Species] = {
    "lime": Species(_EGG, 0.72, 9, (0.72, 0.42), (0.12, 0.26), 3, (0.06, 0.2)),
    "plane": Species(
        _BROAD, 0.62, 7, (0.86, 0.5), (0.12, 0.24), 4, (0.02, 0.16), 230, 1.12, ("leaves_lobed",),
        bark="bark_plane", girth=0.026,
    ),
    "birch": Species(
        _LIGHT, 0.94, 13, (0.62, 0.2), (0.07, 0.15), 2, (-0.09, 0.0), 240, 0.86, ("leaves_small",),
        "twigs_hanging", "bark_birch", 0.014,
    ),
    "poplar": Species(
        _COLUMN, 0.96, 16, (0.6, 0.3), (0.12, 0.24), 2, (0.05, 0.12), 300, 0.95, ("leaves_small", "leaves"),
        girth=0.018,
    ),
    "pine": Species(
        _CONE, 0.97, 34, (0.96, 0.12), (-0.03, 0.02), 0, (0.0, 0.0), 290, 1.2, ("needles",), girth=0.016
    ),
    "cherry": Species(
        _VASE, 0.44, 8, (0.62, 0.4), (0.2, 0.36), 4, (0.04, 0.16), 230, 1.05, ("leaves_small", "leaves_alt"),
        "twigs", "bark_cherry", 0.02,
    ),
}  # fmt: skip

TREE_SPECIES: tuple[str, ...] = tuple(_SPECIES)
"""Names for `Tree.species`."""


@dataclass(frozen=True, eq=False)
class TreeShape:
    """One tree of height 1 and crown radius 1.

    Attributes:
        limbs: (N, 8): start, end, radii at both in girths; the trunk first, then branches, then forks.
        counts: how many of the limbs are trunk, and how many trunk or branches.
        leaves, twigs: (M, 8) cards: center, depth in the crown (1 outside), center of the clump, its number.
    """

    limbs: Floats
    counts: tuple[int, int]
    leaves: Floats
    twigs: Floats


def species_of(name: str) -> Species:
    """The species called `name`. Raises UsageError with near matches."""
    if name not in _SPECIES:
        raise UsageError(near_matches("tree species", name, _SPECIES))
    return _SPECIES[name]


def crown_radius(species: Species, height: Floats) -> Floats:
    """Radius of the crown at heights (N,), both as shares; 0 below and above it."""
    z, r = np.array(species.outline).T
    return np.asarray(np.interp(height, z, r, left=0.0, right=0.0))


@lru_cache(maxsize=SHAPES * len(_SPECIES))
def shape_of(name: str, index: int) -> TreeShape:
    """Tree number `index`, 0 to SHAPES - 1, of a species."""
    species, rng = species_of(name), stream(index, f"tree shapes/{name}")
    limbs, counts = _limbs(species, rng)
    return TreeShape(
        limbs, counts, _leaf_places(species, rng, limbs, counts), _twig_places(species, rng, limbs)
    )


def _limbs(species: Species, rng: Rng) -> tuple[Floats, tuple[int, int]]:
    """Trunk in two pieces, branches up it in a spiral, forks that leave the branches."""
    bole, high = species.outline[0][0] + 0.04, species.leader
    wander = 0.06 if species.leader < 0.8 else 0.02
    tip = np.array([*rng.normal(0, wander, 2), bole])
    top = np.array([*(tip[:2] + rng.normal(0, wander, 2)), high])
    branches, forks = [], []
    for k in range(species.branches):
        share = k / (species.branches - 1)
        start = tip + (top - tip) * share * (0.8 if species.leader < 0.8 else 0.97)
        turn = k * 2.4 + rng.normal(0, 0.3)
        reach = (species.reach[0] + (species.reach[1] - species.reach[0]) * share) * rng.uniform(0.85, 1.1)
        end = np.array([reach * np.cos(turn), reach * np.sin(turn), start[2] + rng.uniform(*species.rise)])
        end = _inside_crown(species, end)
        thick = 0.42 - 0.16 * share if species.leader < 0.8 else 0.3 - 0.18 * share
        branches.append(np.r_[start, end, thick, 0.33 * thick])
        for _ in range(species.forks):
            middle = start + (end - start) * rng.uniform(0.45, 0.95)
            away = np.array([*rng.normal(0, 0.3, 2), rng.uniform(*species.fork_rise)]) + (end - start) * 0.35
            forks.append(np.r_[middle, _inside_crown(species, middle + away), 0.33 * thick, 0.05])
    trunk = [np.r_[0, 0, -0.01, tip, 1.0, 0.72], np.r_[tip, top, 0.72, 0.2 if high < 0.8 else 0.06]]
    return np.array([*trunk, *branches, *forks]), (2, 2 + len(branches))


def _inside_crown(species: Species, point: Floats) -> Floats:
    """A limb's end, drawn back to where leaves still cover it."""
    z = float(np.clip(point[2], species.outline[0][0] - 0.02, 0.95))
    radius = max(float(np.hypot(*point[:2])), 1e-9)
    most = 0.86 * max(float(crown_radius(species, np.array([z]))[0]), 0.06)
    return np.array([*(point[:2] * min(1.0, most / radius)), z])


def _leaf_places(species: Species, rng: Rng, limbs: Floats, counts: tuple[int, int]) -> Floats:
    """Cards in clumps around the ends of limbs, with gaps between them, inside the crown's outline."""
    count, ends = species.leaves, limbs[1:, 3:6]
    bottom = species.outline[0][0]
    extra = unit(rng.normal(0, 1, (14, 3)))
    extra[:, 2] = bottom + (1 - bottom) * (0.54 + 0.36 * extra[:, 2])
    extra[:, :2] *= 0.72 * crown_radius(species, extra[:, 2])[:, None]
    if species.leader > 0.9:
        # What has one stem to its top has leaves all along its branches.
        on = limbs[counts[0] : counts[1]]
        share = rng.uniform(0.3, 1.0, (len(on), 1))
        extra = np.concatenate([extra, on[:, 0:3] + (on[:, 3:6] - on[:, 0:3]) * share])
    clumps = np.concatenate([ends, extra])
    pick = rng.integers(0, len(clumps), count)
    spread = [0.17, 0.17, 0.062] if species.leader < 0.8 else [0.17, 0.17, 0.03]
    center = clumps[pick] + np.clip(rng.normal(0, 1, (count, 3)), -1.8, 1.8) * spread
    center[:, 2] = np.clip(center[:, 2], bottom + 0.01, 0.985)
    most = 0.93 * crown_radius(species, center[:, 2])
    radius = np.hypot(center[:, 0], center[:, 1])
    center[:, :2] *= np.minimum(1.0, most / np.maximum(radius, 1e-6))[:, None]
    depth = np.minimum(
        1.0, np.maximum(radius / np.maximum(most, 0.05), (center[:, 2] - bottom) / (1 - bottom))
    )
    return np.column_stack([center, depth, clumps[pick], pick])


def _twig_places(species: Species, rng: Rng, limbs: Floats) -> Floats:
    """Sprays along the thinner limbs, most of them near their ends."""
    count = 140
    pick = rng.integers(2, len(limbs), count)
    share = 1 - 0.75 * rng.random((count, 1)) ** 1.5
    start, end = limbs[pick, 0:3], limbs[pick, 3:6]
    return np.column_stack([start + (end - start) * share, np.ones(count), start, pick])
