"""Files of images -> arrays as SCHEMA.md of the native format describes them, decoded when asked for."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import av
import cv2
import imagecodecs
import numpy as np
import tifffile

from sim.audit.view import Image
from sim.errors import UsageError

__all__ = ["CHANNELS", "VIDEO_SUFFIX", "Pictures", "read_picture", "suffix_of"]

CHANNELS: dict[str, tuple[str, str, int]] = {
    "rgb": (".png", "uint8", 3),
    "rgb_clean": (".png", "uint8", 3),
    "weather_mask": (".png", "uint8", 1),
    "depth": (".tiff", "float32", 1),
    "instance": (".png", "int32", 1),
    "semantic": (".png", "uint8", 1),
    "semantic_envelope": (".png", "uint8", 1),
    "panoptic": (".png", "int32", 1),
    "normal": (".tiff", "float32", 3),
    "flow_forward": (".tiff", "float32", 2),
    "flow_backward": (".tiff", "float32", 2),
    "occlusion_forward": (".png", "uint8", 1),
    "occlusion_backward": (".png", "uint8", 1),
    "scene_flow": (".tiff", "float32", 3),
}
"""Channel -> file type, dtype and bands of the array."""

VIDEO_SUFFIX = ".mkv"
"""Of a file that holds the colors of all captures of a camera."""

_TYPES = {
    "rgb": {"png": ".png", "jpg": ".jpg", "webp": ".webp", "jxl": ".jxl", "video": VIDEO_SUFFIX},
    "depth": {"tiff": ".tiff", "png16": ".png", "exr": ".exr"},
}
_DEPTH_STEPS_PER_M = 256
_CLASS, _HIGH_BYTE = 65536, 256  # panoptic = class * 65536 + id; the id's high and low byte are G and B


class Pictures(Mapping[str, Image]):
    """Images of one capture, each decoded once, when first asked for; any thread may ask.

    Args:
        files: channel -> file.
        time_ms: when they were taken, whole milliseconds; for videos.
    """

    def __init__(self, files: Mapping[str, Path], time_ms: int = 0) -> None:
        self._files = files
        self._time_ms = time_ms
        self._decoded: dict[str, Image] = {}
        self._lock = threading.Lock()

    def __getitem__(self, channel: str) -> Image:
        with self._lock:
            if channel not in self._decoded:
                path = self._files[channel]
                is_video = path.suffix == VIDEO_SUFFIX
                self._decoded[channel] = (
                    _of_video(path, self._time_ms) if is_video else read_picture(path, channel)
                )
            return self._decoded[channel]

    def __contains__(self, channel: object) -> bool:
        return channel in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def suffix_of(channel: str, encodings: Mapping[str, Any]) -> str:
    """File type of a channel's images.

    Args:
        channel: key of `CHANNELS`.
        encodings: of sequence.json; empty in data sets from before there were any.

    Raises:
        KeyError, TypeError: no such channel or type.
    """
    if channel in _TYPES and channel in encodings:
        return _TYPES[channel][encodings[channel]["type"]]
    return CHANNELS[channel][0]


def read_picture(path: Path, channel: str) -> Image:
    """The array of an image file.

    Args:
        path: the file.
        channel: key of `CHANNELS`.

    Returns:
        (H, W) or (H, W, bands), row 0 at the top; colors as red, green, blue; `panoptic` as
        class * 65536 + id.

    Raises:
        UsageError: the file is missing, no such image, or of another type of numbers.
    """
    try:
        data = path.read_bytes() if path.is_file() or not path.exists() else None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    if data is None:  # a pipe or a device would be read for ever
        raise UsageError(f"{path}: cannot be read: is no regular file")
    try:
        image = _READERS.get(path.suffix, _opencv)(data)
    except (ValueError, TypeError, IndexError, RuntimeError, cv2.error) as error:
        raise UsageError(f"{path}: broken {channel} image: {error}") from error
    if image is None:
        raise UsageError(f"{path}: broken {channel} image")
    if image.ndim == 3 and channel.startswith("flow"):
        image = np.ascontiguousarray(np.moveaxis(image, 0, 2))  # stored as planes
    if channel == "depth" and path.suffix == ".png":
        return np.where(image == 0, np.float32(np.inf), image / np.float32(_DEPTH_STEPS_PER_M))
    if channel == "panoptic" and image.ndim == 3:
        red, green, blue = (image[..., band].astype(np.int32) for band in range(3))
        return red * _CLASS + green * _HIGH_BYTE + blue
    wanted = np.dtype(CHANNELS[channel][1])
    if image.dtype.kind != wanted.kind and (image.dtype.kind, wanted.kind) != ("u", "i"):
        raise UsageError(f"{path}: {channel} image holds {image.dtype}, wanted {wanted}")
    return image.astype(wanted, copy=False)


def _of_video(path: Path, time_ms: int) -> Image:
    """The picture a video shows at a time. Raises UsageError."""
    if not path.is_file():  # a pipe or a device would be read for ever
        problem = "is no regular file" if path.exists() else "No such file or directory"
        raise UsageError(f"{path}: cannot be read: {problem}")
    try:
        with av.open(str(path.absolute())) as video:
            video.seek(time_ms, stream=video.streams.video[0], any_frame=True)
            for packet in video.demux(video=0):
                for picture in packet.decode() if packet.pts == time_ms else ():
                    image: Image = picture.to_ndarray(format="rgb24")
                    return image
    except (av.FFmpegError, IndexError) as error:
        raise UsageError(f"{path}: broken rgb video: {error}") from error
    raise UsageError(f"{path}: broken rgb video: shows nothing at {time_ms} ms")


def _opencv(data: bytes) -> Image | None:
    image: Image | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return image[..., 2::-1] if image is not None and image.ndim == 3 else image  # it gives blue first


def _exr(data: bytes) -> Image:
    try:
        import OpenEXR
    except ModuleNotFoundError:
        raise ValueError("needs the module 'OpenEXR': pip install 'roadreel[exr]'") from None
    channels = OpenEXR.File(io.BytesIO(data), separate_channels=True, num_threads=0).channels()
    image: Image = channels["Z"].pixels
    return image


def _tiff(data: bytes) -> Image:
    image: Image = tifffile.imread(io.BytesIO(data))
    return image


def _jxl(data: bytes) -> Image:
    image: Image = imagecodecs.jpegxl_decode(data)
    return image


_READERS: dict[str, Callable[[bytes], Image | None]] = {".tiff": _tiff, ".exr": _exr, ".jxl": _jxl}
