"""Draw the pictures of the README: python tools/pictures.py [worlds/pictures] [group ...]

Every picture is a frame of the program; labels are drawn over it, nothing is retouched. Groups are those of
`GROUPS`; without one all are drawn.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import cv2
import numpy as np
from audit_proof import filmed
from numpy.typing import NDArray

import sim
from sim.frame import CHANNELS, Frame
from sim.labels import label
from sim.render import Renderer
from sim.scenario import Scenario
from sim.writers import draw_overlay
from sim.writers.coloring import channel_colors

Image = NDArray[np.uint8]

STREETS = (("crossing", 4, 9.0), ("avenue", 5, 4.0), ("crossing", 3, 6.0), ("avenue", 6, 4.0))
WEATHER = (
    ("day", "crossing", 11, 3.0, "broken"),
    ("dusk", "avenue", 12, 3.0, "dusk"),
    ("rain_night", "avenue", 5, 4.0, "rain_night"),
    ("rain", "crossing", 3, 4.0, "rain"),
    ("snow", "avenue", 14, 3.0, "snow_lies"),
    ("fog", "crossing", 14, 3.0, "fog"),
)
SEEDS = (("avenue", 1), ("avenue", 3), ("avenue", 8), ("crossing", 2), ("crossing", 5), ("crossing", 8))
EVERYTHING = ("crossing", 3, 4.0)
STEP_TICKS = 2  # the cameras' ten frames a second, at twenty ticks


def street(world: str, seed: int, at_s: float, size: tuple[int, int] = (1280, 720)) -> Scenario:
    """A drawn street that runs a little longer than the moment wanted."""
    return sim.sample(world, seed=seed, duration_s=at_s + 0.2, width_px=size[0], height_px=size[1])


def film(scenario: Scenario, at_s: float) -> Frame:
    """One labelled frame, with its neighbors; its images are copies."""
    states = list(sim.simulate(scenario))
    tick = round(at_s * scenario.tick_hz) // STEP_TICKS * STEP_TICKS
    state, before, after = (states[tick + step] for step in (0, -STEP_TICKS, STEP_TICKS))
    names = [camera.name for camera in scenario.sensors]
    with Renderer(scenario.world, state.roster, scenario.sensors) as renderer:
        captures = renderer.capture(state, dict.fromkeys(names, before), dict.fromkeys(names, after))
        amodal = [c.name for c in scenario.sensors if "amodal" in c.channels]
        frame = label(Frame(0, state, {c.sensor: c for c in captures}), bones=renderer.bones, amodal=amodal)
        kept = {
            name: dataclasses.replace(c, channels={k: v.copy() for k, v in c.channels.items()})
            for name, c in frame.captures.items()
        }
        return dataclasses.replace(frame, captures=kept)


def save(folder: Path, name: str, image: Image) -> None:
    cv2.imwrite(str(folder / f"{name}.jpg"), image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    print(folder / f"{name}.jpg", image.shape)


def titled(image: Image, title: str, size: tuple[int, int]) -> Image:
    """A picture of a given size with its name in the corner."""
    out = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    for color, thickness in (((0, 0, 0), 4), ((255, 255, 255), 1)):
        cv2.putText(out, title, (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, color, thickness, cv2.LINE_AA)
    return out


def every_channel(frame: Frame, camera: str) -> Image:
    """All images of one capture, and the masks of hidden agents drawn over it, three in a row."""
    capture = frame[camera]
    images = {name: channel_colors(name, capture.channels[name]) for name in CHANNELS}
    images["amodal (outlines), keypoints"] = draw_overlay(frame, camera, ("amodal", "keypoints"))
    tiles = [titled(image, name, (640, 360)) for name, image in images.items()]
    return np.vstack([np.hstack(tiles[i : i + 3]) for i in range(0, len(tiles), 3)])


def lenses() -> Image:
    """A wide lens and a fisheye: color with 3D boxes, depth, flow."""
    frame = film(filmed("crossing", 3, 1.0), 0.6)
    rows = []
    for camera in ("wide", "fisheye"):
        capture = frame[camera]
        size = (round(360 * capture.intrinsics.width_px / capture.intrinsics.height_px), 360)
        drawn = draw_overlay(frame, camera, ("box3d", "keypoints"))
        colored = [channel_colors(name, capture.channels[name]) for name in ("depth", "flow_forward")]
        rows.append(np.hstack([cv2.resize(image, size) for image in (drawn, *colored)]))
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(r, ((0, 0), (0, width - r.shape[1]), (0, 0)), constant_values=255) for r in rows]
    return np.vstack(padded)


def streets(folder: Path) -> None:
    """Streets as they are drawn by default, from both cameras, one with its labels."""
    for world, seed, at_s in STREETS:
        frame = film(street(world, seed, at_s), at_s)
        for camera, capture in frame.captures.items():
            save(folder, f"{world}_{seed}_{camera}", capture.rgb)
        if (world, seed) == ("crossing", 4):
            save(folder, "overlay", draw_overlay(frame, "overview", ("mask", "box3d", "label")))


def weather(folder: Path) -> None:
    """Kinds of light and weather from the vehicle that films."""
    for name, world, seed, at_s, kind in WEATHER:
        scenario = sim.sample(
            world, seed=seed, weather=kind, duration_s=at_s + 0.2, width_px=1280, height_px=720
        )
        scenario = dataclasses.replace(scenario, sensors=scenario.sensors[:1])
        save(folder, name, film(scenario, at_s)["front"].rgb)


def channels(folder: Path) -> None:
    """Everything one frame holds, and two lenses."""
    world, seed, at_s = EVERYTHING
    scenario = street(world, seed, at_s)
    recorded = (*CHANNELS, "amodal")
    cameras = tuple(dataclasses.replace(c, channels=recorded) for c in scenario.sensors)
    frame = film(dataclasses.replace(scenario, sensors=cameras), at_s)
    save(folder, "channels", every_channel(frame, "front"))
    save(folder, "lenses", lenses())


def seeds(folder: Path) -> None:
    """Six seeds side by side."""
    tiles = [film(street(w, s, 3.0, (640, 360)), 3.0)["front"].rgb for w, s in SEEDS]
    save(folder, "seeds", np.vstack([np.hstack(tiles[i : i + 3]) for i in (0, 3)]))


GROUPS = {"streets": streets, "weather": weather, "channels": channels, "seeds": seeds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("worlds/pictures"))
    parser.add_argument("groups", nargs="*", help="all by default")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for name in args.groups or GROUPS:
        GROUPS[name](args.folder)


if __name__ == "__main__":
    main()
