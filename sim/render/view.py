"""Buffers of one size that a pinhole camera draws the scene into, in which passes.

Color and labels come out of one pass, so they agree by construction. Labels alone have a lighter pass; the
silhouettes of agents (see amodal.py) and their motion (see flow.py) have passes of their own.
"""

from __future__ import annotations

import numpy as np
from panda3d.core import (
    CullFaceAttrib,
    GraphicsOutput,
    LVecBase3f,
    NodePath,
    PerspectiveLens,
    PTA_float,
    PTA_LMatrix4f,
    PTA_LVecBase3f,
)

from sim.geometry import Intrinsics, Pose
from sim.render.amodal import AmodalBits
from sim.render.drawing import MASK_AMODAL, MASK_ENVELOPE, MASK_LABEL, MASK_MOTION, MASK_RGB
from sim.render.engine import Engine, attach_camera, nearest
from sim.render.fullscreen import buffer_properties, smoothed
from sim.render.panda_frames import clip_from_camera, panda_from_camera, to_panda, to_panda_double
from sim.render.programs import PASS_KINDS, pass_state
from sim.taxonomy import Semantic

__all__ = ["View"]

_MASKS = {
    "film": MASK_RGB,
    "label": MASK_LABEL,
    "envelope": MASK_LABEL | MASK_ENVELOPE,
    "amodal": MASK_AMODAL,
    "motion": MASK_MOTION,
}
_SHADED_AS = {"envelope": "label"}
_AGENTS_ONLY = ("amodal", "motion")
_NOTHING = (float("inf"), float(Semantic.SKY), 0, 0)
_COLOR, _AUX = GraphicsOutput.RTP_color, GraphicsOutput.RTP_aux_float_0


class View:
    """Buffers of one size, and the camera that looks into the scene for them. Passes are made when needed.

    Args:
        engine: the process's.
        scene: what is drawn.
        size_px: width and height.
        agents: how many there may be.

    Attributes:
        textures: by name; row 0 of memory is the top of the image. ``film`` (RGBA16F: linear light, a gray
            card in the open near 0.24, and its brightness as an eye sees it) with ``film-label`` beside it,
            ``smooth`` (the film, its edges smoothed), ``label`` (depth in metres, label code, octahedral
            normal), ``envelope`` (the same with crowns as their outlines), ``ahead`` and ``back`` (metres an
            agent's surface moves, label code).
        amodal: bit masks of the silhouettes, None without agents or where shaders cannot write images.
    """

    def __init__(self, engine: Engine, scene: NodePath, size_px: tuple[int, int], agents: int) -> None:
        self._engine, self._scene, self._size = engine, scene, size_px
        names = ("film", "film-label", "smooth", "label", "envelope", "amodal", "ahead", "back")
        self.textures = {name: nearest(name) for name in names}
        self.amodal = AmodalBits(agents) if agents and engine.has_images else None
        self._clip = PTA_LMatrix4f.empty_array(1)
        self._ray = PTA_LMatrix4f.empty_array(1)
        self._turn = PTA_LMatrix4f.empty_array(1)
        self._eye = PTA_LVecBase3f.empty_array(1)
        self._axis = PTA_LVecBase3f.empty_array(1)
        self._facets = PTA_float.empty_array(1)
        self._outputs: dict[str, GraphicsOutput] = {}
        self._cameras: list[tuple[NodePath, PerspectiveLens]] = []
        self._smoothing: NodePath | None = None

    def passes(self, *names: str) -> list[GraphicsOutput]:
        """The buffers of passes: ``film``, ``smooth`` (needs the film), ``label``, ``envelope``,
        ``amodal``, ``motion``.
        """
        for name in names:
            if name not in self._outputs:
                self._make(name)
        return [self._outputs[name] for name in names]

    def _make(self, name: str) -> None:
        make, textures, size = self._engine.buffer, self.textures, self._size
        if name == "smooth":
            film, smooth = textures["film"], textures["smooth"]
            self._outputs[name], self._smoothing = smoothed(self._engine, film, smooth, size)
            return
        if name == "film":
            planes = {_COLOR: textures["film"], _AUX: textures["film-label"]}
            output = make(
                name, size, buffer_properties(halves=True, depth=True, aux_floats=1), planes, sort=-6
            )
            output.set_clear_color((0, 0, 0, 1))
            output.set_clear_active(_AUX, True)
            output.set_clear_value(_AUX, _NOTHING)
        elif name in ("label", "envelope"):
            planes = {_COLOR: textures[name]}
            output = make(name, size, buffer_properties(floats=True, depth=True), planes, sort=0)
            output.set_clear_color(_NOTHING)
        elif name == "amodal":
            output = make(name, size, buffer_properties(), {_COLOR: textures["amodal"]}, sort=2)
            output.set_clear_color_active(False)  # what is drawn sets bits elsewhere
        else:
            planes = {_COLOR: textures["ahead"], _AUX: textures["back"]}
            properties = buffer_properties(floats=True, depth=True, aux_floats=1)
            output = make(name, size, properties, planes, sort=0)
            output.set_clear_color((0, 0, 0, 0))
            output.set_clear_active(_AUX, True)
            output.set_clear_value(_AUX, (0, 0, 0, 0))
        self._outputs[name] = output
        self._cameras.append(self._look(name))

    def _look(self, name: str) -> tuple[NodePath, PerspectiveLens]:
        place, camera = attach_camera(self._scene, self._outputs[name], name)
        start = NodePath(name)
        start.set_shader_input("u_clip_from_world", self._clip)
        start.set_shader_input("u_world_ray_from_clip", self._ray)
        start.set_shader_input("u_camera_from_world", self._turn)
        start.set_shader_input("u_camera_world", self._eye)
        start.set_shader_input("u_optical_axis_world", self._axis)
        start.set_shader_input("u_facets", self._facets)
        if name == "amodal" and self.amodal is not None:
            start.set_shader_input("u_bits", self.amodal.bits, True, True, -1, 0)
            start.set_shader_input("u_boxes", self.amodal.boxes)
        # Flipping y turns every triangle over: what counts clockwise now is the front.
        start.set_attrib(CullFaceAttrib.make(CullFaceAttrib.M_cull_counter_clockwise))
        camera.set_initial_state(start.get_state())
        camera.set_camera_mask(_MASKS[name])
        if name != "film":
            camera.set_tag_state_key("kind")
            for kind in PASS_KINDS:
                if name not in _AGENTS_ONLY or kind in ("vehicle", "person"):
                    camera.set_tag_state(kind, pass_state(_SHADED_AS.get(name, name), kind))
        lens = PerspectiveLens()
        camera.set_lens(lens)
        return place, lens

    def aim(
        self,
        optics: Intrinsics,
        near_m: float,
        far_m: float,
        world_from_camera: Pose,
        *,
        world_from_axes: Pose | None = None,
        with_facets: bool = False,
    ) -> None:
        """Look from a pose through a pinhole camera's optics, with every pass made so far.

        Args:
            optics: a pinhole's.
            near_m: nothing nearer is drawn.
            far_m: nothing farther is drawn.
            world_from_camera: pose of the camera.
            world_from_axes: axes in which normals are wanted, by default the camera's own.
            with_facets: whether normals are wanted at all.
        """
        clip = clip_from_camera(optics, near_m, far_m)
        self._clip[0] = to_panda(clip @ world_from_camera.inverse().matrix)
        # A pixel's ray in world axes: undo the optics at z = 1, then turn.
        ray = np.eye(4)
        ray[:3, :3] = world_from_camera.rotation @ np.linalg.inv(clip[[0, 1, 3], :3])
        self._ray[0] = to_panda(ray)
        turn = np.eye(4)
        turn[:3, :3] = (world_from_axes or world_from_camera).rotation.T
        self._turn[0] = to_panda(turn)
        self._eye[0] = LVecBase3f(*world_from_camera.translation_m.tolist())
        self._axis[0] = LVecBase3f(*world_from_camera.rotation[:, 2].tolist())
        self._facets[0] = float(with_facets)
        node_pose = to_panda_double(world_from_camera.matrix @ np.linalg.inv(panda_from_camera))
        for place, lens in self._cameras:
            # Panda3D's own lens only culls; what is drawn goes through u_clip_from_world.
            place.set_mat(node_pose)
            lens.set_near_far(near_m, far_m)
            lens.set_film_size(
                2 * max(optics.cx_px, optics.width_px - optics.cx_px) / optics.fx_px,
                2 * max(optics.cy_px, optics.height_px - optics.cy_px) / optics.fy_px,
            )
            lens.set_focal_length(1.0)

    def close(self) -> None:
        """Free the buffers."""
        for output in self._outputs.values():
            self._engine.remove(output)
        self._outputs.clear()
        for place, _ in self._cameras:
            place.remove_node()
        self._cameras.clear()
        if self._smoothing is not None:
            self._smoothing.remove_node()
        for texture in self.textures.values():
            texture.release_all()
        if self.amodal is not None:
            self.amodal.close()
