"""Capsules -> quads that Panda3D draws over a film, hidden by what the labels say is nearer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    ColorBlendAttrib,
    LVecBase2f,
    LVecBase4f,
    NodePath,
    OmniBoundingVolume,
    PTA_LVecBase4f,
    Texture,
)

from sim.geometry import Intrinsics, Mesh
from sim.render.geoms import bone_texture, flat_mesh, geom_node, update_float_texture
from sim.render.programs import program
from sim.render.weather.particles import Capsules

__all__ = ["MOST_SPECKS", "Specks"]

_BLOCK = 1024
MOST_SPECKS = 10 * _BLOCK
"""More are not drawn; `particles.falling` and spray together stay below."""

_OVER = ColorBlendAttrib.make(
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_incoming_alpha,
    ColorBlendAttrib.O_one_minus_incoming_alpha,
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_zero,
    ColorBlendAttrib.O_one,
)
# Alpha of a film is its brightness for the smoothing of edges: specks have soft edges of their own.


class Specks:
    """Specks of one picture, as nodes of a scene that fills a film.

    Args:
        scene: of a full-screen pass.
        label: what `View.textures` calls ``film-label``.
        size_px: of the film.
        kind: program of the `specks` pass.
    """

    def __init__(self, scene: NodePath, label: Texture, size_px: tuple[int, int], kind: str) -> None:
        self._table = bone_texture("specks", 4, MOST_SPECKS)
        self._focal = PTA_LVecBase4f.empty_array(1)
        self._group = scene.attach_new_node("specks")
        self._group.set_shader(program("specks", kind))
        self._group.set_attrib(_OVER)
        self._group.set_shader_input("u_capsules", self._table)
        self._group.set_shader_input("u_label", label)
        self._group.set_shader_input("u_focal", self._focal)
        self._group.set_shader_input("u_size", LVecBase2f(*size_px))
        quads = geom_node("specks", _quads(_BLOCK))
        quads.set_bounds(OmniBoundingVolume())
        quads.set_final(True)
        self._blocks = []
        for number in range(MOST_SPECKS // _BLOCK):
            block = self._group.attach_new_node(f"{number}")
            block.attach_new_node(quads)
            block.set_shader_input("u_first", number * _BLOCK)
            block.node().set_bounds(OmniBoundingVolume())
            self._blocks.append(block)

    def show(self, capsules: Capsules, light: NDArray[np.float64], optics: Intrinsics) -> None:
        """Show these capsules and no others.

        Args:
            capsules: in the axes of the camera.
            light: (N, 3) radiance of each as the film is exposed.
            optics: of the pinhole.
        """
        count = min(len(capsules), MOST_SPECKS)
        rows = np.zeros((MOST_SPECKS, 4, 4), np.float32)
        rows[:count, 0, :3], rows[:count, 0, 3] = capsules.start_m[:count], capsules.radius_m[:count]
        rows[:count, 1, :3], rows[:count, 1, 3] = capsules.end_m[:count], capsules.opacity[:count]
        rows[:count, 2, 0], rows[:count, 2, 1:] = capsules.soft_m[:count], light[:count]
        rows[count:, 2, 0] = 1.0
        update_float_texture(self._table, rows)
        self._focal[0] = LVecBase4f(optics.fx_px, optics.fy_px, optics.cx_px, optics.cy_px)
        for number, block in enumerate(self._blocks):
            if number * _BLOCK < count:
                block.show()
            else:
                block.hide()

    def close(self) -> None:
        """Free the table."""
        self._table.release_all()


def _quads(count: int) -> Mesh:
    corner = np.zeros((4 * count, 3), np.float32)
    first = 4 * np.arange(count, dtype=np.int32)[:, None, None]
    faces = (first + np.array([[0, 1, 2], [2, 1, 3]], np.int32)).reshape(-1, 3)
    return flat_mesh(corner, corner[:, :2].copy(), faces)
