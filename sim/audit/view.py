"""What the audit knows of one capture, whatever format it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Finding", "Lens", "Measure", "View"]

Image = NDArray[Any]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Lens:
    """Intrinsics as the files say: pixels from the image's corner, so centres of pixels at half-integers.

    Attributes:
        width_px, height_px: image size.
        fx_px, fy_px, cx_px, cy_px: focal lengths and principal point.
        model: ``pinhole``, ``brown_conrady`` or ``kannala_brandt``.
        coefficients: of the model in OpenCV's order: k1 k2 p1 p2 k3 k4 k5 k6, or k1 k2 k3 k4.
        limit: how far off the axis the lens maps anything, as the files say: the tangent of the angle, or the
            angle in radians for `kannala_brandt`.
    """

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    model: str = "pinhole"
    coefficients: tuple[float, ...] = ()
    limit: float = float("inf")


@dataclass(frozen=True, eq=False)
class View:
    """One capture: what one camera saw in one frame.

    Attributes:
        sequence: name of the sequence.
        frame: number of the frame.
        sensor: name of the camera.
        tick: of the simulation, or the frame's number where a format knows no ticks.
        timestamp_ns: time.
        lens: intrinsics, None if the format has none.
        world_from_camera: (4, 4) float64, None if the format has none.
        near_m: nearest distance drawn.
        images: channel -> array as SCHEMA.md describes it; decoded when asked for.
        objects: annotations with the field names of SCHEMA.md; fields a format does not know are absent.
        extra: what else a format says of the capture (``world_from_carrier``, ``unoccluded_px``, ...).
    """

    sequence: str
    frame: int
    sensor: str
    tick: int
    timestamp_ns: int
    lens: Lens | None
    world_from_camera: NDArray[np.float64] | None
    near_m: float
    images: Mapping[str, Image]
    objects: Sequence[Record]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Sequence, frame and camera, for messages."""
        return f"{self.sequence} frame {self.frame} {self.sensor}"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        check: name of the check.
        where: file, or sequence, frame and camera.
        what: what disagrees, with its numbers.
    """

    check: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Measure:
    """How far one comparison was off.

    Attributes:
        compared: how many things were compared (pixels, boxes, objects).
        worst: the largest disagreement, in `unit`.
        limit: what is still accepted.
        unit: of both.
        where: place of the worst one.
        failures: sentences for `Finding.what`; empty if all is within the limit.
    """

    compared: int
    worst: float
    limit: float
    unit: str
    where: str
    failures: tuple[str, ...] = ()
