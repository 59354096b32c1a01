"""Faults of geometry planted one at a time into sound views; the checks named for each must find it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from geometry_street import NAMES, Views, audited, filmed, with_images, with_objects, with_views

from sim.audit.geometry_pixels import moved, other_from_this, points
from sim.audit.optics import center_rays, centers, project
from sim.audit.view import Lens, View

LEFT_AND_RIGHT = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
"""COCO's joints with left and right exchanged."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return filmed(tmp_path_factory.mktemp("sound"), seed=1, ticks=4)


def of(sensor: str, change: Callable[[View], View]) -> Callable[[Views], Views]:
    """The fault in one camera's views."""
    return lambda views: with_views(views, lambda view: change(view) if view.sensor == sensor else None)


def everywhere(change: Callable[[View], View]) -> Callable[[Views], Views]:
    """The fault in all views."""
    return lambda views: with_views(views, change)


def neighbor(views: Views, view: View, step: int) -> View | None:
    """The same camera's view some frames on."""
    track = [one for group in views for one in group if one.sensor == view.sensor]
    place = track.index(view) + step
    return track[place] if 0 <= place < len(track) else None


def beside(views: Views, view: View, sensor: str) -> View:
    """Another camera's view of the same frame."""
    return next(one for group in views for one in group if one.sensor == sensor and one.frame == view.frame)


def with_flow(view: View, change: Callable[[np.ndarray], np.ndarray], way: str = "forward") -> View:
    return with_images(view, **{f"flow_{way}": change(view.images[f"flow_{way}"])})


def with_pose(view: View, pose: np.ndarray) -> View:
    return dataclasses.replace(view, world_from_camera=pose)


def shifted(dx: float, dy: float = 0.0, dz: float = 0.0) -> np.ndarray:
    """(4, 4) motion without a turn."""
    out = np.eye(4)
    out[:3, 3] = dx, dy, dz
    return out


def lens_moved(view: View) -> View:
    assert view.lens is not None
    lens = dataclasses.replace(view.lens, cx_px=view.lens.cx_px - 0.5, cy_px=view.lens.cy_px - 0.5)
    return dataclasses.replace(view, lens=lens)


def lens_straightened(view: View) -> View:
    assert view.lens is not None
    lens = Lens(
        view.lens.width_px,
        view.lens.height_px,
        view.lens.fx_px,
        view.lens.fy_px,
        view.lens.cx_px,
        view.lens.cy_px,
    )
    return dataclasses.replace(view, lens=lens)


def pose_of_the_frame_before(views: Views) -> Views:
    """Camera and carrier alike: nothing within one line of labels contradicts another."""

    def change(view: View) -> View | None:
        before = neighbor(views, view, -1)
        if view.sensor != "left" or before is None:
            return None
        extra = {**view.extra, "world_from_carrier": before.extra["world_from_carrier"]}
        return dataclasses.replace(view, world_from_camera=before.world_from_camera, extra=extra)

    return with_views(views, change)


def camera_slips(view: View) -> View:
    """The camera moves a tenth of a millimetre further on its carrier in every frame."""
    assert view.world_from_camera is not None
    return with_pose(view, view.world_from_camera @ shifted(1e-4 * view.frame))


def range_instead_of_depth(view: View) -> View:
    assert view.lens is not None
    lengths = np.linalg.norm(center_rays(view.lens), axis=0)
    return with_images(view, depth=(view.images["depth"] * lengths).astype(np.float32))


def depth_of_the_other_camera(views: Views) -> Views:
    return of("left", lambda view: with_images(view, depth=beside(views, view, "right").images["depth"]))(
        views
    )


def normals_in_world_axes(view: View) -> View:
    assert view.world_from_camera is not None
    return with_images(
        view, normal=(view.images["normal"] @ view.world_from_camera[:3, :3].T).astype(np.float32)
    )


def normals_bent(view: View) -> View:
    """Four degrees about the camera's x axis, as of a pitch forgotten."""
    c, s = np.cos(np.deg2rad(4)), np.sin(np.deg2rad(4))
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    return with_images(view, normal=(view.images["normal"] @ turn.T).astype(np.float32))


def agents_missing_in_flow(views: Views) -> Views:
    """All flow is that of things that stand."""

    def change(view: View) -> View | None:
        after = neighbor(views, view, 1)
        if after is None or after.lens is None or view.lens is None:
            return None
        there = moved(other_from_this(view, after), points(view), np.isinf(view.images["depth"]))
        flow = np.moveaxis(project(after.lens, there) - centers(view.lens), 0, -1)
        return with_images(view, flow_forward=flow.astype(np.float32))

    return with_views(views, change)


def sky_comes_nearer(views: Views) -> Views:
    """The sky moves like a wall at 300 m."""

    def change(view: View) -> View | None:
        after = neighbor(views, view, 1)
        if after is None or after.lens is None or view.lens is None:
            return None
        sky = np.isinf(view.images["depth"])
        wall = with_images(view, depth=np.full(sky.shape, 300.0))
        there = moved(other_from_this(view, after), points(wall), np.zeros_like(sky))
        flow = np.moveaxis(project(after.lens, there) - centers(view.lens), 0, -1)
        flow = np.where(sky[..., None], flow, view.images["flow_forward"])
        return with_images(view, flow_forward=flow.astype(np.float32))

    return with_views(views, change)


def shadow_moves_the_ground(view: View) -> View:
    """Pixels below an agent have its flow."""
    agents = (view.images["instance"] > 0).astype(np.uint8)
    shadow = (cv2.dilate(agents, np.ones((5, 3), np.uint8)) > 0) & (agents == 0)
    flow = view.images["flow_forward"].copy()
    rows, columns = np.nonzero(shadow)
    flow[rows, columns] = flow[np.maximum(rows - 3, 0), columns]
    return with_images(view, flow_forward=flow)


def vehicles_ahead_of_themselves(view: View) -> View:
    """Flow of agents a tenth too long."""
    flow = view.images["flow_backward"]
    return with_images(view, flow_backward=np.where(view.images["instance"][..., None] > 0, flow * 1.1, flow))


def scene_flow_with_camera_motion(views: Views) -> Views:
    """What stands comes toward the camera."""

    def change(view: View) -> View | None:
        after = neighbor(views, view, 1)
        if after is None:
            return None
        step = other_from_this(view, after)[:3, 3].astype(np.float32)
        return with_images(view, scene_flow=view.images["scene_flow"] + step)

    return with_views(views, change)


def scene_flow_in_world_axes(view: View) -> View:
    assert view.world_from_camera is not None
    turned = view.images["scene_flow"] @ view.world_from_camera[:3, :3].T
    return with_images(view, scene_flow=turned.astype(np.float32))


def occlusion_inverted(view: View) -> View:
    image = view.images["occlusion_forward"]
    return with_images(view, occlusion_forward=np.where(image == 255, image, 1 - image))


def occlusion_without_what_hides(view: View) -> View:
    """Only what leaves the image counts as gone."""
    assert view.lens is not None
    target = centers(view.lens) + np.moveaxis(view.images["flow_forward"], -1, 0)
    size = np.array([view.lens.width_px, view.lens.height_px])[:, None, None]
    outside = ~((target >= 0) & (target < size)).all(0)
    image = view.images["occlusion_forward"]
    return with_images(view, occlusion_forward=np.where(image == 255, image, outside.astype(np.uint8)))


def flow_only_inside(view: View) -> View:
    """NaN where the target is outside the image, though it could be said where it is."""
    assert view.lens is not None
    flow = view.images["flow_forward"].copy()
    target = centers(view.lens) + np.moveaxis(flow, -1, 0)
    size = np.array([view.lens.width_px, view.lens.height_px])[:, None, None]
    flow[~((target >= 0) & (target < size)).all(0)] = np.nan
    return with_images(view, flow_forward=flow)


def ids_change(views: Views) -> Views:
    """From the third frame on, two people of one camera have each other's ids in the image."""

    def change(view: View) -> View | None:
        if view.sensor != "fisheye" or view.frame < 2:
            return None
        ids = view.images["instance"]
        table = np.arange(ids.max() + 1)
        table[1:] = np.roll(table[1:], 1)
        return with_images(view, instance=table[ids].astype(np.int32))

    return with_views(views, change)


def ids_differ_between_cameras(view: View) -> View:
    """Ids of one camera go the other way round."""
    count = len(view.extra["agents"])

    def renamed(thing: dict[str, object]) -> None:
        thing["instance_id"] = count + 1 - thing["instance_id"]  # type: ignore[operator]

    ids = view.images["instance"]
    turned = with_images(view, instance=np.where(ids > 0, count + 1 - ids, 0).astype(np.int32))
    return with_objects(turned, renamed)


def stereo_exchanged(views: Views) -> Views:
    """The baseline has the wrong sign."""
    other = {"left": "right", "right": "left"}

    def change(view: View) -> View | None:
        if view.sensor not in other:
            return None
        twin = beside(views, view, other[view.sensor])
        return dataclasses.replace(view, world_from_camera=twin.world_from_camera)

    return with_views(views, change)


def joints(change: Callable[[dict[str, list[object]]], None]) -> Callable[[View], View]:
    """A change of the joints of every person."""

    def one(thing: dict[str, object]) -> None:
        if thing.get("keypoints") is not None:
            change(thing["keypoints"])  # type: ignore[arg-type]

    return lambda view: with_objects(view, one)


def exchanged(found: dict[str, list[object]]) -> None:
    for name in ("pixels", "visibility", "world_m"):
        found[name] = [found[name][place] for place in LEFT_AND_RIGHT]


def all_visible(found: dict[str, list[object]]) -> None:
    found["visibility"] = [2 if value else 0 for value in found["visibility"]]


def opencv_centers(found: dict[str, list[object]]) -> None:
    found["pixels"] = [[u - 0.5, v - 0.5] if u or v else [u, v] for u, v in found["pixels"]]  # type: ignore[misc]


def raised(found: dict[str, list[object]]) -> None:
    found["world_m"] = [[x, y, z + 0.5] for x, y, z in found["world_m"]]  # type: ignore[misc]


def arms_grow(view: View) -> View:
    """Left wrists move a centimetre away from their elbows with every frame."""

    def grow(found: dict[str, list[object]]) -> None:
        world = np.array(found["world_m"], float)
        along = (world[9] - world[7]) / np.linalg.norm(world[9] - world[7])
        world[9] += 0.01 * view.frame * along
        found["world_m"] = world.tolist()

    return joints(grow)(view)


FAULTS: tuple[tuple[str, Callable[[Views], Views], tuple[str, ...]], ...] = (
    (
        "flow has the opposite sign",
        of("left", lambda view: with_flow(view, np.negative)),
        ("flow-forward-static", "flow-forward-agents", "flow-forward-return", "scene-flow"),
    ),
    (
        "flow of a slower camera is that of one tick",
        of("barrel", lambda view: with_flow(view, lambda flow: flow / 2)),
        ("flow-forward-static", "scene-flow"),
    ),
    (
        "flow has its components exchanged",
        everywhere(lambda view: with_flow(view, lambda flow: flow[..., ::-1].copy())),
        ("flow-forward-static",),
    ),
    (
        "flow is rounded to whole pixels",
        of("left", lambda view: with_flow(view, np.round, "backward")),
        ("flow-backward-static", "flow-backward-return", "flow-backward-vehicles"),
    ),
    (
        "flow backward is flow forward",
        of("right", lambda view: with_images(view, flow_backward=view.images["flow_forward"])),
        ("flow-backward-static", "flow-backward-return"),
    ),
    ("flow is cut off at the border", of("left", flow_only_inside), ("flow-forward-static", "scene-flow")),
    ("agents stand in the flow", agents_missing_in_flow, ("flow-forward-vehicles", "scene-flow")),
    ("the sky comes nearer", sky_comes_nearer, ("flow-forward-static",)),
    ("a shadow moves the ground", everywhere(shadow_moves_the_ground), ("flow-forward-static",)),
    (
        "agents are too fast in the flow",
        everywhere(vehicles_ahead_of_themselves),
        ("flow-backward-vehicles",),
    ),
    (
        "scene flow holds the camera's motion",
        scene_flow_with_camera_motion,
        ("scene-flow-static", "scene-flow"),
    ),
    ("scene flow is in world axes", everywhere(scene_flow_in_world_axes), ("scene-flow",)),
    ("occlusion is inverted", of("left", occlusion_inverted), ("occlusion-forward",)),
    ("occlusion knows only the border", everywhere(occlusion_without_what_hides), ("occlusion-forward",)),
    ("ids change in one camera", ids_change, ("flow-forward-ids",)),
    (
        "ids differ between cameras",
        of("right", ids_differ_between_cameras),
        ("depth-between-cameras", "objects-between-cameras"),
    ),
    (
        "the pose is that of the frame before",
        pose_of_the_frame_before,
        ("camera-pose", "flow-forward-static"),
    ),
    ("a camera slips on its carrier", of("left", camera_slips), ("camera-mount", "camera-pose")),
    (
        "a fixed camera sinks",
        of("pole", lambda view: with_pose(view, shifted(0, 0, -0.01 * view.frame) @ view.world_from_camera)),
        ("camera-mount", "flow-forward-static", "depth-in-time"),
    ),
    ("the stereo baseline has the wrong sign", stereo_exchanged, ("depth-between-cameras", "camera-pose")),
    (
        "the principal point is half a pixel off",
        of("left", lens_moved),
        ("joint-pixels", "flow-forward-static"),
    ),
    ("distortion is ignored", of("barrel", lens_straightened), ("joint-pixels", "flow-forward-static")),
    (
        "range instead of depth",
        everywhere(range_instead_of_depth),
        ("flow-forward-static", "depth-between-cameras"),
    ),
    (
        "depth of the other camera",
        depth_of_the_other_camera,
        ("flow-forward-static", "depth-between-cameras", "joint-visibility"),
    ),
    (
        "depth is one percent too large",
        everywhere(lambda view: with_images(view, depth=view.images["depth"] * np.float32(1.01))),
        ("flow-forward-static",),
    ),
    (
        "normals are in world axes",
        of("left", normals_in_world_axes),
        ("normal-side", "normal-depth", "normal-ground"),
    ),
    (
        "normals point away",
        of("left", lambda view: with_images(view, normal=-view.images["normal"])),
        ("normal-side",),
    ),
    (
        "the sky has normals",
        of(
            "pole",
            lambda view: with_images(
                view, normal=np.where(view.images["normal"] == 0, 0.6, view.images["normal"])
            ),
        ),
        ("normal-side",),
    ),
    ("normals are bent", of("fisheye", normals_bent), ("normal-depth",)),
    ("left and right joints are exchanged", everywhere(joints(exchanged)), ("joint-sides",)),
    ("all joints are visible", everywhere(joints(all_visible)), ("joint-visibility",)),
    ("joints have OpenCV's pixel centers", everywhere(joints(opencv_centers)), ("joint-pixels",)),
    ("joints float above their body", everywhere(joints(raised)), ("joint-box", "joint-pixels")),
    ("arms grow", everywhere(arms_grow), ("joint-bones", "joint-pixels")),
)


@pytest.mark.parametrize(
    ("plant", "checks"),
    [fault[1:] for fault in FAULTS],
    ids=[name.replace(" ", "-") for name, _, _ in FAULTS],
)
def test_a_fault_is_found_by_the_checks_that_are_there_for_it(
    sound: Views, plant: Callable[[Views], Views], checks: tuple[str, ...]
) -> None:
    found = {finding.check for finding in audited(plant(sound)).findings}
    assert set(checks) <= found


def test_every_check_has_a_fault_that_it_finds() -> None:
    tested = {check.replace("backward", "forward") for _, _, checks in FAULTS for check in checks}
    assert {name.replace("backward", "forward") for name in NAMES} <= tested
