"""Draw the sheets of bodies, write their page: python tools/gallery_bodies.py docs/gallery [name ...]

Each sheet shows one body from four sides and from 3, 10 and 30 m, people's faces and vehicles' rears as well.
Below each stand its worst faults, from `gallery_bodies_faults.yaml`. Without a name everything is drawn;
`--pages` only writes the page.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from gallery import WIDTH_PX, bodies, drawn
from numpy.typing import NDArray
from pictures import titled

from sim.bodies import BodySpec, Lights, PersonSpec
from sim.bodies.people import sample_person
from sim.randomness import stream

Image = NDArray[np.uint8]

FAULTS = Path(__file__).with_name("gallery_bodies_faults.yaml")
LARGEST_BYTES, BEST_QUALITY = 165_000, 86
MOST_BYTES = 6_000_000
"""Of all sheets together."""
MACHINES = (
    *("hatchback0", "sedan1", "estate2", "suv0", "van1", "coupe2", "pickup0", "taxi", "patrol"),
    *("lorry0", "tipper1", "tractor0", "semitrailer1", "bus0", "tram0"),
    *("bicycle0", "bicycle2", "cargo_bike0", "kick_scooter0", "motorcycle0", "motor_scooter1"),
    *("dog0", "dog3", "pram0", "wheelchair0", "powered_wheelchair0", "umbrella", "cane"),
)
"""Names of `gallery.bodies`; it has more variants of each."""
PEOPLE: dict[str, dict[str, Any]] = {
    "man": {"age": "young", "gender": 1.0, "hair": "short", "headwear": "none", "top": "tshirt"},
    "woman": {"age": "young", "gender": 0.0, "hair": "long", "headwear": "none", "bottom": "skirt"},
    "child": {"age": "child", "hair": "bob", "headwear": "none", "bag": "backpack"},
    "old_man": {"age": "old", "gender": 1.0, "top": "coat", "headwear": "hat", "beard": "full"},
    "headscarf": {"age": "young", "gender": 0.0, "headwear": "headscarf", "bottom": "trousers"},
    "vest": {"age": "young", "vest": True, "bottom": "trousers", "headwear": "cap"},
}
"""People drawn with some fields fixed."""


def shown() -> dict[str, BodySpec]:
    """Name of a sheet -> body, in the order of the page."""
    known = bodies()
    out: dict[str, BodySpec] = {f"body_{name}": known[name] for name in MACHINES}
    for name, fixed in PEOPLE.items():
        out[f"body_{name}"] = sample_person(stream(3, f"gallery/{name}"), **fixed)
    return out


def sheet(spec: BodySpec) -> Image:
    """(H, 1280, 3) all views of a body, each cropped around it."""
    views = drawn(spec, Lights.HEAD | Lights.LEFT)
    if isinstance(spec, PersonSpec):
        views_of, whole, size, columns = _ON_FOOT, (480, 720), (320, 480), 4
    else:
        views_of, whole, size, columns = _DRIVEN, (1278, 720), (426, 240), 3
    tiles = []
    for title, (name, zoom) in views_of.items():
        part = _middle(views[name], *(round(length / zoom) for length in whole))
        tiles.append(titled(part, title, size))
    rows = [np.hstack(tiles[k : k + columns]) for k in range(0, len(tiles), columns)]
    aside = (WIDTH_PX - columns * size[0]) // 2
    return np.pad(np.vstack(rows), ((0, 0), (aside, aside), (0, 0)))


_SIDES = {name: (name, 1.0) for name in ("front", "left", "rear", "right")}
_ON_FOOT = _SIDES | {
    **{"3 m": ("3m_35", 1.0), "10 m": ("10m_35", 1.5)},
    **{"30 m": ("30m_35", 3.0), "face": ("face", 1.6)},
}
_DRIVEN = _SIDES | {
    **{"3 m": ("3m_35", 1.0), "3 m, rear": ("3m_145", 1.0)},
    **{"10 m": ("10m_35", 1.0), "10 m, rear": ("10m_145", 1.0), "30 m": ("30m_35", 2.0)},
}
"""Title of each tile -> the view it shows and how much it is enlarged."""


def _middle(picture: Image, width_px: int, height_px: int) -> Image:
    """A part of a picture around its middle."""
    height, width = picture.shape[:2]
    x, y = (width - width_px) // 2, (height - height_px) // 2
    return picture[y : y + height_px, x : x + width_px]


def jpeg(image: Image) -> bytes:
    """A JPEG as good as it can be with at most `LARGEST_BYTES`."""
    for quality in range(BEST_QUALITY, 0, -3):
        done, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and len(data) <= LARGEST_BYTES:
            return data.tobytes()
    raise RuntimeError("a sheet does not fit")


def page(faults: Mapping[str, Any]) -> str:
    """The page of all sheets as Markdown."""
    lines = ["# Bodies", "", faults["page"].strip(), ""]
    for name, worst in faults["pictures"].items():
        title = name.removeprefix("body_").replace("_", " ")
        lines += [f"## {title}", "", f"![{title}]({name}.jpg)", ""]
        lines += [f"    python tools/gallery_bodies.py docs/gallery {name}", "", "Worst faults:", ""]
        lines += [*(f"* {fault}: {outcome}." for fault, outcome in worst), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="sheets; all by default")
    parser.add_argument("--pages", action="store_true", help="only write the page")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, spec in shown().items():
        if not args.pages and (not args.names or name in args.names):
            (args.folder / f"{name}.jpg").write_bytes(jpeg(sheet(spec)))
            print(args.folder / f"{name}.jpg", flush=True)
    if FAULTS.exists():
        faults = yaml.safe_load(FAULTS.read_text("utf-8"))
        (args.folder / "bodies.md").write_text(page(faults), "utf-8")


if __name__ == "__main__":
    main()
