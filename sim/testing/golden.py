"""An image and a stored PNG -> nothing if they are the same, else a failure with both side by side.

For your own tests that no change alters a picture unnoticed::

    from pathlib import Path
    import sim
    from sim.testing.golden import DRIVERS, assert_golden

    def test_my_street(tmp_path):
        sim.record(sim.load("my_street.yaml"), tmp_path / "data")
        front = next(iter(sim.read(tmp_path / "data")[0]))["front"]
        assert_golden(front.rgb, Path(__file__).parent / "golden/front.png", DRIVERS)

``ROADREEL_GOLDEN_UPDATE=1 pytest`` stores what is rendered now: look at it before you commit it. The helper
itself needs no OpenGL.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.dataset.png import png
from sim.errors import UsageError
from sim.testing.pictures import Difference, compare, side_by_side

__all__ = ["DRIVERS", "EXACT", "FAILURES", "UPDATE", "GoldenMismatch", "Tolerance", "assert_golden"]

Image = NDArray[Any]

UPDATE = "ROADREEL_GOLDEN_UPDATE"
"""Environment variable: set to anything but "" or "0", images that differ are stored anew."""

FAILURES = "ROADREEL_GOLDEN_FAILURES"
"""Environment variable: folder for pictures of failures, by default `golden_failures` where tests run."""


class GoldenMismatch(AssertionError):
    """An image is not the stored one; the message says how much differs, where, and what to look at."""


@dataclass(frozen=True)
class Tolerance:
    """What may differ.

    Attributes:
        levels: values that differ by no more than this count as equal, 0 to 65535.
        share: share of pixels that may differ by more, 0..1.
        similarity: least structural similarity, -1..1, 1 only if equal; see `sim.testing.pictures`.
    """

    levels: int = 0
    share: float = 0.0
    similarity: float = -1.0

    def __post_init__(self) -> None:
        if not (0 <= self.levels <= 65535 and 0 <= self.share <= 1 and -1 <= self.similarity <= 1):
            raise UsageError(f"{self}: wanted levels 0 to 65535, share 0 to 1, similarity -1 to 1")


EXACT = Tolerance()
"""Every pixel equal: for ids and classes, and for colors where machine and driver are always the same."""

DRIVERS = Tolerance(levels=2, share=0.005, similarity=0.99)
"""For colors of another OpenGL driver: rounding everywhere, and a few pixels of silhouettes."""


def assert_golden(image: Image, path: str | Path, tolerance: Tolerance = EXACT) -> None:
    """Fail unless an image is the stored one.

    Args:
        image: (H, W, 3) uint8 or uint16 RGB, or (H, W) whole numbers up to 65535 (ids, classes) or bool.
        path: a PNG, made by a run with ROADREEL_GOLDEN_UPDATE=1.
        tolerance: what may differ.

    Raises:
        GoldenMismatch: it differs, or nothing is stored yet. Expected, actual and difference lie side by
            side in the folder that ROADREEL_GOLDEN_FAILURES names.
        UsageError: PNG cannot hold such an image, or the stored file is none.
    """
    path = Path(path)
    actual = _storable(image)
    update = os.environ.get(UPDATE, "") not in ("", "0")
    if not path.exists():
        if not update:
            raise GoldenMismatch(f"{path} is not there: {UPDATE}=1 stores what is rendered now")
        _store(path, actual)
        return
    expected = _read(path)
    if expected.shape == actual.shape and expected.dtype == actual.dtype:
        difference = compare(expected, actual, tolerance.levels)
        if difference.share <= tolerance.share and difference.similarity >= tolerance.similarity:
            return
        said = _told(difference, tolerance)
    else:
        said = f"is {_kind(actual)}, stored is {_kind(expected)}"
    if update:
        _store(path, actual)
        return
    seen = Path(os.environ.get(FAILURES) or "golden_failures") / f"{path.parent.name}-{path.stem}.png"
    _store(seen, side_by_side(expected, actual))
    raise GoldenMismatch(
        f"{path}: the image {said}.\nExpected, actual and difference: {seen}\nIf that is right: {UPDATE}=1"
    )


def _told(difference: Difference, tolerance: Tolerance) -> str:
    column, row = difference.worst_px
    wanted = "" if tolerance.similarity == -1 else f" (wanted {tolerance.similarity:g})"
    return (
        f"differs by more than {tolerance.levels} on {100 * difference.share:.4g} % of its pixels "
        f"(allowed {100 * tolerance.share:.4g} %), by up to {difference.levels}, "
        f"at column {column}, row {row}; structural similarity {difference.similarity:.5f}{wanted}"
    )


def _kind(image: Image) -> str:
    return f"{image.shape[1]}x{image.shape[0]}, {image.shape[2] if image.ndim == 3 else 1} x {image.dtype}"


def _storable(image: Image) -> Image:
    """The image as PNG holds it."""
    stored = np.asarray(image)
    if stored.dtype == np.bool_:
        stored = stored.astype(np.uint8)
    elif np.issubdtype(stored.dtype, np.integer) and stored.dtype not in (np.uint8, np.uint16):
        if stored.size and not 0 <= stored.min() <= stored.max() <= 65535:
            raise UsageError(f"a golden image holds 0 to 65535, not {stored.min()} to {stored.max()}")
        stored = stored.astype(np.uint16)
    good = stored.dtype in (np.uint8, np.uint16) and stored.ndim in (2, 3) and stored.shape[2:] in ((), (3,))
    if not good or not stored.size:
        raise UsageError(
            "a golden image is (H, W) or (H, W, 3) of whole numbers from 0 to 65535, "
            f"not {stored.dtype}{stored.shape}"
        )
    return stored


def _store(path: Path, image: Image) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(image))


def _read(path: Path) -> Image:
    data = np.frombuffer(path.read_bytes() or b"\0", np.uint8)
    stored: Image | None = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if stored is None or stored.shape[2:] not in ((), (3,)):
        raise UsageError(f"{path} is no PNG of gray or RGB; {UPDATE}=1 does not replace it, delete it first")
    return cv2.cvtColor(stored, cv2.COLOR_BGR2RGB) if stored.ndim == 3 else stored
