"""Raw OpenGL, all of it: reading textures into kept arrays. `PandaReader` does the same with Panda3D alone.

Panda3D's own read-back allocates anew each time (capture cost 0.6 ms a megabyte in page faults); reading
into kept arrays through `glGetTextureImage` costs a quarter of that. Both give the same numbers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GraphicsEngine, GraphicsStateGuardian, Texture

__all__ = ["PandaReader", "RawGlReader", "TextureReader", "make_reader"]

_GL_RED, _GL_GREEN, _GL_RGB, _GL_RGBA, _GL_RED_INTEGER = 0x1903, 0x1904, 0x1907, 0x1908, 0x8D94
_GL_UNSIGNED_BYTE, _GL_FLOAT, _GL_INT = 0x1401, 0x1406, 0x1404
_GL_PACK_ALIGNMENT = 0x0D05
_GL_ALL_BARRIERS = 0xFFFFFFFF


class TextureReader(Protocol):
    """Reads what was drawn. Row 0 of every array is the first row of the texture's memory."""

    def rgb(self, texture: Texture, out: NDArray[Any]) -> None:
        """An RGBA8 texture into (H, W, 3) uint8."""

    def plane(self, texture: Texture, index: int, out: NDArray[Any]) -> None:
        """Channel 0 or 1 of an RGBA32F texture into (H, W) float32."""

    def byte_plane(self, texture: Texture, index: int, out: NDArray[Any]) -> None:
        """Channel 0 or 1 of an RGBA8 texture into (H, W) uint8."""

    def bands(self, texture: Texture, out: NDArray[Any]) -> None:
        """The first three or all channels of an RGBA32F texture into (H, W, 3) or (H, W, 4) float32."""

    def words(self, texture: Texture, out: NDArray[Any]) -> None:
        """An R32I texture that is cleared and then written by shaders, if any, into (H, W) uint32."""


class PandaReader:
    """Reads through Panda3D: slower, needs nothing of the driver."""

    def __init__(self, panda: GraphicsEngine, gsg: GraphicsStateGuardian) -> None:
        self._panda = panda
        self._gsg = gsg

    def _pixels(
        self, texture: Texture, dtype: type[np.generic], shape: tuple[int, ...]
    ) -> NDArray[np.generic]:
        if not self._panda.extract_texture_data(texture, self._gsg):
            raise RuntimeError(f"OpenGL did not give back the texture {texture.name}")
        image: Any = texture.get_ram_image()
        pixels = np.frombuffer(memoryview(image).cast("B"), dtype)
        # Or Panda3D would take this copy for the newest content and put it back over what is drawn next.
        texture.clear_ram_image()
        return pixels.reshape(*shape[:2], -1)

    def rgb(self, texture: Texture, out: NDArray[Any]) -> None:
        """See TextureReader. Panda3D keeps BGRA."""
        out[:] = self._pixels(texture, np.uint8, out.shape)[..., 2::-1]

    def plane(self, texture: Texture, index: int, out: NDArray[Any]) -> None:
        """See TextureReader."""
        pixels = self._pixels(texture, np.float32, out.shape)
        out[:] = pixels[..., 2 - index]  # Panda3D keeps BGRA

    def byte_plane(self, texture: Texture, index: int, out: NDArray[Any]) -> None:
        """See TextureReader."""
        out[:] = self._pixels(texture, np.uint8, out.shape)[..., 2 - index]

    def bands(self, texture: Texture, out: NDArray[Any]) -> None:
        """See TextureReader."""
        out[:] = self._pixels(texture, np.float32, out.shape)[..., [2, 1, 0, 3][: out.shape[2]]]

    def words(self, texture: Texture, out: NDArray[Any]) -> None:
        """See TextureReader."""
        if _is_still_to_be_cleared(texture, self._gsg):
            out.fill(0)
        else:
            out[:] = self._pixels(texture, np.uint32, out.shape)[..., 0]


class RawGlReader:
    """Reads with glGetTextureImage (OpenGL 4.5) into arrays that are kept.

    Raises:
        OSError: the driver lacks it; use PandaReader.
    """

    def __init__(self, gsg: GraphicsStateGuardian) -> None:
        if (gsg.get_driver_version_major(), gsg.get_driver_version_minor()) < (4, 5):
            raise OSError("OpenGL 4.5 is missing")
        egl = ctypes.CDLL("libEGL.so.1")
        egl.eglGetProcAddress.restype = ctypes.c_void_p
        egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]

        def function(name: str, *arguments: type) -> Callable[..., None]:
            address = egl.eglGetProcAddress(name.encode())
            if not address:
                raise OSError(f"{name} is missing")
            return ctypes.CFUNCTYPE(None, *arguments)(address)

        number, whole = ctypes.c_uint, ctypes.c_int
        self._read = function("glGetTextureImage", number, whole, number, number, whole, ctypes.c_void_p)
        self._store = function("glPixelStorei", number, whole)
        self._barrier = function("glMemoryBarrier", number)
        self._gsg = gsg

    def _into(self, texture: Texture, layout: int, kind: int, out: NDArray[Any]) -> None:
        if not out.flags.c_contiguous:
            raise ValueError("wanted a contiguous array")
        context = texture.prepare_now(0, self._gsg.get_prepared_objects(), self._gsg)
        self._store(_GL_PACK_ALIGNMENT, 1)
        self._read(context.get_native_id(), 0, layout, kind, out.nbytes, out.ctypes.data)

    def rgb(self, texture: Texture, out: NDArray[Any]) -> None:
        """See TextureReader."""
        self._into(texture, _GL_RGB, _GL_UNSIGNED_BYTE, out)

    def plane(self, texture: Texture, index: int, out: NDArray[Any]) -> None:
        """See TextureReader."""
        self._into(texture, (_GL_RED, _GL_GREEN)[index], _GL_FLOAT, out)

    def byte_plane(self, texture: Texture, index: int, out: NDArray[Any]) -> None:
        """See TextureReader."""
        self._into(texture, (_GL_RED, _GL_GREEN)[index], _GL_UNSIGNED_BYTE, out)

    def bands(self, texture: Texture, out: NDArray[Any]) -> None:
        """See TextureReader."""
        self._into(texture, _GL_RGB if out.shape[2] == 3 else _GL_RGBA, _GL_FLOAT, out)

    def words(self, texture: Texture, out: NDArray[Any]) -> None:
        """See TextureReader. What shaders stored is made visible first."""
        if _is_still_to_be_cleared(texture, self._gsg):
            out.fill(0)
            return
        self._barrier(_GL_ALL_BARRIERS)
        self._into(texture, _GL_RED_INTEGER, _GL_INT, out)  # as unsigned, the driver clamps bit 31 away


def _is_still_to_be_cleared(texture: Texture, gsg: GraphicsStateGuardian) -> bool:
    """Whether nothing was drawn with the texture since it was cleared: Panda3D clears when it binds.

    Until then OpenGL holds what an earlier picture left, or nothing at all.
    """
    return bool(texture.prepare_now(0, gsg.get_prepared_objects(), gsg).was_image_modified())


def make_reader(panda: GraphicsEngine, gsg: GraphicsStateGuardian) -> TextureReader:
    """The fast reader where the driver has it, else Panda3D's own."""
    try:
        return RawGlReader(gsg)
    except OSError:
        return PandaReader(panda, gsg)
