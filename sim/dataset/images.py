"""Channel arrays <-> bytes of image files: PNG for colors, ids and flags, TIFF for measures, lossless all.

Which layout of a TIFF is quick and small depends on the channel, measured at 1280x720 on a street seen from a
car, Zstandard level 1. Flow varies from pixel to pixel in its last bits: planes with the floating-point
predictor take 21 ms and 1.4 to 2.1 MB, pixels with it 1.6 to 2.6 MB, pixels without it 3.0 to 6.0 MB. Normals
and scene flow are equal over whole surfaces: plain pixels take 4 to 13 ms, with the predictor 11 to 26 ms for
at most a tenth less.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from sim.dataset.codecs import from_exr, from_jxl, metres_of_steps
from sim.dataset.png import png
from sim.errors import UsageError
from sim.frame import CHANNELS

__all__ = ["ENCODERS", "MAX_INSTANCE_ID", "decode"]

Image = NDArray[np.generic]

MAX_INSTANCE_ID = 65535
"""Instance images are stored with 16 bits."""

_FLOATING_POINT = 3  # TIFF predictor that suits IEEE numbers


def _instance_png(image: Image) -> bytes:
    return png(image.astype(">u2"))


def _panoptic_png(image: Image) -> bytes:
    """R = class, G = id // 256, B = id % 256, as KITTI-STEP stores them: the bytes of class * 65536 + id."""
    octets = np.ascontiguousarray(image, "<i4").view(np.uint8).reshape(*image.shape, 4)
    return png(cv2.cvtColor(octets, cv2.COLOR_BGRA2RGB), runs=True)


def _panoptic_from_rgb(rgb: Image) -> Image:
    red, green, blue = np.moveaxis(rgb.astype(np.int32), 2, 0)
    return np.asarray(red << 16 | green << 8 | blue)


def _smooth_tiff(image: Image) -> bytes:
    """(H, W), or (H, W, bands) as one plane per band: for values that change a little at every pixel."""
    planes = image if image.ndim == 2 else np.moveaxis(image, 2, 0)
    return _tiff(planes, _FLOATING_POINT, None if image.ndim == 2 else "separate")


def _flat_tiff(image: Image) -> bytes:
    """(H, W, bands) pixel by pixel: for values that are equal over surfaces."""
    return _tiff(image, None, "contig")


def _tiff(array: Image, predictor: int | None, planes: str | None) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        np.ascontiguousarray(array, np.float32),
        compression="zstd",
        compressionargs={"level": 1},
        predictor=predictor,
        photometric="minisblack",
        planarconfig=planes,
        metadata=None,
        software=False,
        datetime=None,
    )
    return buffer.getvalue()


ENCODERS: dict[str, Callable[[Image], bytes]] = {
    "rgb": png,
    "rgb_clean": png,
    "weather_mask": png,
    "depth": _smooth_tiff,
    "instance": _instance_png,
    "semantic": png,
    "semantic_envelope": png,
    "panoptic": _panoptic_png,
    "normal": _flat_tiff,
    "flow_forward": _smooth_tiff,
    "flow_backward": _smooth_tiff,
    "occlusion_forward": png,
    "occlusion_backward": png,
    "scene_flow": _flat_tiff,
}
"""How each channel is stored."""


def decode(path: Path, channel: str) -> Image:
    """The array of a channel, dtype and all, from a file of any type that it may be stored as.

    Raises:
        UsageError: the file is missing or is not such an image.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        array = _DECODERS.get(path.suffix, _from_opencv)(data)
    except (ValueError, TypeError, IndexError, RuntimeError, cv2.error) as error:
        raise UsageError(f"{path}: broken {channel} image: {error}") from error
    if channel == "panoptic" and array.ndim == 3:
        array = _panoptic_from_rgb(array)
    elif channel == "depth" and array.dtype == np.uint16:
        array = metres_of_steps(array)
    bands = array.shape[2] if array.ndim == 3 else 1
    if bands != CHANNELS[channel].bands:
        raise UsageError(f"{path}: {bands} bands, wanted the {CHANNELS[channel].bands} of a {channel} image")
    return array.astype(CHANNELS[channel].dtype, copy=False)


def _from_tiff(data: bytes) -> Image:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        array: Image = page.asarray()
        separate = page.planarconfig == tifffile.PLANARCONFIG.SEPARATE
    return np.ascontiguousarray(np.moveaxis(array, 0, 2)) if array.ndim == 3 and separate else array


def _from_opencv(data: bytes) -> Image:
    array: Image | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None:
        raise ValueError("no such image")
    return cv2.cvtColor(array, cv2.COLOR_BGR2RGB) if array.ndim == 3 else array


_DECODERS = {".tiff": _from_tiff, ".exr": from_exr, ".jxl": from_jxl}
