"""Roster -> one node an agent, and each tick's bones, lamps and level of detail -> what the node shows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BitMask32,
    BoundingSphere,
    GeomNode,
    LPoint3f,
    LVecBase4f,
    NodePath,
    PandaNode,
    PTA_LVecBase4f,
    Texture,
)

from sim.agents.state import Roster, WorldState
from sim.bodies import MAX_BONES, Body, mesh_at
from sim.bodies.company import WheeledSkeleton
from sim.bodies.cycles import CycleSkeleton
from sim.bodies.people import fabric_textures
from sim.bodies.vehicles import seated
from sim.geometry import Mesh
from sim.render.drawing import (
    FIRST_INSTANCE_CODE,
    MASK_AMODAL,
    MASK_LABEL,
    MASK_MOTION,
    MASK_RGB,
    MASK_SHADOW_MOVING,
    nearest_first,
)
from sim.render.geoms import geom_node, part_node, sampled, texture_array, to_gamma2
from sim.render.lit import LitNodes
from sim.render.night.beams import beam_reach_m
from sim.render.night.levels import night_levels
from sim.render.night.vehicle_lamps import lamp_brightness
from sim.render.panes import glass_sums, pane_faces
from sim.render.patches import lay_beam, lay_contact_patch, lay_lamp_shadow
from sim.render.programs import AGENT_ROWS, BONE_ROWS, STEP_ROWS
from sim.render.quality import Quality
from sim.taxonomy import Semantic

__all__ = ["Actors"]

_SEEN = MASK_LABEL | MASK_AMODAL
_ROW_PITCH = 9  # of a cabin's numbers: negative in the saloon of a bus or tram
_SLACK_M = 0.6  # a body that pitches and swings its arms stays this near to its extent


class _Actor:
    """One agent's nodes: a holder that is culled, and below it a shape for each level of detail."""

    def __init__(
        self,
        group: NodePath,
        row: int,
        name: str,
        body: Body,
        layer: int,
        occupants: int,
        lit: LitNodes,
        glass: NDArray[np.int32] | None,
    ) -> None:
        self._body, self._lit, self._glass = body, lit, glass
        self._radius = float(np.linalg.norm(body.size_lwh_m)) / 2 + _SLACK_M
        self.table = PTA_LVecBase4f.empty_array(AGENT_ROWS[body.kind])
        self._steps = PTA_LVecBase4f.empty_array(2 * STEP_ROWS[body.kind])
        self._holder = group.attach_new_node(PandaNode(name))
        self._holder.node().set_final(True)
        self._holder.set_shader_input("u_rows", self.table)
        self._holder.set_shader_input("u_steps", self._steps)
        self._holder.set_shader_input("u_agent", LVecBase4f(row, FIRST_INSTANCE_CODE + row, layer, occupants))
        if body.kind == "vehicle":
            r, g, b = to_gamma2(np.array([[body.paint_srgb]], np.uint8))[0, 0] / 255.0
            self._holder.set_shader_input("u_paint", LVecBase4f(r, g, b, 1))
            cabin = PTA_LVecBase4f.empty_array(3)
            cabin.set_data(np.array(body.cabin or np.zeros(12), np.float32).tobytes())
            self._holder.set_shader_input("u_cabin", cabin)
            if not isinstance(body.skeleton, (CycleSkeleton, WheeledSkeleton)):
                lay_contact_patch(self._holder, body, lit)
            lay_beam(self._holder, body)
        self._lamp_shadow = lay_lamp_shadow(self._holder, body) if body.kind == "person" else None
        levels = [mesh for mesh in (body.mesh, body.coarse, body.far) if mesh is not None]
        self._shapes = {id(mesh): self._attach(mesh) for mesh in levels}
        self._colored = {id(mesh): self._dress(mesh, self._shapes[id(mesh)]) for mesh in levels}
        # Shadows are too small for detail: they are cast by the next coarser shape.
        self._casts = {
            id(seen): id(mesh) for seen, mesh in zip(levels, [*levels[1:], levels[-1]], strict=True)
        }
        self._seen: Mesh | None = None

    def _attach(self, mesh: Mesh) -> NodePath:
        kind = self._body.kind
        shape = self._holder.attach_new_node(geom_node(kind, mesh))
        # Its vertices are those of the bind pose: where the body is, the holder alone knows.
        shape.node().set_bounds(BoundingSphere())
        shape.set_bin(nearest_first(kind), 0)
        shape.set_tag("kind", kind)
        shape.hide(BitMask32.all_on())
        return shape

    def _dress(self, mesh: Mesh, shape: NodePath) -> list[NodePath]:
        """What the color pass draws of a shape: panes apart from the rest, for they cost far more."""
        kind, cabin, whole = self._body.kind, self._body.cabin, shape.node()
        is_pane = np.zeros(len(mesh.faces), bool) if self._glass is None else pane_faces(self._glass, mesh)
        if cabin is None or not is_pane.any() or not isinstance(whole, GeomNode):
            self._lit.add(shape, kind)
            return [shape]
        parts: list[NodePath] = []
        pane = "saloon-pane" if cabin[_ROW_PITCH] < 0 else "pane"
        for name, order, which in ((kind, kind, ~is_pane), (pane, "pane", is_pane)):
            part = self._holder.attach_new_node(part_node(name, whole, mesh.faces[which]))
            part.node().set_bounds(BoundingSphere())
            self._lit.add(part, name)
            part.set_bin(nearest_first(order), 0)
            part.hide(BitMask32.all_on())
            parts.append(part)
        return parts

    def darken(self, is_dark: bool) -> None:
        """Show what is to be seen in lamplight alone, or hide it."""
        if self._lamp_shadow is not None:
            _let_see(self._lamp_shadow, MASK_RGB, is_dark)

    def move(self, rows: NDArray[np.float32], x_m: float, y_m: float, z_m: float) -> None:
        """Take rows of the table, and where the body's middle is."""
        self.table.set_data(rows[: len(self.table)].tobytes())
        self._holder.node().set_bounds(BoundingSphere(LPoint3f(x_m, y_m, z_m), self._radius))

    def step(self, steps: NDArray[np.float32]) -> None:
        """Take what each bone moves to the next frame and from the one before, (2, 3 * MAX_BONES, 4)."""
        rows = steps[:, : len(self._steps) // 2]
        moves = bool(rows.any())
        if moves:
            self._steps.set_data(rows.tobytes())
        for key, shape in self._shapes.items():
            # What rests is not drawn: where an agent's own motion is missing, there is none.
            _let_see(shape, MASK_MOTION, moves and key == id(self._seen))

    def face(self, distance_m: float, focal_px: float) -> None:
        """Show the level of detail for a camera at this distance."""
        wanted = mesh_at(self._body, distance_m, focal_px)
        if wanted is self._seen:
            return
        for key, shape in self._shapes.items():
            for part in self._colored[key]:
                _let_see(part, MASK_RGB, key == id(wanted))
            _let_see(shape, _SEEN, key == id(wanted))
            _let_see(shape, MASK_SHADOW_MOVING, key == self._casts[id(wanted)])
        self._seen = wanted


def _let_see(node: NodePath, mask: BitMask32, is_seen: bool) -> None:
    if is_seen:
        node.show_through(mask)
    else:
        node.hide(mask)


class Actors:
    """Everybody in the scene."""

    def __init__(self, scene: NodePath, roster: Roster, quality: Quality, lit: LitNodes) -> None:
        agents = scene.attach_new_node("agents")
        keyed = {b.textures.key: b.textures for b in roster.bodies if b.textures is not None}
        keys = sorted(keyed)
        self.textures: list[Texture] = []
        groups = {kind: agents.attach_new_node(kind) for kind in AGENT_ROWS}
        if keys:
            for name, is_color in (("albedo", True), ("material", False)):
                layers = [getattr(keyed[key], name) for key in keys]
                texture = texture_array(f"vehicle-{name}", layers, is_color=is_color, clamp=True)
                texture.set_keep_ram_image(False)
                groups["vehicle"].set_shader_input(sampled(f"u_{name}", texture, quality))
                self.textures.append(texture)
        groups["person"].set_shader_input(sampled("u_albedo", _fabric(), quality))
        with_rooms = {b.textures.key for b in roster.bodies if b.textures is not None and b.cabin}
        glass = {key: glass_sums(keyed[key].material) for key in sorted(with_rooms)}
        self._actors = []
        for row, (name, body) in enumerate(zip(roster.names, roster.bodies, strict=True)):
            if body.kind not in groups:
                raise ValueError(f"unknown body kind {body.kind!r}")
            layer = keys.index(body.textures.key) if body.textures is not None else 0
            occupants = seated(name, is_parked=bool(roster.parked[row]))
            if occupants and roster.categories[row].semantic in (Semantic.BUS, Semantic.TRAIN):
                occupants = -1  # nobody is drawn, but their saloon is lit
            panes = glass[body.textures.key] if body.textures is not None and body.cabin else None
            self._actors.append(_Actor(groups[body.kind], row, name, body, layer, occupants, lit, panes))
        self._is_dark = False
        self._position_m = np.zeros((0, 3))
        self._centre_m = np.array([body.centre_m for body in roster.bodies], float).reshape(-1, 3)

    def show(self, state: WorldState, bones: NDArray[np.float32]) -> None:
        """Mirror a state, whose bone matrices (N, MAX_BONES, 3, 4) are given."""
        poses = state.poses
        head = np.zeros((len(bones), BONE_ROWS, 4), np.float32)
        is_dark = night_levels(state.environment).is_dark
        if is_dark:
            head[:, 2, 3] = beam_reach_m(state)
        if is_dark != self._is_dark:
            self._is_dark = is_dark
            for actor in self._actors:
                actor.darken(is_dark)
        head[:, :2] = lamp_brightness(state).reshape(-1, 2, 4)
        head[:, 2, :3] = poses.position_m
        head[:, 3, 0], head[:, 3, 1] = np.cos(poses.yaw_rad), np.sin(poses.yaw_rad)
        rows = np.concatenate([head, bones.reshape(len(bones), 3 * bones.shape[1], 4)], 1)
        middle = poses.position_m + self._centre_m
        c, s, x, y = head[:, 3, 0], head[:, 3, 1], self._centre_m[:, 0], self._centre_m[:, 1]
        middle[:, 0] += c * x - s * y - x
        middle[:, 1] += s * x + c * y - y
        for actor, row, at in zip(self._actors, rows, middle.tolist(), strict=True):
            actor.move(row, *at)
        self._position_m = poses.position_m

    def move(
        self,
        bones: NDArray[np.float32],
        ahead: NDArray[np.float32] | None,
        back: NDArray[np.float32] | None,
    ) -> None:
        """Tell the motion pass the bones of this frame, the next and the one before; None: no such frame."""
        steps = np.zeros((len(bones), 2, 3 * MAX_BONES, 4), np.float32)
        for way, other in enumerate((ahead, back)):
            if other is not None:
                steps[:, way] = (other.astype(np.float64) - bones).reshape(len(bones), 3 * MAX_BONES, 4)
        for actor, table in zip(self._actors, steps, strict=True):
            actor.step(table)

    def face(self, camera_world: NDArray[np.float64], focal_px: float) -> None:
        """Choose everybody's level of detail for a camera at this position with this focal length."""
        distance = np.linalg.norm(self._position_m - camera_world, axis=1)
        for actor, distance_m in zip(self._actors, distance.tolist(), strict=True):
            actor.face(distance_m, focal_px)


@lru_cache(maxsize=1)
def _fabric() -> Texture:
    return texture_array("fabric", fabric_textures())
