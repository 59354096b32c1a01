"""A camera's optics as inputs of ``optics.glsl``, and the motion between two of its poses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import NodePath, PTA_LVecBase4f, Texture

from sim.geometry import Intrinsics, KannalaBrandt, Pose

__all__ = ["give_optics", "relative"]

_FAR = 1e9  # a lens without an end


def give_optics(card: NodePath, optics: Intrinsics, rays: Texture | None) -> None:
    """Set ``u_focal`` of a card, and of a lens ``u_lens`` and its unit rays.

    Args:
        card: drawn by a program with ``optics.glsl``.
        optics: of the image.
        rays: texture with the unit ray of each pixel for a lens, None for a pinhole.
    """
    focal = PTA_LVecBase4f.empty_array(1)
    numbers = [optics.fx_px, optics.fy_px, optics.cx_px, optics.cy_px]
    focal.set_data(np.array(numbers, np.float32).tobytes())
    card.set_shader_input("u_focal", focal)
    lens = optics.distortion
    if rays is None or lens is None:
        return
    terms = np.zeros(12, np.float32)
    is_fisheye = isinstance(lens, KannalaBrandt)
    first = 4 if is_fisheye else 0
    terms[first : first + len(lens.coefficients)] = lens.coefficients
    terms[9], terms[10] = is_fisheye, min(lens.radial.limit, _FAR)
    table = PTA_LVecBase4f.empty_array(3)
    table.set_data(terms.tobytes())
    card.set_shader_input("u_lens", table)
    card.set_shader_input("u_rays", rays)


def relative(world_from_other: Pose, world_from_camera: Pose) -> NDArray[np.float64]:
    """other_from_camera, exactly the identity for a camera that rests."""
    if np.array_equal(world_from_other.matrix, world_from_camera.matrix):
        return np.eye(4)
    return (world_from_other.inverse() @ world_from_camera).matrix
