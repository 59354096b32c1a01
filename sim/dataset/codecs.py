"""Color and depth <-> bytes of the file types they may have instead of those of `sim.dataset.images`."""

from __future__ import annotations

import io
from types import ModuleType

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from sim.dataset.png import png
from sim.errors import UsageError

__all__ = [
    "depth_exr",
    "depth_png",
    "from_exr",
    "from_jxl",
    "jpg",
    "jxl",
    "metres_of_steps",
    "openexr",
    "webp",
]

Image = NDArray[np.generic]

_DEPTH_STEPS_PER_M, _LAST_STEP = 256, 65535  # KITTI's


def jpg(rgb: Image, quality: int) -> bytes:
    """JPEG of a quality of 1 to 100. Color is not subsampled: it would bleed over the edges of the labels."""
    return bytes(imagecodecs.jpeg8_encode(rgb, level=quality, subsampling="444"))


def webp(rgb: Image, quality: int) -> bytes:
    """Lossy WebP of a quality of 1 to 100, by the quickest method: others take several times as long."""
    return bytes(imagecodecs.webp_encode(rgb, level=quality, lossless=False, method=0))


def jxl(rgb: Image, quality: int | None) -> bytes:
    """JPEG XL of a quality of 1 to 99; None: lossless. The number of threads would not change the bytes."""
    if quality is None:
        data = bytes(imagecodecs.jpegxl_encode(rgb, lossless=True, effort=1, numthreads=1))
        if _holds(data, rgb):
            return data
        # libjxl's fast lossless mode has been wrong on rare images (its issues 2039, 2118, 2281; in 0.11.2 on
        # small ones of pure noise), so what it makes is decoded; the next effort takes ten times as long.
        return bytes(imagecodecs.jpegxl_encode(rgb, lossless=True, effort=2, numthreads=1))
    # Butteraugli distance of a JPEG quality: JxlEncoderDistanceFromQuality of libjxl.
    lost = 100 - quality
    distance = 0.1 + 0.09 * lost if quality >= 30 else 53 / 3000 * quality**2 - 23 / 20 * quality + 25
    return bytes(imagecodecs.jpegxl_encode(rgb, distance=distance, effort=3, numthreads=1))


def _holds(data: bytes, rgb: Image) -> bool:
    try:
        return np.array_equal(from_jxl(data), rgb)
    except RuntimeError:
        return False


def depth_png(depth_m: Image) -> bytes:
    """Depth (H, W) metres as a 16-bit PNG of metres * 256; 0 where there is none or it exceeds 255.99 m."""
    with np.errstate(over="ignore"):
        # A power of two: the product is exact in single precision.
        steps = np.rint(depth_m.astype(np.float32, copy=False) * np.float32(_DEPTH_STEPS_PER_M))
    steps[~((steps >= 0) & (steps <= _LAST_STEP))] = 0  # beyond 90 degrees off the axis depth is negative
    return png(steps.astype(">u2"), runs=False)


def depth_exr(depth_m: Image) -> bytes:
    """Depth (H, W) metres as OpenEXR: channel Z, float32, ZIP. Raises UsageError if that is not installed."""
    exr, buffer = openexr(), io.BytesIO()
    header = {"compression": exr.ZIP_COMPRESSION, "type": exr.scanlineimage}
    exr.File(header, {"Z": np.ascontiguousarray(depth_m, np.float32)}, num_threads=0).write(buffer)
    return buffer.getvalue()


def metres_of_steps(steps: Image) -> Image:
    """(H, W) float32 metres of what `depth_png` stored; inf where it is 0."""
    depth_m = steps.astype(np.float32) / np.float32(_DEPTH_STEPS_PER_M)
    depth_m[steps == 0] = np.inf
    return depth_m


def from_exr(data: bytes) -> Image:
    """(H, W) float32 of the channel Z. Raises RuntimeError, UsageError without OpenEXR."""
    channels = openexr().File(io.BytesIO(data), separate_channels=True, num_threads=0).channels()
    array: Image = channels["Z"].pixels
    return array


def from_jxl(data: bytes) -> Image:
    """(H, W, 3) uint8. Raises RuntimeError if it is no such image."""
    array: Image = imagecodecs.jpegxl_decode(data, numthreads=1)
    return array


def openexr() -> ModuleType:
    """The module of the extra `exr`. Raises UsageError if it is not installed."""
    try:
        import OpenEXR
    except ModuleNotFoundError:
        raise UsageError(
            "EXR images need the module 'OpenEXR', which is not installed: pip install 'roadreel[exr]'"
        ) from None
    module: ModuleType = OpenEXR
    return module
