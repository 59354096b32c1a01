"""A bounded ring of image buffers: rendering waits while every buffer is still being written to disk."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.frame import CHANNELS

__all__ = ["FLOWS", "CaptureRing"]

Arrays = dict[str, NDArray[np.generic]]

FLOWS = "flows"
"""Name beside the channels: (H, W, 4) float32, flow to the next frame and to the one before."""

_HALVES = {"flow_forward": slice(0, 2), "flow_backward": slice(2, 4)}


class CaptureRing:
    """Buffers for captures of one image size.

    Args:
        width_px, height_px: image size.
        channels: names of the channels each buffer holds.
        slots: number of buffers.
    """

    def __init__(self, width_px: int, height_px: int, channels: Sequence[str], slots: int) -> None:
        # Last in, first out: memory that was never needed is never touched, hence never taken.
        self._free: queue.LifoQueue[Arrays] = queue.LifoQueue()
        self.waits = 0
        for _ in range(slots):
            self._free.put(_buffer(width_px, height_px, channels))

    def acquire(self, timeout_s: float = 300.0) -> tuple[Arrays, Callable[[], None]]:
        """A free buffer and the function that gives it back (once; more calls do nothing).

        Raises:
            TimeoutError: nobody gave a buffer back for `timeout_s`: a writer forgot to release its frames.
        """
        try:
            arrays = self._free.get_nowait()
        except queue.Empty:
            self.waits += 1
            try:
                arrays = self._free.get(timeout=timeout_s)
            except queue.Empty:
                raise TimeoutError("no capture buffer came back: frames must be released") from None
        held = [arrays]

        def release() -> None:
            if held:
                self._free.put(held.pop())

        return arrays, release


def _buffer(width_px: int, height_px: int, channels: Sequence[str]) -> Arrays:
    """An array per channel. Both flows are drawn and read together: they are two halves of `FLOWS`."""
    arrays: Arrays = {}
    for name in channels:
        if name not in _HALVES:
            arrays[name] = np.zeros(CHANNELS[name].shape(width_px, height_px), CHANNELS[name].dtype)
    halves = [name for name in channels if name in _HALVES]
    if halves:
        both = np.zeros((height_px, width_px, 4), CHANNELS[halves[0]].dtype)
        arrays |= {name: both[..., _HALVES[name]] for name in halves}
        arrays[FLOWS] = both
    return arrays
