"""One moment and everybody's decisions -> the next moment: everybody moves at once, nobody into another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.crowd import Crowd
from sim.agents.driving import advance_traffic, lean, path_curvature, vehicle_pose
from sim.agents.guided import Guided, Guides
from sim.agents.riding import balanced, feet_down
from sim.agents.separation import held_back, pushed_apart
from sim.agents.setting import PERSON_RADIUS_M, Setting
from sim.agents.snapshot import Drive, Walk
from sim.agents.towing import pulled
from sim.agents.traffic import Traffic
from sim.agents.walking import landed_crowd, stepped_crowd

__all__ = ["Movers", "move"]

Floats = NDArray[np.float64]

_STEP_ASIDE_MPS = 0.2
_PLACE = (
    *("previous", "lane", "s_m", "plan", "planned"),
    *("leaving", "shift_m", "shift_way_m", "shifted_m"),
)


@dataclass(frozen=True, eq=False)
class Movers:
    """Everything that changes in a run, as its owners keep it. A value.

    Attributes:
        traffic: who drives.
        crowd: who is on foot.
        parked_pose: (K, 3) x, y, yaw of parked vehicles.
        wheel_rad, pitch_rad, roll_rad: (V,) of who drives.
        foot_down: (V,) 0 .. 1, how far riders have a foot on the ground; 0 for all else.
        trailer_pose: (T, 3) x, y, yaw of trailers.
        trailer_wheel_rad: (T,) their wheels.
        guided: vehicles on trajectories.
        held: how many vehicles were held back by the last resort at this tick.
    """

    traffic: Traffic
    crowd: Crowd
    parked_pose: Floats
    wheel_rad: Floats
    pitch_rad: Floats
    roll_rad: Floats
    foot_down: Floats
    trailer_pose: Floats
    trailer_wheel_rad: Floats
    guided: Guided
    held: int = 0


def move(
    setting: Setting, now: Movers, drive: Drive, walk: Walk, parked_rows: NDArray[np.intp], guides: Guides
) -> Movers:
    """Everybody one tick later. Who is on a trajectory is never held back."""
    guided = guides.moved(now.guided)
    traffic = advance_traffic(setting, now.traffic, drive)
    crowd = guides.led(stepped_crowd(setting, now.crowd, walk), guided)
    still = now.crowd.path[:, 0] < 0
    wanted = (
        pushed_apart(crowd.xy_m, still, PERSON_RADIUS_M, _STEP_ASIDE_MPS * setting.dt_s)
        if len(crowd)
        else crowd.xy_m
    )
    here, there = (vehicle_pose(setting, t) for t in (now.traffic, traffic))
    pulling = np.searchsorted(traffic.rows, setting.tractors)
    trailers = pulled(setting, now.trailer_pose, there[pulling])
    company = setting.company
    rows = np.concatenate([traffic.rows, setting.trailers, parked_rows, guided.rows, company.boxes])
    beside = company.poses(now.crowd), company.poses(replace(crowd, xy_m=wanted))
    people_now = now.crowd.xy_m.copy()
    people_now[guides.people] = wanted[guides.people]
    hold_car, hold_person = held_back(
        np.concatenate([here, now.trailer_pose, now.parked_pose, guided.pose, beside[0]]),
        np.concatenate([there, trailers, now.parked_pose, guided.pose, beside[1]]),
        setting.footprint_m[rows],
        people_now,
        wanted,
        PERSON_RADIUS_M,
        np.stack([pulling, len(traffic) + np.arange(len(pulling))], 1),
        company.own_boxes(crowd, len(rows) - len(company.boxes)),
    )
    hold_car = hold_car[: len(traffic)]
    hold_person[guides.people] = False
    traffic = _stopped(now.traffic, traffic, hold_car)
    crowd = replace(crowd, xy_m=np.where(hold_person[:, None], now.crowd.xy_m, wanted))
    # What goes with a person sweeps round when they turn, so they keep their heading, too.
    turns = ~(hold_person & company.has[crowd.rows])
    crowd = replace(
        crowd,
        yaw_rad=np.where(turns, crowd.yaw_rad, now.crowd.yaw_rad),
        yaw_rate_radps=np.where(turns, crowd.yaw_rate_radps, 0.0),
    )
    crowd = landed_crowd(setting, now.crowd, crowd, hold_person)
    rolled = np.where(hold_car, 0.0, (now.traffic.speed_mps + traffic.speed_mps) / 2 * setting.dt_s)
    lateral_mps2 = traffic.speed_mps**2 * path_curvature(setting, traffic)
    pitch, roll = lean(now.pitch_rad, now.roll_rad, traffic.accel_mps2, lateral_mps2, setting.dt_s)
    foot_down = feet_down(setting, traffic.rows, traffic.speed_mps, now.foot_down)
    cycle = setting.is_cycle[traffic.rows]
    pitch = np.where(cycle, 0.0, pitch)
    roll = np.where(cycle, balanced(setting, traffic.rows, now.roll_rad, lateral_mps2, foot_down), roll)
    wheel = now.wheel_rad + rolled / setting.wheel_radius_m[traffic.rows]
    trailers = np.where(hold_car[pulling, None], now.trailer_pose, trailers)
    moved = np.hypot(*(trailers - now.trailer_pose)[:, :2].T)
    return Movers(
        traffic,
        crowd,
        now.parked_pose,
        wheel,
        pitch,
        roll,
        foot_down,
        trailers,
        now.trailer_wheel_rad + moved / setting.wheel_radius_m[setting.trailers],
        guided,
        int(hold_car.sum()),
    )


def _stopped(before: Traffic, after: Traffic, held: NDArray[np.bool_]) -> Traffic:
    """`after`, but who was held stands where he was."""
    if not held.any():
        return after
    columns = {
        name: np.where(
            held.reshape(-1, *[1] * (getattr(after, name).ndim - 1)),
            getattr(before, name),
            getattr(after, name),
        )
        for name in _PLACE
    }
    return replace(
        after,
        **columns,
        speed_mps=np.where(held, 0.0, after.speed_mps),
        accel_mps2=np.where(held, 0.0, after.accel_mps2),
    )
