"""Triangles <-> a text that scenario files and datasets can hold, exact to the last bit."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
import zlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError

__all__ = ["MAX_FACES", "MAX_VERTICES", "Triangles", "packed", "unpacked"]

MAX_FACES, MAX_VERTICES = 20_000, 60_000
_MAX_TEXT = 8_000_000
_MAX_UNPACKED = 4_000_000
_FARTHEST_M = 40.0
_WHEELS = 4


@dataclass(frozen=True, eq=False)
class Triangles:
    """A user's mesh, body frame.

    Attributes:
        positions_m, normals: (V, 3) float32.
        color: (V, 3) uint8 sRGB.
        painted: (V,) uint8, 1 where the paint of the vehicle is.
        bone: (V,) uint8, 0 body, 1 to 4 wheels: front left, front right, rear left, rear right.
        faces: (F, 3) int32, counter-clockwise from outside.
    """

    positions_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    color: NDArray[np.uint8]
    painted: NDArray[np.uint8]
    bone: NDArray[np.uint8]
    faces: NDArray[np.int32]


_SHAPES: dict[str, tuple[str, int]] = {
    "positions_m": ("float32", 3),
    "normals": ("float32", 3),
    "color": ("uint8", 3),
    "painted": ("uint8", 0),
    "bone": ("uint8", 0),
    "faces": ("int32", 3),
}
"""Dtype and width of each column."""


def packed(triangles: Triangles) -> str:
    """The triangles as text: base64 of a compressed NPZ, the same for equal triangles."""
    file = io.BytesIO()
    np.savez_compressed(file, **{field.name: getattr(triangles, field.name) for field in fields(Triangles)})
    return base64.b64encode(file.getvalue()).decode("ascii")


def unpacked(text: str) -> Triangles:
    """What `packed` packed.

    Raises:
        UsageError: the text is something else, or more than a body has.
    """
    if len(text) > _MAX_TEXT:
        raise UsageError(f"mesh: {len(text)} characters, wanted at most {_MAX_TEXT}")
    columns = {}
    try:
        data = io.BytesIO(base64.b64decode(text, validate=True))
        with zipfile.ZipFile(data) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise UsageError(f"mesh: more than {_MAX_UNPACKED} bytes")
            if sorted(archive.namelist()) != sorted(f"{name}.npy" for name in _SHAPES):
                raise UsageError("mesh: other columns than those of a packed body")
        with np.load(data, allow_pickle=False) as arrays:
            columns = {name: arrays[name] for name in _SHAPES}
    except (binascii.Error, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise UsageError(f"mesh: no packed body ({type(error).__name__})") from None
    _check(columns)
    return Triangles(**columns)


def _check(columns: dict[str, NDArray[Any]]) -> None:
    count, faces = len(columns["positions_m"]), columns["faces"]
    for name, (dtype, width) in _SHAPES.items():
        array = columns[name]
        rows = len(array) if name == "faces" else count
        if array.dtype != dtype or array.shape != ((rows, width) if width else (rows,)):
            raise UsageError(f"mesh: {name} is {array.dtype}{array.shape}, wanted {dtype}({rows}, {width})")
    if not 0 < count <= MAX_VERTICES or not 0 < len(faces) <= MAX_FACES:
        raise UsageError(
            f"mesh: {count} vertices and {len(faces)} faces, wanted at most {MAX_VERTICES} and {MAX_FACES}"
        )
    if faces.min() < 0 or faces.max() >= count:
        raise UsageError("mesh: faces name vertices there are not")
    if columns["bone"].max() > _WHEELS or columns["painted"].max() > 1:
        raise UsageError("mesh: a bone beyond the four wheels, or paint that is neither 0 nor 1")
    positions, normals = columns["positions_m"], columns["normals"]
    if not np.isfinite(positions).all() or np.abs(positions).max() > _FARTHEST_M:
        raise UsageError(f"mesh: vertices beyond {_FARTHEST_M} m")
    if not np.allclose(np.linalg.norm(normals.astype(np.float64), axis=1), 1, atol=1e-3):
        raise UsageError("mesh: normals whose length is not 1")
