"""The buffers all cameras of one image size share: what is drawn into them, from where, in which passes.

Color and labels come out of one pass, so they agree by construction. Labels alone have a lighter pass; the
silhouettes of agents (see amodal.py) have one of their own.
"""

from __future__ import annotations

import numpy as np
from panda3d.core import (
    CullFaceAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    LVecBase3f,
    NodePath,
    PerspectiveLens,
    PTA_LMatrix4f,
    PTA_LVecBase3f,
)

from sim.geometry import Intrinsics, Pose
from sim.render.drawing import MASK_AMODAL, MASK_LABEL, MASK_RGB
from sim.render.engine import Engine, attach_camera, nearest
from sim.render.panda_frames import clip_from_camera, panda_from_camera, to_panda, to_panda_double
from sim.render.programs import PASS_KINDS, pass_state
from sim.render.smoothing import smoothing
from sim.scenario import Camera
from sim.taxonomy import Semantic

__all__ = ["View"]

_LABELS = {"depth", "instance", "semantic"}
_MASKS = {"film": MASK_RGB, "label": MASK_LABEL, "amodal": MASK_AMODAL}
_NOTHING = (float("inf"), float(Semantic.SKY), 0, 0)


class View:
    """Buffers of one size, and the camera that looks into the scene for them.

    Attributes:
        textures: ``smooth`` (RGBA8), ``film-label`` and ``label`` (depth in metres, label code in the first
            two channels); row 0 of memory is the top of the image.
    """

    def __init__(
        self, engine: Engine, scene: NodePath, size_px: tuple[int, int], *, with_amodal: bool
    ) -> None:
        self._engine = engine
        self.textures = {name: nearest(name) for name in ("film", "film-label", "smooth", "label", "amodal")}
        self._clip = PTA_LMatrix4f.empty_array(1)
        self._ray = PTA_LMatrix4f.empty_array(1)
        self._eye = PTA_LVecBase3f.empty_array(1)
        self._axis = PTA_LVecBase3f.empty_array(1)
        self._outputs = self._make_outputs(size_px, with_amodal)
        self._smoothing = smoothing(self._outputs["smooth"], self.textures["film"], size_px)
        self._cameras = [self._look(scene, name) for name in _MASKS if name in self._outputs]

    def _make_outputs(self, size_px: tuple[int, int], with_amodal: bool) -> dict[str, GraphicsOutput]:
        make, textures, color = self._engine.buffer, self.textures, GraphicsOutput.RTP_color
        film = {color: textures["film"], GraphicsOutput.RTP_aux_float_0: textures["film-label"]}
        outputs = {
            "film": make("film", size_px, _properties(aux_floats=1), film, sort=0),
            "label": make("label", size_px, _properties(floats=True), {color: textures["label"]}, sort=0),
            "smooth": make("smooth", size_px, _properties(depth=False), {color: textures["smooth"]}, sort=1),
        }
        if with_amodal:
            bare = _properties(depth=False)
            outputs["amodal"] = make("amodal", size_px, bare, {color: textures["amodal"]}, sort=2)
        outputs["film"].set_clear_color((0, 0, 0, 1))
        outputs["film"].set_clear_active(GraphicsOutput.RTP_aux_float_0, True)
        outputs["film"].set_clear_value(GraphicsOutput.RTP_aux_float_0, _NOTHING)
        outputs["label"].set_clear_color(_NOTHING)
        return outputs

    def _look(self, scene: NodePath, name: str) -> tuple[NodePath, PerspectiveLens]:
        place, camera = attach_camera(scene, self._outputs[name], name)
        start = NodePath(name)
        start.set_shader_input("u_clip_from_world", self._clip)
        start.set_shader_input("u_world_ray_from_clip", self._ray)
        start.set_shader_input("u_camera_world", self._eye)
        start.set_shader_input("u_optical_axis_world", self._axis)
        # Flipping y turns every triangle over: what counts clockwise now is the front.
        start.set_attrib(CullFaceAttrib.make(CullFaceAttrib.M_cull_counter_clockwise))
        camera.set_initial_state(start.get_state())
        camera.set_camera_mask(_MASKS[name])
        if name != "film":
            camera.set_tag_state_key("kind")
            for kind in PASS_KINDS:
                if name == "label" or kind in ("vehicle", "person"):
                    camera.set_tag_state(kind, pass_state(name, kind))
        lens = PerspectiveLens()
        camera.set_lens(lens)
        return place, lens

    def activate(self, channels: set[str]) -> None:
        """Draw with the next picture what these channels need, and nothing else."""
        active = {"film", "smooth"} if "rgb" in channels else {"label"} if channels & _LABELS else set()
        if "instance" in channels:
            active |= {"amodal"}
        for name, output in self._outputs.items():
            output.set_active(name in active)

    def aim(self, optics: Intrinsics, camera: Camera, world_from_camera: Pose) -> None:
        """Look from a pose through a camera's optics."""
        clip = clip_from_camera(optics, camera.near_m, camera.far_m)
        self._clip[0] = to_panda(clip @ world_from_camera.inverse().matrix)
        # A pixel's ray in world axes: undo the optics at z = 1, then turn.
        ray = np.eye(4)
        ray[:3, :3] = world_from_camera.rotation @ np.linalg.inv(clip[[0, 1, 3], :3])
        self._ray[0] = to_panda(ray)
        self._eye[0] = LVecBase3f(*world_from_camera.translation_m.tolist())
        self._axis[0] = LVecBase3f(*world_from_camera.rotation[:, 2].tolist())
        node_pose = to_panda_double(world_from_camera.matrix @ np.linalg.inv(panda_from_camera))
        for place, lens in self._cameras:
            # Panda3D's own lens only culls; what is drawn goes through u_clip_from_world.
            place.set_mat(node_pose)
            lens.set_near_far(camera.near_m, camera.far_m)
            lens.set_film_size(optics.width_px, optics.height_px)
            lens.set_focal_length(min(optics.fx_px, optics.fy_px))

    def close(self) -> None:
        """Free the buffers."""
        for output in self._outputs.values():
            self._engine.remove(output)
        self._outputs.clear()
        for place, _ in self._cameras:
            place.remove_node()
        self._cameras.clear()
        self._smoothing.remove_node()
        for texture in self.textures.values():
            texture.release_all()


def _properties(*, depth: bool = True, floats: bool = False, aux_floats: int = 0) -> FrameBufferProperties:
    """RGBA8 (or RG32F), with a 32 bit depth buffer unless it is not wanted, and RGBA32F targets beside it."""
    properties = FrameBufferProperties()
    if floats:
        properties.set_rgba_bits(32, 32, 0, 0)
        properties.set_float_color(True)
    else:
        properties.set_rgba_bits(8, 8, 8, 8)
    properties.set_aux_float(aux_floats)
    if depth:
        properties.set_depth_bits(32)
        properties.set_float_depth(True)
    return properties
