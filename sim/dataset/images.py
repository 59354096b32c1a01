"""Channel arrays <-> bytes of image files: PNG for colours and ids, TIFF for depth, lossless both."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from sim.dataset.png import png
from sim.errors import UsageError
from sim.frame import CHANNELS

__all__ = ["ENCODERS", "MAX_INSTANCE_ID", "decode"]

Image = NDArray[np.generic]

MAX_INSTANCE_ID = 65535
"""Instance images are stored with 16 bits."""

_FLOATING_POINT = 3  # TIFF predictor that suits IEEE numbers


def _instance_png(image: Image) -> bytes:
    return png(image.astype(np.uint16))


def _depth_tiff(image: Image) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        np.ascontiguousarray(image, np.float32),
        compression="zstd",
        compressionargs={"level": 1},
        predictor=_FLOATING_POINT,
        photometric="minisblack",
        metadata=None,
        software=False,
        datetime=None,
    )
    return buffer.getvalue()


ENCODERS: dict[str, Callable[[Image], bytes]] = {
    "rgb": png,
    "depth": _depth_tiff,
    "instance": _instance_png,
    "semantic": png,
}
"""How each channel is stored."""


def decode(path: Path, channel: str) -> Image:
    """The array of a channel as `ENCODERS` stored it, dtype and all.

    Raises:
        UsageError: the file is missing or is not such an image.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    array: Image | None
    try:
        if path.suffix == ".tiff":
            array = tifffile.imread(io.BytesIO(data))
        else:
            array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except (ValueError, TypeError, IndexError, RuntimeError, cv2.error) as error:
        raise UsageError(f"{path}: broken {channel} image: {error}") from error
    if array is None:
        raise UsageError(f"{path}: broken {channel} image")
    if array.ndim == 3:
        array = cv2.cvtColor(array, cv2.COLOR_BGR2RGB)
    return array.astype(CHANNELS[channel].dtype, copy=False)
