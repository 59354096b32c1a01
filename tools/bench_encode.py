"""What storing an image costs: channel x file type, CPU ms and MB at 1280x720, with sensor noise.

    python tools/bench.py --encode [--frames ROUNDS]

Frames are filmed from a car on an avenue. Colors get the noise of a small camera: Gaussian, its variance
growing with the light (standard deviation 1 in black, 2 in white, of 255). Types are timed in turn, so that
noise of the machine meets all alike; the figure is the median over rounds of the CPU time of all threads,
encoding and writing the file, and *lossless* is found by reading the file back. The last line adds up RGB,
depth, ids and classes.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from cpu_time import cpu_s
from numpy.typing import NDArray

from sim.dataset.colorvideo import ColorVideo, color_at
from sim.dataset.encodings import DEPTH_TYPES, QUALITIES, RGB_TYPES, VIDEO, Encodings
from sim.dataset.images import decode

SIZE = (1280, 720)
PERIOD_NS = 100_000_000
FRAMES = 4
CHANNELS = ("rgb", "depth", "instance", "semantic", "panoptic", "normal", "flow_forward")
BUDGETED = ("rgb png", "depth tiff", "instance png", "semantic png")
NOISE_BLACK, NOISE_WHITE = 1.0, 2.0


def film(frames: int) -> list[dict[str, NDArray[np.generic]]]:
    """Arrays of every channel, some tenths of a second apart."""
    import dataclasses

    import sim
    from sim.moments import moments
    from sim.render import Renderer
    from sim.simulation import simulate

    scenario = sim.sample(
        "avenue", seed=7, vehicles=24, parked=10, people=34, width_px=SIZE[0], height_px=SIZE[1],
        duration_s=0.3 * frames + 0.2,
    )  # fmt: skip
    camera = dataclasses.replace(scenario.sensors[0], channels=CHANNELS)
    states = list(simulate(scenario))
    rng = np.random.default_rng(0)
    filmed: list[dict[str, NDArray[np.generic]]] = []
    with Renderer(scenario.world, states[0].roster, [camera]) as renderer:
        for number, moment in enumerate(moments(states, [camera])):
            for capture in renderer.capture(moment.state, moment.before, moment.after):
                if number % 6 == 0 and len(filmed) < frames:
                    arrays = {name: np.array(array) for name, array in capture.channels.items()}
                    filmed.append(arrays | {"rgb": noisy(arrays["rgb"], rng)})
                capture.release()
    return filmed


def noisy(rgb: NDArray[np.generic], rng: np.random.Generator) -> NDArray[np.uint8]:
    light = rgb.astype(np.float32)
    variance = NOISE_BLACK**2 + (NOISE_WHITE**2 - NOISE_BLACK**2) * light / 255
    grainy = light + rng.normal(size=light.shape).astype(np.float32) * np.sqrt(variance)
    return np.clip(np.rint(grainy), 0, 255).astype(np.uint8)


def rows() -> list[tuple[str, str, Encodings]]:
    """Name, channel and encodings of every row of the table."""
    table = [(f"rgb {name}", "rgb", Encodings(rgb=name)) for name in RGB_TYPES]
    table.append(("rgb jxl, quality 90", "rgb", Encodings("jxl", rgb_quality=90)))
    table += [(f"depth {name}", "depth", Encodings(depth=name)) for name in DEPTH_TYPES]
    usual = Encodings()
    table += [(f"{c} {usual.suffix(c)[1:]}", c, usual) for c in CHANNELS if c not in ("rgb", "depth")]
    return table


def film_colors(path: Path, frames: Sequence[Mapping[str, NDArray[np.generic]]]) -> None:
    """All colors as one video."""
    video = ColorVideo(path, *SIZE, 1_000_000_000 // PERIOD_NS)
    for number, arrays in enumerate(frames):
        video.write(arrays["rgb"], number * PERIOD_NS)
    video.close()


def label(name: str, encodings: Encodings) -> str:
    default = QUALITIES.get(encodings.rgb) if "quality" not in name else None
    return f"{name}, quality {default}" if default and name.startswith("rgb") else name


def report(rounds: int) -> None:
    """Print the table; each round encodes every frame once as every type."""
    frames, table = film(FRAMES), rows()
    spent: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, list[int]] = defaultdict(list)
    lossless: dict[str, bool] = dict.fromkeys((name for name, _, _ in table), True)
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for name, channel, encodings in table:
                encode, path = encodings.encoder(channel), Path(folder) / f"image{encodings.suffix(channel)}"
                start = cpu_s()
                if encodings.rgb == VIDEO:
                    film_colors(Path(folder) / "rgb.mkv", frames)
                else:
                    for number, arrays in enumerate(frames):
                        path.with_stem(f"{name}-{number}").write_bytes(encode(arrays[channel]))
                if turn:  # the first warms up
                    spent[name].append(1000 * (cpu_s() - start) / len(frames))
        for name, channel, encodings in table:
            for number, arrays in enumerate(frames):
                if encodings.rgb == VIDEO:
                    path = Path(folder) / "rgb.mkv"
                    sizes[name].append(path.stat().st_size // len(frames))
                    found = color_at(path, number * PERIOD_NS)
                else:
                    path = Path(folder) / f"{name}-{number}{encodings.suffix(channel)}"
                    sizes[name].append(path.stat().st_size)
                    found = decode(path, channel)
                lossless[name] &= np.array_equal(found, arrays[channel], equal_nan=True)
    print(f"{SIZE[0]}x{SIZE[1]}, {len(frames)} frames, {rounds} rounds; encode and write")
    print("| channel, file type | CPU ms | MB | lossless |\n|---|---|---|---|")
    for name, _, encodings in table:
        ms, mb = float(np.median(spent[name])), float(np.mean(sizes[name])) / 1e6
        print(f"| {label(name, encodings)} | {ms:.1f} | {mb:.3f} | {'yes' if lossless[name] else 'no'} |")
    total = sum(float(np.median(spent[name])) for name in BUDGETED)
    print(f"\nRGB, depth, ids and classes together: {total:.1f} CPU ms a frame")
