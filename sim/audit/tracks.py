"""A sequence's tracks -> do they keep category and size, and move as their velocities say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.history import History, Sighting
from sim.audit.measures import exact, measure
from sim.audit.view import Measure

__all__ = ["same_category", "same_size", "smooth_speed", "steps_match_velocity", "turns_match_yaw_rate"]

_MOST_APART_S = 0.55  # sightings farther apart in time say nothing of one motion
_ACCELERATION_MPS2 = 12.0  # more than tires hold on a road
_START_MPS = 0.75  # a person starts or stops within one step, however short
_STEP_M = 0.03  # feet that are set anew move the body a little
_TURN_RADPS2 = 20.0  # people turn round on the spot
_TURN_RAD = 0.03


def same_category(history: History) -> Iterator[Measure]:
    """An id has one category, in all frames and from all cameras."""
    off = []
    for number, track in history.tracks.items():
        first = track[0]
        for seen in track[1:]:
            sentence = (
                f"instance {number} is {seen.category} in frame {seen.head.frame} of {seen.head.sensor}, "
                f"{first.category} in frame {first.head.frame}"
            )
            off.append((seen.category != first.category, sentence))
    yield exact(history.sequence, off)


def same_size(history: History) -> Iterator[Measure]:
    """An id has one size of `box3d`, in all frames and from all cameras."""
    off = []
    for number, track in history.tracks.items():
        first = track[0].size_lwh_m
        for seen in track[1:]:
            apart = float(np.abs(seen.size_lwh_m - first).max())
            sentence = f"instance {number}: box3d measures {seen.size_lwh_m} in frame {seen.head.frame}"
            off.append((apart, f"{sentence}, {first} at first"))
    yield measure(history.sequence, off, float(history.extra.get("size_tolerance_m", 0.0)), "m")


def steps_match_velocity(history: History) -> Iterator[Measure]:
    """From one frame to the next an agent goes as far as its velocities take it.

    The mean of both velocities is off by no more than half the acceleration times the time squared.
    """
    off = []
    for number, first, second, dt_s in _pairs(history):
        step = _origin(history, number, second) - _origin(history, number, first)
        mean = (first.velocity_mps + second.velocity_mps) / 2
        apart = float(np.linalg.norm((step - mean * dt_s)[:2]))
        allowed = _STEP_M + 0.5 * _ACCELERATION_MPS2 * dt_s**2
        sentence = f"instance {number} moves {apart:.3f} m otherwise than its velocity says"
        off.append((apart / allowed, f"{sentence}, {_between(first, second)} ({allowed:.3f} m allowed)"))
    yield measure(history.sequence, off, 1.0, "of allowed")


def smooth_speed(history: History) -> Iterator[Measure]:
    """Velocities do not jump."""
    off = []
    for number, first, second, dt_s in _pairs(history):
        jump = float(np.linalg.norm(second.velocity_mps - first.velocity_mps))
        allowed = _START_MPS + _ACCELERATION_MPS2 * dt_s
        sentence = f"instance {number}: velocity jumps by {jump:.2f} m/s"
        off.append((jump / allowed, f"{sentence}, {_between(first, second)} ({allowed:.2f} m/s allowed)"))
    yield measure(history.sequence, off, 1.0, "of allowed")


def turns_match_yaw_rate(history: History) -> Iterator[Measure]:
    """From one frame to the next an agent turns as far as its yaw rates take it."""
    off = []
    for number, first, second, dt_s in _pairs(history):
        start, end = first.pose[:2, 0], second.pose[:2, 0]
        turned = float(np.arctan2(start[0] * end[1] - start[1] * end[0], start @ end))
        apart = abs(turned - (first.yaw_rate_radps + second.yaw_rate_radps) / 2 * dt_s)
        apart = min(apart, abs(apart - 2 * np.pi))
        allowed = _TURN_RAD + 0.5 * _TURN_RADPS2 * dt_s**2
        sentence = f"instance {number} turns {apart:.3f} rad otherwise than its yaw rate says"
        off.append((apart / allowed, f"{sentence}, {_between(first, second)} ({allowed:.3f} rad allowed)"))
    yield measure(history.sequence, off, 1.0, "of allowed")


def _pairs(history: History) -> Iterator[tuple[int, Sighting, Sighting, float]]:
    """Sightings of one id at different times near each other, whichever cameras saw it."""
    for number, track in history.tracks.items():
        for first, second in itertools.pairwise(track):
            dt_s = (second.head.timestamp_ns - first.head.timestamp_ns) / 1e9
            if 0 < dt_s <= _MOST_APART_S:
                yield number, first, second, dt_s


def _between(first: Sighting, second: Sighting) -> str:
    return f"frames {first.head.frame} to {second.head.frame}"


def _origin(history: History, number: int, seen: Sighting) -> NDArray[np.float64]:
    """Origin of the body, whose velocity is told, from its box's center; that itself if none is known."""
    agents = history.extra.get("agents") or ()
    shift = agents[number - 1]["centre_m"] if 0 < number <= len(agents) else (0.0, 0.0, 0.0)
    return np.asarray(seen.pose[:, 3] - seen.pose[:, :3] @ np.asarray(shift, np.float64))
