"""The renderer without OpenGL, against OpenCV, linear systems and rigid poses."""

import dataclasses
import functools

import cv2
import numpy as np
import pytest

from sim.frame import CHANNELS
from sim.geometry import BrownConrady, KannalaBrandt, Pose, rotation_from_euler
from sim.labels import label
from sim.moments import moments
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.taxonomy import Semantic
from sim.testing.flat import FlatRenderer, pack_silhouettes
from sim.testing.toys import ToyStreet, toy_bones

WIDTH, HEIGHT = 96, 64
STREET = ToyStreet(seed=4, agents=9, ticks=4, width_px=WIDTH, height_px=HEIGHT, channels=CAMERA_CHANNELS)
BROWN = BrownConrady(k1=-0.28, k2=0.07, p1=0.001, p2=-0.0007, k3=-0.005)
LENSES = ToyStreet(
    seed=4,
    agents=9,
    ticks=3,
    rig=(
        Camera(
            "barrel",
            "ego",
            x_m=1.0,
            z_m=1.6,
            width_px=WIDTH,
            height_px=HEIGHT,
            fx_px=70.0,
            fy_px=68.0,
            cx_px=47.3,
            cy_px=31.1,
            distortion=BROWN,
            channels=CAMERA_CHANNELS,
        ),
        Camera(
            "fisheye",
            "ego",
            x_m=1.0,
            z_m=2.2,
            pitch_deg=25.0,
            width_px=WIDTH,
            height_px=HEIGHT,
            hfov_deg=190.0,
            distortion=KannalaBrandt(0.02, -0.006, 0.001, -0.0002),
            channels=CAMERA_CHANNELS,
        ),
    ),
)
STREETS = (STREET, LENSES)


@functools.cache
def filmed(street):
    """[(state, frame or None)] of a street."""
    return tuple(street.frames())


def pairs(street):
    """Every capture of a street with the next one of the same camera and both states."""
    last = {}
    for state, frame in filmed(street):
        for name, capture in frame.captures.items() if frame else ():
            if name in last:
                yield (*last[name], state, capture)
            last[name] = (state, capture)


def centers(capture):
    """(H, W, 2) pixel centers."""
    v, u = np.mgrid[: capture.intrinsics.height_px, : capture.intrinsics.width_px]
    return np.stack([u + 0.5, v + 0.5], -1)


def cv_project(lens, local):
    """(R, 2) pixels of points (R, 3) in the camera frame by OpenCV, whose pixel centers are whole numbers."""
    k = np.array([[lens.fx_px, 0, lens.cx_px - 0.5], [0, lens.fy_px, lens.cy_px - 0.5], [0, 0, 1.0]])
    still, points = np.zeros(3), np.ascontiguousarray(local, float).reshape(-1, 1, 3)
    d = lens.distortion
    if isinstance(d, KannalaBrandt):
        out, _ = cv2.fisheye.projectPoints(points, still, still, k, np.array([d.k1, d.k2, d.k3, d.k4]))
    else:
        coefficients = (
            np.zeros(8) if d is None else np.array([d.k1, d.k2, d.p1, d.p2, d.k3, d.k4, d.k5, d.k6])
        )
        out, _ = cv2.projectPoints(points, still, still, k, coefficients)
    return out.reshape(-1, 2) + 0.5


def surface_points(capture):
    """(H, W, 3) float64 world points of what the pixels show; NaN for sky."""
    depth = np.where(np.isfinite(capture.depth_m), capture.depth_m, np.nan).astype(float)
    return capture.world_from_camera.apply(capture.intrinsics.back_project(centers(capture), depth))


def rigid(state, row, lean):
    """World from the axes of one half of a toy body, from its columns alone."""
    p = state.poses
    place = Pose.from_xyz_euler(*p.position_m[row], p.yaw_rad[row], p.pitch_rad[row], p.roll_rad[row])
    if not lean or state.roster.categories[row].is_vehicle:
        return place
    return place @ Pose(rotation_from_euler(0.0, 0.1 * np.sin(2 * np.pi * p.gait_phase[row])), np.zeros(3))


def carried(capture, state, other):
    """(H, W, 3) where the surface points are in another state, by rigid poses; NaN on the seam of a body."""
    out = surface_points(capture)
    for row, body in enumerate(state.roster.bodies):
        on = capture.instance == row + 1
        half = body.centre_m[2]
        height = rigid(state, row, False).inverse().apply(out[on])[:, 2]
        moved = np.full((on.sum(), 3), np.nan)
        for lean, part in ((False, height < half - 0.12), (True, height > half + 0.12)):
            step = rigid(other, row, lean) @ rigid(state, row, lean).inverse()
            moved[part] = step.apply(out[on][part])
        out[on] = moved
    return out


def test_only_what_is_recorded_is_there_with_the_dtype_of_the_contract():
    state = next(STREET.states())
    for channels in (("instance",), ("rgb",), ("depth", "normal"), CAMERA_CHANNELS):
        cameras = [dataclasses.replace(c, channels=channels) for c in STREET.cameras]
        for capture in FlatRenderer(cameras, toy_bones).capture(state).values():
            assert list(capture.channels) == [c for c in channels if c in CHANNELS]
            for name, array in capture.channels.items():
                assert array.dtype == CHANNELS[name].dtype
                assert array.shape == CHANNELS[name].shape(WIDTH, HEIGHT)
            assert (
                (capture.silhouettes is None)
                == (capture.unoccluded_px is None)
                == ("instance" not in channels)
            )
            assert set(capture.aids) == ({"depth", "semantic"} if channels == ("instance",) else set())


def test_images_that_are_made_alone_equal_those_made_together():
    moment = list(moments(STREET.states(), STREET.cameras))[2]
    renderer = FlatRenderer(STREET.cameras, toy_bones)
    together = renderer.capture(moment.state, moment.before, moment.after)
    for name in CHANNELS:
        cameras = [dataclasses.replace(c, channels=(name,)) for c in STREET.cameras]
        alone = FlatRenderer(cameras, toy_bones).capture(moment.state, moment.before, moment.after)
        for sensor, capture in alone.items():
            assert capture.channels[name].tobytes() == together[sensor].channels[name].tobytes(), name


def test_the_first_and_last_frame_of_each_camera_have_no_other():
    for street in STREETS:
        seen = {}
        for _, frame in filmed(street):
            for name, capture in frame.captures.items() if frame else ():
                seen.setdefault(name, []).append(capture.channels)
        for channels in seen.values():
            for i, images in enumerate(channels):
                for way, missing in (("forward", i == len(channels) - 1), ("backward", i == 0)):
                    assert (images[f"occlusion_{way}"] == 255).all() == missing
                    assert (images[f"occlusion_{way}"] == 255).any() == missing
                    assert np.isnan(images[f"flow_{way}"]).all() == missing
                assert np.isnan(images["scene_flow"]).any() == (i == len(channels) - 1)


def test_panoptic_is_class_and_id():
    for street in STREETS:
        for _, frame in filmed(street):
            for capture in frame.captures.values() if frame else ():
                panoptic = capture.channels["panoptic"]
                assert np.array_equal(panoptic // 65536, capture.semantic)
                assert np.array_equal(panoptic % 65536, capture.instance)


@pytest.mark.parametrize("street", STREETS, ids=["pinhole", "lenses"])
def test_surfaces_project_back_to_their_pixels_by_opencv(street):
    for _, frame in filmed(street):
        for capture in frame.captures.values() if frame else ():
            world = surface_points(capture)
            solid = np.isfinite(world[..., 0])
            local = capture.world_from_camera.inverse().apply(world[solid])
            ahead = local[:, 2] > 0.05  # OpenCV's fisheye divides by z
            at = cv_project(capture.intrinsics, local[ahead])
            np.testing.assert_allclose(at, centers(capture)[solid][ahead], atol=1e-6)
            ground = capture.semantic == Semantic.ROAD
            assert np.abs(world[ground][:, 2]).max() < 1e-5 * np.abs(capture.depth_m[ground]).max()
            assert (world[capture.instance > 0][:, 2] > -1e-4).all()


def test_a_fisheye_sees_behind_itself():
    for _, frame in filmed(LENSES):
        depth = frame["fisheye"].depth_m
        assert (depth[np.isfinite(depth)] < 0).sum() > 50


@pytest.mark.parametrize("street", STREETS, ids=["pinhole", "lenses"])
def test_flow_is_rigid_reprojection_by_opencv(street):
    compared = moving = 0
    for state, capture, next_state, following in pairs(street):
        for here, a, there, b, way in (
            (capture, state, following, next_state, "forward"),
            (following, next_state, capture, state, "backward"),
        ):
            local = there.world_from_camera.inverse().apply(carried(here, a, b))
            known = np.isfinite(local[..., 0]) & (local[..., 2] > 0.3)
            if here.intrinsics.distortion is BROWN:  # the model folds outside of what it was made for
                known &= there.intrinsics.sees(np.nan_to_num(local))
            at = cv_project(there.intrinsics, local[known])
            flow = here.channels[f"flow_{way}"][known]
            np.testing.assert_allclose(centers(here)[known] + flow, at, atol=2e-3)
            compared += len(at)
            moving += int((here.instance[known] > 0).sum())
    assert compared > 10_000
    assert moving > 1_000


@pytest.mark.parametrize("street", STREETS, ids=["pinhole", "lenses"])
def test_scene_flow_is_the_motion_of_the_bodies(street):
    for state, capture, next_state, _ in pairs(street):
        step = carried(capture, state, next_state) - surface_points(capture)
        inside = np.isfinite(step[..., 0])
        found = capture.channels["scene_flow"].astype(float)
        np.testing.assert_allclose(
            found[inside], step[inside] @ capture.world_from_camera.rotation, atol=2e-5
        )
        assert (found[capture.instance == 0] == 0).all()
        assert (np.abs(found[capture.instance > 0]).sum(-1) > 1e-3).any()


def test_the_sky_turns_and_does_not_shift():
    turned = ToyStreet(seed=1, agents=1, ticks=2, channels=CAMERA_CHANNELS)
    state, capture, _, following = next(pairs(turned))
    sky = capture.semantic == Semantic.SKY
    lens, turn = (
        capture.intrinsics,
        following.world_from_camera.rotation.T @ capture.world_from_camera.rotation,
    )
    homography = lens.matrix @ turn @ np.linalg.inv(lens.matrix)
    at = cv2.perspectiveTransform(centers(capture)[sky][:, None], homography)[:, 0]
    np.testing.assert_allclose(at, (centers(capture) + capture.channels["flow_forward"])[sky], atol=1e-5)
    assert np.abs(capture.channels["flow_forward"][sky]).max() > 0.1
    assert (capture.channels["scene_flow"][sky] == 0).all()
    assert state.tick == 0


@pytest.mark.parametrize("street", STREETS, ids=["pinhole", "lenses"])
def test_normals_are_the_slope_of_depth_on_planes(street):
    compared = 0
    for _, frame in filmed(street):
        for capture in frame.captures.values() if frame else ():
            normal, world = capture.channels["normal"].astype(float), surface_points(capture)
            sky = capture.semantic == Semantic.SKY
            assert (normal[sky] == 0).all()
            np.testing.assert_allclose(np.linalg.norm(normal[~sky], axis=1), 1, atol=1e-6)
            rays = capture.intrinsics.rays(centers(capture))
            assert ((normal * rays).sum(-1)[~sky] < 0).all()
            down, right = world[2:, 1:-1] - world[:-2, 1:-1], world[1:-1, 2:] - world[1:-1, :-2]
            slope = np.cross(down, right)
            slope /= np.linalg.norm(slope, axis=-1, keepdims=True)
            slope = slope @ capture.world_from_camera.rotation
            middle, ids = normal[1:-1, 1:-1], capture.instance
            plane = np.ones(middle.shape[:2], bool)
            for dy, dx in ((0, 1), (2, 1), (1, 0), (1, 2)):
                beside = np.s_[dy : dy + middle.shape[0], dx : dx + middle.shape[1]]
                plane &= np.abs(normal[beside] - middle).max(-1) < 1e-5
                plane &= (ids[beside] == ids[1:-1, 1:-1]) & (capture.semantic[beside] != Semantic.SKY)
            plane &= np.abs(capture.depth_m[1:-1, 1:-1]) < 60
            # Parallel planes of two heights may meet within a neighborhood: their ids are one body's.
            agree = np.abs((slope * middle).sum(-1)[plane])
            assert (agree > 0.999).mean() > 0.97
            ground = plane & (ids[1:-1, 1:-1] == 0)
            assert (agree > 0.999)[ground[plane]].all()
            compared += int(plane.sum())
    assert compared > 10_000


def hit_distances(eye, ray, corners):
    """Distances at which a ray meets triangles (F, 3, 3): a linear system each."""
    system = np.stack(
        [
            corners[:, 1] - corners[:, 0],
            corners[:, 2] - corners[:, 0],
            np.broadcast_to(-ray, (len(corners), 3)),
        ],
        -1,
    )
    solvable = np.abs(np.linalg.det(system)) > 1e-12
    u, v, t = np.linalg.solve(system[solvable], (eye - corners[solvable, 0])[..., None])[..., 0].T
    return t[(u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0)]


@pytest.mark.parametrize("street", STREETS, ids=["pinhole", "lenses"])
def test_occlusion_is_what_a_ray_from_the_other_camera_meets(street):
    from sim.bodies import posed_vertices

    rng, outcomes = np.random.default_rng(0), []
    for state, capture, next_state, following in pairs(street):
        bones = toy_bones(next_state)
        bodies = next_state.roster.bodies
        corners = np.concatenate([posed_vertices(b, bones[r])[b.mesh.faces] for r, b in enumerate(bodies)])
        world = carried(capture, state, next_state)
        eye, lens = following.world_from_camera.translation_m, following.intrinsics
        covered = capture.channels["occlusion_forward"]
        known = np.isfinite(world[..., 0]) & (capture.instance > 0)
        some = [rng.permutation(np.argwhere(known & (covered == value)))[:40] for value in (0, 1)]
        for y, x in np.concatenate(some):
            point = world[y, x]
            local = following.world_from_camera.inverse().apply(point)
            u, v = lens.project(local)
            reach = np.linalg.norm(point - eye)
            ray = (point - eye) / reach
            distances = hit_distances(eye, ray, corners)
            ground = -eye[2] / ray[2] if ray[2] < 0 else np.inf
            first = min([ground, *distances])
            slack = 0.01 + 0.001 * reach
            if abs(first - (reach - slack)) < 1e-3:
                continue
            seen = lens.sees(local) and 0 <= u < lens.width_px and 0 <= v < lens.height_px
            seen = seen and first > reach - slack
            assert covered[y, x] == (not seen)
            outcomes.append(bool(seen))
    assert 10 < sum(outcomes) < len(outcomes) - 10


@pytest.mark.parametrize("street", STREETS, ids=["pinhole", "lenses"])
def test_forward_and_backward_flow_undo_each_other(street):
    error = []
    for _, capture, _, following in pairs(street):
        flow, back = capture.channels["flow_forward"], following.channels["flow_backward"]
        at = centers(capture) + flow - 0.5
        seen = capture.channels["occlusion_forward"] == 0
        x0, y0 = np.floor(np.where(seen[..., None], at, 0)).astype(int).transpose(2, 0, 1)
        size = (capture.intrinsics.width_px, capture.intrinsics.height_px)
        inside = seen & (x0 >= 0) & (y0 >= 0) & (x0 + 1 < size[0]) & (y0 + 1 < size[1])
        y, x = np.nonzero(inside)
        x0, y0 = x0[y, x], y0[y, x]
        fx, fy = (at[y, x] - np.stack([x0, y0], 1)).T[..., None]
        same = np.ones(len(x), bool)
        for dy in (0, 1):
            for dx in (0, 1):
                same &= following.instance[y0 + dy, x0 + dx] == capture.instance[y, x]
                same &= following.semantic[y0 + dy, x0 + dx] == capture.semantic[y, x]
        sampled = (
            (1 - fx) * (1 - fy) * back[y0, x0]
            + fx * (1 - fy) * back[y0, x0 + 1]
            + (1 - fx) * fy * back[y0 + 1, x0]
            + fx * fy * back[y0 + 1, x0 + 1]
        )
        error.append(np.abs(flow[y, x] + sampled).max(1)[same])
    every = np.concatenate(error)
    assert len(every) > 10_000
    assert np.quantile(every, 0.99) < 0.1


def area(a, b, points):
    """Twice the signed area of triangles a, b, point, in the image."""
    return (b[0] - a[0]) * (points[..., 1] - a[1]) - (b[1] - a[1]) * (points[..., 0] - a[0])


def test_silhouettes_are_the_projected_triangles():
    """Every pixel center inside a triangle of the body: OpenCV projects, the signs of areas decide."""
    from sim.bodies import posed_vertices

    hidden = 0
    for state, frame in filmed(STREET):
        bones = toy_bones(state)
        for capture in frame.captures.values() if frame else ():
            at = centers(capture)
            total = np.zeros((HEIGHT, WIDTH), np.int64)
            for row, body in enumerate(state.roster.bodies):
                local = capture.world_from_camera.inverse().apply(posed_vertices(body, bones[row]))
                x0, y0, x1, y1 = capture.silhouettes.box_px[row]
                mask = np.zeros((HEIGHT, WIDTH), bool)
                if x1 > x0:
                    mask[y0:y1, x0:x1] = capture.silhouettes.mask(row)
                assert mask.sum() == capture.unoccluded_px[row]
                assert not ((capture.instance == row + 1) & ~mask).any()
                total += mask
                if local[:, 2].min() < 0.35:
                    continue
                pixels = cv_project(capture.intrinsics, local)[body.mesh.faces]
                drawn = np.zeros((HEIGHT, WIDTH), bool)
                for corners in pixels:
                    signs = [area(corners[i], corners[(i + 1) % 3], at) for i in range(3)]
                    drawn |= (np.min(signs, 0) >= 0) | (np.max(signs, 0) <= 0)
                assert np.array_equal(mask, drawn)
            hidden += int((total > 1).sum())
    assert hidden > 50, "some agent must hide another"


def test_packing_silhouettes_loses_nothing():
    rng = np.random.default_rng(1)
    masks = [rng.random((37, 71)) < share for share in (0.0, 0.001, 0.01, 0.5, 1.0)]
    packed = pack_silhouettes(masks)
    assert packed.words.dtype == np.uint32
    for row, mask in enumerate(masks):
        x0, y0, x1, y1 = packed.box_px[row]
        found = np.zeros_like(mask)
        if x1 > x0:
            found[y0:y1, x0:x1] = packed.mask(row)
        assert np.array_equal(found, mask)
    assert pack_silhouettes([]).box_px.shape == (0, 4)


def test_labels_of_the_toys_hold_who_hides_whom():
    shares = []
    for state, frame in filmed(STREET):
        if frame is None:
            continue
        for a in (a for rows in frame.annotations.values() for a in rows):
            shares += [o.share for o in a.occluders if o.instance_id > 0]
            assert sum(o.share for o in a.occluders) + a.visibility == pytest.approx(1)
            assert (a.amodal_rle is None) == (a.unoccluded_px == 0)
        again = label(frame, bones=toy_bones(state))
        assert all(a.amodal_rle is None for rows in again.annotations.values() for a in rows)
    assert len(shares) > 5
