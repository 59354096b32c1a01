"""A sequence's captures -> are frames numbered without gaps, timed as their ticks, and all there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.audit.history import History
from sim.audit.measures import exact, measure
from sim.audit.view import Measure

__all__ = ["all_frames", "frame_numbers", "timestamps"]

_NS = 1_000_000_000


def frame_numbers(history: History) -> Iterator[Measure]:
    """Frames count from 0 without gaps, their ticks rise, and no camera is in one twice."""
    frames = list(dict.fromkeys(head.frame for head in history.heads))
    off = [(number != place, f"frame {place} is numbered {number}") for place, number in enumerate(frames)]
    ticks = [next(h.tick for h in history.heads if h.frame == frame) for frame in frames[:1]]
    for before, head in zip(history.heads, history.heads[1:], strict=False):
        rises = head.tick > before.tick if head.frame != before.frame else head.tick == before.tick
        off.append((not rises, f"{head.where} is of tick {head.tick}, after {before.tick}"))
    twice = Counter((head.frame, head.sensor) for head in history.heads)
    off += [(n > 1, f"frame {frame} has {n} captures of {sensor}") for (frame, sensor), n in twice.items()]
    off += [(tick < 0, f"the first tick is {tick}") for tick in ticks]
    yield exact(history.sequence, off, "frames")


def timestamps(history: History) -> Iterator[Measure]:
    """Timestamps are the ticks'."""
    tick_hz = int(history.extra["tick_hz"])
    off = []
    for head in history.heads:
        due = head.tick * _NS // tick_hz
        sentence = f"{head.where}: timestamp is {head.timestamp_ns} ns, tick {head.tick} is at {due} ns"
        off.append((float(abs(head.timestamp_ns - due)), sentence))
    yield measure(history.sequence, off, 0.0, "ns")


def all_frames(history: History) -> Iterator[Measure]:
    """Every camera has a capture at every tick it was due at, and at no other."""
    tick_hz, first = int(history.extra["tick_hz"]), int(history.extra["first_tick"])
    ticks = range(first, first + int(history.extra["ticks"]))
    taken: dict[str, set[int]] = {}
    for head in history.heads:
        taken.setdefault(head.sensor, set()).add(head.tick)
    off = []
    for sensor in history.extra["sensors"]:
        name, period = sensor["camera"]["name"], tick_hz // int(sensor["camera"]["rate_hz"])
        due = {tick for tick in ticks if tick % period == 0}
        for tick in sorted(due ^ taken.get(name, set())):
            sentence = "has no capture, one was due" if tick in due else "has a capture, none was due"
            off.append((True, f"{name} at tick {tick} {sentence}"))
        off += [(False, "")] * len(due & taken.get(name, set()))
        told, seen = history.extra["frames"].get(name, 0), sum(head.sensor == name for head in history.heads)
        off.append((told != seen, f"sequence.json tells of {told} captures of {name}, there are {seen}"))
    yield exact(history.sequence, off, "captures")
