"""Which faces of vehicles one sees through, against their texels one by one."""

import numpy as np
import pytest

from sim.bodies import VehicleSpec, build_body
from sim.render.panes import BLIND, glass_sums, pane_faces


@pytest.mark.parametrize("kind", ["hatchback", "van"])
def test_every_texel_of_glass_lies_on_a_pane(kind):
    body = build_body(VehicleSpec(kind))
    material = body.textures.material
    rng = np.random.default_rng(3)
    for mesh in (body.mesh, body.coarse, body.far):
        is_pane = pane_faces(glass_sums(material), mesh)
        assert 0 < is_pane.sum() < len(is_pane) / 2
        shares = rng.dirichlet(np.ones(3), 64)
        uv = np.einsum("kc,fcx->fkx", shares, mesh.uv[mesh.faces])
        column = np.clip(np.floor(uv[..., 0] * material.shape[1]), 0, material.shape[1] - 1).astype(int)
        row = np.clip(np.floor((1 - uv[..., 1]) * material.shape[0]), 0, material.shape[0] - 1).astype(int)
        seen_through = (material[row, column, 0] < 255 * BLIND).any(1)
        assert seen_through.any()
        assert not (seen_through & ~is_pane).any()
