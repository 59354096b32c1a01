"""Labels of one view -> do they say of every agent what the list of agents and the states say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.audit.measures import exact, measure
from sim.audit.solids import rigid, rotation_of
from sim.audit.view import Measure, View

__all__ = [
    "activities",
    "activity_speeds",
    "attributes",
    "lights",
    "motions",
    "placed_boxes",
    "riders",
    "roster",
]

_POSE = 1e-6  # metres and entries of rotations: two ways to multiply the same matrices

_ACTIVITIES = ("parked", "stopped", "moving", "standing", "walking", "crossing")  # by number in the states
_STILL_MPS = 0.1  # SCHEMA.md: from here on it moves
_FLAGS = {"brake_light": 1, "left_indicator": 2, "right_indicator": 4, "head_lamps": 8}


def roster(view: View) -> Iterator[Measure]:
    """Name, category, size and whether it is parked are those in the list of agents."""
    agents, off = view.extra["agents"], []
    for thing in view.objects:
        number = thing["instance_id"]
        if not 0 < number <= len(agents):
            off.append((True, f"instance {number} is not in the list of {len(agents)} agents"))
            continue
        agent = agents[number - 1]
        pairs = [(name, thing[name], agent[name]) for name in ("name", "category", "is_parked")]
        pairs.append(("size of box3d", thing["box3d"]["size_lwh_m"], agent["size_lwh_m"]))
        for name, says, listed in pairs:
            off.append(
                (says != listed, f"instance {number}: {name} {says!r}, the list of agents has {listed!r}")
            )
    yield exact(view.where, off)


def placed_boxes(view: View) -> Iterator[Measure]:
    """`box3d` lies where the states have the agent, turned by its yaw only; `box3d_posed` is turned alike."""
    state, agents, off = view.extra["state"], view.extra["agents"], []
    for thing in view.objects:
        row = thing["instance_id"] - 1
        if not 0 <= row < len(agents):
            continue  # found by `roster`
        turn = rotation_of(float(state["yaw_rad"][row]))
        origin = np.array([state[name][row] for name in ("x_m", "y_m", "z_m")], np.float64)
        box = rigid(thing["box3d"]["world_from_box"])
        apart = np.abs(box[:3, 3] - origin - turn @ np.asarray(agents[row]["centre_m"])).max()
        who = f"instance {row + 1}"
        off.append((float(apart), f"{who}: box3d lies {apart:.4f} m from where the states have it"))
        for name in ("box3d", "box3d_posed"):
            turned = np.abs(rigid(thing[name]["world_from_box"])[:3, :3] - turn).max()
            off.append((float(turned), f"{who}: {name} is not turned as in the states"))
    yield measure(view.where, off, _POSE, "m")


def motions(view: View) -> Iterator[Measure]:
    """Velocity and yaw rate are those of the states."""
    state, off = view.extra["state"], []
    for thing in view.objects:
        row = thing["instance_id"] - 1
        if not 0 <= row < len(state["vx_mps"]):
            continue
        wanted = (float(state["vx_mps"][row]), float(state["vy_mps"][row]), 0.0)
        apart = float(np.abs(np.subtract(thing["velocity_mps"], wanted)).max())
        off.append((apart, f"instance {row + 1}: velocity {thing['velocity_mps']}, in the states {wanted}"))
        rate = float(state["yaw_rate_radps"][row])
        sentence = f"instance {row + 1}: yaw rate {thing['yaw_rate_radps']}, in the states {rate}"
        off.append((abs(thing["yaw_rate_radps"] - rate), sentence))
    yield measure(view.where, off, 0.0, "m/s")


def lights(view: View) -> Iterator[Measure]:
    """Lights are those of the states."""
    shining, off = view.extra["state"]["lights"], []
    for thing in view.objects:
        row = thing["instance_id"] - 1
        if 0 <= row < len(shining):
            sentence = f"instance {row + 1}: lights {thing['lights']}, in the states {shining[row]}"
            off.append((thing["lights"] != int(shining[row]), sentence))
    yield exact(view.where, off)


def attributes(view: View) -> Iterator[Measure]:
    """The lights by name are the flags in `lights`."""
    off = []
    for thing in view.objects:
        for name, flag in _FLAGS.items():
            says = (thing.get("attributes") or {}).get(name)
            sentence = f"instance {thing['instance_id']}: {name} is {says}, lights are {thing['lights']}"
            off.append((says is not bool(thing["lights"] & flag), sentence))
    yield exact(view.where, off)


def activities(view: View) -> Iterator[Measure]:
    """What an agent is doing is what the states say."""
    doing, off = view.extra["state"].get("activity", ()), []
    for thing in view.objects:
        row = thing["instance_id"] - 1
        if 0 <= row < len(doing):
            code = int(doing[row])
            wanted = _ACTIVITIES[code] if code < len(_ACTIVITIES) else f"{code}, which is none"
            sentence = f"instance {row + 1}: activity {thing['activity']!r}, in the states {wanted!r}"
            off.append((thing["activity"] != wanted, sentence))
    yield exact(view.where, off)


def activity_speeds(view: View) -> Iterator[Measure]:
    """Who stands is slow, who moves is not, parked are those that are parked; people do what people do."""
    off = []
    for thing in view.objects:
        speed = float(np.hypot(*thing["velocity_mps"][:2]))
        fits = {
            "parked": thing["is_parked"] and speed == 0,
            "stopped": not thing["is_parked"] and speed < _STILL_MPS,
            "moving": not thing["is_parked"] and speed >= _STILL_MPS,
            "standing": speed < _STILL_MPS,
            "walking": speed >= _STILL_MPS,
            "crossing": True,
        }
        of_people = thing["activity"] in ("standing", "walking", "crossing")
        kind = of_people != thing["category"].startswith(("vehicle.", "human.rider."))
        sentence = f"instance {thing['instance_id']} ({thing['category']}) is {thing['activity']}"
        off.append((not (kind and fits.get(thing["activity"], False)), f"{sentence} at {speed:.2f} m/s"))
    yield exact(view.where, off)


def riders(view: View) -> Iterator[Measure]:
    """Only people ride, and what they ride is the vehicle that the list of agents names."""
    agents, off = view.extra["agents"], []
    for thing in view.objects:
        ridden = thing["rider_of"]
        if ridden is not None:
            known = ("vehicle.", "movable.")
            vehicle = 0 < ridden <= len(agents) and agents[ridden - 1]["category"].startswith(known)
            sentence = f"instance {thing['instance_id']} ({thing['category']}): rider of {ridden}"
            off.append((not vehicle or not thing["category"].startswith("human."), sentence))
        number = thing["instance_id"]
        listed = agents[number - 1].get("rider_of", ridden) if 0 < number <= len(agents) else ridden
        off.append(
            (listed != ridden, f"instance {number}: rider of {ridden}, the list of agents has {listed}")
        )
    yield exact(view.where, off)
