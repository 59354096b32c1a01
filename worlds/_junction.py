"""Arms that meet -> the lanes, turns, signals and crossings of a junction, and where its lights stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.world import Crosswalk, Lane, Signal, SignalHead, SignalPhase
from worlds._arms import PAVEMENT_Z_M, Arm
from worlds._curves import quintic

__all__ = [
    "CROSSING_GAP_M",
    "STOP_GAP_M",
    "arm_lanes",
    "crosswalks",
    "heads",
    "programme",
    "signals",
    "turns",
]

CROSSING_GAP_M, STOP_GAP_M = 0.5, 1.2
"""From the junction to the crossing on an arm, and from there to the stop line."""
_AMBER_S, _ALL_RED_S, _RED_AMBER_S = 3.0, 3.0, 1.0


def arm_lanes(arms: Sequence[Arm], k: int, start_m: float, stop_m: float) -> list[Lane]:
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


def turns(arms: Sequence[Arm], k: int, start_m: float) -> list[Lane]:
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


def signals(arms: Sequence[Arm]) -> tuple[Signal, ...]:
    """One group for the vehicles of each arm, one for the people who cross it."""
    vehicles = tuple(Signal(arm.name, "vehicle") for arm in arms)
    return vehicles + tuple(Signal(f"walk_{arm.name}", "pedestrian") for arm in arms)


def programme(green_s: float) -> tuple[SignalPhase, ...]:
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


def crosswalks(
    arms: Sequence[Arm], x_m: float, length_m: float, lanes: Sequence[Lane]
) -> tuple[Crosswalk, ...]:
    """A signalled crossing on each arm, its near edge at `x_m`."""
    return tuple(
        arm.crosswalk(
            f"crosswalk_{arm.name}",
            x_m,
            length_m,
            f"walk_{arm.name}",
            [lane for lane in lanes if lane.id.startswith((f"{arm.name}_in", f"{arm.name}_out"))],
        )
        for arm in arms
    )


def heads(arms: Sequence[Arm], k: int, start_m: float, stop_m: float) -> list[SignalHead]:
    """Lights for who drives in on this arm, and for who crosses it."""
    arm, half_m, name = arms[k], arms[k].section.half_width_m, arms[k].name
    half_length_m = (stop_m - STOP_GAP_M - start_m - CROSSING_GAP_M) / 2
    mid_m = (start_m + CROSSING_GAP_M + stop_m - STOP_GAP_M) / 2
    near, far, across, left, right = arm.world(
        [
            (stop_m - 0.4, half_m + 0.45),
            (-start_m, half_m + 0.45),
            (-start_m, -half_m - 0.45),
            (mid_m + half_length_m + 0.3, half_m + 0.45),
            (mid_m + half_length_m + 0.3, -half_m - 0.45),
        ]
    )
    toward = arm.angle_rad
    # Where there are several lanes the far light hangs over the outermost, to the right of its face.
    over_m = half_m + 0.45 - arm.section.lane_y_m(arm.section.lanes - 1)
    out = [
        SignalHead(f"{name}_near", name, "vehicle", *near, PAVEMENT_Z_M, toward),
        SignalHead(f"{name}_far", name, "vehicle", *far, PAVEMENT_Z_M, toward, 5.2, arm_m=-over_m)
        if arm.section.lanes > 1
        else SignalHead(f"{name}_far", name, "vehicle", *far, PAVEMENT_Z_M, toward),
        SignalHead(f"{name}_across", name, "vehicle", *across, PAVEMENT_Z_M, toward),
    ]
    for tag, xy, yaw in (("left", left, toward - np.pi / 2), ("right", right, toward + np.pi / 2)):
        out.append(
            SignalHead(f"walk_{name}_{tag}", f"walk_{name}", "pedestrian", *xy, PAVEMENT_Z_M, yaw, 2.2)
        )
    return out


def _choices(arms: Sequence[Arm], k: int, index: int) -> tuple[str, ...]:
    """Turns open to a lane: right from the outermost, left from the innermost, straight from each."""
    name, last = arms[k].name, arms[k].section.lanes - 1
    out = [f"{name}_to_{arms[(k + 2) % 4].name}_{index}"]
    if index == last:
        out.append(f"{name}_to_{arms[(k + 1) % 4].name}_{index}")
    if index == 0:
        out.append(f"{name}_to_{arms[(k + 3) % 4].name}_{index}")
    return tuple(out)
