"""A scenario -> pictures of it from above: the street, everybody's ways, events on a time line; no OpenGL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.agents.lanes import LaneMap
from sim.agents.state import WorldState
from sim.scenario.scenario import Scenario
from sim.simulation import simulate
from sim.world import World

__all__ = ["preview_frames", "preview_picture"]

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]

_GROUND, _HOUSE, _ROAD, _BAY = (228, 226, 220), (206, 200, 192), (186, 186, 188), (174, 174, 178)
_LINE, _INK, _PALE = (240, 240, 240), (40, 42, 48), (150, 152, 158)
_COLORS = ((196, 60, 44), (38, 98, 170), (34, 130, 76), (150, 82, 160), (206, 128, 24), (20, 140, 150))
_FINE = 4
"""Coordinates are given in sixteenths of a pixel, see cv2's `shift`."""
_MARGIN_M, _ROW_PX = 6.0, 22
_GHOSTS_S = 1.0
_ROADSIDE_M = 12.0


def preview_picture(scenario: Scenario, width_px: int = 1280) -> Image:
    """The whole run in one picture.

    Args:
        scenario: what to run.
        width_px: of the picture.

    Returns:
        (H, W, 3) uint8 sRGB.

    Raises:
        UsageError: an agent that cannot be where the scenario puts it.
    """
    sheet = _Sheet(scenario, list(simulate(scenario)), width_px)
    return sheet.drawn(len(sheet.states) - 1, ghosts=True)


def preview_frames(scenario: Scenario, width_px: int = 1280, rate_hz: int = 10) -> Iterator[Image]:
    """The run as pictures, at most `rate_hz` a second. Arguments and errors as `preview_picture`."""
    sheet = _Sheet(scenario, list(simulate(scenario)), width_px)
    step = max(1, scenario.tick_hz // rate_hz)
    for index in range(0, len(sheet.states), step):
        yield sheet.drawn(index, ghosts=False)


class _Sheet:
    """A run and the map it is drawn on.

    Args:
        scenario: what was run.
        states: of the run.
        width_px: of the pictures.
    """

    def __init__(self, scenario: Scenario, states: Sequence[WorldState], width_px: int) -> None:
        self.scenario, self.states = scenario, states
        roster = states[0].roster
        self._shown = [row for row, name in enumerate(roster.names) if row < len(scenario.agents)]
        self._pose = np.array([np.column_stack([s.poses.position_m[:, :2], s.poses.yaw_rad]) for s in states])
        self._box = [body.footprint_m for body in roster.bodies]
        self._there = np.array([s.poses.position_m[:, 2] > -1000 for s in states])
        scripted = [r for r in self._shown if scenario.agents[r].behavior == "scripted"] or self._shown
        places = self._pose[:, scripted][self._there[:, scripted]][:, :2]
        low, high = places.min(0) - _MARGIN_M, places.max(0) + _MARGIN_M
        if high[1] - low[1] < 2 * _ROADSIDE_M:
            middle = (low[1] + high[1]) / 2
            low[1], high[1] = middle - _ROADSIDE_M, middle + _ROADSIDE_M
        self._scale = min((width_px - 1) / (high[0] - low[0]), 2.0 * width_px / (high[1] - low[1]))
        self._low = low
        self._width = width_px
        self._height = round((high[1] - low[1]) * self._scale)
        self._map = self._ground(scenario.world)

    def drawn(self, index: int, *, ghosts: bool) -> Image:
        """The picture at a state; `ghosts`: with everybody at every second before."""
        image = self._map.copy()
        state = self.states[index]
        for row in self._shown:
            color = self._color(row)
            there = self._there[: index + 1, row]
            self._line(image, self._pose[: index + 1, row, :2][there], color, 2)
            if ghosts:
                every = max(1, round(_GHOSTS_S * state.tick_hz))
                for k in range(0, index, every):
                    if self._there[k, row]:
                        self._outline(image, row, k, color, filled=False)
        for row in self._shown:
            if self._there[index, row]:
                self._outline(image, row, index, self._color(row), filled=True)
        self._names(image, index)
        return np.concatenate([image, self._time_line(index)])

    def _ground(self, world: World) -> Image:
        image = np.full((self._height, self._width, 3), _GROUND, np.uint8)
        for house in world.buildings:
            corners = np.array(
                [(0, 0), (house.width_m, 0), (house.width_m, house.depth_m), (0, house.depth_m)]
            )
            c, s = np.cos(house.yaw_rad), np.sin(house.yaw_rad)
            self._area(image, corners @ np.array([[c, s], [-s, c]]) + (house.x_m, house.y_m), _HOUSE)
        lanes = LaneMap(world.network.lanes)
        strips = []
        for k, lane in enumerate(world.network.lanes):
            _, xy, yaw = lanes.points(k)
            left = np.stack([-np.sin(yaw), np.cos(yaw)], 1) * lane.width_m / 2
            strips.append((lane, xy + left, xy - left))
        for lane, left, right in strips:
            self._area(image, np.concatenate([left, right[::-1]]), _BAY if lane.kind == "parking" else _ROAD)
        for lane, left, right in strips:
            if lane.kind == "driving":
                self._line(image, left, _LINE, 1)
                self._line(image, right, _LINE, 1)
        for crosswalk in world.network.crosswalks:
            ring = np.array(crosswalk.outline_m)
            self._line(image, np.concatenate([ring, ring[:1]]), _LINE, 2)
        return image

    def _outline(self, image: Image, row: int, k: int, color: tuple[int, int, int], *, filled: bool) -> None:
        x, y, yaw = self._pose[k, row]
        low, high, half = self._box[row]
        nose = high - 0.4 * half
        corners = np.array([(low, -half), (nose, -half), (high, 0.0), (nose, half), (low, half)])
        c, s = np.cos(yaw), np.sin(yaw)
        ring = corners @ np.array([[c, s], [-s, c]]) + (x, y)
        if filled:
            self._area(image, ring, color)
        self._line(image, np.concatenate([ring, ring[:1]]), color if not filled else _INK, 1)

    def _names(self, image: Image, index: int) -> None:
        for row in self._shown:
            if self._there[index, row]:
                x, y = self._pixels(self._pose[index, row, :2][None])[0] / 2**_FINE
                _text(image, self.scenario.agents[row].name, (int(x) + 8, int(y) - 8), _INK)

    def _time_line(self, index: int) -> Image:
        """A bar for every event, from its start to its end, under a scale of seconds."""
        events, now_s = self.scenario.events, self.states[index].time_s
        image = np.full(((len(events) + 2) * _ROW_PX, self._width, 3), 250, np.uint8)
        left, right = 200, self._width - 20
        end_s = max(self.states[-1].time_s, 1e-9)

        def column(time_s: float) -> int:
            return round(left + (right - left) * min(max(time_s / end_s, 0.0), 1.0))

        for second in range(int(end_s) + 1):
            at = column(float(second))
            cv2.line(image, (at, _ROW_PX), (at, len(image)), (226, 226, 230), 1)
            _text(image, f"{second} s", (at + 3, _ROW_PX - 6), _PALE)
        times = self.states[index].event_times_s
        for row, event in enumerate(events):
            low = (row + 1) * _ROW_PX
            _text(image, event.name, (8, low + 15), _INK)
            start_s, until_s = times[row]
            if np.isnan(start_s):
                continue
            color = _COLORS[row % len(_COLORS)]
            start, until = column(float(start_s)), column(now_s if np.isnan(until_s) else float(until_s))
            cv2.rectangle(image, (start, low + 5), (max(until, start + 2), low + 16), color, -1)
        cv2.line(image, (column(now_s), _ROW_PX), (column(now_s), len(image)), _INK, 1)
        return image

    def _color(self, row: int) -> tuple[int, int, int]:
        still = self.scenario.agents[row].behavior in ("parked", "stand")
        return _PALE if still else _COLORS[row % len(_COLORS)]

    def _pixels(self, xy_m: Floats) -> NDArray[np.int32]:
        """(K, 2) columns and rows of places, in sixteenths of a pixel."""
        at = (xy_m - self._low) * self._scale
        at[:, 1] = self._height - at[:, 1]
        return np.asarray(np.round(np.clip(at, -1e5, 1e5) * 2**_FINE), np.int32)

    def _area(self, image: Image, ring_m: Floats, color: tuple[int, int, int]) -> None:
        cv2.fillPoly(image, [self._pixels(ring_m)], color, cv2.LINE_AA, _FINE)

    def _line(self, image: Image, points_m: Floats, color: tuple[int, int, int], width: int) -> None:
        if len(points_m) > 1:
            cv2.polylines(image, [self._pixels(points_m)], False, color, width, cv2.LINE_AA, _FINE)


def _text(image: Image, text: str, at: tuple[int, int], color: tuple[int, int, int]) -> None:
    cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, color, 1, cv2.LINE_AA)
