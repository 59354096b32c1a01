"""Scenarios -> one dataset of many sequences, in several processes or on a cluster, resumable."""

from sim.run.driver import run
from sim.run.engines import Engine, Processes
from sim.run.fetching import fetched
from sim.run.folder import claimed
from sim.run.job import Interrupted, Job, Progress, sequence_name
from sim.run.ray_engine import RayEngine
from sim.run.replays import Replay, recorded_scenario, replayed_states
from sim.run.store import is_url

__all__ = [
    "Engine",
    "Interrupted",
    "Job",
    "Processes",
    "Progress",
    "RayEngine",
    "Replay",
    "claimed",
    "fetched",
    "is_url",
    "recorded_scenario",
    "replayed_states",
    "run",
    "sequence_name",
]
