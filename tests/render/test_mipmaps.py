"""Levels are means of four; those of cutouts cover as much as the finest."""

import numpy as np

from sim.render.mipmaps import mip_levels
from sim.scenery.surfaces import paint_surfaces

NAMES = {"leaves", "leaves_small", "needles", "twigs", "twigs_hanging"}


def test_levels_are_means_and_cutouts_keep_their_share():
    surfaces = [s for s in paint_surfaces(5) if s.name in NAMES | {"asphalt"}]
    layers = np.stack([s.albedo for s in surfaces])
    cutouts = np.array([s.name in NAMES for s in surfaces])
    levels = mip_levels(layers, cutouts)
    assert [level.shape[1] for level in levels] == [256, 128, 64, 32, 16, 8, 4, 2, 1]
    fine = layers.astype(float)
    for level in levels:
        size = level.shape[1]
        fine = np.floor(fine.reshape(len(fine), size, 2, size, 2, 4).mean((2, 4)) + 0.5)
        assert np.array_equal(level[..., :3], fine[..., :3])
        assert np.array_equal(level[~cutouts], fine[~cutouts])
        if size >= 16:
            plain = (layers[cutouts, :, :, 3] > 127.5).mean((1, 2))
            kept = (level[cutouts, :, :, 3] > 127.5).mean((1, 2))
            # Equal coverages pass together.
            assert (kept >= plain - 1 / size**2).all()
            assert (kept <= np.maximum(1.25 * plain, plain + 4 / size)).all()
