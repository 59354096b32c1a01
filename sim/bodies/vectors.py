"""Arrays of vectors in, their products and lengths out.

NumPy's own functions take longer to begin than what bodies are made of takes to compute.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cross", "lengths"]

Floats = NDArray[np.float64]


def cross(a: Floats, b: Floats) -> Floats:
    """(..., 3) cross products of vectors (..., 3), broadcast."""
    x, y, z = a[..., 0], a[..., 1], a[..., 2]
    u, v, w = b[..., 0], b[..., 1], b[..., 2]
    first = y * w - z * v
    out = np.empty((*first.shape, 3))
    out[..., 0] = first
    out[..., 1] = z * u - x * w
    out[..., 2] = x * v - y * u
    return out


def lengths(v: Floats) -> Floats:
    """(...) lengths of vectors (..., 3)."""
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", v, v)))
