"""Film for long and open many worlds in one process: memory, open files and OpenGL objects must not grow.

    python tools/endurance.py --frames 10000 --worlds 200

Frames are small, with every channel and in the native and COCO formats. The slope of the memory is fitted to
the second half, when caches are full; a growth beyond the limits printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

import sim
from sim.render import Renderer, engine
from sim.scenario import CAMERA_CHANNELS
from sim.scenario.catalog import world_names
from sim.scenario.sampling import with_settings

_MB_PER_1000_FRAMES = 5.0
_MB_PER_100_WORLDS = 20.0


def rss_mb() -> float:
    """Memory of the process that is resident."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def open_files() -> int:
    """File handles, sockets and pipes of the process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def gl_objects() -> dict[str, int]:
    """What the OpenGL context and the engine hold."""
    own = engine()
    prepared = own.gsg.prepared_objects
    kinds = ("textures", "vertex_buffers", "index_buffers", "shaders", "geoms")
    counts = {kind: int(getattr(prepared, f"get_num_prepared_{kind}")()) for kind in kinds}
    return counts | {"buffers": int(own.panda.get_num_windows())}


def slope(count: list[int], mb: list[float]) -> float:
    """MB for each of `count` in the second half, by least squares."""
    half = len(count) // 2
    return float(np.polyfit(count[half:], mb[half:], 1)[0])


def film(frames: int) -> bool:
    """One sequence of many frames -> whether memory and files stay."""
    scenario = with_settings(
        sim.sample("avenue", seed=1, width_px=64, height_px=36, vehicles=6, parked=4, people=6),
        {"tick_hz": 10, "rate_hz": 10, "duration_s": frames / 10},
        channels=CAMERA_CHANNELS,
    )
    count, mb, files = [0], [rss_mb()], [open_files()]
    every = max(1, frames // 40)

    def on_frame() -> None:
        count.append(count[-1] + 1)
        mb.append(rss_mb())
        if count[-1] % every == 0:
            files.append(open_files())

    with tempfile.TemporaryDirectory() as folder:
        sim.record(scenario, Path(folder) / "data", writers=("native", "coco"), on_frame=on_frame)
        after = open_files()
    growth = 1000 * slope(count, mb)
    print(
        f"{frames} frames: RSS {mb[len(mb) // 2]:.0f} MB in the middle, {mb[-1]:.0f} MB at the end, "
        f"{growth:+.2f} MB per 1000 frames (limit {_MB_PER_1000_FRAMES}); open files {min(files[1:])} to "
        f"{max(files[1:])}, {after} afterwards"
    )
    return growth <= _MB_PER_1000_FRAMES


def visit(worlds: int) -> bool:
    """Many worlds opened, filmed once and closed -> whether memory, files and OpenGL objects stay."""
    names = world_names()
    count: list[int] = []
    mb: list[float] = []
    states: list[dict[str, int]] = []
    for seed in range(worlds):
        scenario = sim.sample(
            names[seed % len(names)],
            seed=seed % 20,
            width_px=64,
            height_px=36,
            vehicles=4,
            parked=2,
            people=4,
        )
        scenario = dataclasses.replace(scenario, warmup_s=0.0)
        state = next(iter(sim.simulate(scenario)))
        with Renderer(scenario.world, state.roster, scenario.sensors) as renderer:
            for capture in renderer.capture(state):
                capture.release()
        del renderer, state, scenario
        gc.collect()
        count.append(seed)
        mb.append(rss_mb())
        states.append({"files": open_files(), **gl_objects()})
    growth = 100 * slope(count, mb)
    middle = states[worlds // 2 :]
    spans = {name: (min(s[name] for s in middle), max(s[name] for s in middle)) for name in states[0]}
    print(
        f"{worlds} worlds: RSS {mb[worlds // 2]:.0f} MB in the middle, {mb[-1]:.0f} MB at the end, "
        f"{growth:+.2f} MB per 100 worlds (limit {_MB_PER_100_WORLDS}); in the second half "
        + ", ".join(f"{name} {low} to {high}" for name, (low, high) in spans.items())
    )
    grown = [name for name in spans if states[-1][name] > states[worlds // 2][name] + 8]
    if grown:
        print(f"grown: {', '.join(grown)}")
    return growth <= _MB_PER_100_WORLDS and not grown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--frames", type=int, default=2000)
    parser.add_argument("--worlds", type=int, default=200)
    args = parser.parse_args()
    steps: list[tuple[int, Callable[[int], bool]]] = [(args.worlds, visit), (args.frames, film)]
    results = [step(number) for number, step in steps if number]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
