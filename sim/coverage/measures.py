"""What was written -> the numbers and words that coverage is counted over, one named measure each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Activity
from sim.coverage.meeting import time_to_collision_s
from sim.dataset import SequenceInfo
from sim.frame import Annotation, Capture, Frame
from sim.geometry import yaw_from_rotation

__all__ = ["MEASURES", "Image", "Measure", "Scope", "Value"]

Value = float | str | None
"""None: it does not apply (a crossing angle of who stands) or is not known (visibility not measured)."""

_STANDS_MPS = 0.1
_LOW_SUN_DEG, _CIVIL_DUSK_DEG = 10.0, -6.0  # civil twilight ends with the sun 6 degrees below the horizon
_CLEAR_OKTAS, _OVERCAST_OKTAS = 2.5 / 8, 7.5 / 8  # WMO: up to 2 oktas are "few", 8 are "overcast"


class Scope(IntEnum):
    """What a measure is a property of; finer ones are larger."""

    SEQUENCE = 0
    IMAGE = 1
    OBJECT = 2


@dataclass(frozen=True, eq=False)
class Image:
    """One camera's picture with its labels, and what it is part of."""

    info: SequenceInfo
    frame: Frame
    capture: Capture
    seen: tuple[Annotation, ...]

    @cached_property
    def ego_row(self) -> int | None:
        """Row of the agent that carries the camera, None if it is fixed."""
        mount = next(camera.mount for camera in self.info.sensors if camera.name == self.capture.sensor)
        return self.frame.state.roster.row(mount) if mount else None

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
        if self.ego_row is None:
            return None
        state, sizes = self.frame.state, np.array(self.info.sizes_lwh_m)
        yaw = state.poses.yaw_rad
        offset = np.array(self.info.centres_m)[:, :2]
        turned = np.stack(
            [
                np.cos(yaw) * offset[:, 0] - np.sin(yaw) * offset[:, 1],
                np.sin(yaw) * offset[:, 0] + np.cos(yaw) * offset[:, 1],
            ],
            1,
        )
        center = state.poses.position_m[:, :2] + turned
        return time_to_collision_s(center, yaw, sizes[:, :2], state.velocity_mps, self.ego_row)


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
    of: Callable[[Image, Annotation | None], Value]


def _time_of_day(image: Image) -> str:
    sun_deg = image.frame.state.lighting.sun_elevation_deg
    return "day" if sun_deg >= _LOW_SUN_DEG else "twilight" if sun_deg >= _CIVIL_DUSK_DEG else "night"


def _weather(image: Image) -> str:
    cover = image.frame.state.lighting.cloud_cover
    return "clear" if cover <= _CLEAR_OKTAS else "broken" if cover < _OVERCAST_OKTAS else "overcast"


def _world(image: Image) -> str | None:
    world = image.info.scenario.get("world")
    return str(world["name"]) if isinstance(world, Mapping) and "name" in world else None


def _count(prefix: str) -> Callable[[Image], float]:
    return lambda image: float(sum(a.category.startswith(prefix) for a in image.seen))


def _ego_speed(image: Image) -> float | None:
    row = image.ego_row
    return None if row is None else float(np.hypot(*image.frame.state.velocity_mps[row]))


def _smallest_ttc(image: Image) -> float | None:
    return None if image.collision_s is None else float(image.collision_s.min())


def _ttc(image: Image, seen: Annotation) -> float | None:
    return None if image.collision_s is None else float(image.collision_s[seen.instance_id - 1])


def _speed(image: Image, seen: Annotation) -> float:
    return float(np.hypot(*seen.velocity_mps[:2]))


def _crossing_angle(image: Image, seen: Annotation) -> float | None:
    vx, vy = seen.velocity_mps[:2]
    if np.hypot(vx, vy) < _STANDS_MPS:
        return None
    turn = np.arctan2(vy, vx) - image.heading_rad
    return float(np.degrees(abs((turn + np.pi) % (2 * np.pi) - np.pi)))


def _height(image: Image, seen: Annotation) -> float | None:
    return None if seen.box2d_visible is None else float(seen.box2d_visible[3] - seen.box2d_visible[1])


def _occlusion(image: Image, seen: Annotation) -> float | None:
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
    of: Callable[[Image, Annotation], Value],
    words: tuple[str, ...] | None = _NUMBER,
) -> Measure:
    def value(image: Image, seen: Annotation | None) -> Value:
        assert seen is not None
        return of(image, seen)

    return Measure(name, Scope.OBJECT, meaning, words, value)


MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        _image("time_of_day", "day with the sun 10 degrees high or more, twilight down to 6 degrees below "
               "the horizon, then night", _time_of_day, ("day", "twilight", "night")),
        _image("sun_elevation_deg", "height of the sun above the horizon",
               lambda image: image.frame.state.lighting.sun_elevation_deg),
        _image("weather", "clear up to 2 oktas of cloud, overcast at 8, broken between", _weather,
               ("clear", "broken", "overcast")),
        _image("cloud_cover", "share of the sky in clouds, 0 to 1",
               lambda image: image.frame.state.lighting.cloud_cover),
        _image("world", "the street's name", lambda image: _world(image),
               _ANY_WORD, Scope.SEQUENCE),
        _image("objects_in_view", "labelled objects in the picture", _count("")),
        _image("people_in_view", "labelled people in the picture", _count("human.")),
        _image("vehicles_in_view", "labelled vehicles in the picture", _count("vehicle.")),
        _image("ego_speed_mps", "speed of the agent that carries the camera", _ego_speed),
        _image("smallest_ttc_s", "least time until the ego's box touches anybody's if all keep their "
               "velocity; inf: never", _smallest_ttc),
        _object("category", "dotted category; a word also stands for all below it",
                lambda image, seen: seen.category, _ANY_WORD),
        _object("activity", "what it is doing", lambda image, seen: seen.activity,
                tuple(activity.name.lower() for activity in Activity)),
        _object("distance_m", "from the camera to the middle of its box",
                lambda image, seen: seen.distance_m),
        _object("box_height_px", "height of the box around its visible pixels", _height),
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
