"""Draw the pictures of the README: python tools/pictures.py [worlds/pictures]

Every picture is a frame of the program, nothing is retouched.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import sim
from sim.frame import Capture, Frame
from sim.labels import label
from sim.render import Renderer
from sim.taxonomy import SEMANTIC_COLORS
from sim.writers import draw_overlay

Image = NDArray[np.uint8]

STREETS = (("crossing", 4, 9.0), ("avenue", 5, 4.0), ("crossing", 3, 6.0), ("avenue", 6, 4.0))
SEEDS = (("avenue", 1), ("avenue", 3), ("avenue", 8), ("crossing", 2), ("crossing", 5), ("crossing", 8))


def film(world: str, seed: int, at_s: float, size: tuple[int, int] = (1280, 720)) -> Iterator[Frame]:
    """One labelled frame of a street after `at_s` seconds."""
    scenario = sim.sample(world, seed=seed, duration_s=at_s + 0.05, width_px=size[0], height_px=size[1])
    for last in sim.simulate(scenario):  # noqa: B007
        pass
    everyone = Renderer(scenario.world, last.roster, scenario.sensors)
    due = type(last)(**{**vars(last), "tick": 0})
    with everyone as renderer:
        captures = renderer.capture(due)
        yield label(Frame(0, due, {c.sensor: c for c in captures}), bones=renderer.bones)


def save(folder: Path, name: str, image: Image) -> None:
    cv2.imwrite(str(folder / f"{name}.jpg"), image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    print(folder / f"{name}.jpg", image.shape)


def channels(capture: Capture) -> Image:
    """Color, depth, instances and classes, two by two."""
    depth = np.clip(1 - np.log(np.clip(capture.depth_m, 2, 200) / 2) / np.log(100), 0, 1)
    shaded = cv2.applyColorMap((depth * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    hue = np.zeros((256, 3), np.uint8)
    hue[1:] = np.random.default_rng(3).integers(60, 256, (255, 3))
    instances = hue[np.where(capture.instance > 0, capture.instance % 255 + 1, 0)]
    table = np.zeros((256, 3), np.uint8)
    for semantic, color in SEMANTIC_COLORS.items():
        table[int(semantic)] = color
    rows = [np.hstack([capture.rgb, shaded]), np.hstack([instances, table[capture.semantic]])]
    return cv2.resize(np.vstack(rows), (1600, 900), interpolation=cv2.INTER_AREA)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "worlds/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    for world, seed, at_s in STREETS:
        for frame in film(world, seed, at_s):
            for camera, capture in frame.captures.items():
                save(folder, f"{world}_{seed}_{camera}", capture.rgb)
            if (world, seed) == ("crossing", 4):
                save(folder, "overlay", draw_overlay(frame, "overview", ("mask", "box3d", "label")))
                save(folder, "channels", channels(frame["overview"]))
    tiles = []
    for world, seed in SEEDS:
        for frame in film(world, seed, 3.0, (640, 360)):
            tiles.append(frame["front"].rgb.copy())
    save(folder, "seeds", np.vstack([np.hstack(tiles[i : i + 3]) for i in (0, 3)]))


if __name__ == "__main__":
    main()
