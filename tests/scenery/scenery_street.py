"""A description of one street with everything in it."""

import numpy as np

from sim.scenery import FACADE_STYLES, PROP_KINDS, TREE_SPECIES
from sim.world import (
    Building,
    GroundPatch,
    Lane,
    Marking,
    Prop,
    Recipe,
    RoadNetwork,
    Signal,
    SignalHead,
    Tree,
    World,
)

LENGTH_M = 80.0


def rect(x0, y0, x1, y1):
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def street() -> World:
    corner = [(60 + 6 - 6 * np.cos(t), 6 + 6 - 6 * np.sin(t)) for t in np.linspace(0, np.pi / 2, 5)]
    ring = ((60.0, 14.0), *((float(x), float(y)) for x, y in corner), (LENGTH_M, 6.0), (LENGTH_M, 14.0))
    ground = (
        GroundPatch("earth", rect(0, -30, LENGTH_M, 30)),
        GroundPatch("road", rect(0, -6, LENGTH_M, 6)),
        GroundPatch("road", rect(50, 6, 60, 30)),
        GroundPatch("pavement", rect(0, 6, 50, 10), 0.12, (0, 1)),
        GroundPatch("pavement", rect(0, -10, LENGTH_M, -6), 0.12, (2,)),
        GroundPatch("pavement", ring, 0.12, tuple(range(len(corner) + 1))),
        GroundPatch("grass", rect(20, 7.5, 24, 9.0), 0.14),
    )
    markings = (
        Marking("dash", rect(10, -0.1, 13, 0.1)),
        Marking("zebra", rect(30, -5, 33, -4.5), 0.0, 0.6),
        Marking(
            "arrow",
            ((40.0, 2.0), (42.0, 2.0), (42.0, 1.6), (43.0, 2.2), (42.0, 2.8), (42.0, 2.4), (40.0, 2.4)),
        ),
    )
    buildings = tuple(
        Building(1.0 + 9.8 * i, 10.0 if i < 5 else 14.0, 0.0, 9.0, 9.0, 1 + i % 5, 3.9, 3.1, style,
                 (214, 190, 160), "flat" if i % 2 else "pitched", i % 3 != 0, 100 + i)
        for i, style in enumerate(FACADE_STYLES)
    )  # fmt: skip
    leaves = [(1.0, 0.7, 0.3, 0.0)[i % 4] for i in range(2 * len(TREE_SPECIES))]
    trees = tuple(
        Tree(
            4.0 + 6 * i,
            -6.8,
            0.12,
            6.0 + i / 4,
            2.2 + 0.05 * i,
            (110, 125, 64),
            share,
            i,
            TREE_SPECIES[i // 2],
        )
        for i, share in enumerate(leaves)
    )
    props = tuple(
        Prop(kind, 2.0 + 3.3 * i, -6.6, 0.12, 0.3 * i, 3.0, 7 * i) for i, kind in enumerate(PROP_KINDS)
    )
    heads = (
        SignalHead("near", "main", "vehicle", 45.0, -6.5, 0.12, np.pi),
        SignalHead("over", "main", "vehicle", 62.0, -6.5, 0.12, np.pi, 5.2, 3.0),
        SignalHead("side", "side", "vehicle", 49.5, 6.5, 0.12, np.pi / 2),
        SignalHead("walk", "walk", "pedestrian", 46.0, 6.5, 0.12, -np.pi / 2, 2.2),
    )
    lanes = (
        Lane("east", "driving", ((0.0, -1.75), (LENGTH_M, -1.75)), 3.5, 13.9),
        Lane("west", "driving", ((LENGTH_M, 1.75), (0.0, 1.75)), 3.5, 13.9),
    )
    signals = (Signal("main", "vehicle"), Signal("side", "vehicle"), Signal("walk", "pedestrian"))
    return World(
        recipe=Recipe("test"),
        network=RoadNetwork(lanes, signals),
        ground=ground,
        markings=markings,
        buildings=buildings,
        trees=trees,
        props=props,
        signal_heads=heads,
        surface_seed=4,
        bounds_m=(0.0, -30.0, LENGTH_M, 30.0),
    )
