"""What was written -> the numbers and words that coverage is counted over, one named measure each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Activity
from sim.coverage.labels import Seen
from sim.dataset import SequenceInfo
from sim.environment import Environment
from sim.frame import Capture, Frame
from sim.geometry import yaw_from_rotation
from sim.geometry.meeting import time_to_collision_s

__all__ = ["MEASURES", "FilmedImage", "Image", "Measure", "Scope", "Value"]

Value = float | str | None
"""None: it does not apply (a crossing angle of who stands) or is not known (visibility not measured)."""

_STANDS_MPS = 0.1
_LOW_SUN_DEG, _CIVIL_DUSK_DEG = 10.0, -6.0  # civil twilight ends with the sun 6 degrees below the horizon
_FOG_M = 1000.0  # WMO's definition
_CLEAR_OKTAS, _OVERCAST_OKTAS = 2.5 / 8, 7.5 / 8  # WMO: up to 2 oktas are "few", 8 are "overcast"


class Scope(IntEnum):
    """What a measure is a property of; finer ones are larger."""

    SEQUENCE = 0
    IMAGE = 1
    OBJECT = 2


@dataclass(frozen=True, eq=False)
class Image:
    """One camera's picture with its labels; of what was not simulated, nothing else is known.

    Attributes:
        seen: its labels.
    """

    seen: Sequence[Seen]

    @property
    def environment(self) -> Environment | None:
        """Light and weather."""
        return None

    @property
    def world(self) -> str | None:
        """Name of the street."""
        return None

    @property
    def ego_speed_mps(self) -> float | None:
        """Speed of the agent that carries the camera, None if it is fixed."""
        return None

    @property
    def heading_rad(self) -> float | None:
        """Where the ego drives, or where a fixed camera looks, counter-clockwise from x."""
        return None

    @property
    def collision_s(self) -> NDArray[np.float64] | None:
        """(N,) time until the ego's box and each agent's touch, see `time_to_collision_s`."""
        return None

    def velocity_mps(self, seen: Seen) -> tuple[float, float] | None:
        """Of an agent, in the world."""
        return None


@dataclass(frozen=True, eq=False)
class FilmedImage(Image):
    """A picture of a simulated street.

    Attributes:
        info: of its sequence.
        frame: that it is part of.
        capture: itself.
    """

    info: SequenceInfo
    frame: Frame
    capture: Capture

    @property
    def environment(self) -> Environment:
        """Light and weather."""
        return self.frame.state.environment

    @property
    def world(self) -> str | None:
        """Name of the street."""
        world = self.info.scenario.get("world")
        return str(world["name"]) if isinstance(world, Mapping) and "name" in world else None

    @cached_property
    def _ego_row(self) -> int | None:
        mount = self.info.camera(self.capture.sensor).mount
        return self.frame.state.roster.row(mount) if mount else None

    @property
    def ego_speed_mps(self) -> float | None:
        """Speed of the agent that carries the camera, None if it is fixed."""
        return (
            None if self._ego_row is None else float(np.hypot(*self.frame.state.velocity_mps[self._ego_row]))
        )

    @cached_property
    def heading_rad(self) -> float:
        """Where the ego drives, or where a fixed camera looks, counter-clockwise from x."""
        if self.capture.world_from_carrier is not None:
            return yaw_from_rotation(self.capture.world_from_carrier.rotation)
        x, y, _ = self.capture.world_from_camera.rotation[:, 2]
        return float(np.arctan2(y, x))

    @cached_property
    def collision_s(self) -> NDArray[np.float64] | None:
        """(N,) time until the ego's box and each agent's touch, see `time_to_collision_s`."""
        if self._ego_row is None:
            return None
        state, sizes = self.frame.state, np.array(self.info.sizes_lwh_m)
        yaw, offset = state.poses.yaw_rad, np.array(self.info.centres_m)[:, :2]
        c, s = np.cos(yaw), np.sin(yaw)
        turned = np.stack([c * offset[:, 0] - s * offset[:, 1], s * offset[:, 0] + c * offset[:, 1]], 1)
        center = state.poses.position_m[:, :2] + turned
        return time_to_collision_s(center, yaw, sizes[:, :2], state.velocity_mps, self._ego_row)

    def velocity_mps(self, seen: Seen) -> tuple[float, float]:
        """Of an agent, in the world."""
        vx, vy = self.frame.state.velocity_mps[seen.instance_id - 1].tolist()
        return vx, vy


@dataclass(frozen=True)
class Measure:
    """A property that coverage can be counted over.

    Attributes:
        name: as in an axes file.
        scope: what it is a property of.
        meaning: one line, with the definition.
        words: the words it can be; empty if any; None if it is a number.
        of: the value. Measures of a sequence or an image get no annotation.
    """

    name: str
    scope: Scope
    meaning: str
    words: tuple[str, ...] | None
    of: Callable[[Image, Seen | None], Value]


def _time_of_day(image: Image) -> str | None:
    if image.environment is None:
        return None
    sun_deg = image.environment.sun_elevation_deg
    return "day" if sun_deg >= _LOW_SUN_DEG else "twilight" if sun_deg >= _CIVIL_DUSK_DEG else "night"


def _weather(image: Image) -> str | None:
    if image.environment is None:
        return None
    if image.environment.snow_mm_per_h > 0:
        return "snow"
    if image.environment.rain_mm_per_h > 0:
        return "rain"
    if image.environment.visibility_m < _FOG_M:
        return "fog"
    cover = image.environment.cloud_cover
    return "clear" if cover <= _CLEAR_OKTAS else "broken" if cover < _OVERCAST_OKTAS else "overcast"


def _light(name: str) -> Callable[[Image], float | None]:
    return lambda image: None if image.environment is None else float(getattr(image.environment, name))


def _count(prefix: str) -> Callable[[Image], float]:
    return lambda image: float(sum(a.category.startswith(prefix) for a in image.seen))


def _smallest_ttc(image: Image) -> float | None:
    return None if image.collision_s is None else float(image.collision_s.min())


def _ttc(image: Image, seen: Seen) -> float | None:
    return None if image.collision_s is None else float(image.collision_s[seen.instance_id - 1])


def _speed(image: Image, seen: Seen) -> float | None:
    velocity = image.velocity_mps(seen)
    return None if velocity is None else float(np.hypot(*velocity))


def _crossing_angle(image: Image, seen: Seen) -> float | None:
    velocity, heading_rad = image.velocity_mps(seen), image.heading_rad
    if velocity is None or heading_rad is None or np.hypot(*velocity) < _STANDS_MPS:
        return None
    turn = np.arctan2(velocity[1], velocity[0]) - heading_rad
    return float(np.degrees(abs((turn + np.pi) % (2 * np.pi) - np.pi)))


def _height(image: Image, seen: Seen) -> float | None:
    box = seen.box2d_amodal if seen.box2d_visible is None else seen.box2d_visible
    return None if box is None else float(box[3] - box[1])


def _occlusion(image: Image, seen: Seen) -> float | None:
    return None if seen.visibility is None else 1.0 - seen.visibility


_NUMBER = None
_ANY_WORD: tuple[str, ...] = ()


def _image(
    name: str,
    meaning: str,
    of: Callable[[Image], Value],
    words: tuple[str, ...] | None = _NUMBER,
    scope: Scope = Scope.IMAGE,
) -> Measure:
    return Measure(name, scope, meaning, words, lambda image, _: of(image))


def _object(
    name: str,
    meaning: str,
    of: Callable[[Image, Seen], Value],
    words: tuple[str, ...] | None = _NUMBER,
) -> Measure:
    def value(image: Image, seen: Seen | None) -> Value:
        assert seen is not None
        return of(image, seen)

    return Measure(name, Scope.OBJECT, meaning, words, value)


MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        _image("time_of_day", "day with the sun 10 degrees high or more, twilight down to 6 degrees below "
               "the horizon, then night", _time_of_day, ("day", "twilight", "night")),
        _image("sun_elevation_deg", "height of the sun above the horizon",
               _light("sun_elevation_deg")),
        _image("weather", "what falls, else fog below 1 km of visibility, else the sky: clear up to 2 oktas, "
               "overcast at 8, broken between", _weather,
               ("clear", "broken", "overcast", "fog", "rain", "snow")),
        _image("cloud_cover", "share of the sky in clouds, 0 to 1",
               _light("cloud_cover")),
        _image("rain_mm_per_h", "rainfall", _light("rain_mm_per_h")),
        _image("visibility_m", "meteorological optical range", _light("visibility_m")),
        _image("wetness", "of surfaces under the sky, 0 dry to 1 wet", _light("wetness")),
        _image("snow_cover", "share of the ground that snow lies on, 0 to 1", _light("snow_cover")),
        _image("world", "the street's name", lambda image: image.world,
               _ANY_WORD, Scope.SEQUENCE),
        _image("objects_in_view", "labelled objects in the picture", _count("")),
        _image("people_in_view", "labelled people in the picture", _count("human.")),
        _image("vehicles_in_view", "labelled vehicles in the picture", _count("vehicle.")),
        _image("ego_speed_mps", "speed of the agent that carries the camera",
               lambda image: image.ego_speed_mps),
        _image("smallest_ttc_s", "least time until the ego's box touches anybody's if all keep their "
               "velocity; inf: never", _smallest_ttc),
        _object("category", "dotted category; a word also stands for all below it",
                lambda image, seen: seen.category, _ANY_WORD),
        _object("activity", "what it is doing", lambda image, seen: seen.activity or None,
                tuple(activity.name.lower() for activity in Activity)),
        _object("distance_m", "from the camera to the middle of its box",
                lambda image, seen: seen.distance_m),
        _object("box_height_px", "height of the box around its visible pixels, or around all of it where "
                "only that is labelled", _height),
        _object("occlusion", "share of its pixels in the image that others hide, 0 to 1", _occlusion),
        _object("truncation", "share of its box outside the image, 0 to 1",
                lambda image, seen: seen.truncation),
        _object("speed_mps", "its speed over ground", _speed),
        _object("crossing_angle_deg", "between its motion and the heading of the ego, or where a fixed "
                "camera looks: 0 same way, 90 across, 180 against; none for who stands", _crossing_angle),
        _object("ttc_s", "time until its box and the ego's touch if both keep their velocity; inf: never",
                _ttc),
    )
}  # fmt: skip
"""All measures by name."""
