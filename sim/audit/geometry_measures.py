"""Disagreements of pixels -> `Measure`s: the worst one, the one that a share does not exceed, how many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.audit.view import Measure, View

__all__ = ["among_pixels", "quantile_of_pixels", "share_of_pixels"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ODD_PIXELS = 4  # exceptions allowed in any image however small: fewer say nothing about a share


def among_pixels(view: View, what: str, error: Array, judged: Mask, limit: float, unit: str) -> Measure:
    """The worst pixel.

    Args:
        view: where.
        what: is compared, the subject of the sentence.
        error: (H, W) disagreement, NaN counts as infinite.
        judged: (H, W) bool: pixels that count.
        limit: what is accepted of each.
        unit: of the error.

    Returns:
        A measure with a failure if any pixel is beyond the limit.
    """
    where = np.flatnonzero(judged)
    if not where.size:
        return Measure(0, 0.0, limit, unit, view.where)
    values = np.nan_to_num(error.ravel()[where], nan=np.inf)
    at = where[values.argmax()]
    worst, over = float(values.max()), int((values > limit).sum())
    v, u = divmod(int(at), error.shape[1])
    said = (
        f"{what}: {over} of {where.size} px are off by more than {limit:g} {unit}, {worst:.3g} at ({u}, {v})"
    )
    failures = (said,) if over else ()
    return Measure(int(where.size), worst, limit, unit, f"{view.where} at ({u}, {v})", failures)


def quantile_of_pixels(view: View, what: str, error: Array, share: float, limit: float, unit: str) -> Measure:
    """The error that a share of the pixels does not exceed, leaving out a handful.

    Args:
        view: where.
        what: is compared.
        error: (N,) disagreements.
        share: of the pixels, for example 0.99.
        limit: accepted.
        unit: of the error.
    """
    allowed = max(int(error.size * (1 - share)), _ODD_PIXELS)
    if error.size <= allowed:
        return Measure(0, 0.0, limit, unit, view.where)
    values = np.nan_to_num(error, nan=np.inf)
    worst = float(np.partition(values, error.size - 1 - allowed)[error.size - 1 - allowed])
    said = f"{what}: {share:.0%} of {error.size} px are within {worst:.3g} {unit}, not {limit:g}"
    return Measure(int(error.size), worst, limit, unit, view.where, (said,) if worst > limit else ())


def share_of_pixels(
    view: View, sentence: Callable[[int, int], str], wrong: Mask, judged: int, limit: float
) -> Measure:
    """How many of the judged pixels are wrong, leaving out a handful.

    Args:
        view: where.
        sentence: (wrong pixels, judged pixels) -> what to say of them.
        wrong: bool of any shape.
        judged: how many were looked at.
        limit: share accepted.
    """
    count = int(wrong.sum())
    share = max(count - _ODD_PIXELS, 0) / max(judged, 1)
    failures = (sentence(count, judged),) if share > limit else ()
    return Measure(judged, share, limit, "share of pixels", view.where, failures)
