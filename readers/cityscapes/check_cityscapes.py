"""Cityscapes by cityscapesScripts: names, masks, cameras, and its three evaluations of the truth itself."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cityscapesscripts.evaluation import evalInstanceLevelSemanticLabeling as instance_level
from cityscapesscripts.evaluation import evalPixelLevelSemanticLabeling as pixel_level
from cityscapesscripts.evaluation.evalPanopticSemanticLabeling import evaluatePanoptic
from cityscapesscripts.helpers.box3dImageTransform import Box3dImageTransform, Camera
from cityscapesscripts.helpers.csHelpers import getCoreImageFileName, getCsFileInfo
from cityscapesscripts.helpers.labels import id2label, name2label
from cityscapesscripts.preparation.createPanopticImgs import convert2panoptic
from common import dataset, facts, report
from PIL import Image
from pycocotools import mask as mask_tools

WORDS = {
    "animal.dog": "dynamic",
    "human.pedestrian.adult": "person",
    "human.pedestrian.child": "person",
    "human.pedestrian.wheelchair": "rider",
    "human.rider.bicyclist": "rider",
    "human.rider.motorcyclist": "rider",
    "movable.pram": "dynamic",
    "movable.wheelchair": "dynamic",
    "vehicle.trailer": "truck",
    "vehicle.tram": "train",
    "vehicle.van": "car",
}
SPLITS = ("train", "val", "test")
HOME = dataset() / "cityscapes"


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def files(kind: str, split: str, ending: str) -> list[Path]:
    return sorted((HOME / kind / split).glob(f"*/*_{ending}"))


def filmed(known: dict[str, Any], split: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Core of the names of a capture's files, and the capture."""
    for name, sequence in known["sequences"].items():
        cameras = [s["camera"]["name"] for s in sequence["sensors"]]
        if sequence["split"] == split:
            for capture in sequence["captures"]:
                camera = cameras.index(capture["sensor"])
                yield f"{name}_{camera:06d}_{capture['frame']:06d}", capture


def check_capture(split: str, name: str, capture: dict[str, Any], least_px: int) -> int:
    """One picture and its labels; returns how many agents have a mask."""
    city = name.split("_")[0]
    for kind in ("leftImg8bit", "leftImg8bit_sequence"):
        path = HOME / kind / split / city / f"{name}_leftImg8bit.png"
        info = getCsFileInfo(str(path))
        assert (f"{info.city}_{info.sequenceNb}_{info.frameNb}", info.type) == (name, "leftImg8bit")
        assert zlib.crc32(pixels(path).tobytes()) == capture["rgb_crc32"], path
    base = HOME / "gtFine" / split / city / f"{name}_gtFine"
    own, labels = pixels(Path(f"{base}_instanceIds.png")), pixels(Path(f"{base}_labelIds.png"))
    train = pixels(Path(f"{base}_labelTrainIds.png"))
    for number in np.unique(labels).tolist():
        assert set(train[labels == number].tolist()) == {id2label[number].trainId}, base
    assert (np.where(own < 1000, own, own // 1000) == labels).all(), base
    numbers = set()
    for a in capture["annotations"]:
        if a["visible_px"] >= least_px:
            word = WORDS.get(a["category"], a["category"].rsplit(".", 1)[-1])
            mask = mask_tools.decode(a["mask_rle"]) > 0
            if not name2label[word].hasInstances:
                assert (own[mask] == name2label[word].id).all(), f"{base}: {a['name']}"
                continue
            number = name2label[word].id * 1000 + a["instance_id"]
            assert (mask == (own == number)).all(), f"{base}: {a['name']}"
            numbers.add(number)
    assert set(np.unique(own[own >= 1000]).tolist()) == numbers, f"{base}: other instances than filmed"
    return len(numbers)


def check_camera(
    split: str, name: str, capture: dict[str, Any], carrier: dict[str, Any] | None, k: dict[str, Any]
) -> int:
    """Corners of boxes project to where they were filmed; returns how many."""
    path = HOME / "camera" / split / name.split("_")[0] / f"{name}_camera.json"
    data = json.loads(path.read_text())
    e, i = data["extrinsic"], data["intrinsic"]
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(e[n]), np.sin(e[n])) for n in ("yaw", "pitch", "roll"))
    turn = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    turn = turn @ [[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]] @ [[1, 0, 0], [0, cr, -sr], [0, sr, cr]]
    sensor = np.column_stack([turn.T, -turn.T @ [e["x"], e["y"], e["z"]]])
    camera = Camera(i["fx"], i["fy"], i["u0"], i["v0"], sensor, k["width_px"], k["height_px"])
    world_from_vehicle = np.vstack([carrier["pose"], [0, 0, 0, 1]]) if carrier else np.eye(4)
    camera_from_world = np.linalg.inv(np.vstack([capture["world_from_camera"], [0, 0, 0, 1]]))
    found = 0
    for a in capture["annotations"]:
        world_from_box = np.vstack([a["box3d"]["world_from_box"], [0, 0, 0, 1]])
        half = np.array(a["box3d"]["size_lwh_m"]) / 2
        vehicle_from_box = np.linalg.inv(world_from_vehicle) @ world_from_box
        box = Box3dImageTransform(camera)
        box.initialize_box(2 * half, quaternion(vehicle_from_box[:3, :3]), vehicle_from_box[:3, 3])
        corners = box.get_vertices_2d()
        for at, signs in {"FLT": (1, 1, 1), "BRB": (-1, -1, -1), "FRT": (1, -1, 1)}.items():
            x, y, z = (camera_from_world @ world_from_box @ [*(signs * half), 1])[:3]
            if z > 0.5:
                u, v = k["fx_px"] * x / z + k["cx_px"] - 0.5, k["fy_px"] * y / z + k["cy_px"] - 0.5
                assert np.allclose(corners[at], (u, v), atol=1e-4), f"{path}: {a['name']} {corners[at]}"
                found += 1
    return found


def quaternion(rotation: np.ndarray) -> np.ndarray:
    """w x y z of a rotation matrix: the eigenvector of Bar-Itzhack's matrix."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = rotation
    matrix = [
        [xx - yy - zz, yx + xy, zx + xz, zy - yz],
        [yx + xy, yy - xx - zz, zy + yz, xz - zx],
        [zx + xz, zy + yz, zz - xx - yy, yx - xy],
        [zy - yz, xz - zx, yx - xy, xx + yy + zz],
    ]
    x, y, z, w = np.linalg.eigh(np.array(matrix))[1][:, -1]
    return np.array([w, x, y, z])


def check_segments(split: str, work: Path) -> None:
    """Our segments are those that createPanopticImgs makes of the instance images."""
    with contextlib.redirect_stdout(io.StringIO()):
        convert2panoptic(str(HOME / "gtFine"), str(work), setNames=[split])
    name = f"cityscapes_panoptic_{split}"
    theirs = json.loads((work / f"{name}.json").read_text())
    ours = json.loads((HOME / "gtFine" / f"{name}.json").read_text())
    for kind, key in (("images", "id"), ("annotations", "image_id")):
        assert {r[key]: r for r in ours[kind]} == {r[key]: r for r in theirs[kind]}, f"{split}: {kind}"
        assert len(ours[kind]) == len(theirs[kind])
    for c in ours["categories"]:
        del c["roadreel_classes"]
    assert ours["categories"] == theirs["categories"]
    for a in ours["annotations"]:
        paths = [folder / name / a["file_name"] for folder in (work, HOME / "gtFine")]
        assert (pixels(paths[0]) == pixels(paths[1])).all(), a["file_name"]


def mean_iou(truth: list[Path], found: list[Path]) -> float:
    args = pixel_level.args
    args.quiet, args.JSONOutput = True, False
    result = pixel_level.evaluateImgLists([str(p) for p in found], [str(p) for p in truth], args)
    return float(result["averageScoreClasses"])


def panoptic_quality(split: str, segments: dict[str, Any], work: Path) -> float:
    folder = HOME / "gtFine" / f"cityscapes_panoptic_{split}"
    handed_in = work / "segments.json"
    handed_in.write_text(json.dumps(segments))
    with contextlib.redirect_stdout(io.StringIO()):
        scores = evaluatePanoptic(
            f"{folder}.json", str(folder), str(handed_in), str(folder), str(work / "scores.json")
        )
    return 100 * float(scores["All"]["pq"])


def average_precision(truth: list[Path], work: Path, most: int | None = None) -> float:
    """AP of the instances of the truth, at most so many of a class in a picture, handed in as masks.

    Left out are the smallest: of a class whose handed in instances are all too small to be evaluated while
    the truth has a large one, evalInstanceLevelSemanticLabeling cannot make a curve (IndexError).
    """
    args = instance_level.args
    args.quiet, args.JSONOutput = True, False
    args.gtInstancesFile, args.predictionPath = str(work / "instances.json"), str(work)
    handed_in = []
    for path in truth:
        own, name = pixels(path), getCoreImageFileName(str(path))
        lines = []
        numbers, sizes = np.unique(own[own >= 1000], return_counts=True)
        by_size = numbers[np.argsort(-sizes, kind="stable")].tolist()
        classes = {number // 1000: [n for n in by_size if n // 1000 == number // 1000] for number in by_size}
        for number in (n for members in classes.values() for n in members[:most]):
            Image.fromarray(((own == number) * 255).astype(np.uint8)).save(work / f"{name}_{number}.png")
            lines.append(f"{name}_{number}.png {number // 1000} 1.0\n")
        handed_in.append(work / f"{name}.txt")
        handed_in[-1].write_text("".join(lines))
    with contextlib.chdir(work), contextlib.redirect_stdout(io.StringIO()):
        result = instance_level.evaluateImgLists([str(p) for p in handed_in], [str(p) for p in truth], args)
    return float(result["averages"]["allAp"])


def check_evaluations(work: Path) -> str:
    """The truth scores all against itself, and less when disturbed."""
    labels = [p for split in SPLITS for p in files("gtFine", split, "gtFine_labelIds.png")]
    ious = mean_iou(labels, labels), mean_iou(labels, labels[1:] + labels[:1])
    assert ious[0] == 1 > ious[1], ious
    segments = json.loads((HOME / "gtFine/cityscapes_panoptic_train.json").read_text())
    worse = copy.deepcopy(segments)
    for a in worse["annotations"]:
        for s in a["segments_info"]:
            s["category_id"] = 27 if s["category_id"] == 26 else s["category_id"]
    qualities = panoptic_quality("train", segments, work), panoptic_quality("train", worse, work)
    assert qualities[0] == 100 > qualities[1], qualities
    instances = [Path(str(p).replace("labelIds", "instanceIds")) for p in labels]
    precisions = average_precision(instances, work), average_precision(instances, work, 1)
    assert precisions[0] == 1 > precisions[1], precisions
    return f"mIoU {ious[0]:.1f}, PQ {qualities[0]:.0f}, AP {precisions[0]:.1f} of the truth itself"


def main() -> None:
    known = facts()
    masks = corners = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(os.path.realpath(folder))
        for split in SPLITS:
            found = list(filmed(known, split))
            for kind in ("leftImg8bit", "leftImg8bit_sequence"):
                assert {p.name for p in files(kind, split, "leftImg8bit.png")} == {
                    f"{name}_leftImg8bit.png" for name, _ in found
                }
            for name, capture in found:
                sequence = known["sequences"][name.split("_")[0]]
                sensor = next(s for s in sequence["sensors"] if s["camera"]["name"] == capture["sensor"])
                carrier = carried(capture, sensor["camera"], known, name.split("_")[0])
                masks += check_capture(split, name, capture, known["min_visible_px"])
                corners += check_camera(split, name, capture, carrier, sensor["intrinsics"])
            if found:
                check_segments(split, work)
        result = check_evaluations(work)
    assert masks > 0
    assert corners > 0
    report("cityscapes", "cityscapesScripts", f"{masks} masks; {result}")


def carried(
    capture: dict[str, Any], camera: dict[str, Any], known: dict[str, Any], sequence: str
) -> dict[str, Any] | None:
    """The pose (3, 4) of the vehicle that carries a camera, None if it is fixed."""
    if not camera["mount"]:
        return None
    body_from_camera = np.vstack(
        [known["sequences"][sequence]["body_from_camera"][camera["name"]], [0, 0, 0, 1]]
    )
    world_from_camera = np.vstack([capture["world_from_camera"], [0, 0, 0, 1]])
    return {"pose": (world_from_camera @ np.linalg.inv(body_from_camera))[:3]}


if __name__ == "__main__":
    main()
