"""People on a road and vehicles near them -> who hurries, stops or steps back rather than be in their way.

Everybody is thought to go straight on as they do now for two seconds, vehicles that brake to go on braking.
People on the road choose what keeps them clear: to go on, to hurry, to stop, to step back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.driving import vehicle_pose
from sim.agents.separation import disc_gap_m
from sim.agents.setting import PERSON_RADIUS_M
from sim.agents.snapshot import Snapshot

__all__ = ["clear_mps", "dodged_mps"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_TIMES_S = np.array([0.2, 0.5, 0.8, 1.2, 1.6, 2.0])
_HURRY, _FASTEST_MPS, _BACK_MPS = 1.6, 3.5, -0.4
_ACCEL_MPS2, _BRAKE_MPS2 = 1.2, 3.0
_CLEAR_M = 0.35
"""Room that is enough beside a vehicle."""
_NEAR_M = 9.0


def dodged_mps(
    snapshot: Snapshot, who: Ints, on_road: Ints, heading_rad: Floats, wanted_mps: Floats
) -> Floats:
    """Speeds of people with those of who is on a road and gets out of the way of vehicles.

    Args:
        snapshot: the moment.
        who: (K,) the people, places in the crowd.
        on_road: (M,) which of them are on a road.
        heading_rad: (K,) where they head.
        wanted_mps: (K,) and how fast they would like to go.
    """
    t, crowd, setting = snapshot.traffic, snapshot.crowd, snapshot.setting
    if not len(on_road) or not len(t):
        return wanted_mps
    out, some, heading = wanted_mps.copy(), who[on_road], heading_rad[on_road]
    out[on_road] = clear_mps(
        crowd.xy_m[some],
        np.stack([np.cos(heading), np.sin(heading)], 1),
        crowd.speed_mps[some],
        wanted_mps[on_road],
        PERSON_RADIUS_M,
        vehicle_pose(setting, t),
        setting.footprint_m[t.rows],
        t.speed_mps,
        t.accel_mps2,
    )
    return out


def clear_mps(
    xy_m: Floats,
    ahead: Floats,
    speed_mps: Floats,
    wanted_mps: Floats,
    radius_m: float,
    pose: Floats,
    box: Floats,
    vehicle_mps: Floats,
    vehicle_mps2: Floats,
) -> Floats:
    """Speeds of people on a road: those they want where nothing comes near, else what keeps them clear.

    Args:
        xy_m: (K, 2) where people are.
        ahead: (K, 2) unit vectors, which way they walk.
        speed_mps: (K,) how fast they are.
        wanted_mps: (K,) and would like to be.
        radius_m: of a person.
        pose: (V, 3) x, y, yaw of vehicles.
        box: (V, 3) x_min, x_max and half width of each.
        vehicle_mps: (V,) their speeds.
        vehicle_mps2: (V,) their accelerations.

    Returns:
        (K,) speeds, negative for a step back.
    """
    away = np.hypot(*(xy_m[:, None] - pose[:, :2]).transpose(2, 0, 1))
    # Vehicles come nearer by what they drive and by their length.
    reach = _NEAR_M + np.maximum(box[:, 1], -box[:, 0]) + vehicle_mps * _TIMES_S[-1]
    who, which = np.nonzero(away < reach)
    if not len(who):
        return wanted_mps
    gaps = []
    options = [
        wanted_mps,
        np.minimum(wanted_mps * _HURRY, np.maximum(wanted_mps, _FASTEST_MPS)),
        np.zeros(len(xy_m)),
        np.full(len(xy_m), _BACK_MPS),
    ]
    for option in options:
        gap = np.full(len(xy_m), np.inf)
        for time_s in _TIMES_S:
            person = xy_m[who] + ahead[who] * _way_m(speed_mps, option, time_s)[who, None]
            gone = _driven_m(vehicle_mps[which], vehicle_mps2[which], time_s)
            yaw = pose[which, 2]
            there = np.stack(
                [pose[which, 0] + np.cos(yaw) * gone, pose[which, 1] + np.sin(yaw) * gone, yaw], 1
            )
            np.minimum.at(gap, who, disc_gap_m(person, there, box[which]) - radius_m)
        gaps.append(gap)
    gap = np.stack(gaps, 1)
    # The first that is clear enough; where none is, the one with most room.
    best = np.where((gap > _CLEAR_M).any(1), (gap > _CLEAR_M).argmax(1), gap.argmax(1))
    return np.asarray(np.stack(options, 1)[np.arange(len(best)), best])


def _way_m(speed_mps: Floats, option_mps: Floats, time_s: float) -> Floats:
    """How far people get who change from one speed to another as fast as they can."""
    change = option_mps - speed_mps
    rate = np.where(change > 0, _ACCEL_MPS2, -_BRAKE_MPS2)
    until = np.minimum(change / rate, time_s)
    return np.asarray(speed_mps * until + rate * until**2 / 2 + option_mps * (time_s - until))


def _driven_m(speed_mps: Floats, accel_mps2: Floats, time_s: float) -> Floats:
    """How far vehicles get that go on braking as they do until they stand."""
    slows = np.minimum(accel_mps2, 0.0)
    until = np.minimum(np.where(slows < -1e-6, -speed_mps / np.minimum(slows, -1e-6), np.inf), time_s)
    return np.asarray(speed_mps * until + slows * until**2 / 2)
