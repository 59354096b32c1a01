"""What agents can do, by name. A behavior decides for all its rows at once, on one snapshot.

A behavior is a class called with (setting, crossings, rows). `follow_lane` starts as `Traffic` columns and
decides `Drive`; `walk`, `stand` and `trajectory` start as paths and decide `Walk`; `parked` only has a place.
"""

from sim.agents.behaviors.follow_lane import FollowLane
from sim.agents.behaviors.parked import Parked
from sim.agents.behaviors.registry import behaviors
from sim.agents.behaviors.stand import Stand
from sim.agents.behaviors.trajectory import OnTrajectory
from sim.agents.behaviors.walk import WalkAbout

__all__ = ["FollowLane", "OnTrajectory", "Parked", "Stand", "WalkAbout", "behaviors"]
