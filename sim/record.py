"""Scenario -> labelled sequence on disk: simulate or replay, film, label, write, in one visible loop."""

from __future__ import annotations

import importlib.metadata
import itertools
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.agents.state import WorldState
from sim.dataset import Encodings, SequenceInfo, Splits
from sim.dataset.encodings import USUAL
from sim.frame import AMODAL, MOTION_CHANNELS, Frame
from sim.labels import label
from sim.moments import moments
from sim.scenario import Scenario
from sim.scenario.portable import portable
from sim.simulation import simulate
from sim.writers import SequenceOutput, finish

__all__ = ["environment", "record"]

_VERSIONED = (
    "roadreel",
    "panda3d",
    "numpy",
    "opencv-python-headless",
    "imagecodecs",
    "isal",
    "pyarrow",
    "av",
)


def environment(gl: Mapping[str, str]) -> dict[str, object]:
    """What beside scenario and seed decides the bytes: versions, OpenGL driver, CPU features."""
    versions = {"python": platform.python_version()}
    for name in _VERSIONED:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "versions": versions,
        "gl": dict(gl),
        "cpu": {"machine": platform.machine(), "features": _features()},
    }


def _features() -> list[str]:
    config = np.show_config(mode="dicts")
    found = config.get("SIMD Extensions", {}) if isinstance(config, dict) else {}
    return sorted(found.get("found", []))


def record(
    scenario: Scenario,
    out: str | Path,
    *,
    writers: Sequence[str] = ("native",),
    sequence: str = "0000",
    min_visible_px: int = 16,
    splits: Splits | None = None,
    encodings: Encodings = USUAL,
    encoder_threads: int = 2,
    last: bool = True,
    states: Iterable[WorldState] | None = None,
    replay_of: Mapping[str, str] | None = None,
    on_frame: Callable[[], None] | None = None,
    on_waits: Callable[[int], None] | None = None,
) -> dict[str, Mapping[str, int]]:
    """Record one sequence into a dataset folder.

    Args:
        scenario: who, where, how long, filmed by what.
        out: the dataset's folder; made if missing. Other sequences in it stay.
        writers: names of formats.
        sequence: name of the sequence in the dataset.
        min_visible_px: other formats than native leave out or mark what shows fewer pixels.
        splits: how sequences are dealt out to training, validation and test; None: all to training.
        encodings: file types of color and depth.
        encoder_threads: threads that encode beside rendering; the bytes do not depend on it.
        last: write the manifest and what else concerns the whole dataset; False if more sequences follow
            and the caller ends with `sim.writers.finish`.
        states: what to film in place of what the scenario's simulation gives: states of its agents, of
            consecutive ticks, see `sim.run.replayed_states`.
        replay_of: what the dataset says of where `states` come from.
        on_frame: called after each frame, for progress.
        on_waits: called once, at the end, with how often rendering waited for encoders.

    Returns:
        format -> what was written, left out and ignored.

    Raises:
        UsageError: unknown format, the sequence exists, or a file type needs a module that is missing.
        EnvironmentProblem: no OpenGL, disk full, folder not writable.
    """
    # `sim` re-exports this function and must not load Panda3D, so the renderer is imported here.
    from sim.render import Renderer

    coming = iter(simulate(scenario) if states is None else states)
    start = next(coming)
    with Renderer(
        scenario.world, start.roster, scenario.sensors, quality=scenario.quality, seed=scenario.seed
    ) as renderer:
        gl = renderer.gl_info
        described, files = portable(scenario)
        info = SequenceInfo.of(
            Path(out),
            sequence,
            scenario=described,
            tick_hz=scenario.tick_hz,
            origin=scenario.world.origin,
            roster=start.roster,
            sensors=scenario.sensors,
            environment=environment({"vendor": gl.vendor, "renderer": gl.renderer, "version": gl.version}),
            min_visible_px=min_visible_px,
            splits=splits,
            encodings=encodings,
            replay_of=replay_of,
        )
        near_m = {camera.name: camera.near_m for camera in scenario.sensors}
        foreseeing = [c for c in scenario.sensors if MOTION_CHANNELS & set(c.channels)]
        amodal = [camera.name for camera in scenario.sensors if AMODAL in camera.channels]
        with SequenceOutput(info, writers, encoder_threads, files) as output:
            index = 0
            for moment in moments(itertools.chain([start], coming), foreseeing):
                output.state(moment.state)
                captures = renderer.capture(moment.state, moment.before, moment.after)
                if captures:
                    frame = Frame(index, moment.state, {c.sensor: c for c in captures})
                    output.write(label(frame, bones=renderer.bones, near_m=near_m, amodal=amodal))
                    index += 1
                    if on_frame is not None:
                        on_frame()
        summary = output.summary
        if on_waits is not None:
            on_waits(renderer.waits + output.waits)
    if last:
        finish(Path(out))
    return summary
