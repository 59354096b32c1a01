"""A recorder for tests that writes toy streets, in all formats, without OpenGL; for spawned processes too."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.dataset.layout import SEQUENCE, sequence_folder
from sim.run import Job, sequence_name
from sim.scenario import Camera, Pedestrian, Scenario
from sim.scenario.catalog import build_world
from sim.scenario.files import to_dict
from sim.testing import ToyStreet

SCENARIO = Scenario(
    build_world("avenue", {"length_m": 80.0}), (Pedestrian("p0", (0.0, 6.0)),), (Camera("front"),), 1.0
)
FRAMES = 2


def jobs(*seeds: int) -> Iterator[Job]:
    for seed in seeds:
        scenario = dataclasses.replace(SCENARIO, seed=seed)
        yield Job(scenario, sequence_name(scenario))


def toy(
    job: Job, out: Path, writers: Sequence[str], options: Mapping[str, Any], on_frame: Callable[[], None]
) -> None:
    """Writes a toy street that says it was recorded from the job's scenario."""
    channels = ("rgb", "depth", "instance", "semantic", "panoptic", "flow_forward", "amodal")
    street = ToyStreet(
        job.scenario.seed, agents=3, ticks=FRAMES, width_px=32, height_px=24, channels=channels, **options
    )
    street.write(out, job.sequence, formats=tuple(writers), last=False)
    path = sequence_folder(out, job.sequence) / SEQUENCE
    record = json.loads(path.read_text())
    record["scenario"] = to_dict(job.scenario)
    path.write_text(json.dumps(record, indent=1))
    for _ in range(FRAMES):
        on_frame()


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
