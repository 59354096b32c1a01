"""An action that starts at a time -> the way its agent takes then, what it governs and when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from sim.agents.scripted import Profile, ScriptedWay, Swing
from sim.agents.scripted.paths import path_through
from sim.agents.setting import Setting
from sim.agents.trajectory import Courses, Trajectory, Way
from sim.bodies import Lights
from sim.scenario.actions import (
    Action,
    Appear,
    Brake,
    ChangeLane,
    ChangeSpeed,
    Cross,
    Drive,
    FollowSpeeds,
    FollowTrajectory,
    Leave,
    Stop,
    SwitchLights,
    Turn,
    Walk,
)
from sim.script.places import xy_of

__all__ = ["PATH", "SPEED", "Course", "acted"]

SPEED, PATH, ASIDE, TURN = "speed", "path", "aside", "heading"
"""What an action may govern of an agent; two at once contradict each other."""

_PERSON_CORNER_M = 0.3
_TURN_S = 0.4
"""How long people take to look where they go."""


@dataclass(frozen=True)
class Course:
    """What becomes of an agent.

    Attributes:
        way: from the action's start on.
        until_s: what the action governs -> until when; inf for as long as the way goes on.
        problem: what could not be done as asked, "" if all could.
    """

    way: Way
    until_s: dict[str, float]
    problem: str = ""


def acted(action: Action, way: Way, time_s: float, front_m: float, setting: Setting) -> Course:
    """What an action does to the way of its agent.

    Args:
        action: what to do, to an agent.
        way: its way until now.
        time_s: now.
        front_m: how far its front is ahead of its origin.
        setting: the street.
    """
    if isinstance(action, FollowTrajectory):
        return _trajectory(action.trajectory, time_s)
    scripted = way if isinstance(way, ScriptedWay) else _scripted(way, time_s)
    return _ACTS[type(action)](action, scripted, time_s, front_m, setting)


def _speeds(
    way: ScriptedWay, time_s: float, speeds: Sequence[tuple[float, float]], smooth: bool = False
) -> Course:
    changed = way.with_speeds(time_s, speeds, smooth)
    return Course(changed, {SPEED: changed.profile.settled_s})


def _change_speed(action: ChangeSpeed, way: ScriptedWay, time_s: float, *_: object) -> Course:
    now = way.way_at(time_s)[1]
    change, mean = action.to_mps - now, (action.to_mps + now) / 2
    takes_s, problem = action.over_s or 0.0, ""
    if action.accel_mps2 is not None:
        takes_s = abs(change) / action.accel_mps2
    elif action.over_m is not None and mean * action.over_m > 0:
        takes_s = action.over_m / mean
    elif action.over_m is not None:
        problem = f"no way of {action.over_m:g} m is gone from {now:.3g} to {action.to_mps:g} m/s"
    return replace(_speeds(way, time_s, [(takes_s, action.to_mps)], action.smooth), problem=problem)


def _follow_speeds(action: FollowSpeeds, way: ScriptedWay, time_s: float, *_: object) -> Course:
    takes = [after - before for before, after in pairwise([0.0, *action.time_s])]
    return _speeds(way, time_s, list(zip(takes, action.speed_mps, strict=True)))


def _brake(action: Brake, way: ScriptedWay, time_s: float, *_: object) -> Course:
    now = way.way_at(time_s)[1]
    if now <= action.to_mps:
        return Course(way, {SPEED: time_s}, f"goes {now:.3g} m/s, not more than {action.to_mps:g}")
    return _speeds(way, time_s, [((now - action.to_mps) / action.decel_mps2, action.to_mps)])


def _stop(action: Stop, way: ScriptedWay, time_s: float, front_m: float, setting: Setting) -> Course:
    here, now, _ = way.way_at(time_s)
    room = action.within_m
    if action.at is not None:
        room = way.path.nearest_s_m(xy_of(action.at, setting.lanes)) - front_m - here
    if room is None or room <= 0 or now <= 0:
        problem = "stands" if now <= 0 else "is beyond the place where it should stop"
        return replace(_speeds(way, time_s, [(0.0, 0.0)]), problem=problem)
    return _speeds(way, time_s, [(2 * room / now, 0.0)])


def _change_lane(action: ChangeLane, way: ScriptedWay, time_s: float, *_: object) -> Course:
    return Course(way.moved_over(time_s, action.left_m, action.over_s), {ASIDE: time_s + action.over_s})


def _turn(action: Turn, way: ScriptedWay, time_s: float, *_: object) -> Course:
    turned = way.turned_by(time_s, float(np.radians(action.left_deg)), action.over_s)
    return Course(turned, {TURN: time_s + action.over_s})


def _drive(action: Drive, way: ScriptedWay, time_s: float, front_m: float, setting: Setting) -> Course:
    points = [xy_of(place, setting.lanes) for place in action.through]
    x, y, _, yaw = way.at(time_s)[0].tolist()
    # The way begins as it is headed, so that nobody turns on the spot.
    ahead = min(action.corner_m, float(np.hypot(points[0][0] - x, points[0][1] - y)) / 2)
    points.insert(0, (x + ahead * float(np.cos(yaw)), y + ahead * float(np.sin(yaw))))
    changed = way.onto(time_s, points, action.corner_m)
    return Course(changed, {PATH: changed.arrival_s(time_s)})


def _walk(action: Walk, way: ScriptedWay, time_s: float, front_m: float, setting: Setting) -> Course:
    return _on_foot(way, time_s, [xy_of(p, setting.lanes) for p in action.to], action)


def _cross(action: Cross, way: ScriptedWay, time_s: float, front_m: float, setting: Setting) -> Course:
    here, lanes = way.at(time_s)[0, :2], setting.lanes
    near = []
    for k, lane in enumerate(lanes.lanes):
        if lane.kind == "driving":
            _, xy, yaw = lanes.points(k)
            away = np.hypot(*(xy - here).T)
            first = int(away.argmin())
            near.append((float(away[first]), float(yaw[first]), xy[first] - here))
    _, along, toward = min(near, key=lambda one: one[0])
    side = 1.0 if np.cos(along) * toward[1] - np.sin(along) * toward[0] >= 0 else -1.0
    heading = along + side * float(np.radians(action.angle_deg))
    end = here + action.way_m * np.array([np.cos(heading), np.sin(heading)])
    return _on_foot(way, time_s, [(float(end[0]), float(end[1]))], action)


def _on_foot(
    way: ScriptedWay, time_s: float, points: Sequence[tuple[float, float]], action: Walk | Cross
) -> Course:
    looked = float(way.at(time_s)[0, 3])
    changed = replace(way.onto(time_s, points, _PERSON_CORNER_M), halts=True)
    now = way.way_at(time_s)[1]
    takes_s = abs(action.speed_mps - now) / action.accel_mps2 if action.accel_mps2 else 0.0
    changed = changed.with_speeds(time_s, [(takes_s, action.speed_mps)], False)
    turn = float((looked - changed.path.at(0.0)[2] + np.pi) % (2 * np.pi) - np.pi)
    changed = replace(changed, turned=Swing(time_s, _TURN_S, turn, 0.0))
    return Course(changed, {SPEED: time_s + takes_s, PATH: changed.arrival_s(time_s)})


def _lights(action: SwitchLights, way: ScriptedWay, time_s: float, *_: object) -> Course:
    on, off = (_named(names) for names in (action.lit, action.dark))
    return Course(
        replace(way, on_lights=way.on_lights & ~off | on, off_lights=way.off_lights & ~on | off), {}
    )


def _appear(action: Appear, way: ScriptedWay, time_s: float, *_: object) -> Course:
    place_m, speed_mps = way.profile.pieces[0][1:3]
    return Course(replace(way, there=True, profile=Profile.steady(time_s, place_m, speed_mps)), {})


def _leave(action: Leave, way: ScriptedWay, time_s: float, *_: object) -> Course:
    return Course(replace(way, there=False), {})


def _trajectory(trajectory: Trajectory, time_s: float) -> Course:
    later = replace(trajectory, time_s=tuple(t + time_s for t in trajectory.time_s))
    done = later.time_s[-1]
    return Course(Courses([later]).ways[0], {SPEED: done, PATH: done, ASIDE: done, TURN: done})


def _scripted(way: Way, time_s: float) -> ScriptedWay:
    """The way straight on of who was on a trajectory."""
    place, rate, _ = way.at(time_s)
    x, y, yaw = float(place[0]), float(place[1]), float(place[3])
    ahead = float(np.cos(yaw)), float(np.sin(yaw))
    speed = float(rate[0] * ahead[0] + rate[1] * ahead[1])
    path = path_through([(x, y), (x + ahead[0], y + ahead[1])], 0.0)
    return ScriptedWay(path, Profile.steady(time_s, 0.0, speed))


def _named(names: Sequence[str]) -> Lights:
    out = Lights.NONE
    for name in names:
        out |= Lights[name.upper()]
    return out


_ACTS: dict[type, Callable[[Any, ScriptedWay, float, float, Setting], Course]] = {
    ChangeSpeed: _change_speed,
    FollowSpeeds: _follow_speeds,
    Brake: _brake,
    Stop: _stop,
    ChangeLane: _change_lane,
    Drive: _drive,
    Walk: _walk,
    Cross: _cross,
    Turn: _turn,
    SwitchLights: _lights,
    Appear: _appear,
    Leave: _leave,
}
