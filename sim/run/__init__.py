"""Scenarios -> one dataset of many sequences, in several processes, resumable."""

from sim.run.driver import run
from sim.run.folder import claimed
from sim.run.job import Interrupted, Job, Progress, sequence_name

__all__ = ["Interrupted", "Job", "Progress", "claimed", "run", "sequence_name"]
