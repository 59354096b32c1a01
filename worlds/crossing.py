"""A junction of four arms with traffic lights, signalled crossings, turning lanes and corner buildings."""

from __future__ import annotations

import inspect

import numpy as np

from sim.world import (
    Crosswalk,
    Lane,
    Lighting,
    Marking,
    Prop,
    Recipe,
    RoadNetwork,
    Signal,
    SignalHead,
    SignalPhase,
    World,
)
from worlds._arms import PAVEMENT_Z_M, Arm, Section, marking_strip
from worlds._curves import quintic
from worlds._frontages import Dressing, circle_frontage, side_of_street, sign
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._pavements import ground_patches, walk_graph

__all__ = ["build", "sample"]

_ARMS = ("east", "north", "west", "south")
_AMBER_S, _ALL_RED_S, _RED_AMBER_S = 3.0, 3.0, 1.0


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
    furniture_per_100m: float = 8.0,
    sun_azimuth_deg: float = 115.0,
    sun_elevation_deg: float = 45.0,
    cloud_cover: float = 0.25,
    turbidity: float = 3.0,
    exposure_ev: float = 0.0,
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
        facades: ``mixed``, ``plaster``, ``brick``, ``stone`` or ``modern``.
        gap_share: share of the building lines that stays open, 0 to 0.9.
        shop_share: share of the buildings with shops, 0 to 1.
        tree_spacing_m: along each kerb, 0 (no trees) to 60.
        season: ``summer``, ``autumn`` or ``winter``.
        furniture_per_100m: benches, bins and so on along each kerb, 0 to 40.
        sun_azimuth_deg: counter-clockwise from +X, -360 to 360.
        sun_elevation_deg: 3 to 75.
        cloud_cover: 0 to 1.
        turbidity: haze, 2 to 8.
        exposure_ev: -2 to 2.
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
    stop_m = lane_start_m + 0.5 + float(p["crosswalk_length_m"]) + 1.2
    driving = [lane for k in range(4) for lane in _arm_lanes(arms, k, lane_start_m, stop_m)]
    turning = [lane for k in range(4) for lane in _turns(arms, k, lane_start_m)]
    crosswalks = _crosswalks(arms, lane_start_m + 0.5, p, driving)
    dressing, bays, markings = Dressing(), list[Lane](), list[Marking]()
    for k, arm in enumerate(arms):
        dressing += _dressing(arm, p, kerb_start_m, stop_m, int(p["detail_seed"]) * 32 + 8 * k)
        markings += _markings(arm, p, lane_start_m, stop_m)
        for side in (-1, 1):
            more_lanes, more_lines = arm.bays(side, stop_m + 9.0, arm.end_m - 7.0)
            bays, markings = bays + more_lanes, markings + more_lines
    reach_m = arms[0].circle_x_m + section.circle_radius_m + section.pavement_width_m + 14.0
    bounds_m = (-reach_m, -reach_m, reach_m, reach_m)
    nodes, edges = walk_graph(arms, corner_m, crosswalks, float(p["crosswalk_length_m"]))
    return World(
        recipe=Recipe("crossing", p),
        network=RoadNetwork(
            lanes=(*driving, *turning, *bays),
            signals=_signals(),
            programme=_programme(float(p["green_s"])),
            crosswalks=crosswalks,
            walk_nodes=nodes,
            walk_edges=edges,
        ),
        ground=ground_patches(
            arms, corner_m, section.pavement_width_m, bounds_m, "grass" if p["gap_share"] else "earth"
        ),
        markings=tuple(markings),
        buildings=dressing.buildings,
        trees=dressing.trees,
        props=dressing.props,
        signal_heads=tuple(h for k in range(4) for h in _heads(arms, k, lane_start_m, stop_m)),
        lighting=Lighting(
            float(p["sun_azimuth_deg"]),
            float(p["sun_elevation_deg"]),
            float(p["turbidity"]),
            float(p["cloud_cover"]),
            float(p["exposure_ev"]),
            int(p["detail_seed"]),
        ),
        surface_seed=int(p["detail_seed"]),
        bounds_m=bounds_m,
        cameras={"overview": (-stop_m - 5.0, -section.half_width_m - 0.6, 6.8, 0.36, 0.22)},
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
        "lanes": int(rng.choice([1, 2], p=[0.6, 0.4])),
        "lane_width_m": round(float(rng.uniform(3.0, 3.6)), 2),
        "parking": bool(rng.random() < 0.7),
        "pavement_width_m": round(float(rng.uniform(3.2, 5.2)), 2),
        "corner_radius_m": round(float(rng.uniform(5.5, 9.0)), 1),
        "crosswalk_length_m": round(float(rng.uniform(3.0, 5.0)), 1),
        "green_s": round(float(rng.uniform(13.0, 20.0)), 1),
        "speed_limit_kph": float(rng.choice([30.0, 50.0, 50.0])),
        **sampled_look(rng),
    }
    known = inspect.signature(build).parameters
    return build(**with_fixed("crossing", drawn, fixed, known))  # type: ignore[arg-type]


def _arm_lanes(arms: list[Arm], k: int, start_m: float, stop_m: float) -> list[Lane]:
    """Lanes in and out of one arm and round its turning circle."""
    arm, section, out = arms[k], arms[k].section, []
    for i in range(section.lanes):
        y_m, name = section.lane_y_m(i), arm.name
        neighbours = (i - 1, i + 1)
        for kind, line in (
            ("out", [(start_m, -y_m), (arm.end_m, -y_m)]),
            ("in", [(arm.end_m, y_m), (start_m, y_m)]),
        ):
            left, right = (f"{name}_{kind}_{n}" if 0 <= n < section.lanes else "" for n in neighbours)
            out.append(
                Lane(
                    id=f"{name}_{kind}_{i}",
                    kind="driving",
                    centre_m=tuple(arm.world(line)),
                    width_m=section.lane_width_m,
                    speed_limit_mps=section.speed_limit_mps,
                    successors=_choices(arms, k, i) if kind == "in" else (f"{name}_loop_{i}",),
                    left=left,
                    right=right,
                    stop_line_s_m=arm.end_m - stop_m if kind == "in" else -1.0,
                    signal=name if kind == "in" else "",
                )
            )
        out.append(arm.loop(i, (f"{name}_in_{i}",)))
    return out


def _choices(arms: list[Arm], k: int, index: int) -> tuple[str, ...]:
    """Turns open to a lane: right from the outermost, left from the innermost, straight from each."""
    name, last = arms[k].name, arms[k].section.lanes - 1
    out = [f"{name}_to_{arms[(k + 2) % 4].name}_{index}"]
    if index == last:
        out.append(f"{name}_to_{arms[(k + 1) % 4].name}_{index}")
    if index == 0:
        out.append(f"{name}_to_{arms[(k + 3) % 4].name}_{index}")
    return tuple(out)


def _turns(arms: list[Arm], k: int, start_m: float) -> list[Lane]:
    """The lanes across the junction from one arm."""
    arm, section, out = arms[k], arms[k].section, []
    opposite = arms[(k + 2) % 4].name
    last = section.lanes - 1
    # Traffic keeps right, so who comes from the east and turns right leaves to the north.
    for turn, step, lanes in (
        ("straight", 2, range(section.lanes)),
        ("right", 1, range(last, last + 1)),
        ("left", 3, range(1)),
    ):
        for i in lanes:
            y_m = section.lane_y_m(i)
            target = arms[(k + step) % 4]
            yaw_rad = target.angle_rad - arm.angle_rad
            c, s = float(np.cos(yaw_rad)), float(np.sin(yaw_rad))
            end = (c * start_m + s * y_m, s * start_m - c * y_m)
            line = (
                [(start_m, y_m), end]
                if turn == "straight"
                else quintic((start_m, y_m), np.pi, end, yaw_rad, step_m=0.5)
            )
            yields = [f"{opposite}_to_{arm.name}_{j}" for j in range(section.lanes)]
            yields.append(f"{opposite}_to_{target.name}_{last}")
            out.append(
                Lane(
                    id=f"{arm.name}_to_{target.name}_{i}",
                    kind="driving",
                    centre_m=tuple(arm.world(line)),
                    width_m=section.lane_width_m,
                    speed_limit_mps=section.speed_limit_mps,
                    successors=(f"{target.name}_out_{i}",),
                    turn=turn,
                    yields_to=tuple(yields) if turn == "left" else (),
                )
            )
    return out


def _signals() -> tuple[Signal, ...]:
    return tuple(Signal(n, "vehicle") for n in _ARMS) + tuple(
        Signal(f"walk_{n}", "pedestrian") for n in _ARMS
    )


def _programme(green_s: float) -> tuple[SignalPhase, ...]:
    """North and south drive while people cross the other two arms, then the other way round."""
    out = []
    for pair, others in ((("north", "south"), ("east", "west")), (("east", "west"), ("north", "south"))):
        drive = tuple((n, "green") for n in pair)
        walk = tuple((f"walk_{n}", "green") for n in others)
        out += [
            SignalPhase(_RED_AMBER_S, tuple((n, "red_amber") for n in pair)),
            SignalPhase(round(green_s * 0.6, 3), drive + walk),
            SignalPhase(round(green_s * 0.4, 3), drive),
            SignalPhase(_AMBER_S, tuple((n, "amber") for n in pair)),
            SignalPhase(_ALL_RED_S, ()),
        ]
    return tuple(out)


def _crosswalks(arms: list[Arm], x_m: float, p: dict[str, Value], lanes: list[Lane]) -> tuple[Crosswalk, ...]:
    return tuple(
        arm.crosswalk(
            f"crosswalk_{arm.name}",
            x_m,
            float(p["crosswalk_length_m"]),
            f"walk_{arm.name}",
            [lane for lane in lanes if lane.id.startswith((f"{arm.name}_in", f"{arm.name}_out"))],
        )
        for arm in arms
    )


def _markings(arm: Arm, p: dict[str, Value], start_m: float, stop_m: float) -> list[Marking]:
    section = arm.section
    inner_m = section.lanes * section.lane_width_m
    out = arm.zebra(start_m + 0.5, float(p["crosswalk_length_m"]))
    out.append(marking_strip("stop", arm.world([(stop_m, 0.1), (stop_m, inner_m)]), 0.4))
    out.append(marking_strip("line", arm.world([(stop_m, 0.0), (stop_m + 18.0, 0.0)]), 0.12))
    return out + arm.lines(stop_m + 20.0, arm.end_m)


def _heads(arms: list[Arm], k: int, start_m: float, stop_m: float) -> list[SignalHead]:
    """Lights for who drives in on this arm, and for who crosses it."""
    arm, half_m, name = arms[k], arms[k].section.half_width_m, arms[k].name
    mid_m = (start_m + 0.5 + stop_m - 1.2) / 2
    near, far, left, right = arm.world(
        [
            (stop_m - 0.4, half_m + 0.45),
            (-start_m, half_m + 0.45),
            (mid_m + 1.7, half_m + 0.45),
            (mid_m + 1.7, -half_m - 0.45),
        ]
    )
    toward = arm.angle_rad
    out = [
        SignalHead(f"{name}_near", name, "vehicle", *near, PAVEMENT_Z_M, toward),
        SignalHead(f"{name}_far", name, "vehicle", *far, PAVEMENT_Z_M, toward, 5.2, arm_m=0.0)
        if arm.section.lanes > 1
        else SignalHead(f"{name}_far", name, "vehicle", *far, PAVEMENT_Z_M, toward),
    ]
    for tag, xy, yaw in (("left", left, toward - np.pi / 2), ("right", right, toward + np.pi / 2)):
        out.append(
            SignalHead(f"walk_{name}_{tag}", f"walk_{name}", "pedestrian", *xy, PAVEMENT_Z_M, yaw, 2.2)
        )
    return out


def _dressing(arm: Arm, p: dict[str, Value], kerb_start_m: float, stop_m: float, seed: int) -> Dressing:
    """Both sides of one arm and its turning circle."""
    section = arm.section
    kerb_m, front_m = section.half_width_m, section.half_width_m + section.pavement_width_m
    clear_m = stop_m + 2.0
    # Only one of the two rows that meet at a corner fills it.
    starts = {1: _first_front_m(section, float(p["corner_radius_m"])), -1: front_m + 12.0}
    out = circle_frontage(arm, p, seed)
    for side in (1, -1):
        front = [(starts[side], side * front_m), (arm.end_m, side * front_m)]
        kerb = [(clear_m, side * kerb_m), (arm.end_m, side * kerb_m)]
        a, b = arm.world(kerb[::side]), arm.world(front[::side])
        out += side_of_street((a[0], a[1]), (b[0], b[1]), p, seed + 4 + side, ())
    return out + Dressing(props=_signs(arm, p))


def _first_front_m(section: Section, corner_m: float) -> float:
    """Where buildings may begin: nobody who walks round the corner's arc comes near the first one."""
    front_m = section.half_width_m + section.pavement_width_m
    beyond_m = max(corner_m - section.pavement_width_m, 0.0)
    away_m, _ = section.strips_m[-1]
    reach_m = corner_m - away_m - 0.4
    along_m = float(np.sqrt(max(reach_m**2 - beyond_m**2, 0.0)))
    return max(front_m, section.half_width_m + corner_m - along_m)


def _signs(arm: Arm, p: dict[str, Value]) -> tuple[Prop, ...]:
    """Parking and speed signs, facing who leaves the junction."""
    y_m = -arm.section.half_width_m - 0.4
    (first, second) = arm.world([(arm.start_m + 16.0, y_m), (arm.start_m + 22.0, y_m)])
    out = [sign("sign_speed30", first, arm.angle_rad + np.pi)] if p["speed_limit_kph"] == 30.0 else []
    if arm.section.parking:
        out.append(sign("sign_parking", second, arm.angle_rad + np.pi))
    return tuple(out)
