"""Faults planted one at a time into a sound dataset, each found by the check that is there for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from damage import (
    SEQUENCE,
    Image,
    Line,
    edit_image,
    edit_line,
    edit_lines,
    edit_sequence,
    edit_states,
    line_of,
    pixels_of,
    rehash,
    rle_of,
    thing_of,
)

from sim.audit import check
from sim.audit.checks import CHECKS
from sim.scenario import CAMERA_CHANNELS
from sim.testing import ToyStreet

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # of pycocotools' decode

STREET = ToyStreet(seed=5, ticks=4, agents=8, channels=CAMERA_CHANNELS)
WHOLE, HIDDEN, CUT = 5, 7, 3  # instance ids in front's frame 1: wholly seen, behind two others, at the border
LAST = 3
SHORT = {"size": [64, 96], "counts": "Zl"}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sound")
    STREET.write(root)
    return root


def of(number: int, change: Callable[[Line], object]) -> Callable[[Path], None]:
    """Plants a change of one annotation."""
    return lambda root: edit_line(root, lambda line: change(thing_of(line, number)))  # type: ignore[arg-type, return-value]


def put(number: int, **fields: Any) -> Callable[[Path], None]:
    return of(number, lambda thing: thing.update(fields))


def more(field: str, by: float) -> Callable[[Path], None]:
    return of(WHOLE, lambda thing: thing.update({field: thing[field] + by}))


def in_image(channel: str, change: Callable[[Image], Image], frame: int = 1) -> Callable[[Path], None]:
    return lambda root: edit_image(root, channel, change, frame)


def box_off_by_one(thing: Line) -> None:
    thing["box2d_visible"] = [v + 1 for v in thing["box2d_visible"]]


def amodal_box_cut(thing: Line) -> None:
    thing["box2d_amodal"][2] = thing["box2d_amodal"][0] + 2


def share_halved(thing: Line) -> None:
    thing["occluders"][0]["share"] /= 2


def velocity_reversed(thing: Line) -> None:
    thing["velocity_mps"] = [-v for v in thing["velocity_mps"]]


def timestamp_shifted(root: Path) -> None:
    edit_line(root, lambda line: line.update(timestamp_ns=line["timestamp_ns"] + 1))


def all_ground(semantic: Image) -> Image:
    return np.where(semantic >= 32, 1, semantic).astype(np.uint8)


def ids_swapped_in_labels(root: Path) -> None:
    def swap(line: Line) -> None:
        first, second = thing_of(line, 2), thing_of(line, 5)
        for key in ("instance_id", "name"):
            first[key], second[key] = second[key], first[key]
        line["annotations"].sort(key=lambda thing: thing["instance_id"])

    edit_line(root, swap)


def ids_swapped_in_image(image: Image) -> Image:
    return np.select([image == 2, image == 5], [5, 2], image)


def ids_swapped_everywhere(root: Path) -> None:
    """Labels and images of one frame agree with each other, not with the frames around."""
    edit_image(root, "instance", ids_swapped_in_image)
    ids_swapped_in_labels(root)


def duplicate_id(root: Path) -> None:
    edit_line(root, lambda line: line["annotations"].append(dict(line["annotations"][-1])))


def dropped_object(root: Path) -> None:
    edit_line(root, lambda line: line["annotations"].remove(thing_of(line, WHOLE)))


def dilated(mask: Image) -> Image:
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def mask_dilated(root: Path) -> None:
    """Image and labels alike, so that only the geometry can tell."""
    grown: list[Image] = []

    def grow(image: Image) -> Image:
        grown.append(dilated(image == WHOLE) & ((image == 0) | (image == WHOLE)))
        image[grown[0]] = WHOLE
        return image

    def tell(thing: Line) -> None:
        rows, columns = np.nonzero(grown[0])
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        thing["box2d_visible"] = [int(v) for v in box]
        area = int(grown[0].sum())
        thing.update(visible_px=area, unoccluded_px=area, visibility=1.0, mask_rle=rle_of(grown[0]))

    edit_image(root, "instance", grow)
    of(WHOLE, tell)(root)


def mask_of_previous_frame(root: Path) -> None:
    folder = root / SEQUENCE / "front/instance"
    shutil.copy(folder / "000000.png", folder / "000001.png")
    rehash(root)


def rle_of_another(root: Path) -> None:
    def change(line: Line) -> None:
        thing_of(line, WHOLE)["mask_rle"] = thing_of(line, 2)["mask_rle"]

    edit_line(root, change)


def amodal_smaller(thing: Line) -> None:
    mask = pixels_of(thing["amodal_rle"])
    thing["amodal_rle"] = rle_of(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)))


def occluders_traded(thing: Line) -> None:
    """The first hides one pixel more, the second one less: everything still adds up."""
    for one, by in zip(thing["occluders"], (1, -1), strict=False):
        one["hidden_px"] += by
        one["share"] = one["hidden_px"] / thing["unoccluded_px"]


def occluder_renamed(thing: Line) -> None:
    thing["occluders"][0]["instance_id"] = 4


def box_of_previous_tick(field: str) -> Callable[[Path], None]:
    def change(lines: list[Line]) -> None:
        now, before = (thing_of(line_of(lines, frame), WHOLE) for frame in (2, 1))
        now[field] = before[field]

    return lambda root: edit_lines(root, change)  # type: ignore[arg-type, return-value]


def posed_box_shifted(thing: Line) -> None:
    thing["box3d_posed"]["world_from_box"][1][3] += 0.1


def posed_box_far_away(thing: Line) -> None:
    thing["box3d_posed"]["world_from_box"][0][3] += 5.0


def captures_miscounted(root: Path) -> None:
    edit_sequence(root, lambda data: data["frames"].update(front=99))


def standing_still(root: Path) -> None:
    """In the states too, as `standing`."""

    def stand(values: Image) -> Image:
        values[:, WHOLE - 1] = 3
        return values

    def change(lines: list[Line]) -> None:
        for line in lines:
            for thing in line["annotations"]:
                if thing["instance_id"] == WHOLE:
                    thing["activity"] = "standing"

    edit_states(root, "activity", stand)
    edit_lines(root, change)  # type: ignore[arg-type]


def posed_box_of_another_height(thing: Line) -> None:
    thing["box3d_posed"]["size_lwh_m"][2] *= 0.8


def another_size(thing: Line) -> None:
    thing["box3d"]["size_lwh_m"][0] += 0.01


def another_size_all_along(root: Path) -> None:
    """In the list of agents too: one frame then differs from the others."""
    edit_sequence(root, lambda data: data["agents"][WHOLE - 1]["size_lwh_m"].__setitem__(0, 1.1))


def reversed_velocities(root: Path) -> None:
    """In labels and states alike, so that only the tracks can tell."""
    edit_states(root, "vx_mps", np.negative)
    edit_states(root, "vy_mps", np.negative)

    def change(lines: list[Line]) -> None:
        for line in lines:
            for thing in line["annotations"]:
                thing["velocity_mps"] = [-v if v else v for v in thing["velocity_mps"]]

    edit_lines(root, change)  # type: ignore[arg-type]


def jumping_velocity(root: Path) -> None:
    def jump(values: Image) -> Image:
        values[2, WHOLE - 1] += 6.0
        return values

    edit_states(root, "vx_mps", jump)
    edit_lines(root, lambda lines: jump_labels(lines, 2))  # type: ignore[arg-type, return-value]


def jump_labels(lines: list[Line], tick: int) -> None:
    for line in lines:
        for thing in line["annotations"]:
            if (line["tick"], thing["instance_id"]) == (tick, WHOLE):
                thing["velocity_mps"][0] += 6.0


def reversed_yaw_rates(root: Path) -> None:
    edit_states(root, "yaw_rate_radps", lambda rates: -10 * rates)

    def change(lines: list[Line]) -> None:
        for line in lines:
            for thing in line["annotations"]:
                thing["yaw_rate_radps"] *= -10

    edit_lines(root, change)  # type: ignore[arg-type]


def range_for_depth(depth: Image) -> Image:
    camera = STREET.cameras[0]
    v, u = np.mgrid[: camera.height_px, : camera.width_px] + 0.5
    focal_px = camera.width_px / 2 / np.tan(np.radians(camera.hfov_deg) / 2)
    x, y = (u - camera.width_px / 2) / focal_px, (v - camera.height_px / 2) / focal_px
    return np.asarray(depth * np.sqrt(1 + x * x + y * y), np.float32)


def nothing_on_agents(root: Path) -> None:
    edit_image(root, "depth", lambda depth: np.full_like(depth, np.inf))


def one_pixel(value: float) -> Callable[[Image], Image]:
    def change(image: Image) -> Image:
        image[40, 40] = value
        return image

    return change


def missing_frame(root: Path) -> None:
    """A gap in the numbers."""
    edit_lines(root, lambda lines: [line for line in lines if line["frame"] != 1])


def missing_frame_renumbered(root: Path) -> None:
    """The last frame is gone: numbers have no gap."""
    edit_lines(root, lambda lines: [line for line in lines if line["frame"] != LAST])


def altered_byte(root: Path) -> None:
    path = root / SEQUENCE / "front/rgb/000000.png"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def missing_file(root: Path) -> None:
    (root / SEQUENCE / "front/rgb/000000.png").unlink()


def missing_image(root: Path) -> None:
    """The manifest does not know it either."""
    (root / SEQUENCE / "front/instance/000001.png").unlink()
    rehash(root)


def missing_sequence(root: Path) -> None:
    shutil.rmtree(root / SEQUENCE)


def channel_not_recorded(root: Path) -> None:
    edit_sequence(root, lambda data: data["sensors"][0]["camera"]["channels"].remove("normal"))


def record_of_another(root: Path) -> None:
    edit_lines(root, lambda lines: [*lines[:3], lines[2], *lines[3:]])


def without_a_field(thing: Line) -> None:
    del thing["truncation"]


def exposed(ev100: float, exposure_s: float, iso: float) -> Callable[[Path], None]:
    """Plants an exposure of a camera of f/2 that opens 1/30 s at most."""
    exposure = {"ev100": ev100, "exposure_s": exposure_s, "iso": iso, "white_balance": [1.0, 1.0, 1.0]}
    return lambda root: edit_line(root, lambda line: line.update(exposure=exposure))


FAULTS: list[tuple[str, Callable[[Path], None], str]] = [
    ("an altered byte", altered_byte, "files"),
    ("a missing file", missing_file, "files"),
    ("a stray file", lambda root: (root / "stray.txt").write_text("?") and None, "files"),
    ("a sequence left unfinished", lambda root: (root / "sequences/.partial-x").mkdir(), "files"),
    ("a missing sequence", missing_sequence, "files"),
    ("a missing image", missing_image, "readable"),
    ("an RLE that does not fill the image", put(WHOLE, mask_rle=SHORT), "readable"),
    ("a category there is not", put(WHOLE, category="vehicle.boat"), "readable"),
    ("a missing frame", missing_frame, "frame-numbers"),
    ("a capture twice", record_of_another, "frame-numbers"),
    ("a missing last frame", missing_frame_renumbered, "all-frames"),
    ("a timestamp shifted", timestamp_shifted, "timestamps"),
    ("a channel the camera does not record", channel_not_recorded, "channels"),
    ("an image of another size", in_image("semantic", lambda image: image[:-1]), "image-shapes"),
    ("a missing field", of(WHOLE, without_a_field), "fields"),
    ("a field of another type", put(WHOLE, is_parked=0), "fields"),
    ("a duplicate id", duplicate_id, "unique-ids"),
    ("an object left out", dropped_object, "ids"),
    ("ids swapped in the labels", ids_swapped_in_labels, "mask-rle"),
    ("ids swapped in the image", in_image("instance", ids_swapped_in_image), "mask-rle"),
    ("ids swapped in image and labels", ids_swapped_everywhere, "box3d-state"),
    ("the mask of the previous frame", mask_of_previous_frame, "mask-rle"),
    ("the mask of another object", rle_of_another, "mask-rle"),
    ("a mask dilated", mask_dilated, "box3d-depth"),
    ("a visible box off by one", of(WHOLE, box_off_by_one), "visible-box"),
    ("a pixel too many counted", more("visible_px", 1), "visible-area"),
    ("an amodal mask smaller than the visible one", of(WHOLE, amodal_smaller), "amodal-mask"),
    ("an amodal mask smaller than its area", of(HIDDEN, amodal_smaller), "amodal-area"),
    ("an amodal box cut", of(WHOLE, amodal_box_cut), "amodal-box"),
    ("an unoccluded area of its own", of(HIDDEN, lambda t: t.update(unoccluded_px=99)), "unoccluded"),
    ("a visibility halved", of(WHOLE, lambda t: t.update(visibility=t["visibility"] / 2)), "visibility"),
    ("a level that does not follow", of(WHOLE, lambda t: t.update(occlusion_level=2)), "occlusion-level"),
    ("a share that does not add up", of(HIDDEN, share_halved), "occluder-shares"),
    ("an occluder left out", of(HIDDEN, lambda t: t["occluders"].pop()), "occluder-shares"),
    ("occluders that traded a pixel", of(HIDDEN, occluders_traded), "occluders"),
    ("another occluder", of(HIDDEN, occluder_renamed), "occluders"),
    ("a pixel without class", in_image("semantic", one_pixel(0)), "classes"),
    ("a class there is not", in_image("semantic", one_pixel(99)), "classes"),
    ("an agent's class on the ground", in_image("semantic", one_pixel(34)), "agent-classes"),
    ("agents of the class of the ground", in_image("semantic", all_ground), "agent-classes"),
    ("a panoptic id of another", in_image("panoptic", one_pixel(65536 + 4)), "panoptic"),
    ("a depth below zero", in_image("depth", one_pixel(-3.0)), "depth-range"),
    ("a depth that is no number", in_image("depth", one_pixel(np.nan)), "depth-range"),
    ("normals of half length", in_image("normal", lambda n: n / 2), "normal-length"),
    ("normals that are no numbers", in_image("normal", one_pixel(np.nan)), "normal-length"),
    ("occlusion of 3", in_image("occlusion_forward", one_pixel(3)), "occlusion-values"),
    ("no next frame in the middle", in_image("occlusion_forward", one_pixel(255)), "occlusion-values"),
    ("occlusion at the end", in_image("occlusion_forward", np.zeros_like, LAST), "occlusion-values"),
    ("flow at the end", in_image("flow_forward", np.zeros_like, LAST), "motion-ends"),
    ("flow before the start", in_image("flow_backward", np.zeros_like, 0), "motion-ends"),
    ("no scene flow in the middle", in_image("scene_flow", lambda f: np.full_like(f, np.nan)), "motion-ends"),
    ("a posed box too low", of(WHOLE, posed_box_of_another_height), "box3d-mask"),
    ("a posed box beside", of(WHOLE, posed_box_shifted), "box3d-depth"),
    ("a posed box of the previous tick", box_of_previous_tick("box3d_posed"), "box3d-depth"),
    ("range instead of depth", in_image("depth", range_for_depth), "box3d-depth"),
    ("depth 1 % short", in_image("depth", lambda depth: np.float32(0.99) * depth), "box3d-depth"),
    ("no depth on agents", nothing_on_agents, "box3d-depth"),
    ("truncated in the middle of the image", put(WHOLE, truncation=0.01), "truncation"),
    ("a truncation too small", put(CUT, truncation=0.1), "truncation"),
    ("a truncation too large", put(CUT, truncation=0.95), "truncation"),
    ("a distance off", more("distance_m", 0.001), "distance"),
    ("names swapped", put(WHOLE, name="a1"), "roster"),
    ("box3d of the previous tick", box_of_previous_tick("box3d"), "box3d-state"),
    ("a velocity turned round", of(WHOLE, velocity_reversed), "motion-state"),
    ("lights of the tick before", put(WHOLE, lights=8), "lights"),
    ("lights by other names", of(WHOLE, lambda t: t["attributes"].update(brake_light=False)), "light-names"),
    ("another activity", put(WHOLE, activity="crossing"), "activity"),
    ("a walk of someone who stands", standing_still, "activity-speed"),
    ("a posed box of another object", of(WHOLE, posed_box_far_away), "box3d-posed"),
    ("captures that are not counted", captures_miscounted, "all-frames"),
    ("an exposure that time and iso belie", exposed(10.0, 0.01, 100.0), "exposure"),
    ("an exposure that the camera cannot make", exposed(5.0, 0.125, 100.0), "exposure"),
    ("an exposure of no time", exposed(5.0, 0.0, 100.0), "exposure"),
    (
        "a clean picture of something else",
        lambda root: edit_image(root, "rgb_clean", lambda image: image[::-1]),
        "rgb-clean",
    ),
    (
        "rain in fair weather",
        lambda root: edit_image(root, "weather_mask", lambda image: image + np.uint8(1)),
        "weather-mask",
    ),
    ("a rider of a person", put(WHOLE, rider_of=2), "rider"),
    ("a category that flips", put(WHOLE, category="human.pedestrian.child"), "track-category"),
    ("a size that changes", of(WHOLE, another_size), "track-size"),
    ("a size that is not the agent's", another_size_all_along, "roster"),
    ("all velocities turned round", reversed_velocities, "track-step"),
    ("a velocity that jumps", jumping_velocity, "track-speed"),
    ("yaw rates turned round", reversed_yaw_rates, "track-turn"),
]


@pytest.mark.parametrize(("plant", "name"), [pytest.param(p, n, id=f) for f, p, n in FAULTS])
def test_a_planted_fault_is_found(
    sound: Path, tmp_path: Path, plant: Callable[[Path], None], name: str
) -> None:
    root = shutil.copytree(sound, tmp_path / "broken")
    plant(root)
    report = check(root)
    assert name in {finding.check for finding in report.findings}, report.table()
    assert report.found >= len(report.findings) > 0


def test_without_a_fault_nothing_is_found(sound: Path) -> None:
    report = check(sound)
    assert report.findings == ()
    assert all(result.findings == 0 for result in report.results)


def test_every_check_of_labels_has_a_fault_it_finds() -> None:
    geometry = {one.name for one in CHECKS if "geometry" in one.run.__module__}
    assert {name for _, _, name in FAULTS} == {one.name for one in CHECKS} - geometry | {"files", "readable"}


def test_findings_say_what_and_where(sound: Path, tmp_path: Path) -> None:
    root = shutil.copytree(sound, tmp_path / "broken")
    of(WHOLE, box_off_by_one)(root)
    (finding,) = [found for found in check(root).findings if found.check == "visible-box"]
    line = line_of([json.loads(text) for text in (root / SEQUENCE / "labels.jsonl").read_text().splitlines()])
    box = tuple(thing_of(line, WHOLE)["box2d_visible"])
    assert (finding.check, finding.where) == ("visible-box", "toy frame 1 front")
    mask = tuple(int(v) - 1 for v in box)
    assert finding.what == f"visible box {box} of instance {WHOLE}, its mask's is {mask}"
