"""Values of calibration files -> arrays, rotations and lenses, or a UsageError with file, field and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.geometry import BrownConrady, KannalaBrandt, Pose

__all__ = ["flat_numbers", "lens_of", "matrix", "pose_of", "rotation", "whole_number"]

_ROUGH = 1e-3  # files hold rotations with few digits; what is farther off is no rotation


def flat_numbers(value: object, where: str) -> NDArray[np.float64]:
    """All numbers of a list, a list of lists or an OpenCV matrix, (N,) float64, finite."""
    if isinstance(value, Mapping) and "data" in value:
        return flat_numbers(value["data"], f"{where}.data")
    rows = value if isinstance(value, list) else [value]
    items = [item for row in rows for item in (row if isinstance(row, list) else [row])]
    for item in items:
        if isinstance(item, bool) or not isinstance(item, int | float) or not abs(item) < 1e12:
            raise UsageError(f"{where}: {item!r:.60} is not a number")
    return np.array(items, np.float64)


def matrix(value: object, rows: int, columns: int, where: str) -> NDArray[np.float64]:
    """A matrix of that shape, flat or in rows."""
    values = flat_numbers(value, where)
    if values.size != rows * columns:
        raise UsageError(f"{where}: {values.size} numbers, wanted {rows} x {columns}")
    return values.reshape(rows, columns)


def whole_number(value: object, where: str) -> int:
    """A whole number above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != round(value) or value < 1:
        raise UsageError(f"{where}: {value!r:.60} is not a whole number above 0")
    return int(value)


def rotation(values: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """The rotation nearest to a (3, 3) matrix that is one but for its last digits."""
    u, _, vt = np.linalg.svd(values)
    nearest = u @ vt
    if np.abs(nearest - values).max() > _ROUGH or np.linalg.det(nearest) < 0:
        raise UsageError(f"{where}: not a rotation matrix")
    return np.asarray(nearest)


def pose_of(values: NDArray[np.float64], where: str) -> Pose:
    """The motion of a (3, 4) or (4, 4) matrix."""
    return Pose(rotation(values[:3, :3], where), values[:3, 3].copy())


def lens_of(
    coefficients: Sequence[float], counts: Sequence[int], where: str, *, is_fisheye: bool
) -> BrownConrady | KannalaBrandt:
    """The lens of coefficients in OpenCV's order.

    Args:
        coefficients: from the file; zeros beyond those the model has do no harm.
        counts: how many there may be.
        where: file and field.
        is_fisheye: Kannala-Brandt instead of Brown-Conrady.
    """
    model: Any = KannalaBrandt if is_fisheye else BrownConrady
    most = 4 if is_fisheye else 8
    values = [float(c) for c in coefficients]
    if any(values[most:]):
        raise UsageError(
            f"{where}: {len(values)} coefficients, of which those after {most} (thin prism, tilt) are not "
            "modelled; wanted zeros there"
        )
    if len(values) not in counts:
        wanted = " or ".join(str(count) for count in counts)
        raise UsageError(f"{where}: {len(values)} coefficients, wanted {wanted}")
    try:
        lens: BrownConrady | KannalaBrandt = model(*values[:most])
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    return lens
