"""Checks of how colors were exposed, and of the clean picture beside a camera's own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.audit.measures import exact, measure
from sim.audit.view import Measure, View

__all__ = ["clean_pictures", "exposures"]

_EV = 1e-6
_UNLIKE = 0.5
_BLOCK_PX = 8
_FLAT = 4.0  # levels: pictures of less contrast, such as those of a dark night, tell nothing


def exposures(view: View) -> Iterator[Measure]:
    """Exposure time and ISO value lie in the camera's limits, and make the exposure value."""
    response = view.extra["camera"].get("response")
    found = view.extra.get("exposure")
    if response is None or found is None:
        return
    off = [(math.inf, f"exposure is {found!r:.80}")]
    if _is_exposure(found):
        time_s, iso = float(found["exposure_s"]), float(found["iso"])
        made = math.log2(response["aperture_f"] ** 2 / time_s * 100 / iso)
        off = [(abs(made - found["ev100"]), f"ev100 is {found['ev100']}, time and iso make {made}")]
        for name, value, low, high in (
            ("exposure_s", time_s, response["shortest_s"], response["longest_s"]),
            ("iso", iso, response["lowest_iso"], response["highest_iso"]),
        ):
            beyond = max(low / value, value / high) - 1
            off.append((max(beyond, 0.0), f"{name} is {value}, the camera has {low} to {high}"))
    yield measure(view.where, off, _EV, "EV")


def _is_exposure(found: object) -> bool:
    if not isinstance(found, dict):
        return False
    numbers = [found.get(name) for name in ("ev100", "exposure_s", "iso")]
    gains = found.get("white_balance")
    if not isinstance(gains, list) or len(gains) != 3:
        return False
    is_number = all(isinstance(n, int | float) and math.isfinite(n) for n in (*numbers, *gains))
    return is_number and min(found["exposure_s"], found["iso"], *gains) > 0


def clean_pictures(view: View) -> Iterator[Measure]:
    """The clean picture shows what the camera's own shows: means of blocks of both rise and fall together."""
    one, other = (_blocks(view.images[name]) for name in ("rgb", "rgb_clean"))
    if one.shape != other.shape:
        yield exact(view.where, [(True, "rgb and rgb_clean differ in size")], "images")
        return
    if min(one.std(), other.std()) < _FLAT:
        return
    unlike = 1.0 - float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
    yield measure(
        view.where, [(unlike, f"rgb and rgb_clean correlate by {1 - unlike:.2f} alone")], _UNLIKE, ""
    )


def _blocks(rgb: NDArray[Any]) -> NDArray[np.float64]:
    height, width = (size // _BLOCK_PX for size in rgb.shape[:2])
    cut = rgb[: height * _BLOCK_PX, : width * _BLOCK_PX].mean(-1)
    return np.asarray(cut.reshape(height, _BLOCK_PX, width, _BLOCK_PX).mean((1, 3)))
