"""Film for long and open many worlds in one process: memory, files, threads and OpenGL objects must not grow.

    python tools/endurance.py --frames 10000 --worlds 200

Frames: small, with every channel, in the native and COCO formats. The slope of the resident memory over the
second half, when caches are full, may be 2 MB per 1000 frames, and open files stay those of the middle.

Worlds: five rounds over the same streets (40 of 200 worlds), more people in each round than caches of bodies
hold, so that everything is built anew, kept and dropped all the time. The first two rounds fill what fills.
From the third to the last, at the same street, the median growth may be 10 MB of resident memory and 1 MB of
live heap, what malloc counts as handed out; files, threads, what Panda3D keeps prepared and the names OpenGL
itself knows (counted by glIsTexture and its like) may not differ at all.

What grows beyond that is named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import ctypes
import dataclasses
import gc
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

import sim
from sim.render import Renderer, engine
from sim.scenario import CAMERA_CHANNELS
from sim.scenario.catalog import world_names
from sim.scenario.sampling import with_settings

_MB_PER_1000_FRAMES = 2.0
_ROUNDS, _WARM_ROUNDS = 5, 2
_RSS_MB, _HEAP_MB = 10.0, 1.0
_GL_KINDS = ("Texture", "Buffer", "Framebuffer", "Renderbuffer", "Program", "Shader", "VertexArray", "Query")
_GL_NAMES = 4096
"""Drivers hand out the smallest free names."""


_MALLINFO2 = (
    "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
)  # fmt: skip


class _MallInfo(ctypes.Structure):
    """What glibc's mallinfo2 returns."""

    _fields_ = [(name, ctypes.c_size_t) for name in _MALLINFO2]


def rss_mb() -> float:
    """Memory of the process that is resident."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def heap_mb() -> float:
    """What malloc has handed out and was not given back; 0 where the C library does not tell."""
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return 0.0
    ask.restype = _MallInfo
    told = ask()
    return float(told.uordblks + told.hblkhd) / 1e6


def open_files() -> int:
    """File handles, sockets and pipes of the process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def held() -> dict[str, int]:
    """What can be counted exactly: files, threads, and what Panda3D and OpenGL hold."""
    own = engine()
    prepared = own.gsg.prepared_objects
    kinds = ("textures", "vertex_buffers", "index_buffers", "shaders", "geoms")
    counts = {"files": open_files(), "threads": len(list(Path("/proc/self/task").iterdir()))}
    counts["Python threads"] = threading.active_count()
    counts |= {f"prepared {kind}": int(getattr(prepared, f"get_num_prepared_{kind}")()) for kind in kinds}
    counts["windows"] = int(own.panda.get_num_windows())
    own.draw([], lambda: counts.update(_gl_names()))
    return counts


def _gl_names() -> dict[str, int]:
    """How many names of each kind OpenGL knows; the context must be current."""
    find = ctypes.CDLL("libEGL.so.1").eglGetProcAddress
    find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    counts = {}
    for kind in _GL_KINDS:
        is_one = ctypes.CFUNCTYPE(ctypes.c_ubyte, ctypes.c_uint)(find(f"glIs{kind}".encode()))
        counts[f"GL {kind.lower()}s"] = sum(bool(is_one(name)) for name in range(1, _GL_NAMES))
    return counts


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
    warm = frames // 2
    growth = 1000 * float(np.polyfit(count[warm:], mb[warm:], 1)[0])
    print(
        f"{frames} frames: RSS {mb[warm]:.1f} MB in the middle, "
        f"{mb[-1]:.1f} MB at the end, {growth:+.2f} MB per 1000 frames (limit {_MB_PER_1000_FRAMES}); "
        f"open files {min(files[1:])} to {max(files[1:])}, {after} afterwards",
        flush=True,
    )
    return growth <= _MB_PER_1000_FRAMES and files[-1] <= files[len(files) // 2]


def visit(worlds: int) -> bool:
    """Many worlds opened, filmed once and closed -> whether memory and everything held stay."""
    streets = max(1, worlds // _ROUNDS)
    rss, heap, states = [], [], []
    for number in range(_ROUNDS * streets):
        open_and_close(number % streets)
        gc.collect()
        rss.append(rss_mb())
        heap.append(heap_mb())
        states.append(held())
        if number % streets == streets - 1:
            print(
                f"round {number // streets + 1} of {_ROUNDS}, {number + 1} worlds: "
                f"RSS {rss[-1]:.1f} MB, heap {heap[-1]:.1f} MB",
                flush=True,
            )
    third, last = slice(_WARM_ROUNDS * streets, (_WARM_ROUNDS + 1) * streets), slice(-streets, None)
    more_rss, more_heap = (float(np.median(np.subtract(mb[last], mb[third]))) for mb in (rss, heap))
    later = states[_WARM_ROUNDS * streets :]
    grown = [name for name in later[0] if len({state[name] for state in later}) > 1]
    print(
        f"{len(rss)} worlds: from round {_WARM_ROUNDS + 1} to {_ROUNDS} RSS {more_rss:+.2f} MB "
        f"(limit {_RSS_MB}), heap {more_heap:+.3f} MB (limit {_HEAP_MB}); at each world since: "
        + ", ".join(f"{name} {_span([state[name] for state in later])}" for name in later[0])
    )
    if grown:
        print(f"not the same after every world: {', '.join(grown)}")
    return more_rss <= _RSS_MB and more_heap <= _HEAP_MB and not grown


def open_and_close(seed: int) -> None:
    """Draw a street, film it once, close it."""
    names = world_names()
    size = {"width_px": 64, "height_px": 36, "vehicles": 3, "parked": 2, "people": 8}
    scenario = sim.sample(names[seed % len(names)], seed=seed, **size)
    scenario = dataclasses.replace(scenario, warmup_s=0.0)
    state = next(iter(sim.simulate(scenario)))
    with Renderer(scenario.world, state.roster, scenario.sensors) as renderer:
        for capture in renderer.capture(state):
            capture.release()


def _span(counts: list[int]) -> str:
    return str(counts[0]) if len(set(counts)) == 1 else f"{min(counts)} to {max(counts)}"


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
