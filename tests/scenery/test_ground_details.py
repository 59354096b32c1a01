"""Gutters lie on the road along kerbs, drains in gutters, tactile paving behind the kerb of crossings."""

import dataclasses

import numpy as np
import pytest
from scenery_street import street

from sim.scenery.builder import MeshBuilder
from sim.scenery.ground_details import GUTTER_M, add_ground_details
from sim.scenery.paint_iron import IRON_CELLS
from sim.scenery.surfaces import SURFACE_NAMES
from sim.taxonomy import Semantic
from sim.world import Crosswalk


def details(seed):
    """Corners (F, 3, 3) of the faces by surface, and their classes."""
    crossing = Crosswalk(
        "c", ((20.0, -6.0), (24.0, -6.0), (24.0, 6.0), (20.0, 6.0)), (22.0, -6.0), (22.0, 6.0), ""
    )
    world = street()
    network = dataclasses.replace(world.network, crosswalks=(crossing,))
    world = dataclasses.replace(world, network=network, surface_seed=seed)
    builder = MeshBuilder()
    add_ground_details(builder, world)
    mesh = builder.mesh("decal")
    if mesh is None:
        return world, {}, set()
    corners, layer = mesh.positions_m[mesh.faces].astype(float), mesh.layer[mesh.faces[:, 0]]
    found = {SURFACE_NAMES[k]: corners[layer == k] for k in np.unique(layer)}
    return (
        world,
        found,
        {(SURFACE_NAMES[a], Semantic(int(b))) for a, b in zip(mesh.layer, mesh.semantic, strict=True)},
    )


def area(corners):
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2


def kerb_distance(world, points):
    """(N,) distance to the nearest kerb edge of a pavement."""
    best = np.full(len(points), np.inf)
    for patch in world.ground:
        if patch.kind == "pavement":
            ring = np.array(patch.outline_m)
            for k in patch.kerb_edges:
                a, d = ring[k], ring[(k + 1) % len(ring)] - ring[k]
                t = np.clip(((points - a) @ d) / (d @ d), 0, 1)
                best = np.minimum(best, np.hypot(*(points - a - t[:, None] * d).T))
    return best


def test_gutters_run_along_kerbs_on_the_road_and_drains_lie_in_them():
    seen, drains = set(), 0
    for seed in range(12):
        world, found, classes = details(seed)
        seen |= set(found)
        assert classes <= {
            ("concrete", Semantic.ROAD),
            ("paving_alt", Semantic.ROAD),
            ("iron", Semantic.ROAD),
            ("tactile", Semantic.PAVEMENT),
        }
        for name in set(found) - {"tactile"}:
            corners = found[name]
            middle = corners.mean(1)
            assert (area(corners) > 0).all()
            assert (kerb_distance(world, corners[:, :, :2].reshape(-1, 2)) < GUTTER_M * 1.42).all()
            kinds = {world.ground[k].kind for k in world.ground_patch(middle[:, :2].copy())}
            assert kinds == {"road"}
            above = middle[:, 2] - world.ground_height_m(middle[:, :2].copy())
            assert ((above > 0.0005) & (above < 0.0035)).all()
        if set(found) & {"concrete", "paving_alt"}:
            gutter = found.get("concrete", found.get("paving_alt"))
            length = sum(
                np.hypot(*(np.subtract(p.outline_m[(k + 1) % len(p.outline_m)], p.outline_m[k])))
                for p in world.ground
                if p.kind == "pavement"
                for k in p.kerb_edges
            )
            # One edge of the test street lies at its rim, beyond which no road is.
            assert 0.7 * length * GUTTER_M < area(gutter).sum() < 1.02 * length * GUTTER_M
        drains += len(found.get("iron", ())) // 2
    assert seen == {"concrete", "paving_alt", "iron", "tactile"}
    assert drains > 40


def test_tactile_paving_lies_behind_the_kerb_as_wide_as_the_crossing():
    for seed in range(12):
        _, found, _ = details(seed)
        if "tactile" in found:
            corners = found["tactile"]
            assert area(corners).sum() == pytest.approx(2 * 4.0 * 0.8, rel=1e-4)
            points = corners.reshape(-1, 3)
            assert np.allclose(np.sort(np.unique(points[:, 0].round(3))), [20.0, 24.0])
            assert set(np.abs(points[:, 1]).round(3)) == {6.15, 6.95}
            assert np.allclose(points[:, 2], 0.123, atol=1e-6)


def test_lids_are_sixteen():
    assert sorted(k for cells in IRON_CELLS.values() for k in cells) == list(range(16))
