"""Whole numbers -> numbers that look random, alike on every machine: what is kept nowhere is drawn anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Words", "dice", "halves", "keyed", "mixed", "unit"]

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mixed(words: Words) -> Words:
    """Bits of each word spread over all of them (SplitMix64's finalizer, Steele et al., OOPSLA 2014)."""
    with np.errstate(over="ignore"):
        words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def keyed(*parts: int | NDArray[np.integer]) -> Words:
    """One word for each set of whole numbers, broadcast against each other."""
    with np.errstate(over="ignore"):
        words = np.zeros(np.broadcast_shapes(*(np.shape(part) for part in parts)), np.uint64)
        for part in parts:
            words = mixed(words + _GOLDEN ^ np.asarray(part).astype(np.int64).view(np.uint64))
    return words


def dice(words: Words, count: int) -> Floats:
    """Numbers 0 to 1 of each of N words, (N, count)."""
    with np.errstate(over="ignore"):
        return unit(mixed(words[:, None] + _GOLDEN * np.arange(1, count + 1, dtype=np.uint64)))


def unit(words: Words) -> Floats:
    """Words as numbers 0 to 1."""
    return (words >> np.uint64(11)).astype(np.float64) / 2.0**53


def halves(words: Words) -> tuple[Floats, Floats]:
    """Lower and upper half of words as numbers 0 to 1."""
    low = (words & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32
    return low, (words >> np.uint64(32)).astype(np.float64) / 2.0**32
