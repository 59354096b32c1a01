"""File types chosen for color and depth -> suffixes and encoders, and the record of them in sequence.json."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.dataset.codecs import depth_exr, depth_png, jpg, jxl, openexr, webp
from sim.dataset.images import ENCODERS
from sim.dataset.layout import IMAGE_SUFFIX
from sim.errors import UsageError, near_matches

__all__ = [
    "DEPTH_TYPES",
    "QUALITIES",
    "RGB_TYPES",
    "USUAL",
    "VIDEO",
    "Encode",
    "Encodings",
    "encodings_from_json",
    "encodings_to_json",
]

Encode = Callable[[NDArray[np.generic]], bytes]

VIDEO = "video"

RGB_TYPES = {"png": ".png", "jpg": ".jpg", "webp": ".webp", "jxl": ".jxl", VIDEO: ".mkv"}
"""Suffix of the files of each type color can be stored as; a video is one file for all images of a camera."""

DEPTH_TYPES = {"tiff": ".tiff", "png16": ".png", "exr": ".exr"}
"""The same for depth."""

QUALITIES: dict[str, int | None] = {"jpg": 95, "webp": 90, "jxl": None}
"""Default quality of the types that know one; None: lossless unless a quality is given."""


@dataclass(frozen=True)
class Encodings:
    """How a sequence stores color and depth; all other channels have one type each.

    Attributes:
        rgb: key of `RGB_TYPES`.
        depth: key of `DEPTH_TYPES`.
        rgb_quality: 1 to 99, where the type knows one, 100 too except in ``jxl``; None: its default.

    Raises:
        UsageError: no such type, or no such quality of it.
    """

    rgb: str = "png"
    depth: str = "tiff"
    rgb_quality: int | None = None

    def __post_init__(self) -> None:
        for channel, name, known in (("rgb", self.rgb, RGB_TYPES), ("depth", self.depth, DEPTH_TYPES)):
            if name not in known:
                raise UsageError(near_matches(f"file type of {channel}", name, known))
        if self.rgb_quality is None:
            return
        if self.rgb not in QUALITIES:
            raise UsageError(f"rgb quality {self.rgb_quality}: {self.rgb} is lossless and has none")
        best = 99 if self.rgb == "jxl" else 100  # JPEG XL is lossless without one
        if not 1 <= self.rgb_quality <= best:
            raise UsageError(f"rgb quality {self.rgb_quality}: {self.rgb} wants 1 to {best}")

    @property
    def quality(self) -> int | None:
        """The quality of color, given or by default; None if its type is lossless."""
        return QUALITIES.get(self.rgb) if self.rgb_quality is None else self.rgb_quality

    @property
    def losses(self) -> dict[str, str]:
        """Channel -> sentence, for each that is not stored as it was rendered."""
        found = {}
        if self.quality is not None:
            found["rgb"] = f"rgb: {self.rgb} of quality {self.quality}, near the rendered colors"
        if self.depth == "png16":
            found["depth"] = (
                "depth: in steps of 1/256 m, nothing beyond 255.998 m or where a fisheye looks back"
            )
        return found

    @property
    def of_images(self) -> Encodings:
        """These, with PNG files instead of a video: what formats of images have."""
        return replace(self, rgb=USUAL.rgb) if self.rgb == VIDEO else self

    def suffix(self, channel: str) -> str:
        """Of the image files of a channel, with its dot."""
        if channel == "rgb":
            return RGB_TYPES[self.of_images.rgb]
        return DEPTH_TYPES[self.depth] if channel == "depth" else IMAGE_SUFFIX[channel]

    def encoder(self, channel: str) -> Encode:
        """Array to bytes of an image file; the same function for equal encodings.

        Raises:
            UsageError: a module is missing.
        """
        if channel == "rgb" and self.rgb in QUALITIES:
            return _color_encoder(self.rgb, self.quality)
        if channel == "depth" and self.depth == "exr":
            openexr()
            return depth_exr
        return depth_png if channel == "depth" and self.depth == "png16" else ENCODERS[channel]


USUAL = Encodings()
"""PNG and TIFF, without loss."""


@functools.cache
def _color_encoder(name: str, quality: int | None) -> Encode:
    encoders: dict[str, Callable[..., bytes]] = {"jpg": jpg, "webp": webp, "jxl": jxl}
    return functools.partial(encoders[name], quality=quality)


def encodings_to_json(encodings: Encodings) -> dict[str, Any]:
    """``encodings`` of ``sequence.json``, see SCHEMA.md."""
    losses = encodings.losses
    return {
        "rgb": {"type": encodings.rgb, "quality": encodings.quality, "lossless": "rgb" not in losses},
        "depth": {"type": encodings.depth, "quality": None, "lossless": "depth" not in losses},
    }


def encodings_from_json(data: Mapping[str, Any] | None) -> Encodings:
    """What `encodings_to_json` wrote; None, from before there was a choice, is PNG and TIFF.

    Raises:
        KeyError, TypeError, UsageError: the data are not what it writes.
    """
    if data is None:
        return USUAL
    return Encodings(data["rgb"]["type"], data["depth"]["type"], data["rgb"]["quality"])
