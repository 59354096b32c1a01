"""Cameras and states -> captures without OpenGL: every pixel's ray against every posed triangle, in NumPy.

Slow and plain, for small images: labels, writers and checks are tested on it where no renderer runs. It has
a flat ground at z = 0, a sky, and agents in one color each. Every channel of `sim.frame.CHANNELS` and every
lens; each label follows its definition, pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Roster, WorldState
from sim.bodies import posed_vertices
from sim.frame import CHANNELS, PANOPTIC_CLASS, Capture, Silhouettes
from sim.moments import is_due
from sim.scenario import Camera, camera_pose, intrinsics
from sim.taxonomy import SEMANTIC_COLORS, Semantic
from sim.testing.motion import Shot, motion, normals
from sim.testing.rays import FlatScene, Hits

__all__ = ["Bones", "FlatRenderer", "pack_silhouettes"]

Bones = Callable[[WorldState], NDArray[np.floating]]

_LIGHT = np.array([0.3, 0.2, 0.93])
_PAD_PX = 2


class FlatRenderer:
    """Renders captures of a state.

    Args:
        cameras: what to render for.
        bones: state -> (N, MAX_BONES, 3, 4) world_from_bind of every agent.
    """

    def __init__(self, cameras: Sequence[Camera], bones: Bones) -> None:
        self._cameras = tuple(cameras)
        self._bones = bones

    def capture(
        self,
        state: WorldState,
        before: Mapping[str, WorldState | None] | None = None,
        after: Mapping[str, WorldState | None] | None = None,
    ) -> dict[str, Capture]:
        """Captures of all cameras due at the state's tick, by name.

        Args:
            state: what is filmed.
            before: camera name -> state of its frame before, None at its first; see `sim.moments`.
            after: camera name -> state of its next frame, None at its last.
        """
        scenes: dict[int, FlatScene] = {}

        def shot(camera: Camera, at: WorldState | None) -> Shot | None:
            if at is None:
                return None
            if id(at) not in scenes:
                scenes[id(at)] = self._scene(at)
            return _shot(camera, at, scenes[id(at)])

        out = {}
        for camera in self._cameras:
            if is_due(camera, state):
                here = shot(camera, state)
                assert here is not None
                earlier = shot(camera, (before or {}).get(camera.name))
                later = shot(camera, (after or {}).get(camera.name))
                out[camera.name] = _film(camera, state, scenes[id(state)], here, earlier, later)
        return out

    def _scene(self, state: WorldState) -> FlatScene:
        bones = self._bones(state)
        return FlatScene(
            [posed_vertices(b, bones[row])[b.mesh.faces] for row, b in enumerate(state.roster.bodies)]
        )


def pack_silhouettes(masks: Sequence[NDArray[np.bool_]]) -> Silhouettes:
    """(H, W) masks, one per agent -> the bit masks of a capture, in boxes a little larger than the masks."""
    boxes = np.zeros((len(masks), 4), np.int64)
    for box, mask in zip(boxes, masks, strict=True):
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        if len(rows):
            box[:2] = np.maximum((columns[0] - _PAD_PX, rows[0] - _PAD_PX), 0)
            box[2:] = np.minimum((columns[-1] + 1 + _PAD_PX, rows[-1] + 1 + _PAD_PX), mask.shape[::-1])
    return Silhouettes.of(
        boxes, [mask[y0:y1, x0:x1] for (x0, y0, x1, y1), mask in zip(boxes, masks, strict=True)]
    )


@dataclass(frozen=True, eq=False)
class _Surface:
    """What the pixels of an image show, row by row: (R,) each."""

    depth_m: NDArray[np.float64]
    agent: NDArray[np.int64]
    instance: NDArray[np.int32]
    semantic: NDArray[np.uint8]


def _shot(camera: Camera, state: WorldState, scene: FlatScene) -> Shot:
    pose, _ = camera_pose(camera, state)
    return Shot(intrinsics(camera), pose, camera.near_m, camera.far_m, scene.corners, scene.cast)


def _film(
    camera: Camera, state: WorldState, scene: FlatScene, shot: Shot, before: Shot | None, after: Shot | None
) -> Capture:
    hits, met = scene.trace(shot.world_from_camera.translation_m, shot.rays_world, shot.limits_m)
    shape = (camera.height_px, camera.width_px)
    surface = _surface(hits, scene, shot, state.roster)
    wanted = {name for name in camera.channels if name in CHANNELS}
    bare: dict[str, NDArray[np.generic]] = {
        "depth": surface.depth_m,
        "instance": surface.instance,
        "semantic": surface.semantic,
        "semantic_envelope": surface.semantic,  # no trees grow in NumPy's world
        "panoptic": surface.semantic.astype(np.int32) * PANOPTIC_CLASS + surface.instance,
    }
    if wanted & {"rgb", "rgb_clean"}:
        bare["rgb"] = bare["rgb_clean"] = _paint(hits, surface, shot, state.roster)
    if "weather_mask" in wanted:
        bare["weather_mask"] = np.zeros(shape, np.uint8).ravel()  # nothing falls in NumPy's world
    if "normal" in wanted:
        bare["normal"] = normals(shot, hits)
    for way, other in (("forward", after), ("backward", before)):
        needs = {f"flow_{way}", f"occlusion_{way}"} | ({"scene_flow"} if way == "forward" else set())
        if needs & wanted:
            moved = motion(shot, hits, other)
            bare[f"flow_{way}"], bare[f"occlusion_{way}"] = moved.flow_px, moved.occlusion
            if way == "forward":
                bare["scene_flow"] = moved.displacement_m

    def image(name: str) -> NDArray[np.generic]:
        channel = CHANNELS[name]
        return bare[name].astype(channel.dtype).reshape(channel.shape(camera.width_px, camera.height_px))

    labelled = "instance" in wanted
    masks = np.zeros((len(met), shape[0] * shape[1]), bool)
    for mask, rays in zip(masks, met, strict=True):
        mask[rays] = True
    return Capture(
        sensor=camera.name,
        tick=state.tick,
        timestamp_ns=state.timestamp_ns,
        intrinsics=shot.lens,
        world_from_camera=shot.world_from_camera,
        world_from_carrier=camera_pose(camera, state)[1],
        channels={name: image(name) for name in camera.channels if name in CHANNELS},
        unoccluded_px=masks.sum(1) if labelled else None,
        silhouettes=pack_silhouettes([m.reshape(shape) for m in masks]) if labelled else None,
        aids={name: image(name) for name in ("depth", "semantic") if labelled and name not in wanted},
    )


def _surface(hits: Hits, scene: FlatScene, shot: Shot, roster: Roster) -> _Surface:
    """Depth, ids and classes of what was hit."""
    agent = scene.owner(hits.triangle)
    solid = np.isfinite(hits.distance_m)
    with np.errstate(invalid="ignore"):
        depth = np.where(solid, hits.distance_m * shot.rays_camera[:, 2], np.inf)
    classes = np.array([int(c.semantic) for c in roster.categories] + [0])
    ground_or_sky = np.where(solid, Semantic.ROAD, Semantic.SKY)
    semantic = np.where(agent >= 0, classes[agent], ground_or_sky)
    return _Surface(depth, agent, (agent + 1).astype(np.int32), semantic.astype(np.uint8))


def _paint(hits: Hits, surface: _Surface, shot: Shot, roster: Roster) -> NDArray[np.float64]:
    """(R, 3) sRGB: class colors, and bodies in their paint under one lamp."""
    rgb = np.array([SEMANTIC_COLORS[s] for s in Semantic], float)
    index = np.searchsorted(np.array(list(Semantic)), surface.semantic)
    out = rgb[index]
    on = surface.agent >= 0
    corners = shot.corners[hits.triangle[on]]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    paint = np.array([body.paint_srgb for body in roster.bodies], float).reshape(-1, 3)
    out[on] = paint[surface.agent[on]] * (0.55 + 0.45 * np.clip(normal @ _LIGHT, 0, 1)[:, None])
    return out.round()
