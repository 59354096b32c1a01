"""Annotations of toy streets against brute force on posed triangles and on the images."""

import dataclasses

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from sim.bodies import keypoints_world, posed_vertices
from sim.frame import AMODAL, Frame, Occluder
from sim.geometry import BrownConrady, KannalaBrandt
from sim.labels import label
from sim.scenario import DEFAULT_CHANNELS, Camera
from sim.testing.flat import FlatRenderer
from sim.testing.toys import ToyStreet, toy_bones

# pycocotools has not learnt NumPy 2's copy keyword yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STREETS = [ToyStreet(seed=s, agents=8, ticks=3) for s in range(4)]


def _cut(corners, near):
    """Corners of a triangle's part before the near plane, by walking its rim."""
    out = []
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        if a[2] >= near:
            out.append(a)
        if (a[2] >= near) != (b[2] >= near):
            out.append(a + (b - a) * (near - a[2]) / (b[2] - a[2]))
    return out


def _projected(body, bones, capture, near):
    """Tight box of a body's clipped triangles, triangle by triangle; None if all is behind."""
    points = capture.world_from_camera.inverse().apply(posed_vertices(body, bones))
    kept = [p for face in body.mesh.faces for p in _cut(points[face], near)]
    if not kept:
        return None
    pixels = capture.intrinsics.project(np.array(kept))
    return (*pixels.min(0), *pixels.max(0))


@pytest.mark.parametrize("street", STREETS, ids=lambda s: f"seed{s.seed}")
def test_rows_boxes_and_truncation_equal_brute_force(street):
    clipped = 0
    for state, frame in street.frames():
        bones = toy_bones(state)
        for name, capture in frame.captures.items():
            by_id = {a.instance_id: a for a in frame.annotations[name]}
            for row, body in enumerate(state.roster.bodies):
                whole = _projected(body, bones[row], capture, 0.3)
                a = by_id.pop(row + 1, None)
                if whole is None or capture.unoccluded_px[row] == 0:
                    assert a is None
                    continue
                x0, y0, x1, y1 = whole
                inside = (max(x0, 0), max(y0, 0), min(x1, street.width_px), min(y1, street.height_px))
                share = (inside[2] - inside[0]) * (inside[3] - inside[1]) / ((x1 - x0) * (y1 - y0))
                np.testing.assert_allclose(a.box2d_amodal, inside, atol=1e-6)
                assert a.truncation == pytest.approx(1 - share, abs=1e-9)
                clipped += a.truncation > 0
            assert not by_id
    assert clipped


@pytest.mark.parametrize("street", STREETS, ids=lambda s: f"seed{s.seed}")
def test_pixels_are_those_of_the_images(street):
    for _, frame in street.frames():
        for name, capture in frame.captures.items():
            total = np.zeros(capture.instance.shape, np.int64)
            for a in frame.annotations[name]:
                mask = capture.instance == a.instance_id
                assert a.visible_px == mask.sum()
                assert a.visibility == mask.sum() / capture.unoccluded_px[a.instance_id - 1]
                if not mask.any():
                    assert (a.mask_rle, a.box2d_visible) == (None, None)
                    continue
                decoded = coco_mask.decode(a.mask_rle).astype(bool)
                assert (decoded == mask).all()
                total += decoded * a.instance_id
            assert (total == capture.instance).all()


def test_boxes3d():
    street = STREETS[1]
    for state, frame in street.frames():
        bones = toy_bones(state)
        for a in frame.annotations["front"]:
            row, body = a.instance_id - 1, state.roster.bodies[a.instance_id - 1]
            points = posed_vertices(body, bones[row])
            local = a.box3d_posed.world_from_box.inverse().apply(points)
            half = np.array(a.box3d_posed.size_lwh_m) / 2
            np.testing.assert_allclose([local.min(0), local.max(0)], [-half, half], atol=1e-9)
            assert a.box3d.size_lwh_m == body.size_lwh_m
            at = a.box3d.world_from_box
            assert at.yaw_rad == pytest.approx(np.arctan2(np.sin(y := state.poses.yaw_rad[row]), np.cos(y)))
            assert at.rotation[2].tolist() == [0, 0, 1]
            np.testing.assert_allclose(
                at.apply(-np.array(body.centre_m)), state.poses.position_m[row], atol=1e-12
            )
            eye = frame["front"].world_from_camera.translation_m
            assert a.distance_m == pytest.approx(np.linalg.norm(at.translation_m - eye))


def _occluders(capture, row):
    """Owners of a silhouette's hidden pixels, counted one by one."""
    x0, y0 = capture.silhouettes.box_px[row, :2]
    counts = {}
    for y, x in np.argwhere(capture.silhouettes.mask(row)):
        owner = int(capture.instance[y0 + y, x0 + x]), int(capture.semantic[y0 + y, x0 + x])
        counts[owner] = counts.get(owner, 0) + (owner[0] != row + 1)
    whole = int(capture.unoccluded_px[row])
    found = [Occluder(i, s, n, n / whole) for (i, s), n in counts.items() if n]
    return tuple(sorted(found, key=lambda o: (-o.hidden_px, o.instance_id, o.semantic)))


@pytest.mark.parametrize("street", STREETS, ids=lambda s: f"seed{s.seed}")
def test_who_hides_whom_and_whole_masks_equal_brute_force(street):
    hidden = 0
    for state, frame in street.frames():
        captures = frame.captures
        amodal = label(Frame(0, state, captures), bones=toy_bones(state), amodal=("front",))
        for name, capture in captures.items():
            for a in amodal.annotations[name]:
                row = a.instance_id - 1
                assert a.occluders == _occluders(capture, row)
                total = sum(o.share for o in a.occluders) + a.visibility
                assert total == pytest.approx(1, abs=1e-12) or a.unoccluded_px == 0
                hidden += len(a.occluders)
                if name != "front":
                    assert a.amodal_rle is None
                    continue
                x0, y0, x1, y1 = capture.silhouettes.box_px[row]
                whole = np.zeros(capture.instance.shape, bool)
                whole[y0:y1, x0:x1] = capture.silhouettes.mask(row)
                assert (coco_mask.decode(a.amodal_rle).astype(bool) == whole).all()
                assert (
                    a.amodal_rle["counts"]
                    == coco_mask.encode(np.asfortranarray(whole.view(np.uint8)))["counts"]
                )
    assert hidden


def test_channels_that_are_not_recorded_help_all_the_same():
    """Depth and classes may come from the camera or beside it; without depth there are no keypoints."""
    street = STREETS[0]
    state = next(street.states())
    captures = FlatRenderer(street.cameras, toy_bones).capture(state)
    full = label(Frame(0, state, captures), bones=toy_bones(state)).annotations
    aside, without = {}, {}
    for name, capture in captures.items():
        only = {"instance": capture.instance}
        aids = {n: capture.channels[n] for n in ("depth", "semantic")}
        aside[name] = dataclasses.replace(capture, channels=only, aids=aids)
        without[name] = dataclasses.replace(capture, channels=only, aids={}, silhouettes=None)
    again = label(Frame(0, state, aside), bones=toy_bones(state)).annotations
    bare = label(Frame(0, state, without), bones=toy_bones(state)).annotations
    for name in captures:
        assert [a.occluders for a in again[name]] == [a.occluders for a in full[name]]
        for a, b, c in zip(full[name], again[name], bare[name], strict=True):
            assert (a.keypoints is None) == a.category.startswith("vehicle")
            if a.keypoints is not None:
                assert (a.keypoints.visibility == b.keypoints.visibility).all()
            assert (c.keypoints, c.occluders, c.amodal_rle) == (None, None, None)
    with pytest.raises(ValueError, match="no silhouettes for amodal"):
        label(Frame(0, state, without), bones=toy_bones(state), amodal=("front",))


def test_attributes_are_those_of_the_state():
    street = STREETS[3]
    for state, frame in street.frames():
        joints = keypoints_world(state.roster.bodies, toy_bones(state))
        for a in (a for rows in frame.annotations.values() for a in rows):
            walks = a.category.startswith("human")
            names = ("parked", "stopped", "moving", "standing", "walking", "crossing")
            assert a.activity == names[state.activity[a.instance_id - 1]]
            assert (a.lights, a.rider_of) == (int(state.poses.lights[a.instance_id - 1]), None)
            if walks:
                assert (a.keypoints.world_m == joints[a.instance_id - 1]).all()
                assert set(a.keypoints.visibility.tolist()) <= {0, 1, 2}


LENSES = {
    "barrel": BrownConrady(-0.25, 0.07, 0.001, -0.0007),
    "fisheye": KannalaBrandt(0.02, -0.005),
}


@pytest.mark.parametrize("lens", LENSES)
def test_boxes_hold_the_pixels_of_distorted_images(lens):
    """Whole masks fill their amodal boxes to the pixel, also where a lens bends the edges of large boxes."""
    camera = Camera(
        "front",
        "ego",
        x_m=1.0,
        z_m=1.6,
        width_px=160,
        height_px=120,
        hfov_deg=90.0 if lens == "barrel" else 190.0,
        distortion=LENSES[lens],
        channels=(*DEFAULT_CHANNELS, AMODAL),
    )
    tight = 0
    for seed in (1, 4):
        street = ToyStreet(seed=seed, agents=10, ticks=1, rig=(camera,))
        for _, frame in street.frames():
            for a in frame.annotations["front"]:
                if a.unoccluded_px < 20:
                    continue
                x, y, w, h = coco_mask.toBbox(a.amodal_rle)
                outer = np.array(a.box2d_amodal)
                inner = np.array([x, y, x + w, y + h])
                # A pixel belongs to the mask if its center does: half a pixel and rounding.
                assert (inner[:2] >= outer[:2] - 0.51).all()
                assert (inner[2:] <= outer[2:] + 0.51).all()
                tight += int(np.abs(inner - outer).max() < 1.0)
    assert tight >= 6


def test_without_unoccluded_pixels_visibility_is_unknown_unless_hidden():
    street = STREETS[2]
    state = next(street.states())
    captures = FlatRenderer(street.cameras, toy_bones).capture(state)
    blind = {n: dataclasses.replace(c, unoccluded_px=None) for n, c in captures.items()}
    frame = label(Frame(0, state, blind), bones=toy_bones(state))
    seen = [(a.visible_px > 0, a.visibility) for rows in frame.annotations.values() for a in rows]
    assert {v for visible, v in seen if visible} == {None}
    assert {v for visible, v in seen if not visible} <= {0.0}


def test_far_agents_only_if_seen():
    street = STREETS[0]
    state = next(street.states())
    captures = FlatRenderer(street.cameras, toy_bones).capture(state)
    frame = label(Frame(0, state, captures), bones=toy_bones(state), max_distance_m=0.0)
    for name, capture in captures.items():
        expected = [i for i in np.unique(capture.instance) if i]
        assert [a.instance_id for a in frame.annotations[name]] == expected


def test_an_id_that_is_nobody_is_an_error():
    street = STREETS[0]
    state = next(street.states())
    captures = FlatRenderer(street.cameras, toy_bones).capture(state)
    captures["front"].channels["instance"][0, 0] = 99
    with pytest.raises(ValueError, match="to 99, but the roster has 1 to 9"):
        label(Frame(0, state, captures), bones=toy_bones(state))


def test_captures_without_instance_images_get_no_labels():
    street = STREETS[0]
    state = next(street.states())
    cameras = [dataclasses.replace(c, channels=("rgb",)) for c in street.cameras]
    captures = FlatRenderer(cameras, toy_bones).capture(state)
    assert label(Frame(0, state, captures), bones=toy_bones(state)).annotations == {}
