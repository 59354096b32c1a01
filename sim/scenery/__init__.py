"""What a street looks like: descriptions of a world in, textured triangles out. NumPy and Pillow only."""

from sim.scenery.build import build_scenery
from sim.scenery.furniture import PROP_KINDS, RACK_PLACES_M
from sim.scenery.glyphs import GLYPHS
from sim.scenery.layouts import FACADE_STYLES
from sim.scenery.motorway_props import bank_height_m
from sim.scenery.scenery import GROUPS, SURFACE_PX, Chunk, LampSlot, Luminaire, Scenery, Surface
from sim.scenery.surfaces import SURFACE_NAMES
from sim.scenery.tree_shapes import TREE_SPECIES

__all__ = [
    "FACADE_STYLES",
    "GLYPHS",
    "GROUPS",
    "PROP_KINDS",
    "RACK_PLACES_M",
    "SURFACE_NAMES",
    "SURFACE_PX",
    "TREE_SPECIES",
    "Chunk",
    "LampSlot",
    "Luminaire",
    "Scenery",
    "Surface",
    "bank_height_m",
    "build_scenery",
]
