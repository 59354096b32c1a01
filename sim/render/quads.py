"""How many quads -> a node that draws them, each where its program puts it by its number."""

from __future__ import annotations

import numpy as np
from panda3d.core import NodePath, OmniBoundingVolume

from sim.render.geoms import flat_mesh, geom_node
from sim.render.programs import program

__all__ = ["quads"]


def quads(scene: NodePath, stage: str, kind: str, count: int) -> NodePath:
    """A node that draws some quads with a program that places them by their number."""
    corner = np.zeros((4 * count, 3), np.float32)
    first = 4 * np.arange(count, dtype=np.int32)[:, None, None]
    faces = (first + np.array([[0, 1, 2], [2, 1, 3]], np.int32)).reshape(-1, 3)
    geom = geom_node(stage, flat_mesh(corner, corner[:, :2].copy(), faces))
    geom.set_bounds(OmniBoundingVolume())
    geom.set_final(True)
    node = scene.attach_new_node(geom)
    node.set_shader(program(stage, kind))
    return node
