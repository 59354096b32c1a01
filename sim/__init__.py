"""Roadreel: street scenes simulated, filmed by virtual cameras, written as labelled video datasets.

Names are loaded when they are first used, so that `import sim` costs nothing and never loads Panda3D.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Camera as Camera
    from sim.scenario import Pedestrian as Pedestrian
    from sim.scenario import Scenario as Scenario
    from sim.scenario import Vehicle as Vehicle

_HOME = {
    "Camera": "sim.scenario",
    "Pedestrian": "sim.scenario",
    "Scenario": "sim.scenario",
    "Vehicle": "sim.scenario",
    "behaviors": "sim.agents",
    "check": "sim.dataset",
    "export": "sim.writers",
    "read": "sim.dataset",
    "record": "sim.record",
    "sample": "sim.scenario.sampling",
    "simulate": "sim.simulation",
    "writers": "sim.writers",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
