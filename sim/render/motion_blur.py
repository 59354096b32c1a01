"""A film of an instant, labels, motion -> the film of an exposure, the instant being its middle."""

from __future__ import annotations

import dataclasses

import numpy as np
from panda3d.core import GraphicsOutput, NodePath, PTA_LMatrix4f, Texture

from sim.agents.state import WorldState
from sim.geometry import Intrinsics, Pose
from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, buffer_properties, fullscreen, look_at_film
from sim.render.optics import give_optics, relative
from sim.render.panda_frames import to_panda
from sim.render.programs import BLUR_TILE
from sim.scenario import Camera, camera_pose

__all__ = ["MotionBlur", "later", "streak_px"]

_NEAR_M = 4.0  # what a camera in traffic sees is hardly nearer


def later(state: WorldState, time_s: float) -> WorldState:
    """A state a fraction of a tick later, every agent moved on as it moves, limbs and wheels as they are."""
    poses = state.poses
    position = poses.position_m.copy()
    position[:, :2] += state.velocity_mps * time_s
    moved = dataclasses.replace(
        poses, position_m=position, yaw_rad=poses.yaw_rad + state.yaw_rate_radps * time_s
    )
    return dataclasses.replace(state, poses=moved)


def streak_px(camera: Camera, optics: Intrinsics, state: WorldState, exposure_s: float) -> float:
    """About the longest streak an exposure draws, pixels: of what stands at 4 m or far, and of agents."""
    here, there = (camera_pose(camera, later(state, t))[0] for t in (0.0, exposure_s))
    v, u = np.mgrid[0:5, 0:5] / 4.0
    pixels = np.stack([u * optics.width_px, v * optics.height_px], -1).reshape(-1, 2)
    rays = optics.rays(pixels)
    longest = 0.0
    for reach_m in (_NEAR_M, 1e6):
        points = there.inverse().apply(here.apply(rays * reach_m))
        longest = max(longest, _apart_px(optics, points, rays))
    # Relative to the camera, over the distance, times the focal length: agents may be anywhere in the image.
    own = (there.translation_m - here.translation_m) / exposure_s
    speed = np.hypot(*(state.velocity_mps - own[:2]).T)
    moves = np.hypot(*state.velocity_mps.T) > 0
    away = np.linalg.norm(state.poses.position_m - here.translation_m, axis=1)
    if moves.any():
        angles = speed[moves] * exposure_s / np.maximum(away[moves], _NEAR_M)
        longest = max(longest, float(angles.max()) * optics.fx_px)
    return longest


def _apart_px(optics: Intrinsics, points: np.ndarray, rays: np.ndarray) -> float:
    """Angle between directions in pixels of the middle of the image, the largest."""
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    ray = rays / np.linalg.norm(rays, axis=1, keepdims=True)
    return float(np.linalg.norm(unit - ray, axis=1).max()) * optics.fx_px


class MotionBlur:
    """The passes of one camera.

    Args:
        engine: the process's.
        optics: of the image.
        rays: texture with the unit ray of each pixel for a lens, None for a pinhole.
        film: of the instant, RGBA16F as in `View.textures`.
        labels: label target of the same image.
        ahead: how far agents' surfaces move in half an exposure, as in `View.textures`.

    Attributes:
        film: RGBA16F, the film of the exposure.
    """

    def __init__(
        self,
        engine: Engine,
        optics: Intrinsics,
        rays: Texture | None,
        film: Texture,
        labels: Texture,
        ahead: Texture,
    ) -> None:
        self._engine = engine
        size = (optics.width_px, optics.height_px)
        tiles = (-(-size[0] // BLUR_TILE), -(-size[1] // BLUR_TILE))
        self._turn, self._later = PTA_LMatrix4f.empty_array(1), PTA_LMatrix4f.empty_array(1)
        self._scenes: list[NodePath] = []
        self._outputs: list[GraphicsOutput] = []
        self._textures: list[Texture] = []
        velocity, card = self._pass("velocity" if rays is None else "lens-velocity", size, 5)
        card.set_shader_input("u_label", labels)
        card.set_shader_input("u_ahead", ahead)
        card.set_shader_input("u_camera_from_world", self._turn)
        card.set_shader_input("u_later_from_camera", self._later)
        give_optics(card, optics, rays)
        of_tiles, card = self._pass("fastest-of-tile", tiles, 6)
        card.set_shader_input("u_velocity", velocity)
        fastest, card = self._pass("fastest-around", tiles, 7)
        card.set_shader_input("u_velocity", of_tiles)
        self.film, card = self._pass("blur", size, 8)
        look_at_film(card, film, size)
        card.set_shader_input("u_velocity", velocity)
        card.set_shader_input("u_fastest", fastest)

    def _pass(self, kind: str, size_px: tuple[int, int], sort: int) -> tuple[Texture, NodePath]:
        texture = nearest(kind)
        planes = {GraphicsOutput.RTP_color: texture}
        output = self._engine.buffer(kind, size_px, buffer_properties(halves=True), planes, sort=sort)
        scene = fullscreen(output, kind)
        self._outputs.append(output)
        self._scenes.append(scene)
        self._textures.append(texture)
        return texture, add_card(scene, kind)

    def passes(self, world_from_camera: Pose, world_from_later: Pose) -> list[GraphicsOutput]:
        """The buffers to draw after the film and the agents' motion.

        Args:
            world_from_camera: pose of the camera in the middle of the exposure.
            world_from_later: pose at its end.
        """
        turn = np.eye(4)
        turn[:3, :3] = world_from_camera.rotation.T
        self._turn[0] = to_panda(turn)
        self._later[0] = to_panda(relative(world_from_later, world_from_camera))
        return self._outputs

    def close(self) -> None:
        """Free the buffers."""
        for output in self._outputs:
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in self._textures:
            texture.release_all()
