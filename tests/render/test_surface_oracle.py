"""Every label image of the renderer against exact rays at the posed triangles, by embree.

Rays decide what a pixel shows; they may disagree with the rasterizer only where a pixel's center lies on the
rim of something. Two scenes: a hand-made street, and a crossing full of traffic.
"""

import dataclasses
import itertools

import numpy as np
import pytest
from oracle_views import drive, views_of
from ray_oracle import Caster, dilated, interior

from sim.bodies import bone_matrices, keypoints_world
from sim.frame import Frame
from sim.labels import label
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.scenario.population import default_scenario
from sim.simulation import simulate
from sim.taxonomy import Semantic
from sim.testing.motion import normals
from sim.testing.rays import Hits

pytestmark = pytest.mark.gl

CAMERAS = (
    Camera("ego", "a0", x_m=1.2, z_m=1.6, width_px=640, height_px=360, hfov_deg=75.0),
    Camera("above", x_m=4.0, y_m=-4.5, z_m=6.0, yaw_deg=35.0, pitch_deg=28.0, width_px=642, height_px=362),
)
CRACKS = 3e-5
"""Share of pixels that see through a joint of edges, or a sliver that the rays beside it miss."""


@pytest.fixture(scope="module")
def street_views(gl, street, state):
    cameras = [dataclasses.replace(c, channels=CAMERA_CHANNELS) for c in CAMERAS]
    return list(views_of(street, cameras, tuple(drive(state, 0.1 * k, 2 * k + 2) for k in (-1, 0, 1))))


@pytest.fixture(scope="module")
def crossing_views(gl):
    from worlds import crossing

    world = crossing.build()
    scenario = default_scenario(
        world, 3, duration_s=1.0, warmup_s=1.0, vehicles=12, parked=4, people=16, width_px=640, height_px=360
    )
    cameras = [dataclasses.replace(c, channels=CAMERA_CHANNELS) for c in scenario.sensors]
    states = itertools.islice((s for s in simulate(scenario) if s.tick % 2 == 0), 3)
    return list(views_of(world, cameras, tuple(states)))


@pytest.fixture(scope="module", params=["street", "crossing"])
def views(request):
    return request.getfixturevalue(f"{request.param}_views")


def test_ids_and_classes_differ_on_rims_only(views):
    for view in views:
        wrong, rim = view.wrong & view.opaque, ~view.inner & view.opaque
        # A level edge across the view may lie on a whole row of centers: those count as ties, nothing else.
        assert (wrong & ~view.tied).sum() < min(0.0005 * rim.sum(), CRACKS * wrong.size)
        assert (wrong & ~dilated(rim)).sum() <= CRACKS * wrong.size
        assert len(np.unique(view.owner)) > 4, "several bodies must be in the picture"
        assert view.opaque.mean() > 0.5


def test_leaf_cards_and_decals_differ_on_few_rims(crossing_views):
    for kind in ("leafy", "decal"):
        wrong = rims = 0
        for view in crossing_views:
            where = getattr(view, kind)
            wrong += int((view.wrong & where).sum())
            rims += int((~view.inner & where).sum())
        assert rims > 1000
        assert wrong < 0.03 * rims, kind


def test_depth_is_that_of_the_ray(views):
    for view in views:
        solid = view.opaque & ~view.wrong & np.isfinite(view.depth_m)
        shown, true = view.capture.depth_m[solid], view.depth_m[solid]
        tolerance = 1e-3 + 1e-4 * true
        assert (np.abs(shown - true) < tolerance).mean() > 0.9998
        assert np.quantile(np.abs(shown - true), 0.99) < 1e-3
        # The rest are edges within one body or building: between the depths of the 3 x 3 rays around.
        around = [np.roll(view.depth_m, (dy, dx), (0, 1))[solid] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        beyond = (shown < np.min(around, 0) - tolerance) | (shown > np.max(around, 0) + tolerance)
        assert beyond.sum() <= CRACKS * solid.size
        assert np.isinf(view.capture.depth_m[view.opaque & ~view.wrong & ~np.isfinite(view.depth_m)]).all()


def test_normals_are_those_of_the_triangles(views):
    for view in views:
        true, shown = view.image(normals(view.shot, view.hits)), view.capture.channels["normal"]
        assert (shown[view.capture.semantic == Semantic.SKY] == 0).all()
        solid = view.same_surface & np.isfinite(view.depth_m)
        np.testing.assert_allclose(np.linalg.norm(shown[solid], axis=1), 1.0, atol=1e-5)
        angle_deg = np.degrees(np.arccos(np.clip((true * shown).sum(-1)[solid], -1, 1)))
        assert np.quantile(angle_deg, 0.999) < 0.1
        assert (angle_deg > 1.0).mean() < 2e-4


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_flow_is_that_of_the_surface_point(views, way):
    fast = 0
    for view in views:
        true = view.motion[way]
        flow, shown = view.image(true.flow_px), view.capture.channels[f"flow_{way}"]
        same = view.same_surface
        assert np.array_equal(np.isnan(flow[same]), np.isnan(shown[same]))
        known = same & ~np.isnan(flow[..., 0])
        error = np.linalg.norm(flow - shown, axis=-1)[known]
        # At a joint of edges a wheel and the body beside it may lie at one depth.
        assert (error > 0.01).sum() <= CRACKS * error.size
        assert np.quantile(error, 0.99) < 1e-3
        moving = known & (view.owner > 0)
        fast += int((np.linalg.norm(flow, axis=-1)[moving] > 1).sum())
        if way == "forward":
            motion_m, shown_m = view.image(true.displacement_m), view.capture.channels["scene_flow"]
            assert (np.abs(motion_m - shown_m)[same].max(-1) > 2e-4).sum() <= CRACKS * same.sum()
            assert (shown_m[view.capture.instance == 0] == 0).all()
    assert fast > 150


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_occlusion_differs_on_rims_only(views, way):
    for view in views:
        true = view.image(view.motion[way].occlusion)
        shown, same = view.capture.channels[f"occlusion_{way}"], view.same_surface
        wrong = same & (shown != true)
        assert set(np.unique(shown)) <= {0, 1}
        # Spokes and bars are all rim.
        assert wrong.sum() < 0.009 * same.sum()
        rim = dilated(~(interior(true) & view.smooth))
        assert (wrong & ~rim).sum() < 1e-3 * same.sum()
        assert ((true == 1) & same).sum() > 100


def test_masks_of_whole_bodies_are_those_of_rays_at_each_body_alone(views):
    wrong = rims = 0
    for view in views:
        silhouettes, eye = view.capture.silhouettes, view.shot.world_from_camera.translation_m
        near, far = (view.image(limit) for limit in view.shot.limits_m)
        for row in range(len(view.states[1].roster)):
            cast = Caster(view.triangles.corners[view.triangles.owner == row + 1])
            x0, y0, x1, y1 = silhouettes.box_px[row]
            box = np.s_[y0 : max(y0, y1), x0 : max(x0, x1)]
            rays = view.image(view.shot.rays_world)[box].reshape(-1, 3)
            met = cast(eye, rays, (near[box].ravel(), far[box].ravel())).triangle >= 0
            shown, true = silhouettes.mask(row), met.reshape(near[box].shape)
            rim = dilated(true) & dilated(~true)
            assert not ((true != shown) & ~rim).any()
            wrong, rims = wrong + int((true != shown).sum()), rims + int(rim.sum())
            assert view.capture.unoccluded_px[row] == shown.sum()
    assert rims > 1000
    assert wrong < 0.002 * rims


def test_joints_are_visible_where_the_first_surface_on_their_ray_says_so(views):
    compared = hidden = wrong = 0
    for view in views:
        state = view.states[1]
        frame = label(Frame(0, state, {"c": view.capture}))
        joints = keypoints_world(state.roster.bodies, bone_matrices(state.roster.bodies, state.poses))
        eye, lens = view.shot.world_from_camera.translation_m, view.capture.intrinsics
        for a in frame.annotations["c"]:
            if a.keypoints is None:
                continue
            true = joints[a.instance_id - 1]
            np.testing.assert_allclose(a.keypoints.world_m, true, atol=1e-5)
            pixels = lens.project(view.shot.world_from_camera.inverse().apply(true))
            inside = a.keypoints.visibility > 0
            np.testing.assert_allclose(a.keypoints.pixels[inside], pixels[inside], atol=1e-2)
            size = (lens.width_px, lens.height_px)
            assert np.array_equal(inside, ((pixels >= 0) & (pixels < size)).all(1))
            reach = np.linalg.norm(true - eye, axis=1)
            rays = (true - eye) / reach[:, None]
            first = view.shot.cast(eye, rays, (np.zeros(len(rays)), np.full(len(rays), np.inf)))
            same = (first.triangle >= 0) & (view.triangles.owner[first.triangle] == a.instance_id)
            deep = reach - first.distance_m
            column, row = np.where(inside, pixels.T, 0).astype(int)
            sure = inside & interior(view.capture.instance)[row, column] & ~view.leafy[row, column]
            # Labels measure the surface at the pixel's center: near the limit either side is right.
            clear = sure & (~same | (np.abs(deep - 0.15) > 0.03))
            wrong += int(((a.keypoints.visibility == 2) != (same & (deep <= 0.15)))[clear].sum())
            compared += int(clear.sum())
            hidden += int((a.keypoints.visibility[clear] == 1).sum())
    assert compared > 40
    assert hidden > 10
    assert wrong <= 0.03 * compared  # an arm's rim may cross the pixel


def test_hits_are_points_of_their_triangles(street_views):
    """The oracle itself: embree's choice, solved again, lies on the ray and inside the triangle."""
    for view in street_views:
        met = view.hits.triangle >= 0
        hits = Hits(view.hits.distance_m[met], view.hits.triangle[met], view.hits.weights[met])
        a, b, c = view.triangles.corners[hits.triangle].transpose(1, 0, 2)
        u, v = hits.weights.T[..., None]
        point = (1 - u - v) * a + u * b + v * c
        eye = view.shot.world_from_camera.translation_m
        ray = eye + hits.distance_m[:, None] * view.shot.rays_world[met]
        np.testing.assert_allclose(point, ray, atol=1e-7)
        assert np.minimum(hits.weights.min(1), 1 - hits.weights.sum(1)).min() > -0.01
