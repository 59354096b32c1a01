"""A street past a school: slow zone, zebra before the gate, a fenced yard, children and parents."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace

import numpy as np

from sim.randomness import stream
from sim.world import Prop, Recipe, World
from worlds._layout import Layout, Place, Profile, Street
from worlds._layout_map import network_of
from worlds._map_ground import PAVEMENT_M
from worlds._map_world import street_of
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._pen import Pose2
from worlds._school import School, school_dressing, yard_ground, yard_marks, yard_walks

__all__ = ["build", "sample"]

_PARKING_M, _CIRCLE_M, _PLACE_M = 2.1, 13.0, 4.0
_GATE_X_M = -8.5
"""The gate lies beside the zebra, which lies before the place where the street is divided."""
_USUAL = {"vehicles": 14, "cyclists": 9, "people": 52, "parked_cycles": 8, "playing_share": 0.55}
_PEOPLE = {"child": 0.5, "old": 0.08}


def build(
    *,
    street_length_m: float = 240.0,
    lane_width_m: float = 3.0,
    parking: bool = True,
    pavement_width_m: float = 3.5,
    speed_limit_kph: float = 30.0,
    school_width_m: float = 64.0,
    yard_depth_m: float = 22.0,
    school_floors: int = 2,
    fence: str = "fence",
    floors_min: int = 1,
    floors_max: int = 3,
    facades: str = "mixed",
    gap_share: float = 0.2,
    shop_share: float = 0.1,
    tree_spacing_m: float = 12.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 3.0,
    signs_per_100m: float = 3.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 6.0,
    detail_seed: int = 0,
) -> World:
    """The street in front of the school, and one that joins it opposite.

    Args:
        street_length_m: of the street past the school, 180 to 400.
        lane_width_m: 2.75 to 4.
        parking: bays along both kerbs.
        pavement_width_m: 3 to 6.
        speed_limit_kph: 20 or 30 in most towns, 10 to 50.
        school_width_m: of the grounds along the street, 50 to 90.
        yard_depth_m: from the fence to the house, 16 to 36.
        school_floors: 1 to 4.
        fence: ``fence``, ``fence_mesh``, ``fence_rails`` or ``garden_wall``.
        floors_min: fewest floors of a building, 1 to 8.
        floors_max: most floors of a building, 1 to 8.
        facades: ``mixed``, ``plaster``, ``brick``, ``stone``, ``modern``, ``townhouse``, ``timber`` or
            ``glazed``.
        gap_share: share of the building lines that stays open, 0 to 0.9.
        shop_share: share of the buildings with shops, 0 to 1.
        tree_spacing_m: along each kerb, 0 (no trees) to 60.
        season: ``spring``, ``summer``, ``autumn`` or ``winter``.
        tree_species: ``mixed``, ``lime``, ``plane``, ``birch``, ``poplar``, ``pine`` or ``cherry``.
        garden_m: depth of the gardens between pavements and houses, 0 to 10.
        signs_per_100m: traffic signs along each kerb, 0 to 20.
        overhead_wires: wires on poles along kerbs.
        furniture_per_100m: benches, bins and so on along each kerb, 0 to 40.
        detail_seed: picks directions, textures and details without a parameter of their own.

    Raises:
        UsageError: a parameter is out of its range.
    """
    p = checked("school_gate", dict(locals()))
    rng = stream(int(p["detail_seed"]), "worlds/school_gate")
    kph, paved = float(p["speed_limit_kph"]), float(p["pavement_width_m"])
    profile = Profile(
        1, float(p["lane_width_m"]), _PARKING_M if p["parking"] else 0.0, paved, kph / 3.6, center="none"
    )
    middle = Pose2(0.0, 0.0, float(rng.uniform(-math.pi, math.pi)))
    long, share = float(p["street_length_m"]), float(rng.uniform(0.38, 0.5))
    side_x = float(rng.uniform(48.0, 62.0))
    wanted = {
        "left": (-share * long, 0.0, _CIRCLE_M),
        "gate": (0.0, 0.0, 0.0),
        "corner": (side_x, 0.0, 0.0),
        "right": (max((1 - share) * long, side_x + 70.0), 0.0, _CIRCLE_M),
        "side": (side_x + float(rng.uniform(-18, 18)), -float(rng.uniform(85.0, 120.0)), _CIRCLE_M),
    }
    places = []
    for name, (x, y, radius) in wanted.items():
        at = middle.moved(x, y)
        places.append(Place(name, (at.x_m, at.y_m), radius, _PLACE_M if name == "gate" else 6.0, _PLACE_M))
    streets = (
        Street("left", "gate", profile, is_main=True, zebras=(False, True), is_playful=True),
        Street("gate", "corner", profile, is_main=True, is_playful=True),
        Street("corner", "right", profile, float(rng.uniform(-0.12, 0.12)), is_main=True),
        Street("corner", "side", profile, float(rng.uniform(-0.25, 0.25)), zebras=(True, False)),
    )
    network = network_of(Layout(tuple(places), streets))
    school = School(
        float(p["school_width_m"]),
        float(p["yard_depth_m"]),
        float(rng.uniform(11.0, 15.0)),
        int(p["school_floors"]),
        str(p["fence"]),
        middle.moved(_GATE_X_M, profile.half_width_m + paved),
        float(rng.uniform(0.4, 0.6)),
    )
    world = street_of(
        network,
        Recipe("school_gate", p),
        p,
        population=_USUAL,
        parked_share=0.75,
        reserved=school.reserved,
    )
    nodes, edges = yard_walks(school, world.network.walk_nodes)
    own = school_dressing(school, p, rng)
    zones = _zone_signs(middle, profile, wanted, round(kph))
    view = middle.moved(-34.0, -1.0)
    return replace(
        world,
        network=replace(
            world.network,
            walk_nodes=(*world.network.walk_nodes, *nodes),
            walk_edges=(*world.network.walk_edges, *edges),
        ),
        ground=(*world.ground, yard_ground(school)),
        markings=(*world.markings, *yard_marks(school)),
        buildings=(*world.buildings, *own.buildings),
        trees=(*world.trees, *own.trees),
        props=(*world.props, *own.props, *zones),
        focus_m=school.xy(0.0, -paved),
        cameras={"overview": (view.x_m, view.y_m, 6.4, middle.heading_rad + 0.22, 0.2)},
        people=_PEOPLE,
    )


def _zone_signs(
    middle: Pose2, profile: Profile, wanted: dict[str, tuple[float, float, float]], kph: int
) -> tuple[Prop, ...]:
    """Signs where the slow zone begins, for who comes from both ends."""
    if kph not in (20, 30):
        return ()
    beside = profile.half_width_m + 0.5
    left, right = wanted["left"][0] + 30.0, wanted["right"][0] - 30.0
    out = []
    for x, side, turn in ((left, -1.0, math.pi), (right, 1.0, 0.0)):
        for kind, ahead in ((f"sign_zone{kph}", 0.0), ("sign_children", 9.0)):
            at = middle.moved(x - ahead * side, side * beside)
            out.append(Prop(kind, at.x_m, at.y_m, PAVEMENT_M, middle.heading_rad + turn))
    return tuple(out)


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A street past a school with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    drawn: dict[str, Value] = {
        **sampled_look(rng),
        "street_length_m": round(float(rng.uniform(210.0, 300.0)), 1),
        "lane_width_m": round(float(rng.uniform(2.9, 3.25)), 2),
        "parking": bool(rng.random() < 0.8),
        "pavement_width_m": round(float(rng.uniform(3.0, 4.5)), 2),
        "speed_limit_kph": float(rng.choice([20.0, 30.0, 30.0])),
        "school_width_m": round(float(rng.uniform(52.0, 80.0)), 1),
        "yard_depth_m": round(float(rng.uniform(17.0, 30.0)), 1),
        "school_floors": int(rng.integers(1, 5)),
        "fence": str(rng.choice(["fence", "fence_mesh", "fence_rails", "garden_wall"])),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("school_gate", drawn, fixed, known))  # type: ignore[arg-type]
