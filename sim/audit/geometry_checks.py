"""The checks of geometry, as rows for `sim.audit.checks`: name, sentence, scope, needs, function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sim.audit import geometry_joints as joints
from sim.audit import geometry_rig as rig
from sim.audit import geometry_surface as surface
from sim.audit.geometry_bodies import agents_flow, vehicles_flow
from sim.audit.geometry_flow import scene_flow_projected, scene_flow_static, static_flow
from sim.audit.geometry_hidden import ids_followed, occlusion, way_back
from sim.audit.view import Measure, View

__all__ = ["GEOMETRY", "Row"]

Row = tuple[str, str, str, str, Callable[..., Iterable[Measure]]]

_SEEN = "lens pose depth instance"
_EXACT = f"{_SEEN} exact_depth"


def _ways(
    name: str, says: str, needs: str, check: Callable[[View, View, str], Iterator[Measure]]
) -> list[Row]:
    """A check of two views for either way; `{way}` stands for it in the name and the needs."""

    def forward(before: View, view: View) -> Iterator[Measure]:
        return check(before, view, "forward")

    def backward(before: View, view: View) -> Iterator[Measure]:
        return check(view, before, "backward")

    return [
        (name.format(way=way), says, "step", needs.format(way=way), run)
        for way, run in (("forward", forward), ("backward", backward))
    ]


GEOMETRY: tuple[Row, ...] = (
    (
        "camera-pose",
        "cameras stand where states and mounts say",
        "view",
        "camera state pose",
        rig.camera_poses,
    ),
    ("camera-mount", "cameras do not move on their carriers", "step", "pose", rig.steady_mounts),
    (
        "normal-side",
        "normals point toward the camera",
        "view",
        "lens depth normal",
        surface.normals_face_camera,
    ),
    (
        "normal-depth",
        "normals are those of planes through neighboring depths",
        "view",
        f"{_EXACT} semantic normal",
        surface.normals_match_depth,
    ),
    ("normal-ground", "normals of roads point up", "view", "pose semantic normal", surface.ground_normals),
    *_ways(
        "flow-{way}-static",
        "what stands moves in the image as depth and poses say",
        f"{_EXACT} flow_{{way}}",
        static_flow,
    ),
    *_ways(
        "flow-{way}-vehicles",
        "vehicles move as their bodies do",
        f"{_EXACT} state box3d flow_{{way}}",
        vehicles_flow,
    ),
    *_ways("flow-{way}-agents", "agents move with their boxes", f"{_SEEN} box3d flow_{{way}}", agents_flow),
    *_ways(
        "flow-{way}-ids",
        "flow leads to the same instance",
        "lens instance flow_{way} occlusion_{way}",
        ids_followed,
    ),
    *_ways(
        "flow-{way}-return",
        "flow there and flow back cancel",
        "lens depth instance occlusion_{way} flow_forward flow_backward",
        way_back,
    ),
    *_ways(
        "occlusion-{way}",
        "seen is what is first on its ray there",
        f"{_SEEN} occlusion_{{way}}",
        occlusion,
    ),
    _ways("scene-flow-static", "what stands has no scene flow", "instance scene_flow", scene_flow_static)[0],
    _ways(
        "scene-flow",
        "points moved by the scene flow are where the flow leads",
        f"{_EXACT} scene_flow flow_forward",
        scene_flow_projected,
    )[0],
    ("depth-in-time", "what stands keeps its place from frame to frame", "step", _SEEN, rig.depth_in_time),
    (
        "depth-between-cameras",
        "cameras of one carrier see the same points and ids",
        "rig",
        f"{_SEEN} camera",
        rig.depth_between_cameras,
    ),
    ("objects-between-cameras", "an id is one object in all cameras", "rig", "instance_id", rig.same_objects),
    (
        "joint-pixels",
        "joints are labelled where the lens has them",
        "view",
        "lens pose keypoints",
        joints.joints_projected,
    ),
    (
        "joint-visibility",
        "visible joints lie close behind the person's own pixels",
        "view",
        f"{_EXACT} keypoints",
        joints.joints_visibility,
    ),
    ("joint-box", "joints lie in box3d_posed", "view", "keypoints box3d_posed", joints.joints_in_boxes),
    ("joint-sides", "left joints lie on the left", "view", "keypoints box3d", joints.joint_sides),
    ("joint-bones", "bones keep their lengths", "step", "keypoints", joints.bone_lengths),
)
"""All of them, in the order of the report."""
