"""Random streams keyed by name, so that adding one drawer of numbers never reshuffles the others."""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, name: str) -> np.random.Generator:
    """The random stream of `name` under `seed`.

    Args:
        seed: the scenario's seed, any integer >= 0.
        name: a path such as ``"agents/car3/behavior"``; equal (seed, name) give equal streams everywhere.

    Returns:
        A PCG64 generator. Its key is SHA-256 of seed and name, so nearby seeds and names are unrelated.
    """
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))
