"""Class shares and image statistics of default streets, beside those of real dashcam frames.

    python tools/look_statistics.py --streets 20 --frames 10

Films streets of towns drawn from seeds from their ego camera by day, at the size cameras have by
default: cropped to 4:3 that is 960x720, the size of CamVid's frames. Class shares are of all pixels; image
statistics are of frames so cropped and resized to 320x240 by area: means over frames, the kurtosis the
median. The real figures: labels of CamVid's day frames in ten classes, and what frames of that kind
measure. They diagnose: one that lies outside is explained, none is forced by a filter.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

import sim
from sim.frame import Capture
from sim.render import Renderer
from sim.scenario import DEFAULT_CHANNELS
from sim.simulation import simulate
from sim.taxonomy import Semantic

S = Semantic
CLASSES = {
    "road": ({S.ROAD, S.MARKING}, 0.29, 1.5),
    "building": ({S.BUILDING}, 0.24, 1.5),
    "sky": ({S.SKY}, 0.16, 1.5),
    "vegetation": ({S.VEGETATION, S.TERRAIN}, 0.11, 1.5),
    "pavement": ({S.PAVEMENT, S.KERB}, 0.07, 1.5),
    "vehicle": ({S.CAR, S.VAN, S.TRUCK, S.BUS}, 0.05, 1.5),
    "fence": ({S.FENCE}, 0.014, 1.5),
    "sign": ({S.SIGN, S.TRAFFIC_LIGHT}, 0.011, 1.5),
    "pole": ({S.POLE, S.LAMP}, 0.010, 1.5),
    "pedestrian": ({S.PERSON}, 0.006, 2.0),
    "cyclist": ({S.RIDER, S.BICYCLE, S.MOTORCYCLE}, 0.005, 2.0),
}
"""Name -> (our classes, real share of the pixels, factor within which ours should lie)."""

TOWNS = ("avenue", "crossing", "old_town", "residential", "roundabout")
"""Worlds like the streets that the real frames were filmed in."""

BANDS = {
    "power spectrum slope": (2.2, 2.6),
    "share of luma above 239": (0.05, 0.25),
    "kurtosis of log-luma derivative": (10.0, 20.0),
}

Image = NDArray[np.float64]


def frames(
    worlds: Sequence[str], streets: int, each: int, first: int, width_px: int
) -> Iterator[tuple[str, Capture]]:
    """Pictures of the ego camera, `each` of every street, two seconds apart."""
    for number in range(streets):
        world = worlds[number % len(worlds)]
        scenario = sim.sample(
            world,
            seed=first + number,
            rate_hz=1,
            duration_s=2.0 * each,
            width_px=width_px,
            height_px=width_px * 9 // 16,
        )
        cameras = [c for c in scenario.sensors if c.mount][:1]
        assert set(cameras[0].channels) >= {"rgb", "semantic"}, DEFAULT_CHANNELS
        states = simulate(scenario)
        start = next(states)
        with Renderer(scenario.world, start.roster, cameras, seed=scenario.seed) as renderer:
            for state in (start, *states):
                if state.tick % (2 * state.tick_hz) == 0:
                    for capture in renderer.capture(state):
                        yield f"{world} {first + number}", capture
                        capture.release()


def small_luma(rgb: NDArray[np.uint8]) -> Image:
    """(240, 320) luma 0..255 (BT.601) of a frame cropped to 4:3."""
    height, width = rgb.shape[:2]
    wide, tall = min(width, height * 4 // 3), min(height, width * 3 // 4)
    left, top = (width - wide) // 2, (height - tall) // 2
    cut = cv2.resize(rgb[top : top + tall, left : left + wide], (320, 240), interpolation=cv2.INTER_AREA)
    return np.asarray(cut.astype(float) @ [0.299, 0.587, 0.114])


def spectrum_slope(luma: Image) -> float:
    """-d log(power) / d log(frequency), fitted from 4 cycles an image height to 0.4 cycles a pixel."""
    height, width = luma.shape
    window = np.hanning(height)[:, None] * np.hanning(width)
    power = np.abs(np.fft.rfft2((luma - luma.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    edges = np.geomspace(4 / height, 0.4, 25)
    band = np.digitize(frequency, edges)
    rings = range(1, len(edges))
    mean = np.array([power[band == k].mean() for k in rings])
    center = np.array([np.exp(np.log(frequency[band == k]).mean()) for k in rings])
    return float(-np.polyfit(np.log(center), np.log(mean), 1)[0])


def derivative_kurtosis(luma: Image) -> float:
    """Kurtosis (3 for a Gaussian) of horizontal differences of log(luma + 1)."""
    step = np.diff(np.log(luma + 1), axis=1)
    centered = step - step.mean()
    return float((centered**4).mean() / (centered**2).mean() ** 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--worlds", nargs="+", default=TOWNS, help="taken in turn")
    parser.add_argument("--streets", type=int, default=20)
    parser.add_argument("--frames", type=int, default=10, help="of each street")
    parser.add_argument("--first", type=int, default=0, help="seed of the first street")
    parser.add_argument("--width", type=int, default=1280, help="of a frame of 16:9, in pixels")
    args = parser.parse_args()
    pixels, bright = Counter[int](), Counter[int]()
    slopes, shares, kurtoses = [], [], []
    for _, capture in frames(args.worlds, args.streets, args.frames, args.first, args.width):
        semantic = capture.channels["semantic"]
        luma = small_luma(capture.rgb)
        full = capture.rgb.astype(float) @ [0.299, 0.587, 0.114] > 239
        pixels.update(dict(enumerate(np.bincount(semantic.ravel()))))
        bright.update(dict(enumerate(np.bincount(semantic[full]))))
        slopes.append(spectrum_slope(luma))
        shares.append(float((luma > 239).mean()))
        kurtoses.append(derivative_kurtosis(luma))
    total = pixels.total()
    print(f"{len(slopes)} frames, {args.width} px wide, of {args.streets} streets\n")
    print("| class | real | ours | ours / real | wanted within |\n|---|---|---|---|---|")
    for name, (classes, real, factor) in CLASSES.items():
        ours = sum(pixels[int(c)] for c in classes) / total
        mark = "" if 1 / factor <= ours / real <= factor else " **outside**"
        print(f"| {name} | {real:.3f} | {ours:.4f} | {ours / real:.2f}{mark} | {factor:g} |")
    known = set().union(*(classes for classes, _, _ in CLASSES.values()))
    print(f"| none of these | | {sum(n for c, n in pixels.items() if c not in known) / total:.4f} | | |")
    print("\n| statistic | real frames | ours |\n|---|---|---|")
    found = (np.mean(slopes), np.mean(shares), np.median(kurtoses))
    for (name, (low, high)), ours in zip(BANDS.items(), found, strict=True):
        mark = "" if low <= ours <= high else " **outside**"
        print(f"| {name} | {low:g} to {high:g} | {ours:.3f}{mark} |")
    most = ", ".join(
        f"{S(c).name.lower()} {n / max(bright.total(), 1):.0%}" for c, n in bright.most_common(4)
    )
    print(f"\nOf the pixels above 239: {most}")


if __name__ == "__main__":
    main()
