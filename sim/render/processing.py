"""What a sensor hands out -> the picture in the file: colors interpolated, sharpened, compressed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenario import CameraResponse

__all__ = ["noise_level", "processed", "tone_curve"]

_CHROMA_PX = 5  # colors of a mosaic are denoised in blocks of this side, as every camera does


def processed(raw: NDArray[np.uint8], response: CameraResponse, noise: float) -> NDArray[np.uint8]:
    """The picture of a camera.

    Args:
        raw: (H, W) uint8 mosaic RGGB, or (H, W, 3) uint8, after the tone curve.
        response: of the camera.
        noise: what it takes for noise, see `noise_level`.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    rgb: NDArray[Any] = cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2RGB) if response.is_mosaic else raw
    if response.is_mosaic or response.sharpening or response.denoising or response.saturation != 1.0:
        luma, *chroma = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
        if response.sharpening or response.denoising:
            luma = _with_details(luma, response, noise)
        if response.is_mosaic:
            chroma = [cv2.blur(band, (_CHROMA_PX, _CHROMA_PX)) for band in chroma]
        if response.saturation != 1.0:
            factor = response.saturation
            chroma = [cv2.convertScaleAbs(band, alpha=factor, beta=128.0 * (1.0 - factor)) for band in chroma]
        rgb = cv2.cvtColor(cv2.merge([luma, *chroma]), cv2.COLOR_YCrCb2RGB)
    if response.jpeg_quality:
        rgb = _through_jpeg(rgb, response.jpeg_quality)
    return rgb


def noise_level(response: CameraResponse, iso: float) -> float:
    """Standard deviation of a dark gray (0.1) in a green pixel, levels of 0 to 255 after the tone curve."""
    if response.full_well_e == 0:
        return 0.0
    gray, step = 0.1, 0.01
    electrons = response.full_well_e * response.lowest_iso / iso / 2.0**response.headroom_ev
    sigma = np.hypot(np.sqrt(gray * electrons), response.read_noise_e) / electrons
    low, high = tone_curve(np.array([gray - step, gray + step]), response)
    return float(255 * sigma * (high - low) / (2 * step))


def tone_curve(linear: NDArray[np.float64], response: CameraResponse) -> NDArray[np.float64]:
    """Linear values, 1 being white -> 0..1 in the file, as ``sensor.frag.glsl`` has it."""
    x = np.maximum(linear, 0.0)
    if response.tone == "gamma":
        y = np.minimum(x, 1.0) ** (1 / 2.2)
    else:
        y = np.sqrt(np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0))
    y = y + response.contrast * (y * y * (3.0 - 2.0 * y) - y)
    return np.asarray(np.maximum((y - response.black_level) / (1.0 - response.black_level), 0.0))


def _with_details(luma: NDArray[Any], response: CameraResponse, noise: float) -> NDArray[Any]:
    """Luma whose details are enlarged, but for those that are no larger than noise ("coring")."""
    soft = cv2.GaussianBlur(luma, (0, 0), response.sharpening_px)
    detail = np.arange(-255, 256, dtype=float)
    kept = 1.0 - response.denoising * np.exp(-((detail / (2.0 * max(noise, 1e-3))) ** 2))
    enlarged = np.rint(detail * (1.0 + response.sharpening) * kept).astype(np.int16)
    index = cv2.subtract(luma, soft, dtype=cv2.CV_16S)
    return np.asarray(cv2.add(soft, enlarged.take(index + 255), dtype=cv2.CV_8U))


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
