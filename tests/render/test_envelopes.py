"""In `semantic_envelope` what a crown's outline covers is vegetation; nothing else differs."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.geometry import BrownConrady, KannalaBrandt
from sim.render import Renderer
from sim.scenery.envelopes import crown_envelopes
from sim.scenery.tree_shapes import TREE_SPECIES
from sim.simulation import simulate
from sim.taxonomy import Semantic
from sim.world import Tree

pytestmark = pytest.mark.gl

CHANNELS = ("semantic", "semantic_envelope", "instance", "depth")


@pytest.mark.parametrize("season", ["winter", "summer"])
def test_crowns_are_filled_and_nothing_else_changes(season):
    scenario = sim.sample(
        "avenue", seed=3, season=season, tree_species="lime", tree_spacing_m=9.0, duration_s=0.1,
        warmup_s=0.0, width_px=480, height_px=270, vehicles=4, cyclists=0, parked=0, people=4,
    )  # fmt: skip
    cameras = [replace(c, channels=CHANNELS) for c in scenario.sensors]
    plain = [replace(c, channels=("semantic", "instance", "depth")) for c in scenario.sensors]
    state = next(iter(simulate(scenario)))
    images, without = (film(scenario, state, some) for some in (cameras, plain))
    grown = 0
    for one, other in zip(images, without, strict=True):
        for name in other:
            assert np.array_equal(one[name], other[name])
        exact, outlined = one["semantic"], one["semantic_envelope"]
        changed = exact != outlined
        assert (outlined[changed] == Semantic.VEGETATION).all()
        assert not (one["instance"][changed] > 0).any()
        grown += changed.sum()
        # A crown is its leaves and what shows between them: those pixels lie farther off than the leaves.
        assert (one["depth"][changed] > 1.0).all()
    # Twigs hide little, leaves most of what is behind them.
    share = grown / sum(one["semantic"].size for one in images)
    assert 0.03 < share < 0.3 if season == "winter" else 0.005 < share < 0.15


def film(scenario, state, cameras):
    with Renderer(scenario.world, state.roster, cameras) as renderer:
        out = []
        for capture in renderer.capture(state):
            out.append({name: array.copy() for name, array in capture.channels.items()})
            capture.release()
        return out


@pytest.mark.parametrize("species", TREE_SPECIES)
def test_outlines_are_closed_and_as_large_as_the_crown(species):
    tree = Tree(4.0, -2.0, 0.1, 8.0, 2.0, (90, 110, 60), 1.0, 5, species)
    mesh = crown_envelopes([tree])
    corners = mesh.positions_m.astype(float)[mesh.faces]
    # Each edge is run through once in either direction.
    edges = {(int(f[i]), int(f[(i + 1) % 3])) for f in mesh.faces for i in range(3)}
    assert len(edges) == 3 * len(mesh.faces)
    assert {(b, a) for a, b in edges} == edges
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert 0.2 * np.pi * 4.0 * 8.0 * 0.3 < volume < np.pi * 4.0 * 8.0
    reach = np.hypot(*(mesh.positions_m[:, :2] - [4.0, -2.0]).T).max()
    assert 0.9 * 2.0 < reach < 1.1 * 2.0
    assert mesh.positions_m[:, 2].max() == pytest.approx(8.1, abs=1e-5)
    assert crown_envelopes([]) is None


def test_a_lens_sees_outlines_where_a_pinhole_does():
    scenario = sim.sample(
        "avenue", seed=3, season="winter", tree_species="lime", tree_spacing_m=9.0, duration_s=0.1,
        warmup_s=0.0, width_px=320, height_px=180, vehicles=2, cyclists=0, parked=0, people=2,
    )  # fmt: skip
    plain = replace(scenario.sensors[1], channels=CHANNELS, hfov_deg=70.0)
    bent = replace(plain, name="bent", distortion=BrownConrady(k1=1e-6))
    fish = replace(plain, name="fish", hfov_deg=170.0, distortion=KannalaBrandt(0.0, 0.0, 0.0, 0.0))
    state = next(iter(simulate(scenario)))
    one, other, wide = film(scenario, state, [plain, bent, fish])
    assert (one["semantic"] != one["semantic_envelope"]).mean() > 0.02
    assert (one["semantic_envelope"] != other["semantic_envelope"]).mean() < 0.03
    changed = wide["semantic"] != wide["semantic_envelope"]
    assert changed.mean() > 0.005
    assert (wide["semantic_envelope"][changed] == Semantic.VEGETATION).all()
    assert not (wide["instance"][changed] > 0).any()
