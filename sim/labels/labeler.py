"""Captures and state -> annotations: a row for each agent that reaches into the image, hidden or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Activity, WorldState
from sim.bodies import bone_matrices, keypoints_world
from sim.frame import Annotation, Capture, Frame, Keypoints, Occluder
from sim.geometry import Box2, Box3D, Intrinsics, Pose, rotation_from_euler
from sim.labels.extents import image_extent, outer_skin, whole_skin
from sim.labels.masks import InstanceMasks, instance_masks
from sim.labels.people import seen_keypoints
from sim.labels.silhouettes import HiddenParts, silhouette_rles
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


@dataclass(frozen=True, eq=False)
class _Look:
    """One capture as the annotations of all its agents need it."""

    capture: Capture
    camera_from_world: Pose
    near_m: float
    masks: InstanceMasks
    mask_of: dict[int, int]  # row of the agent -> row of the masks
    hidden: HiddenParts | None
    unhidden: Mapping[int, bytes | None]  # row -> counts of the silhouette; only if amodal is recorded
    keypoints: Mapping[int, Keypoints]  # row -> joints of people

    def visible_px(self, row: int) -> int:
        return int(self.masks.area_px[self.mask_of[row]]) if row in self.mask_of else 0

    def unoccluded_px(self, row: int) -> int | None:
        return None if self.capture.unoccluded_px is None else int(self.capture.unoccluded_px[row])

    def rle(self, counts: bytes | None) -> Mapping[str, object] | None:
        return None if counts is None else {"size": list(self.masks.size_hw), "counts": counts}

    def mask_counts(self, row: int) -> bytes | None:
        return self.masks.counts[self.mask_of[row]] if row in self.mask_of else None

    def amodal_rle(self, row: int) -> Mapping[str, object] | None:
        return self.rle(self.unhidden.get(row))

    def occluders(self, row: int) -> tuple[Occluder, ...] | None:
        unoccluded = self.unoccluded_px(row)
        if self.hidden is None or unoccluded is None:
            return None
        if unoccluded <= self.visible_px(row):
            return ()
        return self.hidden.occluders(row, unoccluded)


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
        self._joints = keypoints_world(roster.bodies, bones)
        self._posed: dict[int, tuple[NDArray[np.float64], Box3D]] = {}

    def annotate(
        self, capture: Capture, near_m: float, max_distance_m: float, amodal: bool
    ) -> tuple[Annotation, ...]:
        masks = self._masks(capture)
        camera_from_world = capture.world_from_camera.inverse()
        offset = self._centre_world - capture.world_from_camera.translation_m
        distance = np.linalg.norm(offset, axis=1)
        centre = camera_from_world.apply(self._centre_world)
        near = may_be_in_view(capture.intrinsics, centre, self._reach_m, near_m)
        rows = np.flatnonzero(near & (distance <= max_distance_m))
        rows = np.union1d(rows, masks.ids - 1).astype(np.intp)
        hidden = None
        if capture.silhouettes is not None:
            classes = np.array([c.semantic for c in self._state.roster.categories], np.uint8)
            hidden = HiddenParts(capture.instance, _semantic(capture), classes, capture.silhouettes)
        look = _Look(
            capture,
            camera_from_world,
            near_m,
            masks,
            {int(i) - 1: k for k, i in enumerate(masks.ids)},
            hidden,
            _unhidden(capture, masks, rows) if amodal else {},
            self._keypoints(capture, camera_from_world, rows),
        )
        found = (self._row(look, int(row), float(distance[row])) for row in rows)
        return tuple(annotation for annotation in found if annotation is not None)

    def _masks(self, capture: Capture) -> InstanceMasks:
        masks = instance_masks(capture.instance)
        if len(masks.ids) and (masks.ids[0] < 0 or masks.ids[-1] > len(self._state.roster)):
            raise ValueError(
                f"instance image of {capture.sensor!r} at tick {capture.tick}: ids {masks.ids[0]} to "
                f"{masks.ids[-1]}, but the roster has 1 to {len(self._state.roster)}"
            )
        return masks

    def _keypoints(
        self, capture: Capture, camera_from_world: Pose, rows: NDArray[np.intp]
    ) -> dict[int, Keypoints]:
        depth_m = capture.depth_or_none
        if depth_m is None:
            return {}
        people = rows[~np.isnan(self._joints[rows, 0, 0])]
        found = seen_keypoints(
            self._joints[people],
            people + 1,
            capture.intrinsics,
            camera_from_world,
            capture.instance,
            depth_m,
        )
        return dict(zip(people.tolist(), found, strict=True))

    def _row(self, look: _Look, row: int, distance_m: float) -> Annotation | None:
        unoccluded, visible_px = look.unoccluded_px(row), look.visible_px(row)
        if not visible_px and unoccluded == 0:
            return None
        points, posed = self._pose(row)
        intrinsics = look.capture.intrinsics
        whole = self._extent(row, intrinsics, points, look.camera_from_world, look.near_m)
        visible = _box2(look.masks.box2d[look.mask_of[row]]) if visible_px else None
        amodal, truncation = clip(whole, intrinsics)
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
            mask_rle=look.rle(look.mask_counts(row)),
            box3d=self._box3d[row],
            box3d_posed=posed,
            velocity_mps=(float(vx), float(vy), 0.0),
            yaw_rate_radps=float(state.yaw_rate_radps[row]),
            distance_m=distance_m,
            is_parked=bool(roster.parked[row]),
            lights=int(state.poses.lights[row]),
            amodal_rle=look.amodal_rle(row),
            occluders=look.occluders(row),
            keypoints=look.keypoints.get(row),
            activity=Activity(int(state.activity[row])).name.lower(),
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


def _unhidden(capture: Capture, masks: InstanceMasks, rows: NDArray[np.intp]) -> dict[int, bytes | None]:
    """Row -> RLE counts of the whole agent. ValueError if the capture has no silhouettes."""
    if capture.silhouettes is None or capture.unoccluded_px is None:
        raise ValueError(f"capture of {capture.sensor!r} at tick {capture.tick}: no silhouettes for amodal")
    # Where nothing hides an agent its mask is its silhouette.
    whole = masks.area_px == capture.unoccluded_px[masks.ids - 1]
    out: dict[int, bytes | None] = {int(masks.ids[k]) - 1: masks.counts[k] for k in np.flatnonzero(whole)}
    rest = [int(row) for row in rows if int(row) not in out]
    out.update(zip(rest, silhouette_rles(capture.silhouettes, rest, *masks.size_hw), strict=True))
    return out


def _semantic(capture: Capture) -> NDArray[np.uint8] | None:
    found = capture.channels["semantic"] if "semantic" in capture.channels else capture.aids.get("semantic")
    return found  # type: ignore[return-value]


def _visibility(visible_px: int, unoccluded_px: int | None) -> float | None:
    if not visible_px:
        return 0.0
    return None if unoccluded_px is None else min(1.0, visible_px / max(unoccluded_px, visible_px))


def _box2(box: NDArray[np.int64]) -> Box2:
    x0, y0, x1, y1 = (float(v) for v in box)
    return x0, y0, x1, y1
