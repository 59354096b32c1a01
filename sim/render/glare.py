"""A coarse film -> the light that strays in the lens: bloom around what shines, ghosts across the image."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["stray_light"]

_REACHES = ((0.006, 0.5), (0.03, 0.3), (0.12, 0.2))
# Standard deviations as shares of the image's width, and weights. Point spread functions of lenses with dust
# and scratches fall off with about the square of the distance: a few bells of growing width do the same.

_GHOSTS = ((0.6, (0.7, 1.0, 0.8)), (1.6, (1.0, 0.8, 0.6)))
# Sizes of the mirror images of what saturates, and their tints: pairs of surfaces turn the picture over.


def stray_light(
    film: NDArray[np.float32], saturation: float, bloom: float, flare: float
) -> NDArray[np.float32]:
    """Light to add where `bloom + flare` of the light that falls in has been taken away.

    Args:
        film: (h, w, 3) linear light, coarse.
        saturation: value at which the sensor saturates; only what is above makes ghosts that are seen.
        bloom: share of the light that is spread around its place.
        flare: share that is thrown to the other side of the center.

    Returns:
        (h, w, 3) float32.
    """
    width = film.shape[1]
    out = np.zeros_like(film)
    if bloom:
        for reach, weight in _REACHES:
            out += bloom * weight * _blurred(film, max(reach * width, 0.3))
    if flare:
        bright = _blurred(np.maximum(film - np.float32(saturation), 0), 0.01 * width)
        for size, tint in _GHOSTS:
            ghost = _mirrored(bright, size)
            out += (flare / len(_GHOSTS) / size**2) * np.array(tint, np.float32) * ghost
    return out


def _blurred(image: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101), np.float32)


def _mirrored(image: NDArray[np.float32], size: float) -> NDArray[np.float32]:
    """The image turned upside down about its center and scaled."""
    height, width = image.shape[:2]
    center = np.array([(width - 1) / 2, (height - 1) / 2])
    turn = np.array([[-size, 0.0], [0.0, -size]])
    matrix = np.column_stack([turn, center - turn @ center])
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR), np.float32)
