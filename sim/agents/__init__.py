"""Who moves and how: the state of a run, what agents see, decide and do; no drawing, no files."""

from sim.agents.state import Activity, AgentView, Roster, SignalColor, WaitReason, WorldState

__all__ = [
    "Activity",
    "AgentView",
    "Roster",
    "SignalColor",
    "WaitReason",
    "WorldState",
    "behaviors",
    "pose_at",
]

from sim.agents.behaviors import behaviors
from sim.agents.poses import pose_at
