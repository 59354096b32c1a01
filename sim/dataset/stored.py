"""Files of a capture's images -> arrays, decoded when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.dataset.colorvideo import color_at
from sim.dataset.encodings import RGB_TYPES, VIDEO
from sim.dataset.images import decode

__all__ = ["StoredImages"]


class StoredImages(Mapping[str, NDArray[np.generic]]):
    """Images of a capture, each decoded when first asked for and then kept.

    Attributes:
        files: channel -> file, of its own or a video of many captures.
        timestamp_ns: of the capture.
    """

    def __init__(self, files: Mapping[str, Path], timestamp_ns: int) -> None:
        self.files = files
        self.timestamp_ns = timestamp_ns
        self._decoded: dict[str, NDArray[np.generic]] = {}

    def __getitem__(self, channel: str) -> NDArray[np.generic]:
        if channel not in self._decoded:
            path = self.files[channel]
            is_video = path.suffix == RGB_TYPES[VIDEO]
            self._decoded[channel] = color_at(path, self.timestamp_ns) if is_video else decode(path, channel)
        return self._decoded[channel]

    def __contains__(self, channel: object) -> bool:
        return channel in self.files

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)
