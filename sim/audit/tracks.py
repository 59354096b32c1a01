"""A sequence's tracks -> do they keep category and size, and move as their velocities say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.audit.history import History, Sighting
from sim.audit.measures import exact, measure
from sim.audit.solids import rigid
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
                f"instance {number} is {seen.record.get('category')} in frame {seen.head.frame} of "
                f"{seen.head.sensor}, {first.record.get('category')} in frame {first.head.frame}"
            )
            off.append((seen.record.get("category") != first.record.get("category"), sentence))
    yield exact(history.sequence, off)


def same_size(history: History) -> Iterator[Measure]:
    """An id has one size of `box3d`, in all frames and from all cameras."""
    off = []
    for number, track in history.tracks.items():
        boxes = [seen for seen in track if "box3d" in seen.record]
        for seen in boxes[1:]:
            size, first = (np.asarray(one.record["box3d"]["size_lwh_m"]) for one in (seen, boxes[0]))
            sentence = f"instance {number}: box3d measures {size} in frame {seen.head.frame}, {first} before"
            off.append((float(np.abs(size - first).max()), sentence))
    yield measure(history.sequence, off, float(history.extra.get("size_tolerance_m", 0.0)), "m")


def steps_match_velocity(history: History) -> Iterator[Measure]:
    """From one frame to the next an agent goes as far as its velocities take it.

    The mean of both velocities is off by no more than half the acceleration times the time squared.
    """
    off = []
    for number, first, second, dt_s in _pairs(history, "velocity_mps"):
        start, end = (_origin(history, number, seen) for seen in (first, second))
        mean = (np.add(first.record["velocity_mps"], second.record["velocity_mps"]) / 2)[:2]
        apart = float(np.linalg.norm((end - start)[:2] - mean * dt_s))
        allowed = _STEP_M + 0.5 * _ACCELERATION_MPS2 * dt_s**2
        sentence = (
            f"instance {number} moves {apart:.3f} m otherwise than its velocity says, "
            f"frames {first.head.frame} to {second.head.frame} ({allowed:.3f} m allowed)"
        )
        off.append((apart / allowed, sentence))
    yield measure(history.sequence, off, 1.0, "of allowed")


def smooth_speed(history: History) -> Iterator[Measure]:
    """Velocities do not jump."""
    off = []
    for number, first, second, dt_s in _pairs(history, "velocity_mps"):
        jump = float(np.linalg.norm(np.subtract(second.record["velocity_mps"], first.record["velocity_mps"])))
        allowed = _START_MPS + _ACCELERATION_MPS2 * dt_s
        sentence = (
            f"instance {number}: velocity jumps by {jump:.2f} m/s, frames {first.head.frame} to "
            f"{second.head.frame} ({allowed:.2f} m/s allowed)"
        )
        off.append((jump / allowed, sentence))
    yield measure(history.sequence, off, 1.0, "of allowed")


def turns_match_yaw_rate(history: History) -> Iterator[Measure]:
    """From one frame to the next an agent turns as far as its yaw rates take it."""
    off = []
    for number, first, second, dt_s in _pairs(history, "yaw_rate_radps"):
        start, end = (rigid(seen.record["box3d"]["world_from_box"])[:2, 0] for seen in (first, second))
        turned = float(np.arctan2(start[0] * end[1] - start[1] * end[0], start @ end))
        mean = (first.record["yaw_rate_radps"] + second.record["yaw_rate_radps"]) / 2
        apart = abs(turned - mean * dt_s)
        apart = min(apart, abs(apart - 2 * np.pi))
        allowed = _TURN_RAD + 0.5 * _TURN_RADPS2 * dt_s**2
        sentence = (
            f"instance {number} turns {apart:.3f} rad otherwise than its yaw rate says, "
            f"frames {first.head.frame} to {second.head.frame} ({allowed:.3f} rad allowed)"
        )
        off.append((apart / allowed, sentence))
    yield measure(history.sequence, off, 1.0, "of allowed")


def _pairs(history: History, field: str) -> Iterator[tuple[int, Sighting, Sighting, float]]:
    """Sightings of one id at different times near each other, whichever cameras saw it."""
    for number, track in history.tracks.items():
        able = [seen for seen in track if field in seen.record and "box3d" in seen.record]
        for first, second in itertools.pairwise(able):
            dt_s = (second.head.timestamp_ns - first.head.timestamp_ns) / 1e9
            if 0 < dt_s <= _MOST_APART_S:
                yield number, first, second, dt_s


def _origin(history: History, number: int, seen: Sighting) -> NDArray[np.float64]:
    """Origin of the body, whose velocity is told, from its box's center; that itself if none is known."""
    box = rigid(seen.record["box3d"]["world_from_box"])
    agents = history.extra.get("agents") or ()
    shift = agents[number - 1]["centre_m"] if 0 < number <= len(agents) else (0.0, 0.0, 0.0)
    return np.asarray(box[:3, 3] - box[:3, :3] @ np.asarray(shift, np.float64))
