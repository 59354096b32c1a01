"""The audit as a whole: silent on sound datasets, the same with any number of threads, lists only so much."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from damage import SEQUENCE, edit_lines, edit_sequence

from sim.audit import Report, Result, check
from sim.audit.checks import CHECKS
from sim.audit.tally import MOST_LISTED
from sim.dataset import read
from sim.errors import UsageError
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.testing import ToyStreet

LENSES = {
    "pinhole": None,
    "brown_conrady": BrownConrady(k1=-0.2, k2=0.03, p1=1e-3, p2=-5e-4),
    "kannala_brandt": KannalaBrandt(k1=0.02, k2=-0.003, k3=0.0005, k4=0.0),
}


def result(report: Report, name: str) -> Result:
    return next(one for one in report.results if one.check == name)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sound")
    ToyStreet(seed=3, ticks=3).write(root, formats=("native", "coco", "kitti", "mot"))
    return root


@pytest.mark.parametrize("seed", range(5))
def test_sound_datasets_have_no_findings(tmp_path: Path, seed: int) -> None:
    ToyStreet(seed=seed, agents=8, ticks=4, channels=CAMERA_CHANNELS).write(tmp_path)
    assert check(tmp_path).findings == ()


@pytest.mark.parametrize("lens", LENSES)
def test_sound_datasets_through_lenses_have_no_findings(tmp_path: Path, lens: str) -> None:
    wide = 190.0 if lens == "kannala_brandt" else 90.0
    rig = tuple(
        Camera(
            name, "ego", x_m=1.0, y_m=y_m, z_m=2.6, yaw_deg=yaw_deg, width_px=96, height_px=64, rate_hz=10,
            hfov_deg=wide, channels=CAMERA_CHANNELS, distortion=LENSES[lens],
        )
        for name, y_m, yaw_deg in (("left", 0.2, 0.0), ("right", -0.2, 0.0), ("side", 0.0, 60.0))
    )  # fmt: skip
    ToyStreet(seed=1, agents=8, ticks=3, rig=rig).write(tmp_path)
    assert check(tmp_path).findings == ()


def test_every_check_applies_to_a_rig_with_all_channels_or_says_why_not(tmp_path: Path) -> None:
    ToyStreet(seed=2, agents=8, ticks=3, channels=CAMERA_CHANNELS).write(tmp_path)
    report = check(tmp_path)
    assert [one.check for one in report.results] == ["files", "readable", *(one.name for one in CHECKS)]
    assert all(one.compared or one.not_applicable for one in report.results)
    assert result(report, "rider").not_applicable == "no rider_of"


def test_what_is_not_recorded_is_named(tmp_path: Path) -> None:
    ToyStreet(ticks=2, channels=("rgb", "instance")).write(tmp_path)
    report = check(tmp_path)
    assert report.findings == ()
    assert result(report, "box3d-depth").not_applicable == "no depth"
    assert result(report, "panoptic").not_applicable == "no panoptic, semantic"
    assert "not applicable: no depth\n" in report.table() + "\n"


def test_progress_counts_files_and_frames(sound: Path) -> None:
    calls: list[tuple[int, int]] = []
    assert check(sound, lambda done, total: calls.append((done, total))).findings == ()
    assert [done for done, _ in calls] == list(range(1, len(calls) + 1))
    assert calls[-1][0] == calls[-1][1] == len(read(sound).manifest.files) + 3


def test_counts_are_those_of_the_frames(sound: Path) -> None:
    table = check(sound).counts
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


def test_pixels_compared_are_all_of_them(tmp_path: Path) -> None:
    ToyStreet(seed=4, ticks=2, channels=CAMERA_CHANNELS).write(tmp_path)
    report, frames = check(tmp_path), list(read(tmp_path)[0])
    captures = [capture for frame in frames for capture in frame.captures.values()]
    assert result(report, "classes").compared == sum(capture.semantic.size for capture in captures)
    agents_px = sum(int(np.count_nonzero(capture.instance)) for capture in captures)
    assert result(report, "box3d-depth").compared == agents_px


def broken_every_frame(root: Path) -> Path:
    ToyStreet(seed=3, ticks=12, agents=4).write(root)

    def change(lines: list[dict[str, object]]) -> None:
        for line in lines:
            for thing in line["annotations"]:  # type: ignore[attr-defined]
                thing["distance_m"] += 1

    edit_lines(root, change)  # type: ignore[arg-type]
    return root


def test_findings_are_limited_but_counted(tmp_path: Path) -> None:
    report = check(broken_every_frame(tmp_path))
    total = result(report, "distance").findings
    assert report.found == total > MOST_LISTED
    assert len(report.findings) == MOST_LISTED + 1
    assert report.findings[-1].what == f"{total - MOST_LISTED} more findings are not listed"
    assert result(report, "distance").worst == pytest.approx(1.0)


def test_threads_change_nothing(tmp_path: Path) -> None:
    root = broken_every_frame(tmp_path)
    assert check(root, threads=1) == check(root, threads=7)


def test_json_is_the_report(tmp_path: Path) -> None:
    report = check(broken_every_frame(tmp_path))
    record = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert record["format"] == "native"
    assert record["found"] == report.found
    assert [(f["check"], f["where"], f["what"]) for f in record["findings"]] == [
        (f.check, f.where, f.what) for f in report.findings
    ]
    assert [c["check"] for c in record["checks"]] == [one.check for one in report.results]
    assert record["counts"] == report.counts


def test_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a data set"):
        check(tmp_path)


def test_a_broken_manifest_is_named(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"schema": "roadreel", "schema_version": 77}')
    with pytest.raises(UsageError, match="version 77, wanted roadreel, 3"):
        check(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(UsageError, match=r"manifest\.json is broken"):
        check(tmp_path)


def test_an_unknown_lens_is_a_finding(tmp_path: Path) -> None:
    ToyStreet(ticks=1).write(tmp_path)
    omni = {"model": "omni", "xi": 1.0}
    edit_sequence(tmp_path, lambda data: data["sensors"][0]["intrinsics"].update(distortion=omni))
    (finding,) = check(tmp_path).findings
    assert finding.check == "readable"
    assert "lens model 'omni', known: brown_conrady, kannala_brandt, pinhole" in finding.what


def test_tiff_is_plain(sound: Path) -> None:
    with tifffile.TiffFile(sound / SEQUENCE / "front/depth/000001.tiff") as file:
        tags = {tag.name for tag in file.pages[0].tags}
    assert tags.isdisjoint({"DateTime", "Software", "HostComputer", "ImageDescription"})


def test_a_broken_record_does_not_keep_the_others_from_being_looked_at(tmp_path: Path) -> None:
    root = broken_every_frame(tmp_path)
    before = result(check(root), "distance").findings

    def change(lines: list[dict[str, object]]) -> None:
        lines[0]["annotations"][0]["box3d"]["world_from_box"] = [[1.0]]  # type: ignore[index]

    edit_lines(root, change)  # type: ignore[arg-type]
    report = check(root)
    assert {"readable", "fields"} <= {finding.check for finding in report.findings}
    missed = result(report, "distance").findings
    assert 0 < before - missed < before / 4
