"""Scenarios -> one dataset of many sequences, in several processes, resumable."""

from sim.run.driver import Interrupted, Job, Progress, run, sequence_name

__all__ = ["Interrupted", "Job", "Progress", "run", "sequence_name"]
