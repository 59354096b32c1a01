"""World + roster + cameras -> captures of each state. One engine a process, one thread, no frame lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput

from sim.agents.state import Roster, WorldState
from sim.bodies import Lights, bone_matrices
from sim.frame import CHANNELS, MOTION_CHANNELS, Capture, Exposure
from sim.geometry import Pose
from sim.moments import is_due
from sim.render.engine import Engine, GlInfo, engine
from sim.render.flow import NeighborFrame
from sim.render.gl import TextureReader, make_reader
from sim.render.night import NightLights
from sim.render.night.vehicle_lamps import lit_lamps
from sim.render.picture import CodeTables, Picture, wants_facets
from sim.render.quality import quality_of
from sim.render.ring import CaptureRing
from sim.render.shadow import ShadowMaps
from sim.render.sky import SkyLight
from sim.render.stage import Stage
from sim.render.view import View
from sim.scenario import Camera, camera_pose
from sim.world import World

__all__ = ["Renderer"]

Neighbors = Mapping[str, WorldState | None]

_NO_SUN = 0.005  # of the sky's light: a sun so low is not drawn, nor are its shadows
_POSED = 4  # states whose bones are kept: the frame before, this, the next, of cameras at two rates
_LABEL_AIDS = {"depth", "semantic"}  # what labels of agents are made of, recorded or not


@dataclass(frozen=True, eq=False)
class _Shot:
    """A capture and all its arrays, those of the motion channels perhaps still to be filled."""

    state: WorldState
    capture: Capture
    arrays: dict[str, NDArray[np.generic]]


class Renderer:
    """Films one world.

    Args:
        world: the street.
        roster: who may be in it.
        cameras: what films it.
        quality: how finely colors are drawn, see `sim.render.quality`.
        seed: of the sequence, for what is random in cameras.
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
        quality: str = "standard",
        seed: int = 0,
        slots: int = 4,
        reader: Callable[[Engine], TextureReader] | None = None,
    ) -> None:
        self._engine = engine()
        self._engine.check_thread()
        self._cameras = tuple(cameras)
        self._agents = len(roster)
        self._quality = quality_of(quality)
        self._stage = Stage(world, roster, self._quality)
        self._stage.lit.switch("FACETS", any(wants_facets(camera) for camera in cameras))
        self._shadows = ShadowMaps(self._engine, self._stage.scene, world, self._quality)
        self._night = NightLights(self._engine, self._stage.scene, self._stage.scenery, world)
        self._views: dict[tuple[int, int], View] = {}
        self._pictures: dict[str, Picture] = {}
        self._rings: dict[str, CaptureRing] = {}
        self._slots, self._seed = slots, seed
        self._reader = reader(self._engine) if reader else make_reader(self._engine.panda, self._engine.gsg)
        self._codes = CodeTables(roster)
        self._posed: list[tuple[WorldState, NDArray[np.float32]]] = []
        self._ahead: dict[str, _Shot] = {}
        self.bones: NDArray[np.float32] | None = None

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
        return [c for c in self._cameras if is_due(c, state)]

    def capture(
        self, state: WorldState, before: Neighbors | None = None, after: Neighbors | None = None
    ) -> list[Capture]:
        """Film a state with every camera that is due. The arrays are the ring's until released.

        Args:
            state: what to film.
            before: camera name -> state of its frame before, None if there is none; see `sim.moments`.
            after: camera name -> state of its next frame.

        Returns:
            Captures in the order of the cameras. Motion channels say "no such frame" where a neighbor is
            missing. Only how a camera with a response of its own exposes depends on earlier calls: it follows
            what its frame before showed, if that was filmed. The order of `sim.moments` costs least.
        """
        due = self.due(state)
        if not due:
            return []
        self._engine.check_thread()
        captures = [
            self._capture(c, state, (before or {}).get(c.name), (after or {}).get(c.name)) for c in due
        ]
        self.bones = self._bones(state)
        return captures

    def _capture(
        self, camera: Camera, state: WorldState, before: WorldState | None, after: WorldState | None
    ) -> Capture:
        picture = self._picture(camera)
        shot = self._ahead.pop(camera.name, None)
        if shot is None or shot.state is not state:
            if shot is not None:
                shot.capture.release()
            shot = self._film(picture, state)
        if not picture.wants_motion:
            return shot.capture
        if before is not None and not picture.keeps(before.tick):
            self._film(picture, before).capture.release()
        if after is not None:
            # Filmed now, because its labels tell what is hidden then; handed out when it is asked for.
            self._ahead[camera.name] = self._film(picture, after)
        self._follow(picture, shot, before, after)
        return shot.capture

    def _film(self, picture: Picture, state: WorldState) -> _Shot:
        """Everything about one state that needs no other."""
        camera = picture.camera
        arrays, release = self._ring(camera).acquire()
        world_from_camera, world_from_carrier = camera_pose(camera, state)
        self._show(picture, state, world_from_camera)
        drawn = picture.passes(state, world_from_camera)
        sky: SkyLight | None = None
        if picture.is_filmed:
            sky = self._stage.light(state.environment)
            drawn = self._light(picture, state, world_from_camera) + drawn
        try:
            if sky is not None:
                self._meter(picture, state, drawn, sky)
                drawn += picture.weather_passes(state, world_from_camera, sky, self._stage.surfaces)
            self._engine.draw(drawn, lambda: picture.read(self._reader, arrays, self._codes))
            exposure = None if sky is None else self._develop(picture, state, world_from_camera, arrays, sky)
        except BaseException:
            release()
            raise
        silhouettes = picture.silhouettes()
        capture = Capture(
            camera.name,
            state.tick,
            state.timestamp_ns,
            picture.optics,
            world_from_camera,
            world_from_carrier,
            {name: arrays[name] for name in camera.channels if name in arrays},
            unoccluded_px=None if silhouettes is None else silhouettes.areas_px(),
            silhouettes=silhouettes,
            exposure=exposure,
            aids={name: arrays[name] for name in _LABEL_AIDS & set(arrays) - set(camera.channels)},
            release=release,
        )
        return _Shot(state, capture, arrays)

    def _meter(self, picture: Picture, state: WorldState, drawn: list[GraphicsOutput], sky: SkyLight) -> None:
        """Make sure that a metered picture's exposure is known: one that follows none is drawn for it."""
        development = picture.development
        if development is None or not development.is_metered or development.exposure_at(state.tick):
            return
        nothing: dict[str, NDArray[np.generic]] = {}
        self._engine.draw(drawn, lambda: development.read_with_film(self._reader, nothing))
        development.start(state.tick, state.tick_hz, sky.exposure)

    def _develop(
        self,
        picture: Picture,
        state: WorldState,
        world_from_camera: Pose,
        arrays: dict[str, NDArray[np.generic]],
        sky: SkyLight,
    ) -> Exposure | None:
        """Make the color of a metered picture out of the film that was drawn."""
        development = picture.development
        if development is None or not development.is_metered:
            return None
        exposure = development.expose(state.tick, state.tick_hz, sky.exposure)
        drawn = picture.blur_passes(state, world_from_camera, exposure.exposure_s) + development.afterwards
        self._engine.draw(drawn, lambda: development.read_afterwards(self._reader, arrays))
        return exposure

    def _follow(
        self, picture: Picture, shot: _Shot, before: WorldState | None, after: WorldState | None
    ) -> None:
        """Fill a shot's motion channels; the labels of its neighbors are kept."""
        self._show(picture, shot.state, shot.capture.world_from_camera)
        neighbors: list[NeighborFrame | None] = []
        bones: list[NDArray[np.float32] | None] = []
        for other in (after, before):
            neighbors.append(None if other is None else (other.tick, camera_pose(picture.camera, other)[0]))
            bones.append(None if other is None else self._bones(other))
        self._stage.actors.move(self._bones(shot.state), *bones)
        drawn = picture.motion_passes(shot.state.tick, shot.capture.world_from_camera, *neighbors)
        self._engine.draw(drawn, lambda: picture.read_motion(self._reader, shot.arrays))

    def _light(self, picture: Picture, state: WorldState, world_from_camera: Pose) -> list[GraphicsOutput]:
        """Give the scene the light of a state; what to draw for it before the picture."""
        sky = self._stage.light(state.environment)
        self._night.light(state.environment, float(sky.up.mean()))
        self._stage.lit.switch("LAMPS", self._night.is_dark)
        has_sun = bool(sky.sun_radiance.max() > _NO_SUN * sky.up.max())
        self._stage.lit.switch("NO_SUN", not has_sun)
        drawn = self._night.aim(world_from_camera)
        mount = picture.camera.mount
        self._night.carry(bool(mount) and bool(lit_lamps(state)[state.roster.row(mount)] & Lights.HEAD))
        if has_sun:
            sun = sky.sun_direction_world
            drawn += self._shadows.aim(sun, world_from_camera, picture.optics.half_angle_rad)
        return drawn

    def _show(self, picture: Picture, state: WorldState, world_from_camera: Pose) -> None:
        self._stage.show(state, self._bones(state))
        self._stage.actors.face(world_from_camera.translation_m, picture.optics.fx_px)

    def _bones(self, state: WorldState) -> NDArray[np.float32]:
        """Bone matrices of a state; those of the last few are kept."""
        for posed, bones in self._posed:
            if posed is state:
                return bones
        bones = bone_matrices(state.roster.bodies, state.poses)
        self._posed = [*self._posed[-_POSED:], (state, bones)]
        return bones

    def _picture(self, camera: Camera) -> Picture:
        if camera.name not in self._pictures:
            self._pictures[camera.name] = Picture(
                self._engine,
                camera,
                self._shared_view,
                self._new_view,
                smooths_edges=self._quality.smooths_edges,
                seed=self._seed,
            )
        return self._pictures[camera.name]

    def _shared_view(self, size_px: tuple[int, int]) -> View:
        if size_px not in self._views:
            self._views[size_px] = self._new_view(size_px)
        return self._views[size_px]

    def _new_view(self, size_px: tuple[int, int]) -> View:
        return View(self._engine, self._stage.scene, size_px, self._agents)

    def _ring(self, camera: Camera) -> CaptureRing:
        if camera.name not in self._rings:
            channels = {name for name in camera.channels if name in CHANNELS}
            if "instance" in channels:
                channels |= _LABEL_AIDS
            slots = self._slots + bool(channels & MOTION_CHANNELS)
            ring = CaptureRing(camera.width_px, camera.height_px, sorted(channels), slots)
            self._rings[camera.name] = ring
        return self._rings[camera.name]

    def close(self) -> None:
        """Free everything on the GPU but the engine itself."""
        for shot in self._ahead.values():
            shot.capture.release()
        for picture in self._pictures.values():
            picture.close()
        for view in self._views.values():
            view.close()
        self._shadows.close()
        self._night.close()
        self._stage.close()
        for held in (self._ahead, self._pictures, self._views):
            held.clear()
        self._engine.sweep()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
