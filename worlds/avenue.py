"""A straight two-way street with parking bays, zebra crossings, trees and shops; both ends turn round."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from sim.world import Crosswalk, Lane, Marking, Prop, Recipe, RoadNetwork, World
from worlds._arms import Arm, Section, marking_strip
from worlds._frontages import Dressing, circle_frontage, side_of_street, sign
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._pavements import ground_patches, walk_graph
from worlds._road_paint import word
from worlds._roadside import discs_of, guarded_kerb, kerb_guard

__all__ = ["build", "sample"]

_GUARDED_M = 6.2
"""Railings reach this far from a crossing; bays begin behind them."""


def build(
    *,
    length_m: float = 220.0,
    lanes: int = 1,
    lane_width_m: float = 3.25,
    parking: bool = True,
    pavement_width_m: float = 4.0,
    zebras: int = 2,
    crosswalk_length_m: float = 4.0,
    speed_limit_kph: float = 30.0,
    floors_min: int = 3,
    floors_max: int = 5,
    facades: str = "mixed",
    gap_share: float = 0.08,
    shop_share: float = 0.6,
    tree_spacing_m: float = 12.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 5.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 8.0,
    detail_seed: int = 0,
) -> World:
    """The street along the x axis, its middle at the origin.

    Args:
        length_m: of the straight, 80 to 600.
        lanes: per direction, 1 to 3.
        lane_width_m: 2.75 to 4.
        parking: bays along both kerbs.
        pavement_width_m: 3 to 6.
        zebras: crossings without signals, 0 to 3.
        crosswalk_length_m: extent of each along the street, 2.5 to 6.
        speed_limit_kph: 10 to 70.
        floors_min: fewest floors of a building, 1 to 8.
        floors_max: most floors of a building, 1 to 8.
        facades: ``mixed``, ``plaster``, ``brick``, ``stone``, ``modern``, ``townhouse``, ``timber`` or
            ``glazed``.
        gap_share: share of the building lines that stays open, 0 to 0.9.
        shop_share: share of the buildings with shops, 0 to 1.
        tree_spacing_m: along each kerb, 0 (no trees) to 60.
        season: ``spring``, ``summer``, ``autumn`` or ``winter``.
        tree_species: along kerbs ``lime``, ``plane``, ``birch``, ``poplar``, ``pine`` or ``cherry``, or
            ``mixed``: one to three of them.
        garden_m: depth of the gardens between pavements and houses, 0 to 10.
        signs_per_100m: traffic signs on posts along each kerb, 0 to 20.
        overhead_wires: wires on poles along one kerb of each street.
        furniture_per_100m: benches, bins and so on along each kerb, 0 to 40.
        detail_seed: picks details without a parameter of their own.

    Raises:
        UsageError: a parameter is out of its range.
    """
    p = checked("avenue", dict(locals()))
    section = Section(
        int(p["lanes"]),
        float(p["lane_width_m"]),
        bool(p["parking"]),
        float(p["pavement_width_m"]),
        float(p["speed_limit_kph"]) / 3.6,
    )
    half_m = float(p["length_m"]) / 2
    east, west = Arm("east", 0.0, section, 0.0, half_m), Arm("west", np.pi, section, 0.0, half_m)
    driving = _driving_lanes(east, west)
    crosswalks = _crosswalks(east, p, [lane for lane in driving if "bound" in lane.id])
    bays, bay_lines = _bays(east, p)
    reach_m = east.circle_x_m + section.circle_radius_m + section.pavement_width_m
    bounds_m = (-reach_m - 14.0, -reach_m / 2, reach_m + 14.0, reach_m / 2)
    nodes, edges = walk_graph((east, west), 0.0, crosswalks, float(p["crosswalk_length_m"]))
    dressing = _dressing(east, west, p)
    markings = _markings(east, p, half_m) + bay_lines
    return World(
        recipe=Recipe("avenue", p),
        network=RoadNetwork(
            lanes=(*driving, *bays), crosswalks=crosswalks, walk_nodes=nodes, walk_edges=edges
        ),
        ground=ground_patches(
            (east, west),
            0.0,
            section.pavement_width_m,
            bounds_m,
            "grass" if p["gap_share"] or p["garden_m"] else "earth",
        ),
        markings=tuple(markings),
        buildings=dressing.buildings,
        trees=dressing.trees,
        props=dressing.props + _signs(section, p),
        signal_heads=(),
        surface_seed=int(p["detail_seed"]),
        bounds_m=bounds_m,
        cameras={"overview": (_mast_x_m(p), -section.half_width_m + 0.8, 6.6, 0.12, 0.2)},
    )


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A street with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    drawn: dict[str, Value] = {
        "lanes": int(rng.choice([1, 2], p=[0.8, 0.2])),
        "lane_width_m": round(float(rng.uniform(2.9, 3.4)), 2),
        "parking": bool(rng.random() < 0.75),
        "pavement_width_m": round(float(rng.uniform(3.9, 6.0)), 2),
        "zebras": int(rng.integers(1, 4)),
        "crosswalk_length_m": round(float(rng.uniform(3.0, 5.0)), 1),
        "speed_limit_kph": float(rng.choice([30.0, 30.0, 40.0, 50.0])),
        **sampled_look(rng),
    }
    return build(**with_fixed("avenue", drawn, fixed, _known()))  # type: ignore[arg-type]


def _known() -> Mapping[str, object]:
    return inspect.signature(build).parameters


def _zebra_xs(p: Mapping[str, Value]) -> list[float]:
    """Middles of the crossings: one at the centre, or spread over the middle half of the street."""
    count, length_m = int(p["zebras"]), float(p["length_m"])
    return [0.0] if count == 1 else np.linspace(-length_m / 4, length_m / 4, count).tolist()


def _mast_x_m(p: Mapping[str, Value]) -> float:
    """Where the mast of the overview camera stands: some way before the first crossing."""
    return (_zebra_xs(p) or [0.0])[0] - 16.0


def _driving_lanes(east: Arm, west: Arm) -> list[Lane]:
    section, half_m, out = east.section, east.end_m, []
    for i in range(section.lanes):
        y_m = section.lane_y_m(i)
        for name, sign_y, after in (("eastbound", -1, east), ("westbound", 1, west)):
            ends = ((sign_y * half_m, sign_y * y_m), (-sign_y * half_m, sign_y * y_m))
            out.append(
                Lane(
                    id=f"{name}_{i}",
                    kind="driving",
                    centre_m=ends,
                    width_m=section.lane_width_m,
                    speed_limit_mps=section.speed_limit_mps,
                    successors=(f"{after.name}_loop_{i}",),
                    left=f"{name}_{i - 1}" if i else "",
                    right=f"{name}_{i + 1}" if i + 1 < section.lanes else "",
                )
            )
        out += [east.loop(i, (f"westbound_{i}",)), west.loop(i, (f"eastbound_{i}",))]
    return out


def _crosswalks(east: Arm, p: Mapping[str, Value], lanes: list[Lane]) -> tuple[Crosswalk, ...]:
    width_m = float(p["crosswalk_length_m"])
    return tuple(
        east.crosswalk(f"zebra_{k}", x_m - width_m / 2, width_m, "", lanes)
        for k, x_m in enumerate(_zebra_xs(p))
    )


def _bays(east: Arm, p: Mapping[str, Value]) -> tuple[list[Lane], list[Marking]]:
    """Bays between the crossings, 7 m clear of each."""
    half_m = float(p["length_m"]) / 2
    clear_m = float(p["crosswalk_length_m"]) / 2 + 7.0
    stops = [-half_m - clear_m + 6.0, *_zebra_xs(p), half_m + clear_m - 6.0]
    lanes: list[Lane] = []
    lines: list[Marking] = []
    for a, b in pairwise(stops):
        for side in (-1, 1):
            more_lanes, more_lines = east.bays(side, a + clear_m, b - clear_m)
            lanes += more_lanes
            lines += more_lines
    return lanes, lines


def _markings(east: Arm, p: Mapping[str, Value], half_m: float) -> list[Marking]:
    width_m, out = float(p["crosswalk_length_m"]), []
    section = east.section
    stops = [-half_m, *_zebra_xs(p), half_m]
    for k, (a, b) in enumerate(pairwise(stops)):
        first = a + (width_m / 2 + 1.5 if k else 0.0)
        out += east.lines(first, b - (width_m / 2 + 1.5 if k < len(stops) - 2 else 0.0))
    inner_m = section.lanes * section.lane_width_m
    out += _words(section, p)
    for x_m in _zebra_xs(p):
        out += east.zebra(x_m - width_m / 2, width_m)
        for sign_x in (-1, 1):
            at = x_m + sign_x * (width_m / 2 + 1.0)
            ends = (at, sign_x * 0.15), (at, sign_x * inner_m)
            out.append(marking_strip("stop", ends, 0.35))
    return out


def _words(section: Section, p: Mapping[str, Value]) -> list[Marking]:
    """The limit where lanes leave the turning circles, or a warning before the crossings."""
    out: list[Marking] = []
    half_m, y_m = float(p["length_m"]) / 2, section.lane_y_m(section.lanes - 1)
    for side, heading_rad in ((-1, 0.0), (1, np.pi)):
        if p["speed_limit_kph"] in (30.0, 50.0):
            out += word(f"{p['speed_limit_kph']:.0f}", (side * (half_m - 9.0), side * y_m), heading_rad)
        if int(p["detail_seed"]) % 3 == 0:
            for x_m in _zebra_xs(p):
                out += word("SLOW", (x_m + side * 17.0, side * y_m), heading_rad)
    return out


def _dressing(east: Arm, west: Arm, p: Mapping[str, Value]) -> Dressing:
    section, seed = east.section, int(p["detail_seed"])
    # Facades end where the pavement of the circle begins to bulge.
    half_m = east.end_m
    kerb_m, front_m = section.half_width_m, section.half_width_m + section.pavement_width_m
    half_zebra_m = float(p["crosswalk_length_m"]) / 2
    clear = [(x, side * kerb_m, half_zebra_m + 3.0) for x in _zebra_xs(p) for side in (-1, 1)]
    clear += discs_of(_signs(section, p), 0.9)
    # No tree stands before the camera on its mast.
    clear += [(_mast_x_m(p) + away_m, -kerb_m, 5.0) for away_m in (0.0, 6.0)]
    guard, out = kerb_guard(seed), Dressing()
    for side in (1, -1):
        a, b = -side * half_m, side * half_m
        kerb, front = (((a, side * y_m), (b, side * y_m)) for y_m in (kerb_m, front_m))
        rails: tuple[Prop, ...] = ()
        for x_m in _zebra_xs(p):
            for first in (x_m - half_zebra_m - _GUARDED_M, x_m + half_zebra_m + 0.7):
                ends = [(first, side * kerb_m), (first + _GUARDED_M - 0.7, side * kerb_m)][::side]
                rails += guarded_kerb(guard, ends, seed)
        # One side carries the wires.
        own = {**p, "overhead_wires": bool(p["overhead_wires"]) and side > 0}
        out += side_of_street(kerb, front, own, seed * 8 + side + 1, [*clear, *discs_of(rails, 0.36)])
        out += Dressing(props=rails)
    return out + circle_frontage(east, p, seed * 8 + 3) + circle_frontage(west, p, seed * 8 + 6)


def _signs(section: Section, p: Mapping[str, Value]) -> tuple[Prop, ...]:
    """Crossing signs at the zebras, the speed limit and parking signs; each faces who drives toward it."""
    half_m, width_m, y_m = (
        float(p["length_m"]) / 2,
        float(p["crosswalk_length_m"]),
        section.half_width_m + 0.4,
    )
    out = []
    for direction, yaw in ((1, np.pi), (-1, 0.0)):
        for x_m in _zebra_xs(p):
            for side in (-1, 1):
                out.append(sign("sign_crossing", (x_m - direction * (width_m / 2 + 1.2), side * y_m), yaw))
        if p["speed_limit_kph"] == 30.0:
            out.append(sign("sign_speed30", (-direction * (half_m - 6.0), -direction * y_m), yaw))
        if section.parking:
            out.append(sign("sign_parking", (-direction * (half_m - 13.0), -direction * y_m), yaw))
    return tuple(out)
