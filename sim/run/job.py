"""The values a run is made of: what to record, how far it is, how it was broken off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.run.replays import Replay
from sim.scenario import Scenario
from sim.scenario.named_files import PATH

__all__ = ["Call", "Interrupted", "Job", "Progress", "Recorder", "sequence_name"]


class Interrupted(KeyboardInterrupt):
    """Somebody pressed Ctrl-C; what was complete is kept, nothing else is.

    Attributes:
        complete: number of sequences in the dataset.
    """

    def __init__(self, complete: int) -> None:
        super().__init__()
        self.complete = complete


@dataclass(frozen=True)
class Job:
    """One sequence to record.

    Attributes:
        scenario: who, where, how long, filmed by what.
        sequence: its folder-safe name.
        replay: where its states come from, None if they are simulated.
    """

    scenario: Scenario
    sequence: str
    replay: Replay | None = None


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes:
        sequences: how many are complete.
        frames: how many were captured in this run.
        waits: how often rendering waited for encoders, in the sequences that are complete.
    """

    sequences: int
    frames: int
    waits: int = 0


Recorder = Callable[[Job, Path, Sequence[str], Mapping[str, Any], Callable[[], None]], int | None]
"""recorder(job, out, writers, options, on_frame) records one sequence and calls on_frame for every frame.

It returns how often rendering waited for encoders, or None if it does not know.
"""


def sequence_name(scenario: Scenario) -> str:
    """World, or the name of its map, and seed, for example ``crossing-0007``."""
    recipe = scenario.world.recipe
    name = Path(str(recipe.parameters.get(PATH, recipe.name))).stem
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', name)}-{scenario.seed:04d}"


Call = tuple[Path, tuple[str, ...], dict[str, Any]]
"""Arguments every job of a run shares: out, writers, options."""
