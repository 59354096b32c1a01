"""Views of toy streets as the native reader gives them, and the geometry checks run on them."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.checks import CHECKS
from sim.audit.geometry_checks import GEOMETRY
from sim.audit.native import NativeSequence
from sim.audit.report import Report
from sim.audit.runner import run_checks
from sim.audit.tally import Tally
from sim.audit.view import View
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import CAMERA_CHANNELS, Camera
from sim.testing import ToyStreet

Array = NDArray[np.float64]
Views = list[list[View]]
"""Views of a sequence, those of one frame together."""

NAMES = tuple(row[0] for row in GEOMETRY)
BARREL = BrownConrady(-0.3, 0.09, 1e-3, -7e-4, -0.01, 0.01)
FISHEYE = KannalaBrandt(0.02, -0.004, 0.001, -2e-4)


def rig(width_px: int = 96, height_px: int = 64) -> tuple[Camera, ...]:
    """On the car a stereo pair, a barrel lens that films half as often, a fisheye; one that stands."""
    all_alike = {"width_px": width_px, "height_px": height_px, "channels": CAMERA_CHANNELS}
    ahead = {"mount": "ego", "x_m": 1.0, "z_m": 1.6, "pitch_deg": 4.0, **all_alike}
    made: Sequence[dict[str, Any]] = (
        {"name": "left", "y_m": 0.25, **ahead},
        {"name": "right", "y_m": -0.25, **ahead},
        {"name": "barrel", "y_m": 0.1, "distortion": BARREL, "rate_hz": 5, **ahead},
        {"name": "fisheye", "y_m": -0.1, "distortion": FISHEYE, "hfov_deg": 190.0, **ahead},
        {
            "name": "pole",
            "x_m": -3.0,
            "y_m": 4.0,
            "z_m": 5.0,
            "yaw_deg": -15.0,
            "pitch_deg": 20.0,
            **all_alike,
        },
    )
    return tuple(Camera(**one) for one in made)


def filmed(root: Path, seed: int, ticks: int = 5, agents: int = 8) -> Views:
    """A toy street with every channel, written and read back; images are decoded."""
    ToyStreet(seed=seed, ticks=ticks, agents=agents, rig=rig()).write(root)
    groups = list(NativeSequence(root, "toy").views())
    return [[dataclasses.replace(view, images=dict(view.images)) for view in group] for group in groups]


@dataclass
class _Taken:
    """A recording that is in memory."""

    taken: Views
    name: str = "toy"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def frames(self) -> int:
        return len(self.taken)

    def views(self) -> Iterator[list[View]]:
        yield from self.taken


def audited(views: Views) -> Report:
    """All geometry checks on views."""
    checks = [check for check in CHECKS if check.name in NAMES]
    tally = Tally(checks)
    run_checks(_Taken(views), checks, tally, 2, lambda: None)
    return tally.report("native")


def with_views(views: Views, change: Callable[[View], View | None]) -> Views:
    """Views with some replaced; None leaves one as it is."""
    return [[change(view) or view for view in group] for group in views]


def with_images(view: View, **images: NDArray[Any]) -> View:
    """A view with some images replaced."""
    return dataclasses.replace(view, images={**view.images, **images})


def with_objects(view: View, change: Callable[[dict[str, Any]], None]) -> View:
    """A view whose objects went through a change in place."""
    objects = copy.deepcopy(list(view.objects))
    for thing in objects:
        change(thing)
    return dataclasses.replace(view, objects=objects)
