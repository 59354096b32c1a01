"""The scene graph as the picture of a world and a state. It mirrors; nothing is ever read back from it."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    BitMask32,
    CullFaceAttrib,
    LVecBase3f,
    LVecBase4f,
    NodePath,
    OmniBoundingVolume,
    PTA_float,
    Texture,
)

from sim.agents.state import Roster, SignalColor, WorldState
from sim.environment import Environment
from sim.geometry import Mesh
from sim.render.actors import Actors
from sim.render.drawing import MASK_ENVELOPE, MASK_LABEL, MASK_RGB, MASK_SHADOW, nearest_first
from sim.render.geoms import clamp_edges, geom_node, sampled, texture_array, whole_image
from sim.render.lit import LitNodes
from sim.render.night import Glow, glow_of
from sim.render.quality import Quality, quality_of
from sim.render.sky import SKY_PX, SkyLight, make_sky
from sim.render.weather.surfaces import WATERED, Surfaces
from sim.scenery import Chunk, Scenery, build_scenery
from sim.world import World

__all__ = ["Stage", "scenery_of"]

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


class Stage:
    """Scene graph of one world and one roster, drawn in a quality."""

    def __init__(self, world: World, roster: Roster, quality: Quality) -> None:
        self._quality = quality
        self.scene = NodePath("scene")
        self.scenery = scenery_of(world)
        self.roster = roster
        self._textures: list[Texture] = []
        self._environment: Environment | None = None
        self._sky: SkyLight
        self.lit = LitNodes(quality)
        self._build_dome()
        self.surfaces = Surfaces(world, self.scene, _ground_top_m(self.scenery))
        self._build_scenery()
        self.actors = Actors(self.scene, roster, quality, self.lit)
        self._textures += self.actors.textures

    def _keep(self, texture: Texture) -> Texture:
        self._textures.append(texture)
        return texture

    # Scenery

    def _build_scenery(self) -> None:
        scenery = self.scenery
        layers = [surface.albedo for surface in scenery.surfaces]
        albedo = self._keep(texture_array("surfaces", layers, cutouts=_cutouts(scenery)))
        albedo.set_keep_ram_image(False)
        self._lamps = PTA_float.empty_array(256)
        static = self.scene.attach_new_node("static")
        static.set_shader_input(sampled("u_albedo", albedo, self._quality))
        # Where leaves have holes is a label: it is looked up alike in every quality.
        self._leaves = sampled("u_albedo", albedo, quality_of("standard"))
        static.set_shader_input("u_lamps", self._lamps)
        glossy = np.array([layer[..., 3].max() > 25 for layer in layers])
        groups: dict[str, NodePath] = {}
        for chunk in scenery.chunks:
            for group, mesh in _split(chunk, glossy):
                if group not in groups:
                    groups[group] = self._group(static, group)
                groups[group].attach_new_node(geom_node(group, mesh, glow_of(mesh)))
        if scenery.envelopes is not None:
            outlines = static.attach_new_node(geom_node("envelope", scenery.envelopes))
            outlines.set_tag("kind", "static")
            outlines.hide(BitMask32.all_on())
            outlines.show_through(MASK_ENVELOPE)

    def _group(self, parent: NodePath, group: str) -> NodePath:
        node = parent.attach_new_node(group)
        self.lit.add(node, group)
        node.set_bin(nearest_first(group), 0)
        node.set_tag("kind", "cutout" if group == "cutout" else "static")
        shown = MASK_RGB | MASK_LABEL
        if group in ("solid", "glass", "lens", "cutout"):
            shown |= MASK_SHADOW
        node.hide(BitMask32.all_on())
        node.show_through(shown)
        if group == "cutout":
            node.set_two_sided(True)
            node.set_shader_input(self._leaves)
        if group == "decal":
            node.set_depth_offset(1)
        return node

    def light(self, environment: Environment) -> SkyLight:
        """Give the scene the light and weather of a moment.

        Returns:
            Sun and sky as they are now.
        """
        if environment != self._environment:
            sky = make_sky(environment)
            if self._environment is None or sky.radiance is not self._sky.radiance:
                self._sky_texture.set_ram_image(np.ascontiguousarray(sky.radiance[..., ::-1]).tobytes())
            scene = self.scene
            for name, value in (
                ("u_sun_direction", sky.sun_direction_world),
                ("u_sun", sky.sun_radiance),
                ("u_sky_up", sky.up),
                ("u_sky_horizon", sky.horizon),
                ("u_ground_light", sky.ground),
                ("u_fog_sun", sky.fog_sun),
                ("u_disc", sky.disc_world),
                ("u_disc_glare", sky.disc_glare),
            ):
                scene.set_shader_input(name, LVecBase3f(*value.tolist()))
            scene.set_shader_input("u_fog", LVecBase4f(LVecBase3f(*sky.fog.tolist()), sky.fog_per_m))
            scene.set_shader_input("u_exposure", sky.exposure)
            shown = self.surfaces.show(environment)
            for feature in ("WET", "SNOW"):
                self.lit.switch(feature, feature in shown)
            self._environment, self._sky = environment, sky
        return self._sky

    def _build_dome(self) -> None:
        texture = self._sky_texture = self._keep(Texture("sky"))
        texture.setup_2d_texture(SKY_PX, SKY_PX, Texture.T_float, Texture.F_rgb16)
        texture.set_minfilter(Texture.FT_linear_mipmap_linear)
        texture.set_magfilter(Texture.FT_linear)
        clamp_edges(texture)
        self.scene.set_shader_input("u_sky", texture)
        dome = self.scene.attach_new_node(whole_image())
        self.lit.add(dome, "sky")
        dome.set_bin(nearest_first("sky"), 0)
        dome.node().set_bounds(OmniBoundingVolume())
        dome.node().set_final(True)
        dome.set_attrib(CullFaceAttrib.make(CullFaceAttrib.M_cull_none))
        dome.hide(BitMask32.all_on())
        dome.show_through(MASK_RGB)
        dome.set_depth_write(False)

    def show(self, state: WorldState, bones: NDArray[np.float32]) -> None:
        """Mirror a state, whose bone matrices (N, MAX_BONES, 3, 4) are given."""
        self._show_signals(state)
        self.actors.show(state, bones)

    def _show_signals(self, state: WorldState) -> None:
        shown = {
            name: _LIT.get(SignalColor(int(color)), frozenset())
            for name, color in zip(state.signal_names, state.signals, strict=True)
        }
        for i, slot in enumerate(self.scenery.lamps):
            self._lamps[i + 1] = float(slot.color in shown.get(slot.signal, frozenset()))

    def close(self) -> None:
        """Free textures and nodes."""
        self.surfaces.close()
        self.scene.remove_node()
        for texture in self._textures:
            texture.release_all()


def _ground_top_m(scenery: Scenery) -> float:
    """Height of the highest place that water may lie on."""
    tops = [
        chunk.mesh.positions_m[which, 2].max()
        for chunk in scenery.chunks
        if (which := np.isin(chunk.mesh.semantic, WATERED)).any()
    ]
    return float(max(tops, default=-np.inf))


def _cutouts(scenery: Scenery) -> NDArray[np.bool_]:
    """(L,) bool: surfaces whose fourth band is coverage."""
    out = np.zeros(len(scenery.surfaces), bool)
    for chunk in scenery.chunks:
        if chunk.group == "cutout":
            out[np.unique(chunk.mesh.layer)] = True
    return out


def _split(chunk: Chunk, glossy: NDArray[np.bool_]) -> list[tuple[str, Mesh]]:
    """Solid faces that glow or mirror go to groups of their own: no other pixel pays for what they do."""
    mesh, first = chunk.mesh, chunk.mesh.faces[:, 0]
    if chunk.group != "solid":
        return [(chunk.group, mesh)]
    # What glows: lenses of signals, and after dark street lamps and the names of shops.
    glow = glow_of(mesh)
    lens = mesh.part[first] > 0
    if glow is not None:
        lens |= glow[first] // 64 == Glow.SIGN
    glass = glossy[mesh.layer[first]] & ~lens
    kinds = (("solid", ~lens & ~glass), ("glass", glass), ("lens", lens))
    return [(kind, _part(mesh, mesh.faces[which])) for kind, which in kinds if which.any()]


def _part(mesh: Mesh, faces: NDArray[np.int32]) -> Mesh:
    if len(faces) == len(mesh.faces):
        return mesh
    used, index = np.unique(faces, return_inverse=True)
    columns = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic")
    picked = {name: getattr(mesh, name)[used] for name in columns}
    return Mesh(faces=index.reshape(-1, 3).astype(np.int32), **picked)
