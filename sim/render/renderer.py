"""World + roster + cameras -> captures of each state. One engine a process, one thread, no frame lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    CullFaceAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    LVecBase3f,
    NodePath,
    PerspectiveLens,
    PTA_LMatrix4f,
    PTA_LVecBase3f,
    PythonCallbackObject,
    Texture,
)

from sim.agents.state import Roster, WorldState
from sim.frame import Capture
from sim.geometry import Pose
from sim.render.amodal import AmodalBits, silhouette_boxes
from sim.render.drawing import FIRST_INSTANCE_CODE, MASK_AMODAL, MASK_LABEL, MASK_RGB
from sim.render.engine import Engine, GlInfo, attach_camera, engine, nearest
from sim.render.gl import TextureReader, make_reader
from sim.render.panda_frames import clip_from_camera, panda_from_camera, to_panda, to_panda_double
from sim.render.programs import PASS_KINDS, pass_state
from sim.render.ring import CaptureRing
from sim.render.shadow import ShadowMaps
from sim.render.sky import make_sky
from sim.render.smoothing import smoothing
from sim.render.stage import Stage
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.taxonomy import Semantic
from sim.world import World

__all__ = ["Renderer", "camera_pose"]

_LABELS = {"depth", "instance", "semantic"}


def camera_pose(camera: Camera, state: WorldState) -> tuple[Pose, Pose | None]:
    """(world_from_camera, world_from_carrier or None) of a camera at a state."""
    mounted = body_from_camera(camera)
    if not camera.mount:
        return mounted, None
    row, poses = state.roster.row(camera.mount), state.poses
    x, y, z = poses.position_m[row].tolist()
    carrier = Pose.from_xyz_euler(
        x, y, z, float(poses.yaw_rad[row]), float(poses.pitch_rad[row]), float(poses.roll_rad[row])
    )
    return carrier @ mounted, carrier


@dataclass(eq=False)
class _View:
    """The two buffers all cameras of one size share."""

    outputs: dict[str, GraphicsOutput]
    textures: dict[str, Texture]
    cameras: list[tuple[NodePath, PerspectiveLens]]
    clip: PTA_LMatrix4f
    ray: PTA_LMatrix4f
    eye: PTA_LVecBase3f
    axis: PTA_LVecBase3f


class Renderer:
    """Films one world.

    Args:
        world: the street.
        roster: who may be in it.
        cameras: what films it.
        slots: buffers in the ring of each camera; frames hold theirs until released.
        reader: how textures are read; by default the fastest the driver offers.

    Raises:
        EnvironmentProblem: there is no OpenGL.
    """

    def __init__(
        self,
        world: World,
        roster: Roster,
        cameras: Sequence[Camera],
        *,
        slots: int = 4,
        reader: Callable[[Engine], TextureReader] | None = None,
    ) -> None:
        self._engine = engine()
        self._engine.check_thread()
        self._cameras = tuple(cameras)
        self._stage = Stage(world, roster)
        sky = make_sky(world.lighting)
        self._stage.light(sky, 0.0006 + 0.0009 * (world.lighting.turbidity - 2) / 6)
        self._shadows = ShadowMaps(self._engine, self._stage.scene, world, sky.sun_direction_world)
        self._views: dict[tuple[int, int], _View] = {}
        self._smoothing: list[NodePath] = []
        self._rings = {
            camera.name: CaptureRing(camera.width_px, camera.height_px, camera.channels, slots)
            for camera in self._cameras
        }
        self._reader = reader(self._engine) if reader else make_reader(self._engine.panda, self._engine.gsg)
        self._read: Callable[[], None] | None = None
        self._sync = self._make_sync()
        self._semantic_of_code = np.zeros(FIRST_INSTANCE_CODE + len(roster), np.uint8)
        self._semantic_of_code[:FIRST_INSTANCE_CODE] = np.arange(FIRST_INSTANCE_CODE)
        self._semantic_of_code[FIRST_INSTANCE_CODE:] = [int(c.semantic) for c in roster.categories]
        self._instance_of_code = np.zeros(len(self._semantic_of_code), np.int32)
        self._instance_of_code[FIRST_INSTANCE_CODE:] = roster.instance_ids
        self.bones: NDArray[np.float32] | None = None
        self._amodal = AmodalBits(len(roster)) if len(roster) and self._engine.has_images else None
        if self._amodal is not None:
            self._stage.scene.set_shader_input("u_bits", self._amodal.bits, True, True, -1, 0)
            self._stage.scene.set_shader_input("u_boxes", self._amodal.boxes)

    @property
    def gl_info(self) -> GlInfo:
        """What the driver calls itself."""
        return self._engine.info

    @property
    def waits(self) -> int:
        """How often rendering waited for a buffer that writers still held."""
        return sum(ring.waits for ring in self._rings.values())

    def due(self, state: WorldState) -> list[Camera]:
        """Cameras that take a picture at this tick."""
        return [c for c in self._cameras if state.tick % (state.tick_hz // c.rate_hz) == 0]

    def capture(self, state: WorldState) -> list[Capture]:
        """Film a state with every camera that is due. The arrays are the ring's until released."""
        due = self.due(state)
        if not due:
            return []
        self._engine.check_thread()
        self.bones = self._stage.show(state)
        return [self._film(camera, state) for camera in due]

    def _film(self, camera: Camera, state: WorldState) -> Capture:
        arrays, release = self._rings[camera.name].acquire()
        view = self._view(camera)
        optics = intrinsics(camera)
        world_from_camera, world_from_carrier = camera_pose(camera, state)
        self._aim(view, camera, world_from_camera)
        self._stage.actors.face(world_from_camera.translation_m)
        active = _passes(set(camera.channels))
        for other in self._views.values():
            for name, output in other.outputs.items():
                output.set_active(other is view and name in active)
        self._shadows.activate(world_from_camera, wanted="film" in active)
        labelled = bool(set(camera.channels) & {"instance"}) and self._amodal is not None
        if self._amodal is not None and labelled:
            self._amodal.lay_out(
                silhouette_boxes(
                    state.roster.bodies,
                    state.poses.position_m,
                    state.poses.yaw_rad,
                    optics,
                    world_from_camera.inverse(),
                    camera.near_m,
                )
            )
        self._read = lambda: self._read_back(view, arrays, labelled)
        try:
            self._engine.panda.render_frame()
        except BaseException:
            release()
            raise
        finally:
            self._read = None
        return Capture(
            camera.name,
            state.tick,
            state.timestamp_ns,
            optics,
            world_from_camera,
            world_from_carrier,
            arrays,
            self._amodal.counts() if self._amodal is not None and labelled else None,
            release=release,
        )

    def _read_back(self, view: _View, arrays: dict[str, NDArray[np.generic]], labelled: bool) -> None:
        if labelled and self._amodal is not None:
            self._reader.words(self._amodal.bits, self._amodal.words)
        label = view.textures["film-label" if "rgb" in arrays else "label"]
        if "rgb" in arrays:
            self._reader.rgb(view.textures["smooth"], arrays["rgb"])
        if "depth" in arrays:
            self._reader.plane(label, 0, arrays["depth"])
        if "instance" in arrays or "semantic" in arrays:
            height, width = next(iter(arrays.values())).shape[:2]
            code = np.empty((height, width), np.float32)
            self._reader.plane(label, 1, code)
            index = code.astype(np.int32)
            if "instance" in arrays:
                np.take(self._instance_of_code, index, out=arrays["instance"], mode="clip")
            if "semantic" in arrays:
                np.take(self._semantic_of_code, index, out=arrays["semantic"], mode="clip")

    # Setting up

    def _make_sync(self) -> GraphicsOutput:
        """A buffer drawn last: its callback runs while the context is current and every pass is done."""
        properties = FrameBufferProperties()
        properties.set_rgba_bits(8, 8, 8, 8)
        output = self._engine.buffer("sync", (4, 4), properties, {}, sort=1000)

        def drawn(data: object) -> None:
            data.upcall()  # type: ignore[attr-defined]
            if self._read is not None:
                self._read()

        output.make_display_region().set_draw_callback(PythonCallbackObject(drawn))
        return output

    def _view(self, camera: Camera) -> _View:
        size = camera.width_px, camera.height_px
        if size not in self._views:
            self._views[size] = self._make_view(size)
        return self._views[size]

    def _make_view(self, size: tuple[int, int]) -> _View:
        scene, make = self._stage.scene, self._engine.buffer
        names = ("film", "film-label", "smooth", "label", "amodal")
        textures = {name: nearest(name) for name in names}
        color = GraphicsOutput.RTP_color
        film = {color: textures["film"], GraphicsOutput.RTP_aux_float_0: textures["film-label"]}
        outputs = {
            "film": make("film", size, _properties(aux_floats=1), film, sort=0),
            "label": make("label", size, _properties(floats=True), {color: textures["label"]}, sort=0),
            "smooth": make("smooth", size, _properties(depth=False), {color: textures["smooth"]}, sort=1),
        }
        if self._amodal is not None:
            bare = _properties(depth=False)
            outputs["amodal"] = make("amodal", size, bare, {color: textures["amodal"]}, sort=2)
        outputs["film"].set_clear_color((0, 0, 0, 1))
        nothing = (float("inf"), float(Semantic.SKY), 0, 0)
        outputs["film"].set_clear_active(GraphicsOutput.RTP_aux_float_0, True)
        outputs["film"].set_clear_value(GraphicsOutput.RTP_aux_float_0, nothing)
        outputs["label"].set_clear_color(nothing)
        self._smoothing.append(smoothing(outputs["smooth"], textures["film"], size))
        view = _View(
            outputs,
            textures,
            [],
            PTA_LMatrix4f.empty_array(1),
            PTA_LMatrix4f.empty_array(1),
            PTA_LVecBase3f.empty_array(1),
            PTA_LVecBase3f.empty_array(1),
        )
        masks = {"film": MASK_RGB, "label": MASK_LABEL, "amodal": MASK_AMODAL}
        for name in [name for name in masks if name in outputs]:
            place, seeing = attach_camera(scene, outputs[name], name)
            start = NodePath(name)
            start.set_shader_input("u_clip_from_world", view.clip)
            start.set_shader_input("u_world_ray_from_clip", view.ray)
            start.set_shader_input("u_camera_world", view.eye)
            start.set_shader_input("u_optical_axis_world", view.axis)
            # Flipping y turns every triangle over: what counts clockwise now is the front.
            start.set_attrib(CullFaceAttrib.make(CullFaceAttrib.M_cull_counter_clockwise))
            seeing.set_initial_state(start.get_state())
            seeing.set_camera_mask(masks[name])
            if name == "label":
                seeing.set_tag_state_key("kind")
                for kind in PASS_KINDS:
                    seeing.set_tag_state(kind, pass_state("label", kind))
            if name == "amodal":
                seeing.set_tag_state_key("kind")
                for kind in ("vehicle", "person"):
                    seeing.set_tag_state(kind, pass_state("amodal", kind))
            lens = PerspectiveLens()
            seeing.set_lens(lens)
            view.cameras.append((place, lens))
        return view

    def _aim(self, view: _View, camera: Camera, world_from_camera: Pose) -> None:
        optics = intrinsics(camera)
        clip = clip_from_camera(optics, camera.near_m, camera.far_m)
        camera_from_world = world_from_camera.inverse().matrix
        view.clip[0] = to_panda(clip @ camera_from_world)
        # A pixel's ray in world axes: undo the optics at z = 1, then turn.
        ray = np.eye(4)
        ray[:3, :3] = world_from_camera.rotation @ np.linalg.inv(clip[[0, 1, 3], :3])
        view.ray[0] = to_panda(ray)
        view.eye[0] = LVecBase3f(*world_from_camera.translation_m.tolist())
        view.axis[0] = LVecBase3f(*world_from_camera.rotation[:, 2].tolist())
        node_pose = to_panda_double(world_from_camera.matrix @ np.linalg.inv(panda_from_camera))
        for place, lens in view.cameras:
            # Panda3D's own lens only culls; what is drawn goes through u_clip_from_world.
            place.set_mat(node_pose)
            lens.set_near_far(camera.near_m, camera.far_m)
            lens.set_film_size(optics.width_px, optics.height_px)
            lens.set_focal_length(min(optics.fx_px, optics.fy_px))

    def close(self) -> None:
        """Free everything on the GPU but the engine itself."""
        for view in self._views.values():
            for output in view.outputs.values():
                self._engine.remove(output)
        self._shadows.close()
        self._engine.remove(self._sync)
        self._stage.close()
        self._views.clear()
        self._smoothing.clear()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _passes(channels: set[str]) -> set[str]:
    """Buffers drawn: color and labels come from one pass, labels alone from a lighter one."""
    active = {"film", "smooth"} if "rgb" in channels else {"label"} if channels & _LABELS else set()
    return active | {"amodal"} if "instance" in channels else active


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
