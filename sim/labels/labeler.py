"""Captures and state -> annotations: a row for each agent that reaches into the image, hidden or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Activity, WorldState
from sim.bodies import bone_matrices, keypoints_world
from sim.frame import Annotation, Capture, Frame
from sim.geometry import Box2, Box3D, Pose, rotation_from_euler
from sim.labels.extents import body_extents
from sim.labels.look import Look, known_masks
from sim.labels.skin import outer_skin
from sim.labels.view import clip, may_be_in_view

__all__ = ["label"]

_SLACK_M = 0.5  # pitch and roll may push a corner this far out of the yaw-aligned extent of the whole motion


def label(
    frame: Frame,
    *,
    bones: NDArray[np.floating] | None = None,
    near_m: Mapping[str, float] | None = None,
    max_distance_m: float = 200.0,
    amodal: Collection[str] = (),
) -> Frame:
    """The frame with annotations for every capture.

    Args:
        frame: captures that hold an ``instance`` channel, and the state they show.
        bones: (N, MAX_BONES, 3, 4) world_from_bind of every agent if already known, else computed.
        near_m: near plane by sensor name; 0.3 m where it is not given.
        max_distance_m: hidden agents farther away get no row; agents that own a pixel always do.
        amodal: names of the sensors that record `sim.frame.AMODAL`; their captures need silhouettes.

    Returns:
        A new frame; a capture without an instance channel gets no annotations.

    Raises:
        ValueError: an id is nobody's, or silhouettes are missing.
    """
    if bones is None:
        bones = bone_matrices(frame.state.roster.bodies, frame.state.poses)
    scene = _Scene(frame.state, bones)
    annotations = {
        name: scene.annotate(capture, (near_m or {}).get(name, 0.3), max_distance_m, name in amodal)
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
        self._rotation = np.array([rotation_from_euler(float(yaw)) for yaw in poses.yaw_rad]).reshape(
            -1, 3, 3
        )
        size = np.array([body.size_lwh_m for body in roster.bodies], float).reshape(-1, 3)
        centre = np.array([body.centre_m for body in roster.bodies], float).reshape(-1, 3)
        self._centre_world = poses.position_m + np.einsum("nij,nj->ni", self._rotation, centre)
        self._box3d = [
            Box3D(Pose(self._rotation[i], self._centre_world[i]), body.size_lwh_m)
            for i, body in enumerate(roster.bodies)
        ]
        self._reach_m = np.linalg.norm(size / 2, axis=1) + _SLACK_M
        self._class_of = np.array([kind.semantic for kind in roster.categories], np.uint8)
        self._joints_world = keypoints_world(roster.bodies, bones)
        self._outer_world: dict[int, NDArray[np.float64]] = {}
        self._box3d_posed: dict[int, Box3D] = {}

    def annotate(
        self, capture: Capture, near_m: float, max_distance_m: float, amodal: bool
    ) -> tuple[Annotation, ...]:
        masks = known_masks(capture, len(self._state.roster))
        distance = np.linalg.norm(self._centre_world - capture.world_from_camera.translation_m, axis=1)
        centre = capture.world_from_camera.inverse().apply(self._centre_world)
        near = may_be_in_view(capture.intrinsics, centre, self._reach_m, near_m)
        rows = np.flatnonzero(near & (distance <= max_distance_m))
        if capture.unoccluded_px is not None:
            rows = rows[capture.unoccluded_px[rows] > 0]
        rows = np.union1d(rows, masks.ids - 1).astype(np.intp)
        look = Look.at(
            capture,
            masks,
            rows,
            near_m=near_m,
            class_of=self._class_of,
            joints_world=self._joints_world,
            amodal=amodal,
        )
        self._pose(rows)
        agents = rows.tolist()
        extents = body_extents(
            [self._state.roster.bodies[row] for row in agents],
            [self._bones[row] for row in agents],
            [self._outer_world[row] for row in agents],
            capture.intrinsics,
            look.camera_from_world,
            near_m,
        )
        found = (
            self._row(look, row, extent, float(distance[row]))
            for row, extent in zip(agents, extents, strict=True)
        )
        return tuple(annotation for annotation in found if annotation is not None)

    def _row(self, look: Look, row: int, extent: Box2 | None, distance_m: float) -> Annotation | None:
        unoccluded, visible_px = look.unoccluded_px(row), look.visible_px(row)
        visible = _box2(look.masks.box2d[look.mask_of[row]]) if visible_px else None
        amodal, truncation = clip(extent, look.capture.intrinsics)
        if amodal is None:
            if visible is None:
                return None
            # A sliver at the very edge of the image: rounding put the pixel inside and the triangle outside.
            amodal = visible
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
            mask_rle=look.mask_rle(row),
            box3d=self._box3d[row],
            box3d_posed=self._box3d_posed[row],
            velocity_mps=(float(vx), float(vy), 0.0),
            yaw_rate_radps=float(state.yaw_rate_radps[row]),
            distance_m=distance_m,
            is_parked=bool(roster.parked[row]),
            lights=int(state.poses.lights[row]),
            amodal_rle=look.amodal_rle(row),
            occluders=look.occluders(row),
            keypoints=look.keypoints.get(row),
            activity=Activity(int(state.activity[row])).name.lower(),
            rider_of=roster.rider_of[row] + 1 if row in roster.rider_of else None,
        )

    def _pose(self, rows: NDArray[np.intp]) -> None:
        """Outermost vertices in the world, and their boxes in the agents' axes; once per agent and tick."""
        new = [row for row in rows.tolist() if row not in self._outer_world]
        if not new:
            return
        bodies = self._state.roster.bodies
        posed = [outer_skin(bodies[row]).posed(self._bones[row]) for row in new]
        local = np.concatenate([p @ self._rotation[row] for p, row in zip(posed, new, strict=True)])
        first = np.cumsum([0, *(len(p) for p in posed[:-1])])
        low, high = np.minimum.reduceat(local, first), np.maximum.reduceat(local, first)
        for row, points, middle, size in zip(new, posed, (low + high) / 2, high - low, strict=True):
            rotation = self._rotation[row]
            length, width, height = size.tolist()
            self._outer_world[row] = points
            self._box3d_posed[row] = Box3D(Pose(rotation, rotation @ middle), (length, width, height))


def _visibility(visible_px: int, unoccluded_px: int | None) -> float | None:
    if not visible_px:
        return 0.0
    return None if unoccluded_px is None else min(1.0, visible_px / max(unoccluded_px, visible_px))


def _box2(box: NDArray[np.int64]) -> Box2:
    x0, y0, x1, y1 = (float(v) for v in box)
    return x0, y0, x1, y1
