"""A recorded sequence -> the way of each agent, as a trajectory that other scenarios can lead one along."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.agents.trajectory import Trajectory
from sim.dataset.reader import RecordedSequence
from sim.errors import UsageError, near_matches

__all__ = ["recorded_trajectories"]


def recorded_trajectories(sequence: RecordedSequence, agents: Sequence[str] = ()) -> dict[str, Trajectory]:
    """Agent -> where it was at every tick, bit for bit; of vehicles also height and speed.

    Args:
        sequence: whose states.
        agents: names; empty for everybody. Riders, trailers and companions go where
            others go: they have none.

    Raises:
        UsageError: no such agent, one that goes with another, or states that cannot be read.
    """
    roster = sequence.info.roster
    tied = {*roster.rider_of, *roster.towed_by, *roster.led_by}
    own = [name for row, name in enumerate(roster.names) if row not in tied]
    for name in agents:
        if name not in own:
            raise UsageError(near_matches("agent", name, own))
    names = list(agents) or own
    rows = [roster.row(name) for name in names]
    states = [sequence.state(tick) for tick in sequence.ticks]
    time_s = tuple(state.time_s for state in states)
    place = np.array([state.poses.position_m[rows] for state in states]).reshape(len(states), -1, 3)
    yaw = np.array([state.poses.yaw_rad[rows] for state in states]).reshape(len(states), -1)
    velocity = np.array([state.velocity_mps[rows] for state in states]).reshape(len(states), -1, 2)
    speed = velocity[..., 0] * np.cos(yaw) + velocity[..., 1] * np.sin(yaw)
    out = {}
    for k, (name, row) in enumerate(zip(names, rows, strict=True)):
        x_m, y_m, z_m = (tuple(column) for column in place[:, k].T.tolist())
        more = {"z_m": z_m, "speed_mps": tuple(speed[:, k].tolist())}
        is_vehicle = roster.categories[row].is_vehicle
        out[name] = Trajectory(time_s, x_m, y_m, tuple(yaw[:, k].tolist()), **(more if is_vehicle else {}))
    return out
