"""Capsules -> quads that Panda3D draws over a film, hidden by what the labels say is nearer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    ColorBlendAttrib,
    LVecBase2f,
    LVecBase4f,
    NodePath,
    PTA_float,
    PTA_LMatrix4f,
    PTA_LVecBase4f,
    Texture,
)

from sim.geometry import Intrinsics, Pose
from sim.render.geoms import bone_texture, update_float_texture
from sim.render.panda_frames import to_panda
from sim.render.programs import program
from sim.render.quads import quads
from sim.render.weather.particles import Capsules

__all__ = ["MOST_SPECKS", "OVER_FILM", "OVER_MASK", "Specks"]

_BLOCK = 1024
MOST_SPECKS = 10 * _BLOCK
"""More are not drawn; `particles.falling` and spray together stay below."""

OVER_FILM = ColorBlendAttrib.make(
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_incoming_alpha,
    ColorBlendAttrib.O_one_minus_incoming_alpha,
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_zero,
    ColorBlendAttrib.O_one,
)
"""Over a film. Its alpha is brightness for the smoothing of edges; specks have soft edges of their own."""

OVER_MASK = ColorBlendAttrib.make(
    ColorBlendAttrib.M_add, ColorBlendAttrib.O_one, ColorBlendAttrib.O_one_minus_incoming_alpha
)
"""Over a mask: the share of a pixel that anything has changed so far."""


_LAMP_INPUTS = (
    "u_night",
    "u_lamp_flux",
    "u_lamp_tint",
    "u_lamp_low",
    "u_lamp_per_m",
    "u_beams",
    "u_beam_place",
    "u_own_lamps",
)


class Specks:
    """Specks of one picture, as nodes of the scenes that fill its film and its mask.

    Args:
        label: what `View.textures` calls ``film-label``.
        size_px: of the film.
    """

    def __init__(self, label: Texture, size_px: tuple[int, int]) -> None:
        self._label, self._size = label, size_px
        self._table = bone_texture("specks", 4, MOST_SPECKS)
        self._focal = PTA_LVecBase4f.empty_array(1)
        self._pose = PTA_LMatrix4f.empty_array(1)
        self._film_per_radiance = PTA_float.empty_array(1)
        self._blocks: list[tuple[int, NodePath]] = []
        self._films: list[NodePath] = []

    def put(self, scene: NodePath, kind: str) -> None:
        """Draw them in a scene, over a ``film`` or a ``mask``."""
        group = scene.attach_new_node("specks")
        group.set_attrib(OVER_FILM if kind == "film" else OVER_MASK)
        group.set_shader_input("u_capsules", self._table)
        group.set_shader_input("u_label", self._label)
        group.set_shader_input("u_focal", self._focal)
        group.set_shader_input("u_size", LVecBase2f(*self._size))
        if kind == "film":
            group.set_shader_input("u_world_from_camera", self._pose)
            group.set_shader_input("u_film_per_radiance", self._film_per_radiance)
            self._films.append(group)
        for first in range(0, MOST_SPECKS, _BLOCK):
            block = quads(group, "specks", kind, _BLOCK)
            block.set_shader_input("u_first", first)
            block.set_bin("fixed", first)  # what lies over what must not depend on chance
            block.hide()
            self._blocks.append((first, block))

    def light(self, lamps: NodePath | None, world_from_camera: Pose, film_per_radiance: float) -> None:
        """Say what lights them beside the sky.

        Args:
            lamps: the scene whose lamps shine, None if none do.
            world_from_camera: where the camera is.
            film_per_radiance: factor from radiance to the film's values.
        """
        self._pose[0] = to_panda(world_from_camera.matrix)
        self._film_per_radiance[0] = film_per_radiance
        wanted = program("specks", "film", frozenset() if lamps is None else frozenset({"LAMPS"}))
        for group in self._films:
            if lamps is not None:
                for name in _LAMP_INPUTS:
                    group.set_shader_input(lamps.get_shader_input(name))
            for block in group.get_children():
                block.set_shader(wanted)

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
        for first, block in self._blocks:
            if first < count:
                block.show()
            else:
                block.hide()

    def close(self) -> None:
        """Free the table."""
        self._table.release_all()
