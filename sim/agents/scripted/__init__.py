"""Agents that do what a scenario's events say: paths, speeds over time, and ways made of both."""

from sim.agents.scripted.paths import Path
from sim.agents.scripted.profiles import Profile, Swing
from sim.agents.scripted.way import ScriptedWay, driving_way, standing_way

__all__ = ["Path", "Profile", "ScriptedWay", "Swing", "driving_way", "standing_way"]
