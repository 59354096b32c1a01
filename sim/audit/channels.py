"""Images of one view -> have they the size, type and range of values that SCHEMA.md says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.audit.measures import exact, measure
from sim.audit.pictures import CHANNELS
from sim.audit.view import Image, Measure, View

__all__ = ["depth_range", "motion_ends", "normal_length", "occlusion_values", "recorded_channels", "shapes"]

_UNIT = 1e-5  # single precision after a division by the length
_WET = ("rain_mm_per_h", "snow_mm_per_h", "wetness", "lens_drops")
_NO_OTHER_FRAME = 255
_PLANES = 3  # numbers of a normal

_AMODAL = "amodal"  # recorded as masks in the labels, not as an image


def recorded_channels(view: View) -> Iterator[Measure]:
    """The images are those the camera records."""
    wanted, found = set(view.extra["camera"]["channels"]) - {_AMODAL}, set(view.extra["recorded"])
    off = [(one not in found, f"{one} image is not there, the camera records it") for one in sorted(wanted)]
    off += [(True, f"{one} image is there, the camera does not record it") for one in sorted(found - wanted)]
    yield exact(view.where, off, "channels")


def shapes(view: View) -> Iterator[Measure]:
    """Every image can be decoded and has the size of the camera's."""
    off = []
    for name in view.images:
        image = view.images[name]
        if view.lens is None:
            continue
        size: tuple[int, ...] = (view.lens.height_px, view.lens.width_px)
        bands = CHANNELS[name][2]
        wanted = size if bands == 1 else (*size, bands)
        sentence = (
            f"{name} image is {image.shape} {image.dtype}, the camera's are {wanted} {CHANNELS[name][1]}"
        )
        off.append((image.shape != wanted or image.dtype != CHANNELS[name][1], sentence))
    yield exact(view.where, off, "images")


def depth_range(view: View) -> Iterator[Measure]:
    """Depth is above zero, below only behind a fisheye; inf is nothing, NaN is never there."""
    assert view.lens is not None
    depth = view.images["depth"]
    wrong = np.isnan(depth) | (depth == 0)
    if view.lens.model != "kannala_brandt":
        wrong |= depth < 0
    number = int(np.count_nonzero(wrong))
    sentence = f"depth of {number} pixels is not above zero"
    yield Measure(depth.size, float(number), 0.0, "px", view.where, (sentence,) if number else ())


def dry_masks(view: View) -> Iterator[Measure]:
    """The weather mask is 0 all over where nothing falls, nothing is wet and the lens is dry."""
    state = view.extra["state"]
    if any(f"environment_{name}" not in state or state[f"environment_{name}"] > 0 for name in _WET):
        return
    number = int(np.count_nonzero(view.images["weather_mask"]))
    yield measure(
        view.where, [(float(number), f"{number} pixels were changed by weather that is fair")], 0.0, "px"
    )


def normal_length(view: View) -> Iterator[Measure]:
    """Normals have length 1, or 0 where nothing was hit."""
    normal = view.images["normal"]
    squared = np.einsum("...i,...i->...", normal, normal, dtype=np.float64)
    hit = squared != 0
    # A first order expansion of the root; NaN stays NaN.
    off = float(np.abs(squared[hit] - 1).max(initial=0.0)) / 2
    amiss = not off <= _UNIT
    sentences = (f"lengths of normals are off by up to {off:.3g}",) if amiss else ()
    yield Measure(normal.size // _PLANES, off, _UNIT, "", view.where, sentences)


def occlusion_values(view: View) -> Iterator[Measure]:
    """Occlusion is 0 or 1, or 255 all over where there is no other frame."""
    off = []
    for name, ends in (("occlusion_forward", "is_last"), ("occlusion_backward", "is_first")):
        if name not in view.images:
            continue
        image = view.images[name]
        bound = image == _NO_OTHER_FRAME if view.extra[ends] else image <= 1
        wrong = int(np.count_nonzero(~bound))
        off.append((float(wrong), f"{name} has {wrong} pixels that are none of its values here"))
    yield measure(view.where, off, 0.0, "px")


def motion_ends(view: View) -> Iterator[Measure]:
    """Flow and scene flow are NaN all over where there is no other frame, and have numbers elsewhere."""
    off = []
    for name, ends in (("flow_forward", "is_last"), ("flow_backward", "is_first"), ("scene_flow", "is_last")):
        if name in view.images:
            wrong, sentence = _ends(view.images[name], bool(view.extra[ends]))
            off.append((wrong, f"{name} {sentence}"))
    yield exact(view.where, off, "images")


def _ends(image: Image, alone: bool) -> tuple[bool, str]:
    number = np.isfinite(image)
    if alone:
        return bool(number.any()), "has numbers, though there is no other frame"
    return not number.any(), "has no numbers, though there is another frame"
