"""A large world in, what is near its middle out, and the rest as coarse houses and trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from sim.randomness import stream
from sim.scenery.builder import MeshBuilder
from sim.scenery.far_things import add_far_house, add_far_trees
from sim.world import Building, Prop, Tree, World

__all__ = ["add_far_blocks", "near_and_far"]

Standing = TypeVar("Standing", Building, Tree, Prop)

_CROWN_SHARE = 0.9


def near_and_far(world: World) -> tuple[World, World]:
    """The world with what is near its middle, and with what is not; of the latter only houses and trees."""
    if not np.isfinite(world.detail_m):
        return world, replace(world, buildings=(), trees=(), props=(), markings=())
    houses, trees = _parted(world, world.buildings), _parted(world, world.trees)
    props = _parted(world, world.props)
    first = np.array([mark.outline_m[0] for mark in world.markings]).reshape(-1, 2)
    marks = tuple(world.markings[k] for k in np.flatnonzero(_is_near(world, first)).tolist())
    near = replace(world, buildings=houses[0], trees=trees[0], props=props[0], markings=marks)
    return near, replace(world, buildings=houses[1], trees=trees[1], props=(), markings=())


def _parted(world: World, things: Sequence[Standing]) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    xy = np.array([(thing.x_m, thing.y_m) for thing in things]).reshape(-1, 2)
    near = _is_near(world, xy)
    first, second = (np.flatnonzero(which).tolist() for which in (near, ~near))
    return tuple(things[k] for k in first), tuple(things[k] for k in second)


def _is_near(world: World, xy_m: np.ndarray) -> np.ndarray:
    return np.asarray(np.hypot(*(xy_m - world.focus_m).T) < world.detail_m)


def add_far_blocks(builder: MeshBuilder, far: World) -> None:
    """Add houses as blocks with windows painted on, and trees as a trunk and a few cards.

    Args:
        builder: where they go.
        far: a world of nothing else.
    """
    for house in far.buildings:
        direction = np.array([np.cos(house.yaw_rad), np.sin(house.yaw_rad)])
        height = house.ground_floor_m + house.floor_m * (house.floors - 1)
        foot, rng = np.array([house.x_m, house.y_m]), stream(house.seed, "scenery/block")
        add_far_house(builder, foot, direction, house.width_m, house.depth_m, height, rng)
    if far.trees:
        clumps = np.array([(t.x_m, t.y_m, _CROWN_SHARE * t.crown_radius_m) for t in far.trees])
        hue = np.mean([t.leaf_srgb for t in far.trees], 0)
        bare = float(np.mean([t.leaf_share for t in far.trees])) < 0.5
        rng = stream(far.surface_seed, "scenery/far trees")
        add_far_trees(builder, clumps, np.array([112.0, 100.0, 88.0]) if bare else hue, bare=bare, rng=rng)
