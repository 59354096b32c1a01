"""World + roster + cameras -> captures of each state. One engine a process, one thread, no frame lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from panda3d.core import FrameBufferProperties, GraphicsOutput, PythonCallbackObject

from sim.agents.state import Roster, WorldState
from sim.frame import Capture
from sim.geometry import Pose
from sim.render.amodal import AmodalBits, silhouette_boxes
from sim.render.drawing import FIRST_INSTANCE_CODE
from sim.render.engine import Engine, GlInfo, engine
from sim.render.gl import TextureReader, make_reader
from sim.render.ring import CaptureRing
from sim.render.shadow import ShadowMaps
from sim.render.sky import make_sky
from sim.render.stage import Stage
from sim.render.view import View
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.world import World

__all__ = ["Renderer", "camera_pose"]


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
        self._views: dict[tuple[int, int], View] = {}
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
        view.aim(optics, camera, world_from_camera)
        self._stage.actors.face(world_from_camera.translation_m, optics.fx_px)
        for other in self._views.values():
            other.activate(set(camera.channels) if other is view else set())
        self._shadows.activate(world_from_camera, wanted="rgb" in camera.channels)
        amodal = self._amodal if "instance" in camera.channels else None
        if amodal is not None:
            amodal.lay_out(
                silhouette_boxes(
                    state.roster.bodies,
                    state.poses.position_m,
                    state.poses.yaw_rad,
                    optics,
                    world_from_camera.inverse(),
                    camera.near_m,
                )
            )
        self._read = lambda: self._read_back(view, arrays, amodal)
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
            None if amodal is None else amodal.counts(),
            release=release,
        )

    def _read_back(
        self, view: View, arrays: dict[str, NDArray[np.generic]], amodal: AmodalBits | None
    ) -> None:
        if amodal is not None:
            self._reader.words(amodal.bits, amodal.words)
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

        # Panda3D holds the callback and the callback this renderer: `close` breaks the circle.
        self._last_region = output.make_display_region()
        self._last_region.set_draw_callback(PythonCallbackObject(drawn))
        return output

    def _view(self, camera: Camera) -> View:
        size = camera.width_px, camera.height_px
        if size not in self._views:
            self._views[size] = View(
                self._engine, self._stage.scene, size, with_amodal=self._amodal is not None
            )
        return self._views[size]

    def close(self) -> None:
        """Free everything on the GPU but the engine itself."""
        for view in self._views.values():
            view.close()
        self._shadows.close()
        self._last_region.clear_draw_callback()
        self._engine.remove(self._sync)
        self._stage.close()
        self._views.clear()
        self._engine.sweep()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
