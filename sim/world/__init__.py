"""What a street is made of: descriptions only. No street is defined here; the catalogue is `worlds`."""

from sim.world.road import (
    Crosswalk,
    Lane,
    RoadNetwork,
    Signal,
    SignalPhase,
    WalkEdge,
    WalkNode,
)
from sim.world.statics import Building, GroundPatch, Marking, Prop, SignalHead, Tree
from sim.world.world import Origin, Recipe, World

__all__ = [
    "Building",
    "Crosswalk",
    "GroundPatch",
    "Lane",
    "Marking",
    "Origin",
    "Prop",
    "Recipe",
    "RoadNetwork",
    "Signal",
    "SignalHead",
    "SignalPhase",
    "Tree",
    "WalkEdge",
    "WalkNode",
    "World",
]
