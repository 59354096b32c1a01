"""Roadreel: street scenes simulated, filmed by virtual cameras, written as labelled video datasets.

Names are loaded when they are first used, so that `import sim` costs nothing and never loads Panda3D.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim import writers as writers
    from sim.agents import behaviors as behaviors
    from sim.audit import check as check
    from sim.dataset import read as read
    from sim.errors import RoadreelError as RoadreelError
    from sim.errors import UsageError as UsageError
    from sim.record import record as record
    from sim.scenario import BrownConrady as BrownConrady
    from sim.scenario import Camera as Camera
    from sim.scenario import CameraResponse as CameraResponse
    from sim.scenario import KannalaBrandt as KannalaBrandt
    from sim.scenario import Pedestrian as Pedestrian
    from sim.scenario import Scenario as Scenario
    from sim.scenario import Vehicle as Vehicle
    from sim.scenario.calibration import read_rig as read_rig
    from sim.scenario.calibration import write_rig as write_rig
    from sim.scenario.files import dump as dump
    from sim.scenario.files import load as load
    from sim.scenario.rigs import stereo as stereo
    from sim.scenario.rigs import surround as surround
    from sim.scenario.sampling import sample as sample
    from sim.simulation import simulate as simulate
    from sim.writers import export as export

__all__ = [
    "BrownConrady",
    "Camera",
    "CameraResponse",
    "KannalaBrandt",
    "Pedestrian",
    "RoadreelError",
    "Scenario",
    "UsageError",
    "Vehicle",
    "behaviors",
    "check",
    "dump",
    "export",
    "load",
    "read",
    "read_rig",
    "record",
    "sample",
    "simulate",
    "stereo",
    "surround",
    "write_rig",
    "writers",
]

_HOME = {
    "BrownConrady": "sim.scenario",
    "Camera": "sim.scenario",
    "CameraResponse": "sim.scenario",
    "KannalaBrandt": "sim.scenario",
    "Pedestrian": "sim.scenario",
    "RoadreelError": "sim.errors",
    "Scenario": "sim.scenario",
    "UsageError": "sim.errors",
    "Vehicle": "sim.scenario",
    "behaviors": "sim.agents",
    "check": "sim.audit",
    "dump": "sim.scenario.files",
    "export": "sim.writers",
    "load": "sim.scenario.files",
    "read": "sim.dataset",
    "read_rig": "sim.scenario.calibration",
    "record": "sim.record",
    "sample": "sim.scenario.sampling",
    "simulate": "sim.simulation",
    "stereo": "sim.scenario.rigs",
    "surround": "sim.scenario.rigs",
    "write_rig": "sim.scenario.calibration",
}


def __getattr__(name: str) -> object:
    if name == "writers":
        return importlib.import_module("sim.writers")
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return list(__all__)


class _Package(ModuleType):
    """Importing a submodule puts it on the package; `sim.record` is to stay the function, not its module."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and _HOME.get(name) == value.__name__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
