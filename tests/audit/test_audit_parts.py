"""Parts of the audit against independent arithmetic: run lengths, boxes in the image, the reader."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_mask

from sim.audit import Lens, View
from sim.audit.boxes import posed_in_constant
from sim.audit.measures import exact, measure
from sim.audit.memo import per_view
from sim.audit.native import NativeSequence
from sim.audit.rle import checked_rle, decode, shared_px
from sim.audit.solids import camera_from_world, outline, to_box
from sim.dataset import read
from sim.errors import UsageError
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.testing import ToyStreet

MASKS = arrays(np.bool_, st.tuples(st.integers(1, 70), st.integers(1, 70)))


def rle_of(mask: np.ndarray) -> dict[str, object]:
    return dict(coco_mask.encode(np.asfortranarray(mask, np.uint8)))


@settings(max_examples=100, deadline=None)
@given(MASKS)
def test_masks_are_decoded_whole_and_in_their_box(mask: np.ndarray) -> None:
    found = decode(checked_rle(rle_of(mask), "it"))
    assert found.area_px == mask.sum()
    again = np.zeros_like(mask)
    x0, y0, x1, y1 = found.box_px
    again[y0:y1, x0:x1] = found.pixels
    assert (again == mask).all()
    if mask.any():
        rows, columns = np.nonzero(mask)
        assert found.box_px == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        values = np.arange(mask.size).reshape(mask.shape)
        assert sorted(found.of(values)) == sorted(values[mask])


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_shared_pixels_are_counted(height: int, width: int, data: st.DataObject) -> None:
    a, b = (data.draw(arrays(np.bool_, (height, width))) for _ in range(2))
    assert shared_px(checked_rle(rle_of(a), ""), checked_rle(rle_of(b), "")) == (a & b).sum()


@settings(max_examples=50, deadline=None)
@given(MASKS)
def test_lists_of_runs_are_taken_too(mask: np.ndarray) -> None:
    flat = mask.T.ravel()
    turns = np.flatnonzero(np.diff(flat.astype(int), prepend=0))
    runs = np.diff([0, *turns, flat.size]).tolist()
    found = checked_rle({"size": list(mask.shape), "counts": runs}, "it")
    assert found["counts"] == rle_of(mask)["counts"]


@pytest.mark.parametrize(
    "rle",
    [
        None, "PX", {"size": [2, 2]}, {"size": [2], "counts": "04"}, {"size": [2, 2], "counts": "05"},
        {"size": [2, 2], "counts": "PPPP"}, {"size": [2, 2], "counts": "ä4"},
        {"size": [2, 2], "counts": "\x01"},
        {"size": [2, 2], "counts": [5, -1]}, {"size": [2, 2], "counts": ["x"]}, {"size": [2, 2], "counts": 4},
        {"size": [2, 2], "counts": "P" * 60 + "4"}, {"size": [2, 2], "counts": ""},
    ],
)  # fmt: skip
def test_what_is_no_rle_is_named_before_it_is_decoded(rle: object) -> None:
    with pytest.raises(UsageError, match="frame 3: mask"):
        checked_rle(rle, "frame 3: mask")


def test_the_worst_counts_and_numbers_that_are_none_are_worst() -> None:
    found = measure("here", [(0.5, "a"), (2.0, "b"), (float("nan"), "c"), (1.0, "d")], 1.0, "px")
    assert (found.compared, found.worst, found.failures) == (4, np.inf, ("b", "c"))
    assert measure("here", [], 1.0, "px").compared == 0
    assert exact("here", [(False, "a"), (True, "b")]).failures == ("b",)


def test_results_are_kept_per_view() -> None:
    calls = []

    @per_view
    def slow(view: View) -> int:
        calls.append(view.frame)
        return view.frame

    views = [View("s", i, "c", i, i, None, None, 0.1, {}, ()) for i in range(3)]
    assert [slow(view) for view in views for _ in range(2)] == [0, 0, 1, 1, 2, 2]
    assert calls == [0, 1, 2]


LENSES = {
    "pinhole": Lens(96, 64, 60.0, 61.0, 47.0, 33.0),
    "brown_conrady": Lens(
        96, 64, 60.0, 61.0, 47.0, 33.0, "brown_conrady", (-0.2, 0.05, 1e-3, -2e-3, 0.0, 0.0, 0.0, 0.0)
    ),
    "kannala_brandt": Lens(96, 64, 40.0, 41.0, 47.0, 33.0, "kannala_brandt", (0.02, -0.004, 0.0, 0.0)),
}


def box_at(x: float, y: float, z: float, yaw: float) -> dict[str, object]:
    c, s = np.cos(yaw), np.sin(yaw)
    return {"world_from_box": [[c, -s, 0, x], [s, c, 0, y], [0, 0, 1, z]], "size_lwh_m": [4.0, 1.8, 1.5]}


@pytest.mark.parametrize("name", LENSES)
@pytest.mark.parametrize("yaw", [0.0, 0.7, 2.5])
def test_outlines_enclose_every_point_of_a_box_and_no_more(name: str, yaw: float) -> None:
    """Against OpenCV's projections of a dense grid on the surface; a camera without motion."""
    lens, box = LENSES[name], box_at(0.8, 0.4, 8.0, yaw)
    found = outline(box, np.eye(4), lens, 0.1)
    assert found is not None
    assert found.inner_px is not None
    grid = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 41)] * 3), -1).reshape(-1, 3)
    grid = grid[np.abs(grid).max(1) == 0.5]
    pose = np.array(box["world_from_box"])
    points = (grid * box["size_lwh_m"]) @ pose[:, :3].T + pose[:, 3]
    matrix = np.array([[lens.fx_px, 0, lens.cx_px], [0, lens.fy_px, lens.cy_px], [0, 0, 1.0]])
    still, bent = np.zeros(3), np.array(lens.coefficients or (0.0,) * 4)
    if name == "kannala_brandt":
        pixels, _ = cv2.fisheye.projectPoints(points[:, None], still, still, matrix, bent)
    else:
        pixels, _ = cv2.projectPoints(points, still, still, matrix, bent)
    pixels = pixels.reshape(-1, 2)
    assert np.allclose(found.outer_px, [*pixels.min(0), *pixels.max(0)], atol=0.02)
    # A body with a point on each face reaches at least as far as the nearest point of the farthest face.
    x0, y0, x1, y1 = found.inner_px
    for axis, least, most in ((0, x0, x1), (1, y0, y1)):
        sides = [pixels[grid[:, a] == side, axis] for a in range(3) for side in (-0.5, 0.5)]
        assert least == pytest.approx(min(side.max() for side in sides), abs=0.05)
        assert most == pytest.approx(max(side.min() for side in sides), abs=0.05)


def test_a_box_half_behind_the_camera_is_cut_at_the_near_plane() -> None:
    lens = LENSES["pinhole"]
    box = {"world_from_box": [[1, 0, 0, 0], [0, 1, 0, 0.9], [0, 0, 1, 0]], "size_lwh_m": [1.0, 1.0, 4.0]}
    found = outline(box, np.eye(4), lens, 0.5)
    assert found is not None
    assert found.inner_px is None
    x = 0.5 / 0.5 * lens.fx_px
    top, bottom = 0.4 / 2.0 * lens.fy_px, 1.4 / 0.5 * lens.fy_px
    expected = (lens.cx_px - x, lens.cy_px + top, lens.cx_px + x, lens.cy_px + bottom)
    assert found.outer_px == pytest.approx(expected)
    behind = {**box, "world_from_box": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, -3]]}
    assert outline(behind, np.eye(4), lens, 0.5) is None


def test_nothing_is_said_of_boxes_beside_a_fisheye_or_beyond_where_a_lens_folds() -> None:
    around = {"world_from_box": [[1, 0, 0, 0], [0, 1, 0, 0.9], [0, 0, 1, 0]], "size_lwh_m": [4.0, 1.5, 4.0]}
    found = outline(around, np.eye(4), LENSES["kannala_brandt"], 0.1)
    assert found is not None
    assert (found.outer_px, found.inner_px) == ((-np.inf, -np.inf, np.inf, np.inf), None)
    folding = Lens(96, 64, 60.0, 60.0, 48.0, 32.0, "brown_conrady", (-0.4, 0.0, 0.0, 0.0))
    wide = {"world_from_box": [[1, 0, 0, 3], [0, 1, 0, 0], [0, 0, 1, 4]], "size_lwh_m": [6.0, 1.0, 1.0]}
    found = outline(wide, np.eye(4), folding, 0.1)
    assert found is not None
    assert found.outer_px == (-np.inf, -np.inf, np.inf, np.inf)


def test_points_in_box_axes() -> None:
    box = box_at(1.0, -2.0, 3.0, 0.4)
    pose = np.vstack([box["world_from_box"], [0, 0, 0, 1]])
    points = np.random.default_rng(0).normal(size=(3, 5))
    expected = np.linalg.solve(pose, np.vstack([points, np.ones(5)]))[:3]
    assert np.allclose(to_box(box, points), expected)
    assert np.allclose(camera_from_world(pose), np.linalg.inv(pose))


@pytest.mark.parametrize("lens", [None, BrownConrady(k1=-0.1, k6=0.01), KannalaBrandt(k1=0.01, k4=-0.001)])
def test_the_reader_reads_what_was_written(tmp_path: Path, lens: BrownConrady | KannalaBrandt | None) -> None:
    """Two readers that share nothing give the same numbers."""
    rig = tuple(
        Camera(
            n, m, z_m=2.5, width_px=48, height_px=32, rate_hz=hz, channels=CAMERA_CHANNELS, distortion=lens
        )
        for n, m, hz in (("a", "ego", 10), ("b", "", 5))
    )
    ToyStreet(seed=2, ticks=5, rig=rig).write(tmp_path)
    mine, theirs = NativeSequence(tmp_path, "toy"), read(tmp_path)[0]
    groups = list(mine.views())
    assert mine.frames == len(groups) == len(theirs)
    ends = {name: [v for group in groups for v in group if v.sensor == name] for name in "ab"}
    for views in ends.values():
        assert [view.extra["is_first"] for view in views] == [True] + [False] * (len(views) - 1)
        assert [view.extra["is_last"] for view in views] == [False] * (len(views) - 1) + [True]
    for group, frame in zip(groups, theirs, strict=True):
        assert [view.sensor for view in group] == list(frame.captures)
        for view in group:
            capture = frame[view.sensor]
            assert (view.frame, view.tick, view.timestamp_ns) == (
                frame.index,
                capture.tick,
                capture.timestamp_ns,
            )
            assert (view.world_from_camera == capture.world_from_camera.matrix).all()
            assert set(view.images) == set(capture.channels)
            for name, image in view.images.items():
                assert image.dtype == capture.channels[name].dtype
                assert np.array_equal(image, capture.channels[name], equal_nan=image.dtype.kind == "f")
            k = capture.intrinsics
            assert view.lens is not None
            assert (view.lens.fx_px, view.lens.fy_px, view.lens.cx_px, view.lens.cy_px) == (
                k.fx_px, k.fy_px, k.cx_px, k.cy_px,
            )  # fmt: skip
            told = {} if lens is None else dict(zip(_names(lens), view.lens.coefficients, strict=True))
            assert all(told[name] == getattr(lens, name) for name in told)
            assert view.extra["state"]["x_m"].tolist() == frame.state.poses.position_m[:, 0].tolist()
            assert len(view.objects) == len(frame.annotations[view.sensor])


def _names(lens: BrownConrady | KannalaBrandt) -> tuple[str, ...]:
    fisheye = ("k1", "k2", "k3", "k4")
    return fisheye if isinstance(lens, KannalaBrandt) else ("k1", "k2", "p1", "p2", *fisheye[2:], "k5", "k6")


@pytest.mark.parametrize("category", ["human.pedestrian.adult", "vehicle.car"])
def test_the_posed_box_may_reach_down_to_a_foot_beside_the_kerb_and_no_farther(category: str) -> None:
    def box(low_m: float, high_m: float) -> dict[str, object]:
        rows = [[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 1.0, (low_m + high_m) / 2]]
        return {"world_from_box": rows, "size_lwh_m": [1.0, 1.0, high_m - low_m]}

    def outside_m(posed_low_m: float, feet_m: tuple[float, float]) -> float:
        thing = {"instance_id": 1, "category": category, "box3d": box(0.12, 1.8)}
        state = {"z_m": np.array([0.12])}
        state |= {
            f"{side}_foot_z_m": np.array([z]) for side, z in zip(("left", "right"), feet_m, strict=True)
        }
        view = View(
            "s", 0, "c", 0, 0, None, None, 0.3, {}, [thing | {"box3d_posed": box(posed_low_m, 1.7)}],
            {"state": state},
        )  # fmt: skip
        (found,) = posed_in_constant(view)
        return found.worst

    steps = category.startswith("human.")
    assert outside_m(0.0, (0.12, 0.0)) == pytest.approx(0.0 if steps else 0.12)
    assert outside_m(0.0, (0.12, 0.12)) == pytest.approx(0.12)
    assert outside_m(-0.2, (0.0, 0.12)) == pytest.approx(0.2 if steps else 0.32)
    assert outside_m(0.0, (0.3, 0.3)) == pytest.approx(0.12)
