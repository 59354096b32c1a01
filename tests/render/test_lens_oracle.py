"""Pictures through lenses against exact rays through the same lenses, and against OpenCV's models."""

import dataclasses

import cv2
import numpy as np
import pytest
from oracle_views import drive, views_of
from ray_oracle import Caster, dilated, film

from sim.bodies import bone_matrices, keypoints_world
from sim.frame import Frame
from sim.geometry import BrownConrady, KannalaBrandt
from sim.labels import label
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.taxonomy import Semantic
from sim.testing.motion import normals
from sim.testing.rays import pixel_centers

pytestmark = pytest.mark.gl

BARREL = BrownConrady(k1=-0.31, k2=0.09, p1=0.0012, p2=-0.0008, k3=-0.011)
RATIONAL = BrownConrady(k1=0.05, k2=-0.02, p1=-0.0006, p2=0.0009, k3=0.003, k4=0.3, k5=0.02, k6=0.001)
FISHEYE = KannalaBrandt(0.018, -0.006, 0.0012, -0.0002)
CAMERAS = (
    Camera(
        "barrel",
        "a0",
        x_m=1.2,
        z_m=1.6,
        width_px=480,
        height_px=320,
        fx_px=330.0,
        fy_px=326.0,
        cx_px=233.7,
        cy_px=161.9,
        distortion=BARREL,
        channels=CAMERA_CHANNELS,
    ),
    Camera(
        "rational",
        x_m=1.0,
        y_m=-1.0,
        z_m=2.0,
        pitch_deg=6.0,
        roll_deg=3.0,
        width_px=482,
        height_px=322,
        hfov_deg=80.0,
        distortion=RATIONAL,
        channels=CAMERA_CHANNELS,
    ),
    Camera(
        "fisheye",
        "a0",
        x_m=4.2,
        z_m=1.1,
        pitch_deg=8.0,
        width_px=480,
        height_px=320,
        hfov_deg=190.0,
        distortion=FISHEYE,
        channels=CAMERA_CHANNELS,
    ),
)


@pytest.fixture(scope="module")
def views(gl, street, state):
    return list(views_of(street, CAMERAS, tuple(drive(state, 0.1 * k, 2 + 2 * k) for k in (-1, 0, 1))))


def opencv(lens, local):
    """(R, 2) pixels of points before the camera by OpenCV, whose pixel centers are whole numbers."""
    if not len(local):
        return np.zeros((0, 2))
    k, d = lens.matrix, lens.distortion
    k[:2, 2] -= 0.5
    still, points = np.zeros(3), np.ascontiguousarray(local, float).reshape(-1, 1, 3)
    if isinstance(d, KannalaBrandt):
        out, _ = cv2.fisheye.projectPoints(points, still, still, k, np.array([d.k1, d.k2, d.k3, d.k4]))
    else:
        out, _ = cv2.projectPoints(
            points, still, still, k, np.array([d.k1, d.k2, d.p1, d.p2, d.k3, d.k4, d.k5, d.k6])
        )
    return out.reshape(-1, 2) + 0.5


def test_ids_and_classes_differ_beside_rims_only(views):
    for view in views:
        wrong, rim = view.wrong & view.opaque, dilated(~view.inner)
        assert (wrong & ~rim).sum() <= 3e-5 * wrong.size
        # A label is that of the nearest pixel of the source: at most one pixel beside it.
        assert wrong.sum() < 0.06 * (rim & view.opaque).sum()
        assert len(np.unique(view.owner)) > 3
        assert view.opaque.mean() > 0.7


def test_depth_and_normals_are_those_of_the_ray(views):
    for view in views:
        plain = view.smooth & view.opaque & ~view.wrong
        shown, true = view.capture.depth_m[plain], view.depth_m[plain]
        # The rest is curved sheet metal seen edge on.
        assert (np.abs(shown - true) > 0.01 + 0.002 * np.abs(true)).mean() < 1e-3
        sky = view.opaque & ~view.wrong & (view.semantic == Semantic.SKY)
        assert np.isinf(view.capture.depth_m[sky]).all()
        facing = view.image(normals(view.shot, view.hits))[plain]
        cosine = (facing * view.capture.channels["normal"][plain]).sum(-1)
        angle_deg = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
        stands = view.owner[plain] == 0
        assert np.quantile(angle_deg[stands], 0.99) < 0.1
        # Bodies are round: the source's pixel, half a pixel away, often shows the next triangle.
        assert np.quantile(angle_deg[~stands], 0.95) < 5.0


def test_the_fisheye_looks_behind_itself(views):
    view = views[2]
    behind = view.opaque & view.smooth & (view.depth_m < -0.05)
    assert behind.sum() > 100
    assert (view.capture.depth_m[behind] < 0).all()


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_flow_is_recomputed_through_the_lens(views, way):
    moved = 0
    for view in views:
        true, same = view.motion[way], view.smooth & view.same_surface
        flow, shown = view.image(true.flow_px), view.capture.channels[f"flow_{way}"]
        assert (np.isnan(flow[same]) != np.isnan(shown[same])).mean() < 1e-3
        error = np.linalg.norm(flow - shown, axis=-1)
        known = same & np.isfinite(error)
        assert np.quantile(error[known & (view.owner == 0)], 0.9999) < 1e-3
        moving = error[known & (view.owner > 0)]
        assert np.median(moving) < 1e-3
        assert np.quantile(moving, 0.99) < 0.05
        moved += len(moving)
        if way == "forward":
            step = np.abs(view.image(true.displacement_m) - view.capture.channels["scene_flow"]).max(-1)
            assert np.quantile(step[same], 0.999) < 0.01
            assert (step[same & (view.owner == 0)] == 0).all()
        wrong = same & (view.image(true.occlusion) != view.capture.channels[f"occlusion_{way}"])
        assert wrong.sum() < 0.01 * same.sum()
    assert moved > 10_000


def test_masks_of_whole_bodies_are_those_of_rays_through_the_lens(views):
    for view in views:
        wrong = rims = stray = 0
        silhouettes, eye = view.capture.silhouettes, view.shot.world_from_camera.translation_m
        near, far = (view.image(limit) for limit in view.shot.limits_m)
        for row in range(len(view.states[1].roster)):
            x0, y0, x1, y1 = silhouettes.box_px[row]
            shown = np.zeros(view.owner.shape, bool)
            shown[y0 : max(y0, y1), x0 : max(x0, x1)] = silhouettes.mask(row)
            cast = Caster(view.triangles.corners[view.triangles.owner == row + 1])
            limits = near.ravel(), far.ravel()
            true = view.image(cast(eye, view.shot.rays_world, limits).triangle >= 0)
            rim = dilated(dilated(true) & dilated(~true))
            stray += int(((true != shown) & ~rim).sum())
            wrong, rims = wrong + int((true != shown).sum()), rims + int(rim.sum())
            assert view.capture.unoccluded_px[row] == shown.sum()
            assert not ((view.capture.instance == row + 1) & ~shown).any()
        assert rims > 1000
        assert wrong < 0.06 * rims
        assert stray <= 3e-5 * view.owner.size


def test_color_is_that_of_a_pinhole_looked_up_through_the_lens(gl, street, views):
    views = views[:2]
    no_k = dict.fromkeys(("fx_px", "fy_px", "cx_px", "cy_px", "distortion"))
    wide = {"width_px": 960, "height_px": 720, "hfov_deg": 100.0, "channels": ("rgb",), **no_k}
    sources = film(street, [dataclasses.replace(v.camera, **wide) for v in views], views[0].states)
    for view, source in zip(views, sources, strict=True):
        at = source.intrinsics.project(view.image(view.shot.rays_camera)).astype(np.float32) - 0.5
        looked_up = cv2.remap(source.rgb, at[..., 0], at[..., 1], cv2.INTER_LINEAR)
        inside = ((at > 1) & (at < (958, 718))).all(-1)
        assert inside.mean() > 0.95
        error = np.abs(looked_up.astype(int) - view.capture.rgb).max(-1)[inside & view.smooth]
        assert np.median(error) <= 2
        assert (error < 24).mean() > 0.97


def test_joints_and_boxes_project_as_opencv_says(views):
    compared = 0
    for view in views:
        state, lens = view.states[1], view.capture.intrinsics
        joints = keypoints_world(state.roster.bodies, bone_matrices(state.roster.bodies, state.poses))
        to_camera = view.capture.world_from_camera.inverse()
        frame = label(Frame(0, state, {"c": view.capture}), near_m={"c": view.camera.near_m})
        for a in frame.annotations["c"]:
            corners = to_camera.apply(a.box3d.corners_world)
            ahead = corners[(corners[:, 2] > 0.2) & lens.sees(corners)]
            np.testing.assert_allclose(lens.project(ahead), opencv(lens, ahead), atol=0.1)
            compared += len(ahead)
            if a.keypoints is not None:
                local = to_camera.apply(joints[a.instance_id - 1])
                shown = (a.keypoints.visibility > 0) & (local[:, 2] > 0.2)
                np.testing.assert_allclose(a.keypoints.pixels[shown], opencv(lens, local[shown]), atol=0.1)
                compared += int(shown.sum())
    assert compared > 100


def test_rays_of_pixels_are_those_that_opencv_finds(views):
    for view in views:
        lens, rays = view.capture.intrinsics, view.shot.rays_camera
        ahead = rays[:, 2] > 0.3
        at = opencv(lens, rays[ahead])
        np.testing.assert_allclose(at, pixel_centers(lens)[ahead], atol=1e-6)


def test_what_is_drawn_lies_where_the_formula_says(views):
    """Bodies in the picture reach as far as their vertices do through Kannala and Brandt's formula."""
    view = views[2]
    lens, d = view.capture.intrinsics, FISHEYE
    for row in range(len(view.states[1].roster)):
        v, u = np.nonzero(view.capture.instance == row + 1)
        if len(u) < 60:
            continue
        corners = view.triangles.corners[view.triangles.owner == row + 1].reshape(-1, 3)
        x, y, z = view.capture.world_from_camera.inverse().apply(corners).T
        angle = np.arctan2(np.hypot(x, y), z)
        bent = angle + d.k1 * angle**3 + d.k2 * angle**5 + d.k3 * angle**7 + d.k4 * angle**9
        side = np.arctan2(y, x)
        along, down = (
            lens.cx_px + lens.fx_px * bent * np.cos(side),
            lens.cy_px + lens.fy_px * bent * np.sin(side),
        )
        assert u.min() + 0.5 > along.min() - 1
        assert u.max() + 0.5 < along.max() + 1
        assert v.min() + 0.5 > down.min() - 1
        assert v.max() + 0.5 < down.max() + 1
