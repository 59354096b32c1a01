"""A film of an instant, its labels, motions -> the film of an exposure, the instant being its middle.

Agents that move are few: only the tiles of the image that they may cross pay for them. Elsewhere streaks are
those of a street that stands, and before a camera that rests there are none.
"""

from __future__ import annotations

import numpy as np
from panda3d.core import GraphicsOutput, LVecBase2f, NodePath, PTA_float, PTA_LMatrix4f, Texture

from sim.agents.state import WorldState
from sim.geometry import Intrinsics
from sim.render.drawing import FIRST_INSTANCE_CODE
from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.geoms import bone_texture, update_float_texture
from sim.render.moving_tiles import NEAR_MOVING, Motions, later
from sim.render.optics import give_optics
from sim.render.panda_frames import to_panda
from sim.render.programs import BLUR_TILE
from sim.render.quads import quads
from sim.scenario import Camera, camera_pose

__all__ = ["MotionBlur", "streak_px"]

_NEAR_M = 4.0  # what a camera in traffic sees is hardly nearer


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
        agents: how many there may be.

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
        agents: int,
    ) -> None:
        self._engine = engine
        self._size = (optics.width_px, optics.height_px)
        tiles = (-(-self._size[0] // BLUR_TILE), -(-self._size[1] // BLUR_TILE))
        self._count = tiles[0] * tiles[1]
        self._classes = bone_texture("tiles", *tiles)
        self._table = bone_texture("motions", 4, agents + 1)
        self._standing, self._carrier = PTA_LMatrix4f.empty_array(1), PTA_float.empty_array(1)
        self._textures: list[Texture] = [self._classes, self._table]
        self._scenes: list[NodePath] = []
        lens = "" if rays is None else "lens-"

        self._velocity, scene, velocity = self._pass("velocity", self._size, 5)
        card = self._on_tiles(scene, f"{lens}velocity", (0.5, 9.0))
        card.set_shader_input("u_motions", self._table)
        seen = [card]

        self._of_tiles, scene, of_tiles = self._pass("fastest-of-tile", tiles, 6)
        card = add_card(scene, "fastest-of-tile")
        card.set_shader_input("u_velocity", velocity)
        card.set_shader_input("u_tiles", self._classes)
        self._around, scene, fastest = self._pass("fastest-around", tiles, 7)
        add_card(scene, "fastest-around").set_shader_input("u_velocity", of_tiles)

        self._blur, scene, self.film = self._pass("blur", self._size, 8)
        self._passing = self._on_tiles(scene, "blur-agents", (NEAR_MOVING - 0.5, 9.0))
        self._passing.set_shader_input("u_velocity", velocity)
        self._passing.set_shader_input("u_fastest", fastest)
        self._rests = self._on_tiles(scene, "blur-nothing", (-1.0, NEAR_MOVING - 0.5))
        self._drives = self._on_tiles(scene, f"{lens}blur-standing", (-1.0, NEAR_MOVING - 0.5))
        self._drives.set_shader_input("u_carrier", self._carrier)
        seen.append(self._drives)
        for card in seen:
            card.set_shader_input("u_label", labels)
            card.set_shader_input("u_standing", self._standing)
            give_optics(card, optics, rays)
        scene.set_shader_input("u_film", film)

    def _pass(
        self, kind: str, size_px: tuple[int, int], sort: int
    ) -> tuple[GraphicsOutput, NodePath, Texture]:
        texture = nearest(kind)
        planes = {GraphicsOutput.RTP_color: texture}
        output = self._engine.buffer(kind, size_px, buffer_properties(halves=True), planes, sort=sort)
        scene = fullscreen(output, kind)
        self._scenes.append(scene)
        self._textures.append(texture)
        return output, scene, texture

    def _on_tiles(self, scene: NodePath, kind: str, classes: tuple[float, float]) -> NodePath:
        """A card on the tiles of the image whose class is between two numbers."""
        card = quads(scene, "tiles", kind, self._count)
        card.set_shader_input("u_tiles", self._classes)
        card.set_shader_input("u_between", LVecBase2f(*classes))
        card.set_shader_input("u_size", LVecBase2f(*self._size))
        return card

    def passes(self, motions: Motions) -> list[GraphicsOutput]:
        """The buffers to draw after the film."""
        update_float_texture(self._table, motions.of_agents.astype(np.float32))
        update_float_texture(self._classes, np.repeat(motions.tiles[..., None], 4, 2))
        self._standing[0] = to_panda(motions.of_standing)
        self._carrier[0] = FIRST_INSTANCE_CODE + motions.carrier if motions.carrier >= 0 else -1.0
        rests = np.array_equal(motions.of_standing, np.eye(4))
        for card, is_drawn in ((self._rests, rests), (self._drives, not rests)):
            if is_drawn:
                card.show()
            else:
                card.hide()
        if not motions.tiles.any():
            self._passing.hide()
            return [self._blur]
        self._passing.show()
        return [self._velocity, self._of_tiles, self._around, self._blur]

    def close(self) -> None:
        """Free the buffers."""
        for output in (self._velocity, self._of_tiles, self._around, self._blur):
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in self._textures:
            texture.release_all()
