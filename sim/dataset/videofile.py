"""Pictures in order -> one stream in a video file whose bytes repeat; codecs are the subclasses' choice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

__all__ = ["PictureStream"]


class PictureStream:
    """A file that takes pictures of one size, sRGB.

    Args:
        path: of the file.
        codec: FFmpeg's name of the encoder.
        rate_hz: pictures a second, for players.
        options: of the encoder.
        container: FFmpeg's name of the file format; None: by the suffix of the path.
    """

    def __init__(
        self, path: Path, codec: str, rate_hz: int, options: Mapping[str, str], container: str | None = None
    ) -> None:
        # "bitexact" keeps version strings and random numbers out.
        self._container: Any = av.open(
            str(path.absolute()), "w", format=container, container_options={"fflags": "+bitexact"}
        )
        self._stream: Any = self._container.add_stream(codec, rate=rate_hz, options=dict(options))

    @staticmethod
    def _picture(rgb: NDArray[np.generic]) -> Any:
        """A picture (H, W, 3) uint8 as FFmpeg takes it."""
        return av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")

    def _append(self, picture: Any) -> None:
        self._container.mux(self._stream.encode(picture))

    def close(self) -> None:
        """Write what is left and close the file; calling it again does nothing."""
        if self._container is not None:
            container, self._container = self._container, None
            container.mux(self._stream.encode(None))
            container.close()

    def abort(self) -> None:
        """Close the file as it is; calling it again does nothing."""
        if self._container is not None:
            container, self._container = self._container, None
            container.close()
