"""Where shadows of what stands have edges: the map's two passes against the same in NumPy."""

import numpy as np
import pytest
from panda3d.core import NodePath, SamplerState, Texture
from scipy import ndimage

from sim.render.engine import engine
from sim.render.shadow_edges import ShadowEdges

pytestmark = pytest.mark.gl

SIDE = 256
SIZE_M = np.array([32.0, 32.0, 100.0])
GROUND = (0.5 + 0.001 * np.arange(SIDE) / SIDE + 0.3 * np.arange(SIDE)[:, None] / SIDE).astype(np.float32)


def found(depth):
    """(SIDE / 4, SIDE / 4) what the passes leave for a shadow map of these depths, row 0 first in memory."""
    texture = Texture("depth")
    texture.setup_2d_texture(SIDE, SIDE, Texture.T_float, Texture.F_r32)
    texture.set_minfilter(SamplerState.FT_nearest)
    texture.set_ram_image(np.ascontiguousarray(depth).tobytes())
    edges = ShadowEdges(engine(), NodePath("scene"), texture, SIDE)
    try:
        edges.fit(SIZE_M)
        out = []
        engine().draw(edges.passes, lambda: None)
        for result in edges.textures:
            assert engine().panda.extract_texture_data(result, engine().gsg)
            out.append(np.frombuffer(bytes(result.get_ram_image()), np.float32).reshape(SIDE // 4, SIDE // 4))
        return out[-1]
    finally:
        edges.close()


def test_a_slope_has_no_edges(gl):
    assert (found(GROUND) == 1).all()


def test_a_tall_block_is_named_by_its_depth_beside_its_edges_and_nowhere_else(gl):
    depth = GROUND.copy()
    depth[100:160, 80:200] = 0.2  # 30 m nearer to the sun and more
    block = np.zeros((SIDE, SIDE), bool)
    block[100:160, 80:200] = True
    rim = ndimage.binary_dilation(block) & ~block
    coarse = rim.reshape(SIDE // 4, 4, -1, 4).any((1, 3))
    out = found(depth)
    assert np.abs(out[coarse] - 0.2).max() < 1e-6
    reach = ndimage.binary_dilation(coarse, np.ones((3, 3)), 2)
    assert (out[~reach] == 1).all()


def test_the_shadow_of_what_lies_low_stays_in_its_block(gl):
    tall, low = GROUND.copy(), GROUND.copy()
    tall[100:160, 80:200] -= 0.3
    low[100:160, 80:200] -= 0.01  # a metre: its shadow's edge is 5 mm wide, a texel 12 cm
    assert 0 < (found(low) < 1).sum() < (found(tall) < 1).sum()
