"""Bodies -> patches of ground that go with them: dark ones below, and those their lamps light."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import BitMask32, BoundingSphere, GeomNode, NodePath, TransparencyAttrib

from sim.bodies import Body
from sim.render.drawing import MASK_BEAM, MASK_RGB, nearest_first
from sim.render.geoms import flat_mesh, geom_node
from sim.render.lit import LitNodes
from sim.render.night.beams import beam_mesh
from sim.render.programs import program

__all__ = ["lay_beam", "lay_contact_patch", "lay_lamp_shadow"]

_CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)


def lay_contact_patch(holder: NodePath, body: Body, lit: LitNodes) -> None:
    """The dark patch below a vehicle."""
    rear, front, half = body.footprint_m
    at = _CORNERS * np.array([(front - rear) / 2 + 0.12, half + 0.02]) + np.array([(front + rear) / 2, 0])
    patch = _lay(holder, np.concatenate([at, np.zeros((4, 1))], 1))
    lit.add(patch, "contact")
    patch.show_through(MASK_RGB)


def lay_lamp_shadow(holder: NodePath, body: Body) -> NodePath:
    """The shadow of a person in the light of street lamps; hidden, for the caller to show after dark."""
    along, across = (_CORNERS[:, 0] + 1) / 2, _CORNERS[:, 1]
    patch = _lay(holder, np.stack([along, across, np.full(4, body.size_lwh_m[2])], 1))
    patch.set_shader(program("rgb", "lamp-shadow"))
    return patch


def lay_beam(holder: NodePath, body: Body) -> None:
    """What a vehicle's lamps light, for the map of beams alone."""
    mesh = beam_mesh(body)
    if mesh is None:
        return
    beam = holder.attach_new_node(geom_node("beam", mesh))
    beam.node().set_bounds(BoundingSphere())
    beam.set_shader(program("beam", "vehicle"))
    beam.hide(BitMask32.all_on())
    beam.show_through(MASK_BEAM)


def _lay(holder: NodePath, positions_m: NDArray[np.floating]) -> NodePath:
    """A dark quad that the ground shines through."""
    patch = holder.attach_new_node(_quad(positions_m))
    patch.node().set_bounds(BoundingSphere())
    patch.set_bin(nearest_first("contact"), 0)
    patch.hide(BitMask32.all_on())
    patch.set_transparency(TransparencyAttrib.M_alpha)
    patch.set_depth_write(False)
    patch.set_depth_offset(2)
    patch.set_two_sided(True)
    return patch


def _quad(positions_m: NDArray[np.floating]) -> GeomNode:
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return geom_node("patch", flat_mesh(positions_m.astype(np.float32), _CORNERS, faces))
