"""Props in, street furniture out: one small function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.errors import UsageError, near_matches
from sim.randomness import stream
from sim.scenery.builder import MeshBuilder
from sim.scenery.enclosures import ENCLOSURES
from sim.scenery.green_props import add_garden_path, add_hedge, add_planter, add_shrub
from sim.scenery.motorway_props import LONG_MOTORWAY_PROPS, MOTORWAY_PROPS
from sim.scenery.posts import add_bollard, add_bus_stop, add_hydrant, add_lamp
from sim.scenery.shop_props import LONG_SHOP_PROPS, SHOP_PROPS
from sim.scenery.sign_posts import (
    SIGN_KINDS,
    add_clock,
    add_direction_board,
    add_sign,
    add_street_names,
)
from sim.scenery.stand import Color, Stand
from sim.scenery.street_props import (
    add_cafe_table,
    add_dumpster,
    add_flower_bed,
    add_kiosk,
    add_news_box,
    add_post_box,
)
from sim.scenery.surfaces import paint_with
from sim.scenery.tall_props import (
    add_advertising_column,
    add_billboard,
    add_cone,
    add_poster_case,
    add_wire_pole,
    add_wires,
)
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["LONG_KINDS", "PROP_KINDS", "RACK_PLACES_M", "add_props"]

Rng = np.random.Generator


RACK_PLACES_M: tuple[tuple[float, float], ...] = ((0.09, -1.05), (0.09, 1.05))
"""Middles of the bicycles at a rack, local x and y; they stand along y."""


def _bench(stand: Stand, prop: Prop, rng: Rng) -> None:
    wood = paint_with("solid", "wood", Semantic.BENCH)
    metal = paint_with("solid", "metal", Semantic.BENCH)
    tone = rng.uniform(150, 235)
    for x in (-0.16, -0.02, 0.12):
        stand.box(wood, (x, 0, 0.44), (0.115, 1.7, 0.035), (tone, tone, tone))
    for k, z in enumerate((0.6, 0.74)):
        stand.box(wood, (-0.25 - 0.04 * k, 0, z), (0.035, 1.7, 0.11), (tone, tone, tone))
    for y in (-0.7, 0.7):
        stand.box(metal, (0.0, y, 0.4), (0.46, 0.05, 0.04), (52, 54, 56))
        stand.box(metal, (0.17, y, 0.2), (0.05, 0.05, 0.4), (52, 54, 56), 200)
        stand.box(metal, (-0.22, y, 0.41), (0.05, 0.05, 0.82), (52, 54, 56), 210)


def _bin(stand: Stand, prop: Prop, rng: Rng) -> None:
    metal = paint_with("solid", "metal", Semantic.BIN)
    hue: Color = ((56, 92, 70), (84, 86, 88), (210, 120, 40), (52, 54, 58))[int(rng.integers(4))]
    dark: Color = (hue[0] * 0.6, hue[1] * 0.6, hue[2] * 0.6)
    stand.tube(metal, (0, 0, 0.1), (0, 0, 0.86), 0.2, hue, end_radius_m=0.23, sides=14, capped=True)
    stand.tube(metal, (0, 0, 0), (0, 0, 0.1), 0.12, dark, ao=150)
    stand.tube(metal, (0, 0, 0.86), (0, 0, 0.92), 0.24, dark, sides=14, capped=True)
    stand.box(metal, (0.205, 0, 0.72), (0.06, 0.24, 0.11), (18, 18, 18), 120)


def _cabinet(stand: Stand, prop: Prop, rng: Rng) -> None:
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    posters = paint_with("solid", "posters", Semantic.STREET_FURNITURE)
    tone = rng.uniform(110, 190)
    hue: Color = (tone, tone * 1.01, tone * 0.95)
    stand.box(metal, (0, 0, 0.6), (0.34, 1.1, 1.2), hue, skip="z")
    stand.box(metal, (0, 0, 1.22), (0.42, 1.18, 0.05), (tone * 0.85, tone * 0.86, tone * 0.82))
    stand.box(
        metal, (0.172, 0.0, 0.62), (0.006, 0.012, 1.05), (tone * 0.5, tone * 0.5, tone * 0.5), skip="xzZ"
    )
    if rng.random() < 0.5:
        x, u, v = 0.176, 0.25 * int(rng.integers(4)), 0.25 * int(rng.integers(4))
        uv = np.array([[u, v], [u + 0.25, v], [u + 0.25, v + 0.25], [u, v + 0.25]])
        stand.quad(
            posters,
            [[x, 0.08, 0.5], [x, 0.42, 0.5], [x, 0.42, 0.98], [x, 0.08, 0.98]],
            (215, 215, 215),
            235,
            uv,
        )


def _bicycle_rack(stand: Stand, prop: Prop, rng: Rng) -> None:
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    steel: Color = (168, 172, 174)
    turn = np.linspace(0, np.pi, 6)
    arch = np.column_stack([np.zeros(6), 0.3 * np.cos(turn), 0.55 + 0.25 * np.sin(turn)])
    line = np.vstack([[0, 0.3, 0], arch, [0, -0.3, 0]])
    for x, y in RACK_PLACES_M:
        path = line + np.array([x - 0.09, y, 0])
        stand.tube(metal, path[:-1], path[1:], 0.026, steel, sides=7)


_KINDS: dict[str, Callable[[Stand, Prop, Rng], None]] = {
    "lamp": add_lamp,
    **dict.fromkeys(SIGN_KINDS, add_sign),
    "direction_board": add_direction_board,
    "street_names": add_street_names,
    "clock": add_clock,
    "bench": _bench,
    "bin": _bin,
    "bollard": add_bollard,
    **ENCLOSURES,
    "hedge": add_hedge,
    "shrub": add_shrub,
    "garden_path": add_garden_path,
    "driveway": add_garden_path,
    "hydrant": add_hydrant,
    "planter": add_planter,
    "cafe_table": add_cafe_table,
    "post_box": add_post_box,
    "news_box": add_news_box,
    "dumpster": add_dumpster,
    "kiosk": add_kiosk,
    "flower_bed": add_flower_bed,
    "bus_stop": add_bus_stop,
    "cabinet": _cabinet,
    "bicycle_rack": _bicycle_rack,
    "wire_pole": add_wire_pole,
    "wires": add_wires,
    "advertising_column": add_advertising_column,
    "billboard": add_billboard,
    "poster_case": add_poster_case,
    "cone": add_cone,
    **MOTORWAY_PROPS,
    **SHOP_PROPS,
}

PROP_KINDS: tuple[str, ...] = tuple(_KINDS)
"""Every kind of `Prop` that can be built."""

LONG_KINDS: tuple[str, ...] = (
    *(*ENCLOSURES, "hedge", "garden_path", "driveway", "wires", "flower_bed"),
    *(*LONG_MOTORWAY_PROPS, *LONG_SHOP_PROPS),
)
"""Kinds with a `length_m`."""


def add_props(builder: MeshBuilder, props: Sequence[Prop]) -> None:
    """Add every prop.

    Raises:
        UsageError: for an unknown kind, or one of `LONG_KINDS` without length.
    """
    for i, prop in enumerate(props):
        if prop.kind not in _KINDS:
            raise UsageError(f"props[{i}]: {near_matches('kind of prop', prop.kind, _KINDS)}")
        if prop.kind in LONG_KINDS and prop.length_m <= 0.0:
            raise UsageError(f"props[{i}].length_m {prop.length_m}: a {prop.kind} wants a positive length")
        stand = Stand(builder, prop.x_m, prop.y_m, prop.z_m, prop.yaw_rad)
        _KINDS[prop.kind](stand, prop, stream(prop.seed, f"prop/{prop.kind}"))
