"""State, camera and light of a moment -> the passes that draw its weather over the camera's films."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsOutput

from sim.agents.state import WorldState
from sim.environment import Environment
from sim.environment.precipitation import rain, snow
from sim.geometry import Pose
from sim.render.engine import Engine
from sim.render.faces import Face
from sim.render.sky import SkyLight
from sim.render.view import View
from sim.render.weather.over_film import OverFilm
from sim.render.weather.particles import Capsules, Exposure, falling, joined
from sim.render.weather.spray import spray
from sim.render.weather.surfaces import Surfaces
from sim.scenario import Camera

__all__ = ["Weather", "is_fair"]

_RAIN_LIGHT = np.array([0.45, 0.50])
_SNOW_LIGHT = np.array([0.50, 0.45])
# A drop shows what lies before it, upside down, mostly sky; a flake scatters all light that reaches it.


def is_fair(environment: Environment) -> bool:
    """True if nothing falls and nothing is wet: no pass is needed."""
    return environment.rain_mm_per_h <= 0 and environment.snow_mm_per_h <= 0 and environment.wetness <= 0


class Weather:
    """Passes of one camera.

    Args:
        engine: the process's.
        camera: which.
        faces: pinholes it is drawn through.
        views: their buffers.
        surfaces: of the world.
    """

    def __init__(
        self,
        engine: Engine,
        camera: Camera,
        faces: Sequence[Face],
        views: Sequence[View],
        surfaces: Surfaces,
    ) -> None:
        self._camera, self._faces = camera, faces
        self._over = [
            OverFilm(
                engine,
                v.textures["film"],
                v.textures["film-label"],
                (f.optics.width_px, f.optics.height_px),
                surfaces,
            )
            for f, v in zip(faces, views, strict=True)
        ]

    def passes(
        self, state: WorldState, world_from_camera: Pose, exposure_s: float, sky: SkyLight
    ) -> list[GraphicsOutput]:
        """The buffers to draw after the films.

        Args:
            state: what is filmed, at the middle of the exposure.
            world_from_camera: pose of the camera.
            exposure_s: how long it is open.
            sky: the light there is.
        """
        velocity = np.zeros(3)
        if self._camera.mount:
            velocity[:2] = state.velocity_mps[state.roster.row(self._camera.mount)]
        is_wet = state.environment.wetness > 0
        exposure = Exposure(state.tick / state.tick_hz, exposure_s, velocity)
        for face, over in zip(self._faces, self._over, strict=True):
            turned = Pose(world_from_camera.rotation @ face.camera_from_face, world_from_camera.translation_m)
            capsules, light = _specks(state, face, exposure, turned, sky)
            over.show(capsules, light, face.optics)
            if is_wet:
                over.mirror(face.optics, turned, sky)
        return [output for over in self._over for output in over.outputs(is_wet)]

    def close(self) -> None:
        """Free the buffers."""
        for over in self._over:
            over.close()


def _specks(
    state: WorldState, face: Face, exposure: Exposure, world_from_face: Pose, sky: SkyLight
) -> tuple[Capsules, NDArray[np.float64]]:
    """All that is in the air, and the light of each, (N, 3), as the film is exposed."""
    environment = state.environment
    azimuth, seed = np.deg2rad(environment.wind_azimuth_deg), environment.cloud_seed
    wind = environment.wind_mps * np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    around = np.stack([sky.up, sky.horizon]) * sky.exposure
    parts, lights = [], []
    for fallout, share in (
        (rain(environment.rain_mm_per_h), _RAIN_LIGHT),
        (snow(environment.snow_mm_per_h), _SNOW_LIGHT),
    ):
        parts.append(falling(fallout, wind, exposure, face.optics, world_from_face, seed))
        lights.append(share @ around)
    parts.append(spray(state, exposure, world_from_face, seed))
    lights.append(_SNOW_LIGHT @ around)
    light = np.concatenate(
        [part.brightness[:, None] * color for part, color in zip(parts, lights, strict=True)]
    )
    return joined(parts), light
