"""A junction of four arms with traffic lights, signalled crossings, turning lanes and corner buildings."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import numpy as np

from sim.world import Lane, Marking, Prop, Recipe, RoadNetwork, World
from worlds._arms import Arm, Section, marking_strip
from worlds._frontages import Dressing, circle_frontage, side_of_street, sign
from worlds._junction import (
    CROSSING_GAP_M,
    STOP_GAP_M,
    arm_lanes,
    crosswalks,
    heads,
    programme,
    signals,
    turns,
)
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._pavements import ground_patches, walk_graph
from worlds._road_paint import arrow, word
from worlds._roadside import discs_of, guarded_kerb, kerb_guard
from worlds.frontage import Disc, street_lamps

__all__ = ["build", "sample"]

_ARMS = ("east", "north", "west", "south")


def build(
    *,
    arm_length_m: float = 100.0,
    lanes: int = 1,
    lane_width_m: float = 3.25,
    parking: bool = True,
    pavement_width_m: float = 4.0,
    corner_radius_m: float = 6.5,
    crosswalk_length_m: float = 4.0,
    green_s: float = 17.0,
    speed_limit_kph: float = 50.0,
    floors_min: int = 3,
    floors_max: int = 6,
    facades: str = "mixed",
    gap_share: float = 0.06,
    shop_share: float = 0.7,
    tree_spacing_m: float = 14.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 5.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 8.0,
    detail_seed: int = 0,
) -> World:
    """The junction at the origin, its arms along the axes.

    Args:
        arm_length_m: from the centre to the turning circle at the end of each arm, 60 to 300.
        lanes: per direction, 1 to 3.
        lane_width_m: 2.75 to 4.
        parking: bays along both kerbs, away from the junction.
        pavement_width_m: 3 to 6.
        corner_radius_m: of the kerbs at the junction, 5 to 12.
        crosswalk_length_m: extent of each crossing along its arm, 2.5 to 6.
        green_s: green time of each direction, 6 to 60.
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
    p = checked("crossing", dict(locals()))
    section = Section(
        int(p["lanes"]),
        float(p["lane_width_m"]),
        bool(p["parking"]),
        float(p["pavement_width_m"]),
        float(p["speed_limit_kph"]) / 3.6,
    )
    corner_m = float(p["corner_radius_m"])
    kerb_start_m = section.half_width_m + corner_m
    lane_start_m = kerb_start_m + 1.0
    arms = [
        Arm(name, k * np.pi / 2, section, kerb_start_m, float(p["arm_length_m"]))
        for k, name in enumerate(_ARMS)
    ]
    stop_m = lane_start_m + CROSSING_GAP_M + float(p["crosswalk_length_m"]) + STOP_GAP_M
    driving = [lane for k in range(4) for lane in arm_lanes(arms, k, lane_start_m, stop_m)]
    turning = [lane for k in range(4) for lane in turns(arms, k, lane_start_m)]
    zebras = crosswalks(arms, lane_start_m + CROSSING_GAP_M, float(p["crosswalk_length_m"]), driving)
    dressing, bays, markings = Dressing(), list[Lane](), list[Marking]()
    for k, arm in enumerate(arms):
        dressing += _dressing(arm, p, kerb_start_m, stop_m, int(p["detail_seed"]) * 32 + 8 * k)
        markings += _markings(arm, p, lane_start_m, stop_m)
        for side in (-1, 1):
            more_lanes, more_lines = arm.bays(side, stop_m + 9.0, arm.end_m - 7.0)
            bays, markings = bays + more_lanes, markings + more_lines
    reach_m = arms[0].circle_x_m + section.circle_radius_m + section.pavement_width_m + 14.0
    bounds_m = (-reach_m, -reach_m, reach_m, reach_m)
    nodes, edges = walk_graph(arms, corner_m, zebras, float(p["crosswalk_length_m"]))
    return World(
        recipe=Recipe("crossing", p),
        network=RoadNetwork(
            lanes=(*driving, *turning, *bays),
            signals=signals(arms),
            programme=programme(float(p["green_s"])),
            crosswalks=zebras,
            walk_nodes=nodes,
            walk_edges=edges,
        ),
        ground=ground_patches(
            arms,
            corner_m,
            section.pavement_width_m,
            bounds_m,
            "grass" if p["gap_share"] or p["garden_m"] else "earth",
        ),
        markings=tuple(markings),
        buildings=dressing.buildings,
        trees=dressing.trees,
        props=dressing.props,
        signal_heads=tuple(h for k in range(4) for h in heads(arms, k, lane_start_m, stop_m)),
        surface_seed=int(p["detail_seed"]),
        bounds_m=bounds_m,
        cameras={"overview": (-stop_m - 3.0, -section.half_width_m + 0.8, 7.2, 0.24, 0.24)},
    )


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """A junction with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are.

    Raises:
        UsageError: an unknown parameter or one out of its range.
    """
    drawn: dict[str, Value] = {
        "lanes": int(rng.choice([1, 2], p=[0.75, 0.25])),
        "lane_width_m": round(float(rng.uniform(2.95, 3.4)), 2),
        "parking": bool(rng.random() < 0.7),
        "pavement_width_m": round(float(rng.uniform(3.9, 6.0)), 2),
        "corner_radius_m": round(float(rng.uniform(5.5, 9.0)), 1),
        "crosswalk_length_m": round(float(rng.uniform(3.0, 5.0)), 1),
        "green_s": round(float(rng.uniform(13.0, 20.0)), 1),
        "speed_limit_kph": float(rng.choice([30.0, 50.0, 50.0])),
        **sampled_look(rng),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("crossing", drawn, fixed, known))  # type: ignore[arg-type]


def _markings(arm: Arm, p: dict[str, Value], start_m: float, stop_m: float) -> list[Marking]:
    section = arm.section
    inner_m = section.lanes * section.lane_width_m
    out = arm.zebra(start_m + CROSSING_GAP_M, float(p["crosswalk_length_m"]))
    out.append(marking_strip("stop", arm.world([(stop_m, 0.1), (stop_m, inner_m)]), 0.4))
    if section.lanes > 1:
        out += _arrows(arm, stop_m)
    if p["speed_limit_kph"] in (30.0, 50.0) and section.lanes == 1:
        at = arm.world([(stop_m + 21.0, -section.lane_y_m(0))])[0]
        out += word(f"{p['speed_limit_kph']:.0f}", at, arm.angle_rad)
    out.append(marking_strip("line", arm.world([(stop_m, 0.0), (stop_m + 18.0, 0.0)]), 0.12))
    return out + arm.lines(stop_m + 20.0, arm.end_m)


def _arrows(arm: Arm, stop_m: float) -> list[Marking]:
    """Where one may go from each lane, twice before the stop line."""
    out: list[Marking] = []
    last = arm.section.lanes - 1
    for i in range(last + 1):
        turns = ["straight"] + ["left"] * (i == 0) + ["right"] * (i == last)
        for before_m in (8.0, 24.0):
            foot = arm.world([(stop_m + before_m, arm.section.lane_y_m(i))])[0]
            out.append(arrow(foot, arm.angle_rad + np.pi, turns))
    return out


def _dressing(arm: Arm, p: dict[str, Value], kerb_start_m: float, stop_m: float, seed: int) -> Dressing:
    """Both sides of one arm and its turning circle, and the corner on its left."""
    section, garden_m = arm.section, float(p["garden_m"])
    kerb_m, front_m = section.half_width_m, section.half_width_m + section.pavement_width_m
    clear_m = stop_m + 2.0
    first_m = _first_front_m(section, float(p["corner_radius_m"]))
    # Only one of the two rows that meet at a corner fills it.
    starts = {1: first_m + garden_m, -1: front_m + 12.0 + garden_m}
    detail_seed = int(p["detail_seed"])
    guard, signs = kerb_guard(detail_seed), _signs(arm, p, stop_m)
    corner = guarded_kerb(guard, _corner(arm, float(p["corner_radius_m"])), detail_seed)
    lamp = _corner_lamp(
        arm, float(p["corner_radius_m"]), seed, [*discs_of(corner, 0.36), *discs_of(signs, 0.5)]
    )
    out = circle_frontage(arm, p, seed) + Dressing(props=corner + signs + lamp)
    for side in (1, -1):
        kerb = [(clear_m, side * kerb_m), (arm.end_m, side * kerb_m)]
        front = [(starts[side], side * front_m), (arm.end_m, side * front_m)]
        fenced = [(first_m, side * front_m), (arm.end_m, side * front_m)]
        a, b, c = (arm.world(line[::side]) for line in (kerb, front, fenced))
        ends = [(stop_m + 0.5, side * kerb_m), (stop_m + 7.0, side * kerb_m)][::side]
        rails = guarded_kerb(guard, arm.world(ends), detail_seed)
        # Trees stand behind railings.
        clear = [*discs_of(rails, 0.36), *discs_of(signs, 0.9)]
        # One side carries the wires.
        own = {**p, "overhead_wires": bool(p["overhead_wires"]) and side > 0}
        out += side_of_street((a[0], a[1]), (b[0], b[1]), own, seed + 4 + side, clear, (c[0], c[1]))
        out += Dressing(props=rails)
    return out


def _corner(arm: Arm, corner_m: float) -> list[tuple[float, float]]:
    """The kerb round the corner on the arm's left, the pavement on the left of who walks it."""
    middle_m = arm.section.half_width_m + corner_m
    turn = np.linspace(-np.pi, -np.pi / 2, max(3, round(corner_m)))
    rim = middle_m + corner_m * np.column_stack([np.cos(turn), np.sin(turn)])
    return arm.world([(float(x), float(y)) for x, y in rim])


def _corner_lamp(arm: Arm, corner_m: float, seed: int, keep_clear: Sequence[Disc]) -> tuple[Prop, ...]:
    """A lamp in the middle of the corner on the arm's left: where roads cross, they are lit."""
    rim = _corner(arm, corner_m)
    middle = len(rim) // 2
    start, end = rim[middle - 1], rim[middle + 1]
    apart_m = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    return street_lamps(start, end, spacing_m=apart_m, seed=seed, offset_m=0.65, keep_clear=keep_clear)


def _first_front_m(section: Section, corner_m: float) -> float:
    """Where buildings may begin: nobody who walks round the corner's arc comes near the first one."""
    front_m = section.half_width_m + section.pavement_width_m
    beyond_m = max(corner_m - section.pavement_width_m, 0.0)
    away_m, _ = section.strips_m[-1]
    reach_m = corner_m - away_m - 0.4
    along_m = float(np.sqrt(max(reach_m**2 - beyond_m**2, 0.0)))
    return max(front_m, section.half_width_m + corner_m - along_m)


def _signs(arm: Arm, p: dict[str, Value], stop_m: float) -> tuple[Prop, ...]:
    """Parking and speed signs, facing who leaves the junction; right of way, facing who enters it."""
    y_m = -arm.section.half_width_m - 0.4
    places = [(arm.start_m + 16.0, y_m), (arm.start_m + 22.0, y_m), (stop_m + 8.5, -y_m)]
    first, second, third = arm.world(places)
    back = arm.angle_rad + np.pi
    out = [sign("sign_speed30", first, back)] if p["speed_limit_kph"] == 30.0 else []
    if arm.section.parking:
        out.append(sign("sign_parking", second, back))
    out.append(sign("sign_priority" if arm.name in ("east", "west") else "sign_yield", third, arm.angle_rad))
    return tuple(out)
