"""`check` is silent on sound data sets and finds every planted fault."""

import dataclasses
import json
import shutil

import cv2
import numpy as np
import pytest
import tifffile

from sim.dataset import check, counts, read
from sim.dataset.images import ENCODERS, decode
from sim.dataset.manifest import write_manifest
from sim.errors import UsageError
from sim.testing.toys import ToyStreet

SEQUENCE = "sequences/toy"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    root = tmp_path_factory.mktemp("sound")
    ToyStreet(seed=3, ticks=3).write(root, formats=("native", "coco", "kitti", "mot"))
    return root


@pytest.fixture
def broken(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "broken")


def rehash(root):
    """A manifest that vouches for the fault, so that only the invariants can find it."""
    (root / "manifest.json").unlink()
    write_manifest(root)


def edit_labels(root, change):
    """Apply a change to the first annotation seen in front's frame 1."""
    path = root / SEQUENCE / "labels.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    line = next(line for line in lines if line["frame"] == 1 and line["sensor"] == "front")
    change(line, max(line["annotations"], key=lambda a: a["visible_px"]))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rehash(root)


def edit_image(root, channel, change):
    path = next((root / SEQUENCE / "front" / channel).glob("000001.*"))
    image = change(decode(path, channel).copy())
    path.write_bytes(ENCODERS[channel](image))
    rehash(root)


def largest(root):
    frame = read(root)[0][1]
    return max(frame.annotations["front"], key=lambda a: a.visible_px), frame["front"]


def whats(root):
    return " | ".join(finding.what for finding in check(root))


@pytest.mark.parametrize("seed", range(6))
def test_sound_data_sets_have_no_findings(tmp_path, seed):
    ToyStreet(seed=seed, agents=8, ticks=4).write(tmp_path)
    assert check(tmp_path) == []


def test_progress_counts_files_and_frames(sound):
    calls = []
    assert check(sound, lambda done, total: calls.append((done, total))) == []
    assert [done for done, _ in calls] == list(range(1, len(calls) + 1))
    assert calls[-1][0] == calls[-1][1] == len(read(sound).manifest.files) + 3


def test_counts_are_those_of_the_frames(sound):
    table = counts(sound)
    rows = [a for frame in read(sound)[0] for v in frame.annotations.values() for a in v]
    for name, row in table.items():
        mine = [a for a in rows if a.category == name]
        assert row == {
            "tracks": len({a.instance_id for a in mine}),
            "annotations": len(mine),
            "visible": sum(a.visible_px > 0 for a in mine),
            "hidden": sum(a.visible_px == 0 for a in mine),
            "truncated": sum(a.truncation > 0 for a in mine),
            "pixels": sum(a.visible_px for a in mine),
        }
    assert sum(row["annotations"] for row in table.values()) == len(rows)


def _shift_box2d(line, a):
    a["box2d_visible"] = [v + 1 for v in a["box2d_visible"]]


def _shift_posed(line, a):
    a["box3d_posed"]["world_from_box"][1][3] += 0.5


def _shift_box3d(line, a):
    a["box3d"]["world_from_box"][0][3] += 0.01


def _wrong_size(line, a):
    a["box3d"]["size_lwh_m"][0] += 0.1


def _swap_ids(line, a):
    same = [b for b in line["annotations"] if b["visible_px"]][:2]
    assert len(same) == 2
    for key in ("instance_id", "name"):
        same[0][key], same[1][key] = same[1][key], same[0][key]


def _drop_row(line, a):
    line["annotations"].remove(a)


def _category(line, a):
    a["category"] = "vehicle.van"


def _visibility(line, a):
    a["visibility"] = a["visibility"] / 2


def _unoccluded(line, a):
    a["unoccluded_px"] = a["visible_px"] - 1


def _rle(line, a):
    a["mask_rle"]["counts"] = next(
        b["mask_rle"]["counts"] for b in line["annotations"] if b["mask_rle"] and b is not a
    )


def _time(line, a):
    line["timestamp_ns"] += 1


def _camera(line, a):
    line["world_from_camera"][2][3] += 0.01


def _carrier(line, a):
    line["world_from_carrier"][0][3] += 0.01


def _velocity(line, a):
    a["velocity_mps"][0] += 1


def _amodal(line, a):
    x0, y0, x1, y1 = a["box2d_amodal"]
    a["box2d_amodal"] = [x0, y0, (x0 + x1) / 2, y1]


def _number(line, a):
    line["frame"] = 7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_shift_box2d, "is not the mask's"),
        (_shift_posed, "outside its posed box"),
        (_shift_box3d, "box3d does not lie where"),
        (_wrong_size, "the track's are"),
        (_swap_ids, "mask_rle is not the mask"),
        (_drop_row, "ids in the mask and in the labels differ"),
        (_category, "in the roster"),
        (_visibility, "visibility"),
        (_unoccluded, "unoccluded"),
        (_rle, "mask_rle is not the mask"),
        (_time, "timestamp"),
        (_camera, "world_from_camera is not"),
        (_carrier, "world_from_carrier is not"),
        (_velocity, "velocity"),
        (_amodal, "leaves the amodal box"),
        (_number, "is numbered 7"),
    ],
)
def test_planted_faults_in_labels(broken, change, message):
    edit_labels(broken, change)
    assert message in whats(broken)


def test_a_dilated_mask(broken):
    a, _ = largest(broken)

    def dilate(image):
        grown = cv2.dilate((image == a.instance_id).astype(np.uint8), np.ones((3, 3), np.uint8))
        image[grown > 0] = a.instance_id
        return image

    edit_image(broken, "instance", dilate)
    found = whats(broken)
    for message in ("visible_px", "mask_rle is not", "semantic class", "outside its posed box"):
        assert message in found


def test_swapped_ids_in_the_mask(broken):
    ids = [a.instance_id for a in read(broken)[0][1].annotations["front"] if a.visible_px]
    first, second = ids[:2]

    def swap(image):
        out = image.copy()
        out[image == first], out[image == second] = second, first
        return out

    edit_image(broken, "instance", swap)
    assert "mask_rle is not" in whats(broken)


def test_depth_as_range(broken):
    _, capture = largest(broken)
    k = capture.intrinsics
    v, u = np.mgrid[: k.height_px, : k.width_px] + 0.5
    rays = k.back_project(np.stack([u, v], -1), np.ones(u.shape))
    edit_image(broken, "depth", lambda z: (z * np.linalg.norm(rays, axis=-1)).astype(np.float32))
    assert "outside its posed box" in whats(broken)


def test_infinite_depth_on_a_mask(broken):
    edit_image(broken, "depth", lambda z: np.full_like(z, np.inf))
    assert "depth is not finite" in whats(broken)


def test_wrong_semantics(broken):
    edit_image(broken, "semantic", lambda s: np.where(s >= 32, 1, s).astype(np.uint8))
    assert "semantic class" in whats(broken)


def test_an_image_of_another_size(broken):
    edit_image(broken, "semantic", lambda s: s[:-1])
    assert "semantic image is (63, 96)" in whats(broken)


def test_altered_missing_and_unknown_files(broken):
    names = [
        f"{SEQUENCE}/front/rgb/000000.png",
        "kitti/training/label_02/0000.txt",
        "coco/annotations/instances.json",
    ]
    for name in names:
        path = broken / name
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.unlink()  # the hard links of the image keep their bytes
        path.write_bytes(data)
    (broken / "mot/toy-front/gt/gt.txt").unlink()
    (broken / "stray.txt").write_text("?")
    (broken / "sequences/.partial-x").mkdir()
    found = {finding.where: finding.what for finding in check(broken)}
    for name in names:
        assert "differs from what was written" in found.pop(name)
    assert found == {
        "mot/toy-front/gt/gt.txt": "is missing",
        "stray.txt": "is not listed in the manifest",
        "sequences/.partial-x": "is left from a run that did not end",
    }


def test_a_missing_frame(broken):
    path = broken / SEQUENCE / "labels.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if json.loads(line)["frame"] != 1))
    rehash(broken)
    found = whats(broken)
    assert "is numbered 2" in found
    assert "2 captures, 3 were due" in found


def test_a_missing_image(broken):
    (broken / SEQUENCE / "front/instance/000001.png").unlink()
    rehash(broken)
    assert "cannot be read" in whats(broken)


def test_a_missing_sequence(broken):
    shutil.rmtree(broken / SEQUENCE)
    assert "in the manifest or on disk, but not in both" in whats(broken)


def test_findings_are_limited(tmp_path):
    ToyStreet(ticks=100, agents=2, width_px=16, height_px=16).write(tmp_path)
    path = tmp_path / SEQUENCE / "sequence.json"
    data = json.loads(path.read_text())
    for agent in data["agents"]:
        agent["centre_m"][2] += 1
        agent["size_lwh_m"][0] += 1
    path.write_text(json.dumps(data))
    rehash(tmp_path)
    found = check(tmp_path)
    assert (len(found), found[-1].what) == (201, "more findings are left out")


def test_no_data_set(tmp_path):
    with pytest.raises(UsageError, match="not a data set"):
        check(tmp_path)


def test_tiff_is_plain_and_lossless(sound):
    path = sound / SEQUENCE / "front/depth/000001.tiff"
    with tifffile.TiffFile(path) as file:
        tags = {tag.name for tag in file.pages[0].tags}
    assert tags.isdisjoint({"DateTime", "Software", "HostComputer", "ImageDescription"})
    frame = dataclasses.replace(read(sound)[0][1])
    assert np.isinf(frame["front"].depth_m).any()
