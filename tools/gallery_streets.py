"""Draw the gallery's streets, write its pages: python tools/gallery_streets.py docs/gallery [name ...]

One picture for each facade style, tree species, kind of light and weather, and camera preset, and pictures of
before and now. Below each stand its worst faults, from `gallery_faults.yaml`. A name is that of a picture or
a page; without one everything is drawn. `--pages` only writes the pages.
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray
from pictures import film, titled

import sim
from sim.environment import Environment
from sim.randomization import weather_names
from sim.scenario import Camera, Scenario
from sim.scenario.responses import RESPONSES
from worlds._trees import KINDS, SEASONS

Image = NDArray[np.uint8]

FAULTS = Path(__file__).with_name("gallery_faults.yaml")
STYLES = ("plaster", "brick", "stone", "modern", "townhouse", "brick_alt", "timber", "glazed")
STREETS = (("crossing", 11), ("avenue", 12))
AT_S = 3.0
BEFORE = "8ef0bba"
"""The commit whose pictures stand beside those of today."""
BEFORE_PICTURES = (("crossing", 4, 9.0), ("avenue", 5, 4.0), ("crossing", 3, 6.0), ("avenue", 6, 4.0))
LARGEST_BYTES, BEST_QUALITY = 118_000, 90
PAGES = {
    "facades": "Facade styles",
    "trees": "Trees",
    "weather": "Light and weather",
    "cameras": "Cameras",
    "before": "Before and now",
}
SUNNY = Environment(sun_azimuth_deg=-60.0, sun_elevation_deg=40.0, cloud_cover=0.2)


@dataclass(frozen=True)
class Shown:
    """A picture of the gallery: the page it stands on, what it shows, and how it is drawn."""

    page: str
    title: str
    draw: Callable[[], Image]


def shown() -> dict[str, Shown]:
    """Name -> picture, in the order of the pages."""
    out: dict[str, Shown] = {}
    for style in STYLES:
        out[f"facade_{style}"] = Shown("facades", f"Facades: {style}", partial(facade, style))
    for species in KINDS:
        title = f"Trees: {species} in {', '.join(SEASONS)}"
        out[f"tree_{species}"] = Shown("trees", title, partial(seasons, species))
    for kind in weather_names():
        for world, seed in STREETS:
            draw = partial(weather, world, seed, kind)
            out[f"weather_{kind}_{world}"] = Shown("weather", f"{kind}, {world} {seed}", draw)
    for kind in ("clear", "night"):
        for preset in RESPONSES:
            out[f"camera_{preset}_{kind}"] = Shown(
                "cameras", f"{preset}, {kind}", partial(camera, preset, kind)
            )
    for world, seed, at_s in BEFORE_PICTURES:
        for view in ("front", "overview"):
            draw = partial(before_and_now, world, seed, at_s, view)
            out[f"before_{world}_{seed}_{view}"] = Shown("before", f"{world} {seed}, {view}", draw)
    return out


def facade(style: str) -> Image:
    """Houses of one style, filmed across an avenue without trees."""
    world = sim.sample("avenue", seed=3, floors_min=3, floors_max=5, garden_m=0.0, season="summer").world
    houses = tuple(dataclasses.replace(b, style=style, has_scaffold=False) for b in world.buildings)
    world = dataclasses.replace(world, buildings=houses, trees=())
    middle = next(b for b in houses if b.x_m <= 0.0 <= b.x_m + b.width_m and b.y_m > 0)
    view = Camera("view", "", -12.0, middle.y_m - 15.0, 2.2, 50.0, -9.0, hfov_deg=72.0)
    return film(Scenario(world, (), (view,), duration_s=0.3, environment=SUNNY), 0.1)["view"].rgb


def seasons(species: str) -> Image:
    """An avenue of one species in the four seasons."""
    tiles = []
    for season in SEASONS:
        settings: Mapping[str, Any] = {"tree_species": species, "season": season, "tree_spacing_m": 9.0}
        world = sim.sample("avenue", seed=5, **settings).world
        view = Camera("view", "", -30.0, -1.6, 1.7, 3.0, -7.0, 0.0, 640, 360, hfov_deg=72.0)
        made = film(Scenario(world, (), (view,), duration_s=0.3, environment=SUNNY), 0.1)["view"].rgb
        tiles.append(titled(made, season, (640, 360)))
    return np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])])


def weather(world: str, seed: int, kind: str) -> Image:
    """A street from the vehicle that films, in one kind of light and weather."""
    return film(_from_ego(world, seed, kind), AT_S)["front"].rgb


def camera(preset: str, kind: str) -> Image:
    """The same frame by another camera."""
    scenario = _from_ego(*STREETS[1], kind)
    view = dataclasses.replace(scenario.sensors[0], response=RESPONSES[preset])
    return film(dataclasses.replace(scenario, sensors=(view,)), AT_S)["front"].rgb


def before_and_now(world: str, seed: int, at_s: float, view: str) -> Image:
    """A picture of an early version above what the same seed gives today."""
    command = ["git", "show", f"{BEFORE}:worlds/pictures/{world}_{seed}_{view}.jpg"]
    stored = subprocess.run(command, check=True, capture_output=True).stdout
    before = cv2.imdecode(np.frombuffer(stored, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    scenario = sim.sample(world, seed=seed, duration_s=at_s + 0.2, width_px=1280, height_px=720)
    views = tuple(c for c in scenario.sensors if c.name == view)
    now = film(dataclasses.replace(scenario, sensors=views), at_s)[view].rgb
    size = (960, 540)
    return np.vstack([titled(np.ascontiguousarray(before), "before", size), titled(now, "now", size)])


def _from_ego(world: str, seed: int, kind: str) -> Scenario:
    duration_s = AT_S + 0.2
    made = sim.sample(world, seed=seed, weather=kind, duration_s=duration_s, width_px=1280, height_px=720)
    return dataclasses.replace(made, sensors=made.sensors[:1])


def jpeg(image: Image) -> bytes:
    """A JPEG as good as it can be with at most `LARGEST_BYTES`."""
    for quality in range(BEST_QUALITY, 0, -4):
        done, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and len(data) <= LARGEST_BYTES:
            return data.tobytes()
    raise RuntimeError("a picture does not fit")


def page(name: str, pictures: Mapping[str, Shown], faults: Mapping[str, Any]) -> str:
    """A page of the gallery as Markdown."""
    lines = [f"# {PAGES[name]}", "", faults["pages"][name].strip(), ""]
    for key, one in pictures.items():
        if one.page != name:
            continue
        lines += [f"## {one.title}", "", f"![{one.title}]({key}.jpg)", ""]
        lines += [f"    python tools/gallery_streets.py docs/gallery {key}", "", "Worst faults:", ""]
        for fault, outcome in faults["pictures"][key]:
            lines.append(f"* {fault}: {outcome}.")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="pictures or pages; all by default")
    parser.add_argument("--pages", action="store_true", help="only write the pages")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    pictures = shown()
    for key, one in pictures.items():
        if not args.pages and (not args.names or key in args.names or one.page in args.names):
            (args.folder / f"{key}.jpg").write_bytes(jpeg(one.draw()))
            print(args.folder / f"{key}.jpg", flush=True)
    faults = yaml.safe_load(FAULTS.read_text("utf-8"))
    for name in PAGES:
        (args.folder / f"{name}.md").write_text(page(name, pictures, faults), "utf-8")


if __name__ == "__main__":
    main()
