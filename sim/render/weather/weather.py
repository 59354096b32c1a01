"""State, camera and light of a moment -> the passes that draw its weather over the camera's films."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput, Texture

from sim.agents.state import WorldState
from sim.environment import Environment
from sim.environment.precipitation import rain, snow
from sim.geometry import Intrinsics, Pose
from sim.render.engine import Engine
from sim.render.exposure import CD_PER_M2
from sim.render.faces import Face
from sim.render.lens import LensPasses
from sim.render.sky import SkyLight
from sim.render.view import View
from sim.render.weather.lens_drops import lens_drops
from sim.render.weather.mask import Mask
from sim.render.weather.on_lens import OnLens
from sim.render.weather.over_film import OverFilm
from sim.render.weather.particles import Capsules, Exposure, falling, joined
from sim.render.weather.spray import spray
from sim.render.weather.surfaces import Surfaces
from sim.scenario import Camera, CameraResponse

__all__ = ["Weather", "is_fair", "plain_exposure_s"]

_RAIN_LIGHT = np.array([0.45, 0.50])
_SNOW_LIGHT = np.array([0.50, 0.45])
_CONTRAST_BY_LAMPS = 12.0
# A drop shows what lies before it, upside down, mostly sky; a flake scatters all light that reaches it.


def is_fair(environment: Environment) -> bool:
    """True if nothing falls, nothing is wet and the lens is dry: no pass is needed."""
    e = environment
    return e.rain_mm_per_h <= 0 and e.snow_mm_per_h <= 0 and e.wetness <= 0 and e.lens_drops <= 0


def plain_exposure_s(response: CameraResponse, sky: SkyLight) -> float:
    """Exposure time of a camera exposed for the sky's light; 2^EV = L / 0.125 at ISO 100 (ISO 2720)."""
    gray_cd_per_m2 = 0.18 / sky.exposure * CD_PER_M2
    return float(
        np.clip(response.aperture_f**2 * 0.125 / gray_cd_per_m2, response.shortest_s, response.longest_s)
    )


class Weather:
    """Passes of one camera.

    Args:
        engine: the process's.
        camera: which.
        optics: of its picture.
        faces: pinholes it is drawn through.
        views: their buffers.
        lens: what looks them up, None for a pinhole.
        film: what is developed in the end.
        smooths: whether the films' edges are smoothed.
        surfaces: of the world.
    """

    def __init__(
        self,
        engine: Engine,
        camera: Camera,
        optics: Intrinsics,
        faces: Sequence[Face],
        views: Sequence[View],
        lens: LensPasses | None,
        film: Texture,
        smooths: bool,
        surfaces: Surfaces,
    ) -> None:
        self._engine, self._camera, self._optics, self._faces = engine, camera, optics, faces
        self._film, self._surfaces = film, surfaces
        sizes = [(face.optics.width_px, face.optics.height_px) for face in faces]
        self._over = [
            OverFilm(engine, view.textures["film"], view.textures["film-label"], size, surfaces)
            for view, size in zip(views, sizes, strict=True)
        ]
        self._on_lens: OnLens | None = None
        self.mask: Mask | None = None
        if "weather_mask" in camera.channels:
            specks = [over.specks for over in self._over]
            size = (optics.width_px, optics.height_px)
            self.mask = Mask(engine, views, sizes, specks, lens, size, smooths)

    def passes(
        self, state: WorldState, world_from_camera: Pose, exposure_s: float, sky: SkyLight
    ) -> list[GraphicsOutput]:
        """The buffers to draw beside the films'.

        Args:
            state: what is filmed, at the middle of the exposure.
            world_from_camera: pose of the camera.
            exposure_s: how long it is open.
            sky: the light there is.
        """
        environment, drawn = state.environment, []
        velocity = np.zeros(3)
        if self._camera.mount:
            velocity[:2] = state.velocity_mps[state.roster.row(self._camera.mount)]
        exposure = Exposure(state.tick / state.tick_hz, exposure_s, velocity)
        self._surfaces.tell_time(exposure.time_s)
        for face, over in zip(self._faces, self._over, strict=True):
            turned = Pose(world_from_camera.rotation @ face.camera_from_face, world_from_camera.translation_m)
            capsules, light = _specks(state, face, exposure, turned, sky)
            over.specks.show(capsules, light, face.optics)
            over.specks.light(self._surfaces.lamps(environment), turned, sky.exposure)
            if environment.wetness > 0:
                over.mirror(face.optics, turned, sky)
            drawn += over.outputs(environment.wetness > 0)
        drawn += self._drops(environment, exposure.time_s)
        return drawn if self.mask is None else drawn + self.mask.outputs

    def _drops(self, environment: Environment, time_s: float) -> list[GraphicsOutput]:
        """Passes of drops on the lens; none were ever needed where it stayed dry."""
        if self._on_lens is None:
            if environment.lens_drops <= 0:
                return []
            self._on_lens = OnLens(self._engine, self._film, (self._optics.width_px, self._optics.height_px))
            if self.mask is not None:
                self.mask.add_drops(self._on_lens)
        shown = lens_drops(self._camera, self._optics, environment, time_s, environment.cloud_seed)
        self._on_lens.show(shown)
        return self._on_lens.outputs if len(shown.opacity) else []

    def close(self) -> None:
        """Free the buffers."""
        for part in (*self._over, self._on_lens, self.mask):
            if part is not None:
                part.close()


def _specks(
    state: WorldState, face: Face, exposure: Exposure, world_from_face: Pose, sky: SkyLight
) -> tuple[Capsules, NDArray[np.float64]]:
    """All that is in the air, and the light of each, (N, 3), as the film is exposed."""
    environment = state.environment
    azimuth, seed = np.deg2rad(environment.wind_azimuth_deg), environment.cloud_seed
    wind = environment.wind_mps * np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    contrast = _CONTRAST_BY_LAMPS if environment.is_dark else 1.0
    around = np.stack([sky.up, sky.horizon]) * sky.exposure
    parts, lights = [], []
    for fallout, share in (
        (rain(environment.rain_mm_per_h), _RAIN_LIGHT),
        (snow(environment.snow_mm_per_h), _SNOW_LIGHT),
    ):
        parts.append(falling(fallout, wind, exposure, face.optics, world_from_face, seed, contrast))
        lights.append(share @ around)
    parts.append(spray(state, exposure, world_from_face, seed))
    lights.append(_SNOW_LIGHT @ around)
    light = np.concatenate(
        [part.brightness[:, None] * color for part, color in zip(parts, lights, strict=True)]
    )
    return joined(parts), light
