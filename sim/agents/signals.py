"""A signal programme and a time -> the colour every signal group shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import SignalColor
from sim.world import RoadNetwork

__all__ = ["SignalProgramme"]


class SignalProgramme:
    """The phases of a network as a table.

    Attributes:
        names: signal groups, in the order of the road network.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.names = tuple(signal.name for signal in network.signals)
        self._ends_s = np.cumsum([phase.duration_s for phase in network.programme])
        red = int(SignalColor.RED) if network.programme else int(SignalColor.OFF)
        self._colors = np.full((max(1, len(network.programme)), len(self.names)), red, np.uint8)
        for k, phase in enumerate(network.programme):
            for name, color in phase.colors:
                self._colors[k, self.names.index(name)] = SignalColor[color.upper()]

    def row(self, name: str) -> int:
        """Column of a signal group, -1 for ``""``."""
        return self.names.index(name) if name else -1

    def colors(self, tick: int, tick_hz: int) -> NDArray[np.uint8]:
        """(S,) `SignalColor` at a tick; the programme starts with its first phase at tick 0."""
        if not len(self._ends_s):
            return np.array(self._colors[0])
        phase_s = (tick / tick_hz) % float(self._ends_s[-1])
        phase = int(np.searchsorted(self._ends_s, phase_s, side="right"))
        return np.array(self._colors[min(phase, len(self._ends_s) - 1)])
