"""The scene graph as the picture of a world and a state. It mirrors; nothing is ever read back from it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BitMask32,
    BoundingSphere,
    CullBinManager,
    CullFaceAttrib,
    GeomNode,
    LPoint3f,
    LVecBase3f,
    LVecBase4f,
    NodePath,
    OmniBoundingVolume,
    PandaNode,
    PTA_float,
    PTA_LVecBase4f,
    Texture,
    TransparencyAttrib,
)

from sim.agents.state import Roster, SignalColor, WorldState
from sim.bodies import Body, LampGroup, Lights, bone_matrices
from sim.bodies.people import fabric_textures
from sim.geometry import Mesh
from sim.render.geoms import (
    clamp_edges,
    flat_mesh,
    geom_node,
    texture_array,
    to_gamma2,
    whole_image,
)
from sim.render.programs import AGENT_ROWS, BONE_ROWS, program
from sim.render.sky import SKY_PX, SkyLight
from sim.scenery import Scenery, build_scenery
from sim.world import World

__all__ = ["FIRST_INSTANCE_CODE", "MASK_AMODAL", "MASK_LABEL", "MASK_RGB", "MASK_SHADOW", "Stage"]

MASK_RGB, MASK_LABEL, MASK_SHADOW, MASK_SHADOW_MOVING, MASK_AMODAL = (
    BitMask32.bit(i) for i in (1, 2, 3, 4, 5)
)
FIRST_INSTANCE_CODE = 256
"""Label codes below are semantic classes of scenery, code 256 + row is the agent of that row."""

_ORDER = {
    "vehicle": 10,
    "person": 11,
    "solid": 20,
    "lens": 21,
    "cutout": 30,
    "ground": 40,
    "decal": 50,
    "contact": 55,
    "sky": 60,
}
_BLINK_HZ = 1.5
_LIT_COLORS = {
    SignalColor.RED: ("red",),
    SignalColor.RED_AMBER: ("red", "amber"),
    SignalColor.AMBER: ("amber",),
    SignalColor.GREEN: ("green",),
}
_LIT = {color: frozenset(lit) for color, lit in _LIT_COLORS.items()}


def _key(world: World) -> str:
    return hashlib.sha256(repr(world).encode()).hexdigest()


_SCENERIES: dict[str, Scenery] = {}


def scenery_of(world: World) -> Scenery:
    """The scenery of a world, kept for the last few worlds of this process, by content."""
    key = _key(world)
    if key not in _SCENERIES:
        while len(_SCENERIES) >= 4:
            _SCENERIES.pop(next(iter(_SCENERIES)))
        _SCENERIES[key] = build_scenery(world)
    return _SCENERIES[key]


@lru_cache(maxsize=1)
def _fabric() -> Texture:
    return texture_array("fabric", fabric_textures())


class Stage:
    """Scene graph of one world and one roster."""

    def __init__(self, world: World, roster: Roster) -> None:
        self.scene = NodePath("scene")
        self.scenery = scenery_of(world)
        self.roster = roster
        self._textures: list[Texture] = []
        self._build_scenery()
        self._tables = [PTA_LVecBase4f.empty_array(AGENT_ROWS[body.kind]) for body in roster.bodies]
        self._agents = [self._build_agent(row, body) for row, body in enumerate(roster.bodies)]
        self._radius = [float(np.linalg.norm(body.size_lwh_m)) / 2 + 0.6 for body in roster.bodies]

    def _keep(self, texture: Texture) -> Texture:
        self._textures.append(texture)
        return texture

    # Scenery

    def _build_scenery(self) -> None:
        scenery = self.scenery
        layers = np.stack([surface.albedo for surface in scenery.surfaces])
        albedo = self._keep(texture_array("surfaces", layers))
        albedo.set_keep_ram_image(False)
        self._lamps = PTA_float.empty_array(256)
        static = self.scene.attach_new_node("static")
        static.set_shader_input("u_albedo", albedo)
        static.set_shader_input("u_lamps", self._lamps)
        groups: dict[str, NodePath] = {}
        for chunk in scenery.chunks:
            for group, mesh in _split_lenses(chunk.group, chunk.mesh):
                if group not in groups:
                    groups[group] = self._group(static, group)
                groups[group].attach_new_node(geom_node(group, mesh))

    def _group(self, parent: NodePath, group: str) -> NodePath:
        node = parent.attach_new_node(group)
        node.set_shader(program("rgb", group))
        node.set_bin(_nearest_first(_ORDER[group]), 0)
        node.set_tag("kind", "cutout" if group == "cutout" else "static")
        shown = MASK_RGB | MASK_LABEL
        if group in ("solid", "lens", "cutout"):
            shown |= MASK_SHADOW
        node.hide(BitMask32.all_on())
        node.show_through(shown)
        if group == "cutout":
            node.set_two_sided(True)
        if group == "decal":
            node.set_depth_offset(1)
        return node

    # Agents

    def _build_agent(self, row: int, body: Body) -> NodePath:
        if body.kind not in self._kinds():
            raise ValueError(f"unknown body kind {body.kind!r}")
        group = self._kinds()[body.kind]
        holder = group.attach_new_node(PandaNode(self.roster.names[row]))
        holder.node().set_final(True)
        layer = 0
        if body.textures is not None:
            layer = self._layers[body.textures.key]
        holder.set_shader_input("u_rows", self._tables[row])
        holder.set_shader_input("u_agent", LVecBase4f(row, FIRST_INSTANCE_CODE + row, layer, 0))
        if body.kind == "vehicle":
            r, g, b = to_gamma2(np.array([[body.paint_srgb]], np.uint8))[0, 0] / 255.0
            holder.set_shader_input("u_paint", LVecBase4f(r, g, b, 1))
            contact = holder.attach_new_node(_contact_patch(body))
            contact.set_shader(program("rgb", "contact"))
            contact.set_bin(_nearest_first(_ORDER["contact"]), 0)
            contact.hide(BitMask32.all_on())
            contact.show_through(MASK_RGB)
            contact.set_transparency(TransparencyAttrib.M_alpha)
            contact.set_depth_write(False)
            contact.set_depth_offset(2)
            contact.set_two_sided(True)
        shape = holder.attach_new_node(geom_node(body.kind, body.mesh))
        shape.set_shader(program("rgb", body.kind))
        shape.set_bin(_nearest_first(_ORDER[body.kind]), 0)
        shape.set_tag("kind", body.kind)
        shape.hide(BitMask32.all_on())
        shape.show_through(MASK_RGB | MASK_LABEL | MASK_SHADOW_MOVING | MASK_AMODAL)
        return holder

    def _kinds(self) -> dict[str, NodePath]:
        if not hasattr(self, "_groups"):
            agents = self.scene.attach_new_node("agents")
            keyed = {b.textures.key: b.textures for b in self.roster.bodies if b.textures is not None}
            keys = sorted(keyed)
            self._layers = {key: layer for layer, key in enumerate(keys)}
            vehicles, people = agents.attach_new_node("vehicles"), agents.attach_new_node("people")
            if keys:
                for name, color in (("albedo", True), ("material", False)):
                    stack = np.stack([getattr(keyed[key], name) for key in keys])
                    texture = self._keep(texture_array(f"vehicle-{name}", stack, is_color=color, clamp=True))
                    texture.set_keep_ram_image(False)
                    vehicles.set_shader_input(f"u_{name}", texture)
            people.set_shader_input("u_albedo", _fabric())
            self._groups = {"vehicle": vehicles, "person": people}
        return self._groups

    def light(self, sky: SkyLight, fog_per_m: float) -> None:
        """Give the scene its sun and sky."""
        texture = self._keep(Texture("sky"))
        texture.setup_2d_texture(SKY_PX, SKY_PX, Texture.T_float, Texture.F_rgb16)
        texture.set_ram_image(np.ascontiguousarray(sky.radiance[..., ::-1]).tobytes())
        texture.set_minfilter(Texture.FT_linear_mipmap_linear)
        texture.set_magfilter(Texture.FT_linear)
        clamp_edges(texture)
        scene = self.scene
        scene.set_shader_input("u_sky", texture)
        for name, value in (
            ("u_sun_direction", sky.sun_direction_world),
            ("u_sun", sky.sun_radiance),
            ("u_sky_up", sky.up),
            ("u_sky_horizon", sky.horizon),
            ("u_ground_light", sky.ground),
        ):
            scene.set_shader_input(name, LVecBase3f(*value.tolist()))
        scene.set_shader_input("u_fog", LVecBase4f(LVecBase3f(*sky.fog.tolist()), fog_per_m))
        scene.set_shader_input("u_exposure", sky.exposure)
        dome = scene.attach_new_node(whole_image())
        dome.set_shader(program("rgb", "sky"))
        dome.set_bin(_nearest_first(_ORDER["sky"]), 0)
        dome.node().set_bounds(OmniBoundingVolume())
        dome.node().set_final(True)
        dome.set_attrib(CullFaceAttrib.make(CullFaceAttrib.M_cull_none))
        dome.hide(BitMask32.all_on())
        dome.show_through(MASK_RGB)
        dome.set_depth_write(False)

    def show(self, state: WorldState) -> NDArray[np.float32]:
        """Mirror a state; returns the bone matrices that were used, (N, MAX_BONES, 3, 4) float32."""
        bones = bone_matrices(state.roster.bodies, state.poses)
        poses = state.poses
        head = np.zeros((len(bones), BONE_ROWS, 4), np.float32)
        head[:, :2] = lamp_brightness(poses.lights, state.time_s).reshape(-1, 2, 4)
        head[:, 2, :3] = poses.position_m
        head[:, 3, 0], head[:, 3, 1] = np.cos(poses.yaw_rad), np.sin(poses.yaw_rad)
        rows = np.concatenate([head, bones.reshape(len(bones), -1, 4)], 1)
        for table, row in zip(self._tables, rows, strict=True):
            table.set_data(row[: len(table)].tobytes())
        for holder, radius, (x, y, z) in zip(
            self._agents, self._radius, state.poses.position_m.tolist(), strict=True
        ):
            holder.node().set_bounds(BoundingSphere(LPoint3f(x, y, z + 0.8), radius + 1.5))
        self._show_signals(state)
        return bones

    def _show_signals(self, state: WorldState) -> None:
        shown = {
            name: _LIT.get(SignalColor(int(color)), frozenset())
            for name, color in zip(state.signal_names, state.signals, strict=True)
        }
        for i, slot in enumerate(self.scenery.lamps):
            self._lamps[i + 1] = float(slot.color in shown.get(slot.signal, frozenset()))

    def close(self) -> None:
        """Free textures and nodes."""
        self.scene.remove_node()
        for texture in self._textures:
            texture.release_all()


def _nearest_first(order: int) -> str:
    """A bin that draws near things first, so that what they hide is never shaded."""
    name = f"near-first-{order}"
    manager = CullBinManager.get_global_ptr()
    if manager.find_bin(name) < 0:
        manager.add_bin(name, CullBinManager.BT_front_to_back, 100 + order)
    return name


def _split_lenses(group: str, mesh: Mesh) -> list[tuple[str, Mesh]]:
    """Faces that glow go to a group of their own, so that no other vertex looks up a lamp."""
    lens = mesh.part[mesh.faces[:, 0]] > 0
    parts = [(group, mesh.faces[~lens]), ("lens", mesh.faces[lens])]
    return [(name, _part(mesh, faces)) for name, faces in parts if len(faces)]


def _part(mesh: Mesh, faces: NDArray[np.int32]) -> Mesh:
    if len(faces) == len(mesh.faces):
        return mesh
    used, index = np.unique(faces, return_inverse=True)
    columns = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic")
    picked = {name: getattr(mesh, name)[used] for name in columns}
    return Mesh(faces=index.reshape(-1, 3).astype(np.int32), **picked)


def lamp_brightness(lights: NDArray[np.uint8], time_s: float) -> NDArray[np.float32]:
    """Brightness of each lamp group at slot group - 1, (N, 8) float32, from `Lights`; indicators blink."""
    out = np.zeros((len(lights), 8), np.float32)
    on = float((time_s * _BLINK_HZ) % 1.0 < 0.5)

    def flag(which: Lights) -> NDArray[np.bool_]:
        return np.asarray((lights & np.uint8(which)) != 0)

    out[:, LampGroup.HEAD - 1] = flag(Lights.HEAD)
    out[:, LampGroup.TAIL - 1] = 0.45 * flag(Lights.HEAD)
    out[:, LampGroup.BRAKE - 1] = flag(Lights.BRAKE)
    out[:, LampGroup.LEFT - 1] = on * flag(Lights.LEFT)
    out[:, LampGroup.RIGHT - 1] = on * flag(Lights.RIGHT)
    return out


def _contact_patch(body: Body) -> GeomNode:
    rear, front, half = body.footprint_m
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    at = corners * np.array([(front - rear) / 2 + 0.12, half + 0.02]) + np.array([(front + rear) / 2, 0])
    positions = np.concatenate([at, np.zeros((4, 1))], 1).astype(np.float32)
    return geom_node("contact", flat_mesh(positions, corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32)))
