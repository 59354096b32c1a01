"""Scenarios -> one dataset of many sequences, in several processes, resumable."""

from sim.run.driver import Interrupted, Job, Progress, run, sequence_name
from sim.run.folder import claimed

__all__ = ["Interrupted", "Job", "Progress", "claimed", "run", "sequence_name"]
