"""What a sensor hands out -> the picture in the file: colors interpolated, sharpened, compressed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenario import CameraResponse

__all__ = ["processed"]

_CHROMA_PX = 5  # colors of a mosaic are denoised in blocks of this side, as every camera does


def processed(raw: NDArray[np.uint8], response: CameraResponse) -> NDArray[np.uint8]:
    """The picture of a camera.

    Args:
        raw: (H, W) uint8 mosaic RGGB, or (H, W, 3) uint8, after the tone curve.
        response: of the camera.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    rgb: NDArray[Any] = cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2RGB) if response.is_mosaic else raw
    if response.is_mosaic or response.sharpening or response.saturation != 1.0:
        luma, *chroma = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
        if response.sharpening:
            soft = cv2.GaussianBlur(luma, (0, 0), response.sharpening_px)
            luma = cv2.addWeighted(luma, 1.0 + response.sharpening, soft, -response.sharpening, 0.0)
        if response.is_mosaic:
            chroma = [cv2.blur(band, (_CHROMA_PX, _CHROMA_PX)) for band in chroma]
        if response.saturation != 1.0:
            factor = response.saturation
            chroma = [cv2.convertScaleAbs(band, alpha=factor, beta=128.0 * (1.0 - factor)) for band in chroma]
        rgb = cv2.cvtColor(cv2.merge([luma, *chroma]), cv2.COLOR_YCrCb2RGB)
    if response.jpeg_quality:
        rgb = _through_jpeg(rgb, response.jpeg_quality)
    return rgb


def _through_jpeg(rgb: NDArray[Any], quality: int) -> NDArray[Any]:
    """What is left after a JPEG encoder, 4:2:0."""
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    ]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise RuntimeError("OpenCV did not encode a JPEG")
    return np.asarray(cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB))
