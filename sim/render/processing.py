"""What a sensor hands out -> the picture in the file: colors interpolated, sharpened, compressed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenario import CameraResponse

__all__ = ["noise_level", "processed", "tone_curve"]

_CHROMA_PX = 5  # colors of a mosaic are denoised in blocks of this side, as every camera does
_GRAINY, _GRAIN_STEP = 4.0, 6.0
# Levels of noise from which a camera that denoises does it harder and over more pixels; each step more leaves
# 1 / e of what it left before.
_COARSE_CHROMA_PX = 25
_COARSER = 3.0  # blur of coarse luma over that of fine
_COARSE_NOISE, _CHROMA_NOISE = 0.35, 0.3  # noise left after the finer blur of luma and of colors, as shares


def processed(raw: NDArray[np.uint8], response: CameraResponse, noise: float) -> NDArray[np.uint8]:
    """The picture of a camera.

    Args:
        raw: (H, W) uint8 mosaic RGGB, or (H, W, 3) uint8, after the tone curve.
        response: of the camera.
        noise: what it takes for noise, see `noise_level`.

    Returns:
        (H, W, 3) uint8 sRGB.
    """
    # Green is interpolated along edges: across them every second row or column of a line would stand out.
    rgb: NDArray[Any] = cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2RGB_EA) if response.is_mosaic else raw
    if response.is_mosaic or response.sharpening or response.denoising or response.saturation != 1.0:
        luma, *chroma = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
        if response.sharpening or response.denoising:
            luma = _with_details(luma, response, noise)
        if response.is_mosaic:
            chroma = [cv2.blur(band, (_CHROMA_PX, _CHROMA_PX)) for band in chroma]
        if _grain(response, noise) > 0:
            chroma = [_without_blotches(band, noise) for band in chroma]
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


def _grain(response: CameraResponse, noise: float) -> float:
    """How much harder than by day a camera denoises, 0 in good light and where it never does."""
    return max(noise - _GRAINY, 0.0) / _GRAIN_STEP if response.denoising else 0.0


def _with_details(luma: NDArray[Any], response: CameraResponse, noise: float) -> NDArray[Any]:
    """Luma whose details are enlarged, but for those that are no larger than noise ("coring")."""
    grain = _grain(response, noise)
    share = 1.0 - (1.0 - response.denoising) * float(np.exp(-grain))
    soft = cv2.GaussianBlur(luma, (0, 0), response.sharpening_px)
    factors = (1.0 + response.sharpening) * _kept(share, (2.0 + min(grain, 1.0)) * noise)
    base = soft
    if grain > 0:
        coarse = cv2.GaussianBlur(soft, (0, 0), _COARSER * response.sharpening_px)
        base = _added(coarse, soft, coarse, _kept(share, 3.0 * _COARSE_NOISE * noise))
    return _added(base, luma, soft, factors)


def _without_blotches(band: NDArray[Any], noise: float) -> NDArray[Any]:
    """A color difference without variations over a few pixels that are no larger than noise."""
    coarse = cv2.blur(band, (_COARSE_CHROMA_PX, _COARSE_CHROMA_PX))
    return _added(coarse, band, coarse, _kept(1.0, 3.0 * _CHROMA_NOISE * noise))


def _kept(share: float, width: float) -> NDArray[np.float64]:
    """(511,) share of a detail of -255..255 levels that stays where those up to a width are taken out."""
    detail = np.arange(-255, 256, dtype=float)
    return np.asarray(1.0 - share * np.exp(-((detail / max(width, 1e-3)) ** 2)))


def _added(
    base: NDArray[Any], fine: NDArray[Any], soft: NDArray[Any], factors: NDArray[np.float64]
) -> NDArray[Any]:
    """A band with the details between two others added, each times the factor of its size."""
    levels = np.rint(np.arange(-255, 256) * factors).astype(np.int16)
    index = cv2.subtract(fine, soft, dtype=cv2.CV_16S)
    return np.asarray(cv2.add(base, levels.take(index + 255), dtype=cv2.CV_8U))


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
