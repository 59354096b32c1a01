"""Colors of one camera <-> one video without loss, found again by the time they were taken.

FFV1 (RFC 9043) in Matroska: every picture is coded alone, so any can be read by itself. Lossless H.264 takes
half the time at 1280x720 and half as many bytes again as FFV1, the size of PNG files.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from sim.dataset.videofile import PictureStream
from sim.errors import UsageError

__all__ = ["ColorVideo", "color_at"]

_NS_PER_MS = 1_000_000
_TIME_BASE = Fraction(1, 1000)  # Matroska's; no camera takes more pictures a second
# Four slices a picture and no context from the picture before; the checksum is the manifest's task.
_OPTIONS = {"level": "3", "coder": "0", "context": "0", "slices": "4", "g": "1", "slicecrc": "0"}


class ColorVideo(PictureStream):
    """A file that takes pictures in the order of time; equal pictures give equal bytes.

    Args:
        path: of the file.
        width_px, height_px: of the pictures.
        rate_hz: pictures a second, for players.
    """

    def __init__(self, path: Path, width_px: int, height_px: int, rate_hz: int) -> None:
        super().__init__(path, "ffv1", rate_hz, _OPTIONS, "matroska")
        self._stream.width, self._stream.height = width_px, height_px
        self._stream.pix_fmt = "bgr0"
        self._stream.codec_context.time_base = _TIME_BASE
        self._stream.codec_context.thread_count = 1

    def write(self, rgb: NDArray[np.generic], timestamp_ns: int) -> None:
        """Append a picture (H, W, 3) uint8 sRGB, taken after the one before."""
        picture = self._picture(rgb)
        picture.pts = timestamp_ns // _NS_PER_MS
        picture.time_base = _TIME_BASE
        self._append(picture)


def color_at(path: Path, timestamp_ns: int) -> NDArray[np.uint8]:
    """The picture (H, W, 3) uint8 taken at a time; no other is decoded.

    Raises:
        UsageError: the file is missing or broken, or has no picture of this time.
    """
    wanted_ms = timestamp_ns // _NS_PER_MS
    try:
        with av.open(str(path.absolute())) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            container.seek(wanted_ms, stream=stream)
            picture = next(container.decode(stream), None)
            if picture is not None and picture.pts == wanted_ms:
                return np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (av.FFmpegError, IndexError) as error:
        raise UsageError(f"{path}: broken rgb video: {error}") from error
    raise UsageError(f"{path}: broken rgb video: no picture at {wanted_ms} ms")
