"""Labels of three frames of one camera, motion of agents -> flow, occlusion, scene flow of the middle one.

Depth says where a pixel's surface point is, the motion pass how far it moves if an agent owns it, the poses
of the cameras where that lies in the other image. What is seen there, its labels tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    GraphicsOutput,
    NodePath,
    PTA_float,
    PTA_LMatrix4f,
    Texture,
)

from sim.geometry import Intrinsics, Pose
from sim.render.engine import Engine, nearest
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.gl import TextureReader
from sim.render.optics import give_optics, relative
from sim.render.panda_frames import to_panda
from sim.render.ring import FLOWS

__all__ = ["Flow", "NeighborFrame"]

_SLOTS = 3
_AUX = (GraphicsOutput.RTP_aux_float_0, GraphicsOutput.RTP_aux_float_1)
_HIDDEN = {"occlusion_forward": 0, "occlusion_backward": 1}

NeighborFrame = tuple[int, Pose]
"""Tick and world_from_camera of the frame before or after."""


class Flow:
    """The passes of one camera.

    Args:
        engine: the process's.
        optics: of the image.
        rays: texture with the unit ray of each pixel for a lens, None for a pinhole.
    """

    def __init__(self, engine: Engine, optics: Intrinsics, rays: Texture | None) -> None:
        self._engine = engine
        size_px = (optics.width_px, optics.height_px)
        self._kept = [nearest(f"kept-{slot}") for slot in range(_SLOTS)]
        self._slots: dict[int, int] = {}  # tick -> slot; the one that was wanted longest ago comes first
        self._scenes: list[NodePath] = []
        self._copies: list[tuple[GraphicsOutput, NodePath]] = []
        for texture in self._kept:
            planes = {GraphicsOutput.RTP_color: texture}
            output = engine.buffer("keep", size_px, buffer_properties(floats=True), planes, sort=5)
            scene = fullscreen(output, "keep")
            self._scenes.append(scene)
            self._copies.append((output, add_card(scene, "keep")))
        self._hidden = nearest("hidden")
        self._bands = [nearest("flow"), nearest("scene-flow")]
        planes = {GraphicsOutput.RTP_color: self._hidden}
        planes |= dict(zip(_AUX, self._bands, strict=True))
        self._output = engine.buffer("flow", size_px, buffer_properties(aux_floats=2), planes, sort=6)
        scene = fullscreen(self._output, "flow")
        self._scenes.append(scene)
        self._card = add_card(scene, "flow" if rays is None else "lens-flow")
        self._turn = PTA_LMatrix4f.empty_array(1)
        self._other = PTA_LMatrix4f.empty_array(2)
        self._there = PTA_float.empty_array(2)
        self._card.set_shader_input("u_camera_from_world", self._turn)
        self._card.set_shader_input("u_other_from_camera", self._other)
        self._card.set_shader_input("u_there", self._there)
        give_optics(self._card, optics, rays)

    def holds(self, tick: int) -> bool:
        """True if the labels of a tick are kept; asking keeps them until two others have been wanted."""
        if tick in self._slots:
            self._slots[tick] = self._slots.pop(tick)
        return tick in self._slots

    def keep(self, tick: int, labels: Texture) -> GraphicsOutput:
        """The buffer that copies a tick's labels, drawn with the picture they come from."""
        slot = self._slots.pop(tick, len(self._slots))
        if slot == _SLOTS:
            slot = self._slots.pop(next(iter(self._slots)))
        self._slots[tick] = slot
        output, card = self._copies[slot]
        card.set_shader_input("u_label", labels)
        return output

    def resolve(
        self,
        tick: int,
        world_from_camera: Pose,
        after: NeighborFrame | None,
        before: NeighborFrame | None,
        motion: tuple[Texture, Texture],
    ) -> GraphicsOutput:
        """The buffer that computes flow and occlusion of a tick; its labels and its neighbors' are kept."""
        inputs = {"u_label": self._kept[self._slots[tick]], "u_ahead": motion[0], "u_back": motion[1]}
        for way, (name, other) in enumerate((("u_label_ahead", after), ("u_label_back", before))):
            inputs[name] = inputs["u_label"] if other is None else self._kept[self._slots[other[0]]]
            self._there[way] = float(other is not None)
            moved = np.eye(4) if other is None else relative(other[1], world_from_camera)
            self._other[way] = to_panda(moved)
        for name, texture in inputs.items():
            self._card.set_shader_input(name, texture)
        turn = np.eye(4)
        turn[:3, :3] = world_from_camera.rotation.T
        self._turn[0] = to_panda(turn)
        return self._output

    def read(self, reader: TextureReader, arrays: dict[str, NDArray[np.generic]]) -> None:
        """Read those of the motion channels that `arrays` has, see `CaptureRing`."""
        if FLOWS in arrays:
            reader.bands(self._bands[0], arrays[FLOWS])
        if "scene_flow" in arrays:
            reader.bands(self._bands[1], arrays["scene_flow"])
        for name, band in _HIDDEN.items():
            if name in arrays:
                reader.byte_plane(self._hidden, band, arrays[name])

    def close(self) -> None:
        """Free the buffers."""
        for output in (self._output, *(output for output, _ in self._copies)):
            self._engine.remove(output)
        for scene in self._scenes:
            scene.remove_node()
        for texture in (*self._kept, *self._bands, self._hidden):
            texture.release_all()
