"""Cameras and intrinsics <-> records of JSON: every field, the lens by the name of its model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sim.geometry import BrownConrady, Intrinsics, KannalaBrandt, Lens
from sim.scenario.response import response_from_json
from sim.scenario.sensors import Camera

__all__ = ["LENS_MODELS", "camera_from_json", "camera_to_json", "intrinsics_to_json"]

LENS_MODELS: dict[str, type[Lens]] = {"brown_conrady": BrownConrady, "kannala_brandt": KannalaBrandt}
"""Lens models by the name they have in files."""


def camera_to_json(camera: Camera) -> dict[str, Any]:
    """All fields of a camera; `distortion` is None or {"model": name, coefficient: value, ...}."""
    return {**dataclasses.asdict(camera), "channels": list(camera.channels)}


def camera_from_json(data: Mapping[str, Any]) -> Camera:
    """The camera that `camera_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError, UsageError: the data are not what `camera_to_json` writes.
    """
    lens = data["distortion"]
    if lens is not None:
        lens = LENS_MODELS[lens["model"]](**{name: value for name, value in lens.items() if name != "model"})
    response = response_from_json(data.get("response"))
    channels = tuple(data["channels"])
    return Camera(**{**data, "channels": channels, "distortion": lens, "response": response})


def intrinsics_to_json(intrinsics: Intrinsics) -> dict[str, Any]:
    """All fields of intrinsics; `distortion` as in `camera_to_json`, and its `limit` (see `RadialMap`)."""
    record = dataclasses.asdict(intrinsics)
    if intrinsics.distortion is not None:
        record["distortion"]["limit"] = intrinsics.distortion.radial.limit
    return record
