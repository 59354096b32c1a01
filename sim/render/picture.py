"""One camera -> its passes: what to draw for a picture, where it is then, and how it is read back.

A pinhole is drawn as it is. A lens is drawn as pinhole faces and looked up in them (see faces.py, lens.py);
what comes after, normals and flow, is the same for both.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput, NodePath, Texture

from sim.agents.state import Roster, WorldState
from sim.frame import AMODAL, MOTION_CHANNELS, PANOPTIC_CLASS, Silhouettes
from sim.geometry import Intrinsics, Pose
from sim.render.amodal import silhouette_boxes
from sim.render.develop import Development
from sim.render.drawing import FIRST_INSTANCE_CODE
from sim.render.engine import Engine, nearest
from sim.render.faces import Face, FaceTable, face_table, through_table
from sim.render.flow import Flow, NeighborFrame
from sim.render.fullscreen import add_card, buffer_properties, fullscreen
from sim.render.gl import TextureReader
from sim.render.lens import LensPasses
from sim.render.motion_blur import MotionBlur, streak_px
from sim.render.moving_tiles import motions
from sim.render.sky import SkyLight
from sim.render.view import View
from sim.render.weather import Surfaces, Weather, is_fair, plain_exposure_s
from sim.scenario import Camera, intrinsics

__all__ = ["CodeTables", "Picture", "wants_facets"]

Arrays = dict[str, NDArray[np.generic]]
ViewOf = Callable[[tuple[int, int]], View]

_STREAK_PX = 1.0  # shorter ones are not seen


def wants_facets(camera: Camera) -> bool:
    """True if the pictures of a camera are made of the normals of triangles too."""
    return bool(set(camera.channels) & {"normal", *MOTION_CHANNELS}) or not intrinsics(camera).is_pinhole


class CodeTables:
    """Label codes -> values of the id channels, see `sim.render.drawing.FIRST_INSTANCE_CODE`."""

    def __init__(self, roster: Roster) -> None:
        semantic = np.zeros(FIRST_INSTANCE_CODE + len(roster), np.uint8)
        semantic[:FIRST_INSTANCE_CODE] = np.arange(FIRST_INSTANCE_CODE)
        semantic[FIRST_INSTANCE_CODE:] = [int(c.semantic) for c in roster.categories]
        instance = np.zeros(len(semantic), np.int32)
        instance[FIRST_INSTANCE_CODE:] = roster.instance_ids
        self.of: dict[str, NDArray[np.generic]] = {
            "semantic": semantic,
            "instance": instance,
            "panoptic": semantic.astype(np.int32) * PANOPTIC_CLASS + instance,
        }


class Picture:
    """The passes of one camera.

    Args:
        engine: the process's.
        camera: what it is and records.
        view_of: gives the buffers of a size; cameras without a lens may share them.
        new_view: makes buffers that nobody shares, for faces.
        smooths_edges: whether the edges of what is filmed are smoothed.
        seed: of the sequence.
    """

    def __init__(
        self,
        engine: Engine,
        camera: Camera,
        view_of: ViewOf,
        new_view: ViewOf,
        *,
        smooths_edges: bool,
        seed: int,
    ) -> None:
        self.camera = camera
        self.optics: Intrinsics = intrinsics(camera)
        self._engine = engine
        self.wanted = set(camera.channels)
        self.is_filmed = bool(self.wanted & {"rgb", "rgb_clean", "weather_mask"})
        self.wants_motion = bool(self.wanted & MOTION_CHANNELS)
        size = (self.optics.width_px, self.optics.height_px)
        self._table: FaceTable | None = None
        self._lens: LensPasses | None = None
        self._faces: tuple[Face, ...] = (Face("front", np.eye(3), self.optics.pinhole),)
        if self.optics.is_pinhole:
            self._views = [view_of(size)]
        else:
            self._table = face_table(self.optics)
            self._faces = self._table.faces
            self._views = [new_view((f.optics.width_px, f.optics.height_px)) for f in self._faces]
            color = None if not self.is_filmed else "smooth" if smooths_edges else "film"
            self._lens = LensPasses(engine, self._table, self._views, color)
        # The film of a plain pinhole is smoothed while it is developed.
        is_simple = self._lens is None and camera.response.is_plain
        self._smooths_film = smooths_edges and not is_simple
        self.development: Development | None = None
        if self.is_filmed:
            textures = self._views[0].textures
            film = textures["smooth" if self._smooths_film else "film"]
            if self._lens is not None:
                film = self._lens.textures["color"]
            smooths = smooths_edges and is_simple
            self.development = Development(engine, camera, film, size, smooths=smooths, seed=seed)
        self._smooths_edges = smooths_edges
        self._with_facets = wants_facets(camera)
        self._weather: Weather | None = None
        self._is_fair = True
        self._blur: MotionBlur | None = None
        self._flow: Flow | None = None
        if self.wants_motion:
            self._flow = Flow(engine, self.optics, None if self._lens is None else self._lens.rays)
        self._normal: tuple[GraphicsOutput, NodePath, Texture] | None = None
        if "normal" in self.wanted:
            self._normal = self._make_normal(size)

    def _make_normal(self, size: tuple[int, int]) -> tuple[GraphicsOutput, NodePath, Texture]:
        texture = nearest("normal")
        planes = {GraphicsOutput.RTP_color: texture}
        output = self._engine.buffer("normal", size, buffer_properties(floats=True), planes, sort=5)
        scene = fullscreen(output, "normal")
        add_card(scene, "normal").set_shader_input("u_label", self._labels)
        return output, scene, texture

    @property
    def _labels(self) -> Texture:
        if self._lens is not None:
            return self._lens.textures["label"]
        return self._views[0].textures["film-label" if self.is_filmed else "label"]

    # What to draw

    def passes(self, state: WorldState, world_from_camera: Pose) -> list[GraphicsOutput]:
        """The buffers of a picture of this state from this pose, ready to be drawn."""
        has_pixels = self.wanted != {AMODAL}
        names = ["film" if self.is_filmed else "label"] if has_pixels else []
        if self.is_filmed and self._smooths_film:
            names.append("smooth")
        if "semantic_envelope" in self.wanted:
            names.append("envelope")
        if self.has_silhouettes:
            names.append("amodal")
        drawn = [output for view in self._views for output in view.passes(*names)]
        self._aim(world_from_camera)
        if self.has_silhouettes:
            self._lay_out(state, world_from_camera)
        if self._lens is not None and has_pixels:
            drawn.append(self._lens.picture)
        if self.development is not None:
            drawn += self.development.with_film
        if self._normal is not None:
            drawn.append(self._normal[0])
        if self._flow is not None:
            drawn.append(self._flow.keep(state.tick, self._labels))
        return drawn

    def weather_passes(
        self, state: WorldState, world_from_camera: Pose, sky: SkyLight, surfaces: Surfaces
    ) -> list[GraphicsOutput]:
        """The buffers that draw weather over the film; none in fair weather."""
        self._is_fair = is_fair(state.environment)
        if self._is_fair or self.development is None:
            return []
        if self._weather is None:
            self._weather = Weather(
                self._engine,
                self.camera,
                self.optics,
                self._faces,
                self._views,
                self._lens,
                self.development.film,
                self._smooths_edges,
                surfaces,
            )
        exposure = self.development.exposure_at(state.tick)
        exposure_s = plain_exposure_s(self.camera.response, sky) if exposure is None else exposure.exposure_s
        return self._weather.passes(state, world_from_camera, exposure_s, sky)

    def blur_passes(
        self, state: WorldState, world_from_camera: Pose, exposure_s: float
    ) -> list[GraphicsOutput]:
        """The buffers that blur the film by what moves in an exposure; none where nobody would see it."""
        assert self.development is not None
        camera, response = self.camera, self.camera.response
        if not response.motion_blur or streak_px(camera, self.optics, state, exposure_s) < _STREAK_PX:
            self.development.see(None)
            return []
        if self._blur is None:
            rays = None if self._lens is None else self._lens.rays
            film = self.development.film
            agents = len(state.roster)
            self._blur = MotionBlur(self._engine, self.optics, rays, film, self._labels, agents)
        self.development.see(self._blur.film)
        silhouettes = self.silhouettes() if camera.mount else None
        shows_carrier = silhouettes is not None and bool(
            silhouettes.areas_px()[state.roster.row(camera.mount)]
        )
        moved = motions(
            camera, self.optics, state, world_from_camera, exposure_s, shows_carrier=shows_carrier
        )
        return self._blur.passes(moved)

    def _motion(self, world_from_camera: Pose) -> tuple[list[GraphicsOutput], tuple[Texture, Texture]]:
        """The passes of agents' motion, and what they fill: how far to the one side and to the other."""
        drawn = [output for view in self._views for output in view.passes("motion")]
        self._aim(world_from_camera)
        textures = self._views[0].textures
        if self._lens is not None:
            drawn.append(self._lens.motion)
            textures = self._lens.textures
        return drawn, (textures["ahead"], textures["back"])

    def motion_passes(
        self, tick: int, world_from_camera: Pose, after: NeighborFrame | None, before: NeighborFrame | None
    ) -> list[GraphicsOutput]:
        """The buffers of the motion channels of a tick that is kept, as are the ones around it."""
        assert self._flow is not None
        drawn, steps = self._motion(world_from_camera)
        drawn.append(self._flow.resolve(tick, world_from_camera, after, before, steps))
        return drawn

    def keeps(self, tick: int) -> bool:
        """True if a tick's labels are still there for the motion of its neighbors."""
        return self._flow is not None and self._flow.holds(tick)

    @property
    def has_silhouettes(self) -> bool:
        """True if silhouettes are drawn: agents are labelled, and shaders can write images."""
        return bool(self.wanted & {"instance", AMODAL}) and self._views[0].amodal is not None

    def _aim(self, world_from_camera: Pose) -> None:
        for face, view in zip(self._faces, self._views, strict=True):
            view.aim(
                face.optics,
                self.camera.near_m,
                self.camera.far_m,
                Pose(world_from_camera.rotation @ face.camera_from_face, world_from_camera.translation_m),
                world_from_axes=world_from_camera,
                with_facets=self._with_facets,
            )

    def _lay_out(self, state: WorldState, world_from_camera: Pose) -> None:
        poses = state.poses
        for face, view in zip(self._faces, self._views, strict=True):
            turned = Pose(world_from_camera.rotation @ face.camera_from_face, world_from_camera.translation_m)
            assert view.amodal is not None
            view.amodal.lay_out(
                silhouette_boxes(
                    state.roster.bodies,
                    poses.position_m,
                    poses.yaw_rad,
                    face.optics,
                    turned.inverse(),
                    self.camera.near_m,
                )
            )

    # What came of it

    def read(self, reader: TextureReader, arrays: Arrays, codes: CodeTables) -> None:
        """Fill those arrays that do not depend on other frames, while the context is current."""
        if self.has_silhouettes:
            for view in self._views:
                assert view.amodal is not None
                reader.words(view.amodal.bits, view.amodal.words)
        if self.development is not None:
            self.development.read_with_film(reader, arrays)
        if "weather_mask" in arrays:
            if self._is_fair or self._weather is None or self._weather.mask is None:
                arrays["weather_mask"].fill(0)
            else:
                reader.byte_plane(self._weather.mask.texture, 0, arrays["weather_mask"])
        if "depth" in arrays:
            reader.plane(self._labels, 0, arrays["depth"])
        if self._normal is not None:
            reader.bands(self._normal[2], arrays["normal"])
        named = [name for name in codes.of if name in arrays]
        if named or "semantic_envelope" in arrays:
            code = np.empty((self.optics.height_px, self.optics.width_px), np.float32)
            reader.plane(self._labels, 1, code)
            index = code.astype(np.int32)
            for name in named:
                codes.of[name].take(index, out=arrays[name], mode="clip")
            if "semantic_envelope" in arrays:
                code = self._outlined(reader)
                # Agents are labelled one by one, also through twigs.
                is_scenery = (index < FIRST_INSTANCE_CODE) & (code < FIRST_INSTANCE_CODE)
                outlined = np.where(is_scenery, code.astype(np.int32), index)
                codes.of["semantic"].take(outlined, out=arrays["semantic_envelope"], mode="clip")

    def _outlined(self, reader: TextureReader) -> NDArray[np.float32]:
        """(H, W) label codes with crowns as their outlines."""
        parts = []
        for face, view in zip(self._faces, self._views, strict=True):
            part = np.empty((face.optics.height_px, face.optics.width_px), np.float32)
            reader.plane(view.textures["envelope"], 1, part)
            parts.append(part)
        if self._table is None:
            return parts[0]
        out = np.empty(self._table.face.shape, np.float32)
        for k, part in enumerate(parts):
            here = self._table.face == k
            column, row = np.floor(self._table.at_px[here]).astype(np.intp).T
            out[here] = part[row, column]
        return out

    def read_motion(self, reader: TextureReader, arrays: Arrays) -> None:
        """Fill the motion channels."""
        assert self._flow is not None
        self._flow.read(reader, arrays)

    def silhouettes(self) -> Silhouettes | None:
        """Masks of the last picture, None if there are none."""
        if not self.has_silhouettes:
            return None
        parts = [view.amodal.silhouettes() for view in self._views if view.amodal is not None]
        return parts[0] if self._table is None else through_table(self._table, parts)

    def close(self) -> None:
        """Free the buffers that are its own."""
        for part in (self._flow, self.development, self._weather, self._blur):
            if part is not None:
                part.close()
        if self._normal is not None:
            self._engine.remove(self._normal[0])
            self._normal[1].remove_node()
            self._normal[2].release_all()
        if self._lens is not None:
            self._lens.close()
            for view in self._views:
                view.close()
