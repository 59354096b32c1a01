"""The process's one offscreen graphics engine: pipe, context, buffers, and what GL says about itself."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from panda3d.core import (
    Camera,
    EventQueue,
    FrameBufferProperties,
    GraphicsEngine,
    GraphicsOutput,
    GraphicsPipe,
    GraphicsPipeSelection,
    GraphicsStateGuardian,
    NodePath,
    PythonCallbackObject,
    RenderState,
    SamplerState,
    Texture,
    TransformState,
    WindowProperties,
    loadPrcFileData,
)

from sim.errors import EnvironmentProblem

__all__ = ["Engine", "GlInfo", "engine"]

_SETTINGS = """
load-display p3headlessgl
window-type offscreen
gl-version 3 3
audio-library-name null
sync-video 0
textures-power-2 none
gl-coordinate-system default
notify-level-display fatal
notify-level-glgsg error
garbage-collect-states 1
released-vbuffer-cache-size 0
released-ibuffer-cache-size 0
model-cache-dir
"""

_INSTALL = (
    "no OpenGL: {what}. Any EGL driver will do; on Debian or Ubuntu the software one is installed by\n"
    "    apt-get install -y libegl1 libgl1 libgl1-mesa-dri"
)


@dataclass(frozen=True)
class GlInfo:
    """What the driver calls itself; stored in every manifest, printed by `roadreel doctor`."""

    vendor: str
    renderer: str
    version: str


class Engine:
    """One pipe, one engine, one context a process; only the thread that made it may touch it.

    Raises:
        EnvironmentProblem: no OpenGL; the message says what to install.
    """

    def __init__(self) -> None:
        if os.environ.get("ROADREEL_NO_GL"):
            raise EnvironmentProblem(_INSTALL.format(what="switched off by ROADREEL_NO_GL"))
        loadPrcFileData("roadreel", _SETTINGS)
        self._thread = threading.get_ident()
        self.panda = GraphicsEngine.get_global_ptr()
        pipe = GraphicsPipeSelection.get_global_ptr().make_module_pipe("p3headlessgl")
        if pipe is None:
            raise EnvironmentProblem(_INSTALL.format(what="libEGL.so.1 or libGL.so.1 is missing"))
        self._pipe = pipe
        host = self.panda.make_output(
            pipe,
            "host",
            0,
            FrameBufferProperties(),
            _window(8, 8),
            GraphicsPipe.BF_refuse_window,
        )
        if host is None:
            raise EnvironmentProblem(_INSTALL.format(what="no EGL driver opens a context"))
        self._host = host
        self.panda.open_windows()
        gsg = host.get_gsg()
        if gsg is None or not gsg.is_valid():
            raise EnvironmentProblem(_INSTALL.format(what="the EGL driver gives no valid context"))
        host.set_active(False)
        self.gsg: GraphicsStateGuardian = gsg
        self.info = GlInfo(gsg.get_driver_vendor(), gsg.get_driver_renderer(), gsg.get_driver_version())
        self._then: Callable[[], None] | None = None
        self._sync = self._make_sync()

    @property
    def has_images(self) -> bool:
        """True if shaders can write images (OpenGL 4.3)."""
        return (self.gsg.get_driver_version_major(), self.gsg.get_driver_version_minor()) >= (4, 3)

    def check_thread(self) -> None:
        """Raise RuntimeError unless called from the thread that made the engine."""
        if threading.get_ident() != self._thread:
            raise RuntimeError("only the thread that made the renderer may touch OpenGL")

    def buffer(
        self,
        name: str,
        size_px: tuple[int, int],
        properties: FrameBufferProperties,
        planes: dict[Any, Texture],
        *,
        sort: int,
    ) -> GraphicsOutput:
        """An offscreen buffer that draws into textures: plane (GraphicsOutput.RTP_*) -> texture.

        It is drawn by `draw` alone; among the buffers drawn together, those of lower `sort` come first.
        """
        self.check_thread()
        made = self.panda.make_output(
            self._pipe,
            name,
            sort,
            properties,
            _window(*size_px),
            GraphicsPipe.BF_refuse_window,
            self.gsg,
            self._host,
        )
        if made is None:
            raise EnvironmentProblem(f"OpenGL refused a {size_px[0]}x{size_px[1]} buffer for {name}")
        for plane, texture in planes.items():
            made.add_render_texture(texture, GraphicsOutput.RTM_bind_or_copy, plane)
        made.set_active(False)
        return made

    def draw(self, buffers: Iterable[GraphicsOutput], then: Callable[[], None]) -> None:
        """Draw these buffers and no others, then call `then` while the context is current."""
        self.check_thread()
        drawn = [*buffers, self._sync]
        for buffer in drawn:
            buffer.set_active(True)
        self._then = then
        try:
            self.panda.render_frame()
        finally:
            self._then = None
            for buffer in drawn:
                buffer.set_active(False)

    def _make_sync(self) -> GraphicsOutput:
        """A buffer drawn last: its callback runs while the context is current and every pass is done."""
        properties = FrameBufferProperties()
        properties.set_rgba_bits(8, 8, 8, 8)
        output = self.buffer("sync", (4, 4), properties, {}, sort=1000)

        def drawn(data: object) -> None:
            data.upcall()  # type: ignore[attr-defined]
            if self._then is not None:
                self._then()

        output.make_display_region().set_draw_callback(PythonCallbackObject(drawn))
        return output

    def remove(self, buffer: GraphicsOutput) -> None:
        """Close a buffer."""
        self.panda.remove_window(buffer)

    def sweep(self) -> None:
        """Free what nobody holds any more: OpenGL objects are deleted when a frame begins.

        States of nodes that are gone hold each other and their textures in Panda3D's cache of composed ones.
        Nobody reads the events that opening and closing buffers leave in a queue. Free memory goes back to
        the system: a street is thousands of arrays of all sizes, whose places glibc keeps, though the next
        does not fit into them (2 MB more each, all of it free).
        """
        RenderState.clear_cache()
        TransformState.clear_cache()
        # A call that frees the very state it began at ends there: alone, it left 3.5 MB of every world.
        while RenderState.garbage_collect() + TransformState.garbage_collect():
            pass
        EventQueue.get_global_event_queue().clear()
        self._host.set_active(True)
        self.panda.render_frame()
        self._host.set_active(False)
        _give_back_free_memory()


def _give_back_free_memory() -> None:
    """Return free pages of the heap to the system, where the C library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _window(width_px: int, height_px: int) -> WindowProperties:
    properties = WindowProperties()
    properties.set_size(width_px, height_px)
    return properties


def nearest(name: str) -> Texture:
    """An empty texture that is never filtered: what labels are drawn into."""
    texture = Texture(name)
    texture.set_minfilter(SamplerState.FT_nearest)
    texture.set_magfilter(SamplerState.FT_nearest)
    return texture


def attach_camera(scene: NodePath, output: GraphicsOutput, name: str) -> tuple[NodePath, Camera]:
    """A camera on `scene` that fills `output`: its place in the scene and the camera itself."""
    lens = Camera(name)
    camera = scene.attach_new_node(lens)
    region = output.make_display_region()
    region.set_camera(camera)
    return camera, lens


@cache
def engine() -> Engine:
    """The process's engine, made at the first call. Raises EnvironmentProblem."""
    return Engine()
