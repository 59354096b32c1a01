"""States in order -> each with the states of every camera's frame before and after it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.agents.state import WorldState
from sim.scenario import Camera

__all__ = ["Moment", "is_due", "moments"]


@dataclass(frozen=True, eq=False)
class Moment:
    """A state and what each camera that is due saw before and will see after it.

    Attributes:
        state: the state.
        before: camera name -> state of its frame before this one, None at the first.
        after: camera name -> state of its next frame, None at the last.
    """

    state: WorldState
    before: Mapping[str, WorldState | None]
    after: Mapping[str, WorldState | None]


def is_due(camera: Camera, state: WorldState) -> bool:
    """True if the camera takes a picture at this state's tick."""
    return state.tick % (state.tick_hz // camera.rate_hz) == 0


def moments(states: Iterable[WorldState], cameras: Sequence[Camera]) -> Iterator[Moment]:
    """Every state once, in order, with its neighbors.

    Args:
        states: of consecutive ticks.
        cameras: whose frames count.

    Yields:
        A moment per state, held back only until the slowest camera that is due at it has its next frame.
    """
    seen: dict[str, WorldState | None] = {camera.name: None for camera in cameras}
    held: deque[_Held] = deque()
    for state in states:
        due = [camera.name for camera in cameras if is_due(camera, state)]
        for entry in held:
            for name in due:
                if name in entry.wanted:
                    entry.wanted.discard(name)
                    entry.after[name] = state
        held.append(_Held(state, {n: seen[n] for n in due}, dict.fromkeys(due), set(due)))
        seen.update(dict.fromkeys(due, state))
        while held and not held[0].wanted:
            yield held.popleft().moment
    for entry in held:
        yield entry.moment


@dataclass(eq=False)
class _Held:
    """A state whose next frames are not all known yet."""

    state: WorldState
    before: dict[str, WorldState | None]
    after: dict[str, WorldState | None]
    wanted: set[str]

    @property
    def moment(self) -> Moment:
        return Moment(self.state, self.before, self.after)
