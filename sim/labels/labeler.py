"""Captures and state -> annotations: a row for each agent that reaches into the image, hidden or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import WorldState
from sim.bodies import bone_matrices
from sim.frame import Annotation, Capture, Frame
from sim.geometry import Box2, Box3D, Intrinsics, Pose, rotation_from_euler
from sim.labels.extents import image_extent, outer_skin, whole_skin
from sim.labels.masks import InstanceMasks, instance_masks

__all__ = ["label"]

_SLACK_M = 0.5  # pitch and roll may push a corner this far out of the yaw-aligned extent of the whole motion


def label(
    frame: Frame,
    *,
    bones: NDArray[np.floating] | None = None,
    near_m: Mapping[str, float] | None = None,
    max_distance_m: float = 200.0,
) -> Frame:
    """The frame with annotations for every capture.

    Args:
        frame: captures that hold an ``instance`` channel, and the state they show.
        bones: (N, MAX_BONES, 3, 4) world_from_bind of every agent if already known, else computed.
        near_m: near plane by sensor name; 0.3 m where it is not given.
        max_distance_m: hidden agents farther away get no row; agents that own a pixel always do.

    Returns:
        A new frame; a capture without an instance channel gets no annotations.
    """
    if bones is None:
        bones = bone_matrices(frame.state.roster.bodies, frame.state.poses)
    scene = _Scene(frame.state, bones)
    annotations = {
        name: scene.annotate(capture, (near_m or {}).get(name, 0.3), max_distance_m)
        for name, capture in frame.captures.items()
        if "instance" in capture.channels
    }
    return dataclasses.replace(frame, annotations=annotations)


class _Scene:
    """One state's agents: what all its captures share."""

    def __init__(self, state: WorldState, bones: NDArray[np.floating]) -> None:
        self._state = state
        self._bones = bones
        roster, poses = state.roster, state.poses
        count = len(roster)
        self._rotation = np.array([rotation_from_euler(float(yaw)) for yaw in poses.yaw_rad]).reshape(
            -1, 3, 3
        )
        size = np.array([body.size_lwh_m for body in roster.bodies], float).reshape(-1, 3)
        centre = np.array([body.centre_m for body in roster.bodies], float).reshape(-1, 3)
        self._centre_world = poses.position_m + np.einsum("nij,nj->ni", self._rotation, centre)
        self._box3d = [
            Box3D(Pose(self._rotation[i], self._centre_world[i]), roster.bodies[i].size_lwh_m)
            for i in range(count)
        ]
        self._reach_m = np.linalg.norm(size / 2, axis=1) + _SLACK_M
        self._posed: dict[int, tuple[NDArray[np.float64], Box3D]] = {}

    def annotate(self, capture: Capture, near_m: float, max_distance_m: float) -> tuple[Annotation, ...]:
        masks = instance_masks(capture.instance)
        self._require_known(masks, capture)
        seen = {int(i): k for k, i in enumerate(masks.ids)}
        camera_from_world = capture.world_from_camera.inverse()
        offset = self._centre_world - capture.world_from_camera.translation_m
        distance = np.linalg.norm(offset, axis=1)
        near = _may_be_in_view(
            capture.intrinsics, camera_from_world.apply(self._centre_world), self._reach_m, near_m
        )
        rows = np.flatnonzero(near & (distance <= max_distance_m))
        rows = np.union1d(rows, masks.ids - 1).astype(np.intp)
        out = []
        for row in rows:
            found = self._row(
                capture,
                int(row),
                camera_from_world,
                near_m,
                masks,
                seen.get(int(row) + 1),
                float(distance[row]),
            )
            if found is not None:
                out.append(found)
        return tuple(out)

    def _row(
        self,
        capture: Capture,
        row: int,
        camera_from_world: Pose,
        near_m: float,
        masks: InstanceMasks,
        mask: int | None,
        distance_m: float,
    ) -> Annotation | None:
        unoccluded = None if capture.unoccluded_px is None else int(capture.unoccluded_px[row])
        if mask is None and unoccluded == 0:
            return None
        points, posed = self._pose(row)
        whole = self._extent(row, capture.intrinsics, points, camera_from_world, near_m)
        visible = None if mask is None else _box2(masks.box2d[mask])
        amodal, truncation = _clip(whole, capture.intrinsics)
        if amodal is None:
            if visible is None:
                return None
            # A sliver at the very edge of the image: rounding put the pixel inside and the triangle outside.
            amodal = visible
        visible_px = 0 if mask is None else int(masks.area_px[mask])
        state, roster = self._state, self._state.roster
        vx, vy = state.velocity_mps[row]
        return Annotation(
            instance_id=row + 1,
            name=roster.names[row],
            category=roster.categories[row].name,
            box2d_visible=visible,
            box2d_amodal=amodal,
            visible_px=visible_px,
            unoccluded_px=unoccluded,
            visibility=_visibility(visible_px, unoccluded),
            truncation=truncation,
            mask_rle=None if mask is None else {"size": list(masks.size_hw), "counts": masks.counts[mask]},
            box3d=self._box3d[row],
            box3d_posed=posed,
            velocity_mps=(float(vx), float(vy), 0.0),
            yaw_rate_radps=float(state.yaw_rate_radps[row]),
            distance_m=distance_m,
            is_parked=bool(roster.parked[row]),
            lights=int(state.poses.lights[row]),
        )

    def _pose(self, row: int) -> tuple[NDArray[np.float64], Box3D]:
        """Outermost vertices in the world, and their box in the agent's axes; once per agent and tick."""
        if row not in self._posed:
            points = outer_skin(self._state.roster.bodies[row]).posed(self._bones[row])
            rotation = self._rotation[row]
            local = points @ rotation
            low, high = local.min(0), local.max(0)
            length, width, height = (float(v) for v in high - low)
            box = Box3D(Pose(rotation, rotation @ ((low + high) / 2)), (length, width, height))
            self._posed[row] = (points, box)
        return self._posed[row]

    def _extent(
        self,
        row: int,
        intrinsics: Intrinsics,
        points_world: NDArray[np.float64],
        camera_from_world: Pose,
        near_m: float,
    ) -> Box2 | None:
        points = camera_from_world.apply(points_world)
        ahead = points[:, 2] >= near_m
        if ahead.all():
            return image_extent(intrinsics, points, np.zeros((0, 2), np.int64), near_m)
        if not ahead.any():
            return None
        skin = whole_skin(self._state.roster.bodies[row])
        return image_extent(
            intrinsics, camera_from_world.apply(skin.posed(self._bones[row])), skin.edges, near_m
        )

    def _require_known(self, masks: InstanceMasks, capture: Capture) -> None:
        if len(masks.ids) and (masks.ids[0] < 0 or masks.ids[-1] > len(self._state.roster)):
            raise ValueError(
                f"instance image of {capture.sensor!r} at tick {capture.tick}: ids {masks.ids[0]} to "
                f"{masks.ids[-1]}, but the roster has 1 to {len(self._state.roster)}"
            )


def _may_be_in_view(
    intrinsics: Intrinsics, centre_camera: NDArray[np.float64], reach_m: NDArray[np.float64], near_m: float
) -> NDArray[np.bool_]:
    """(N,) False where a sphere (N, 3), (N,) surely lies outside the view."""
    k = intrinsics
    planes = np.array(
        [
            [k.fx_px, 0, k.cx_px],
            [-k.fx_px, 0, k.width_px - k.cx_px],
            [0, k.fy_px, k.cy_px],
            [0, -k.fy_px, k.height_px - k.cy_px],
        ]
    )
    planes /= np.linalg.norm(planes, axis=1, keepdims=True)
    inside = (centre_camera @ planes.T >= -reach_m[:, None]).all(1)
    return np.asarray(inside & (centre_camera[:, 2] >= near_m - reach_m))


def _clip(box: Box2 | None, intrinsics: Intrinsics) -> tuple[Box2 | None, float]:
    """The box inside the image, None if nothing of it is; and the share of its area outside."""
    if box is None:
        return None, 1.0
    x0, y0 = max(box[0], 0.0), max(box[1], 0.0)
    x1, y1 = min(box[2], float(intrinsics.width_px)), min(box[3], float(intrinsics.height_px))
    if x1 <= x0 or y1 <= y0:
        return None, 1.0
    share = (x1 - x0) * (y1 - y0) / ((box[2] - box[0]) * (box[3] - box[1]))
    return (x0, y0, x1, y1), min(1.0, max(0.0, 1.0 - share))


def _visibility(visible_px: int, unoccluded_px: int | None) -> float | None:
    if not visible_px:
        return 0.0
    return None if unoccluded_px is None else min(1.0, visible_px / max(unoccluded_px, visible_px))


def _box2(box: NDArray[np.int64]) -> Box2:
    x0, y0, x1, y1 = (float(v) for v in box)
    return x0, y0, x1, y1
