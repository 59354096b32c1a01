"""The events of a scenario while it runs: which have started, who does what because of them."""

from sim.script.script import Script
from sim.script.story import Story

__all__ = ["Script", "Story"]
