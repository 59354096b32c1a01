"""A world's descriptions in, its scenery out: one call that every renderer starts from."""

from __future__ import annotations

import numpy as np

from sim.scenery.blocks import add_far_blocks, near_and_far
from sim.scenery.builder import MeshBuilder
from sim.scenery.chunks import cut_into_chunks
from sim.scenery.envelopes import crown_envelopes
from sim.scenery.facade_extras import add_facade_extras
from sim.scenery.facades import add_walls
from sim.scenery.furniture import add_props
from sim.scenery.ground import add_ground
from sim.scenery.ground_details import add_ground_details
from sim.scenery.ground_floor import add_ground_floor
from sim.scenery.layouts import layout_of
from sim.scenery.markings import add_markings, add_road_repairs
from sim.scenery.roofs import add_roof
from sim.scenery.scenery import Scenery
from sim.scenery.signals import add_signal_heads
from sim.scenery.skyline import add_skyline
from sim.scenery.surfaces import paint_surfaces
from sim.scenery.trees import add_trees
from sim.world import World

__all__ = ["build_scenery"]

_CELL_M = 40.0


def build_scenery(world: World) -> Scenery:
    """Build the static geometry and the textures of a world.

    Args:
        world: descriptions; equal worlds give equal arrays.

    Returns:
        Chunks in world coordinates, surfaces and lamp slots.

    Raises:
        UsageError: for a description that cannot be built; the message names the field.
    """
    builder = MeshBuilder()
    near_m = (*world.focus_m, world.detail_m) if np.isfinite(world.detail_m) else None
    add_ground(builder, world.ground, world.network, world.surface_seed, near_m)
    has_pipes = world.surroundings == "town"
    add_road_repairs(builder, world.ground, world.surface_seed, has_pipes=has_pipes)
    add_ground_details(builder, world)
    world, far = near_and_far(world)
    add_markings(builder, world.markings)
    for building in world.buildings:
        layout = layout_of(building)
        add_walls(builder, building, layout)
        add_ground_floor(builder, building, layout)
        add_roof(builder, building, layout)
        add_facade_extras(builder, building, layout)
    add_far_blocks(builder, far)
    add_trees(builder, world.trees)
    add_props(builder, world.props)
    lamps = add_signal_heads(builder, world.signal_heads)
    add_skyline(builder, world)
    chunks = cut_into_chunks(builder, _CELL_M, world.bounds_m)
    surfaces, envelopes = paint_surfaces(world.surface_seed), crown_envelopes(world.trees)
    return Scenery(surfaces, chunks, lamps, tuple(builder.luminaires), envelopes)
