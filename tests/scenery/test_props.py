"""Sizes of signs, enclosures and what hangs between poles, measured on their triangles."""

import numpy as np
import pytest

from sim.errors import UsageError
from sim.scenery.builder import MeshBuilder
from sim.scenery.enclosures import ENCLOSURES
from sim.scenery.furniture import LONG_KINDS, add_props
from sim.scenery.scenery import GROUPS
from sim.scenery.sign_posts import SIGN_KINDS
from sim.scenery.tall_props import WIRES_Z_M
from sim.taxonomy import Semantic
from sim.world import Prop

DISCS = (
    *(f"speed{limit}" for limit in (20, 30, 50, 80, 100, 120, 130)),
    "no_parking",
    "no_stopping",
    "no_entry",
    "no_vehicles",
    "ahead_only",
    "turn_right",
)
TRIANGLES = ("yield", "children", "road_works", "crossing_ahead", "hazard")
SQUARES = (
    *("crossing", "parking", "bus_stop", "one_way", "dead_end", "motorway", "rest_area", "zone20", "zone30"),
    *("exit_bars1", "exit_bars2", "exit_bars3", "kiss_and_go", "trolleys", "aisle", "disabled"),
)


def triangles(prop, semantic=None):
    """(F, 3, 3) corners and (F, 3) normals of a prop's faces, of one class if given."""
    builder = MeshBuilder()
    add_props(builder, [prop])
    corners, normals = [], []
    for mesh in filter(None, map(builder.mesh, GROUPS)):
        kept = mesh.faces[(mesh.semantic[mesh.faces[:, 0]] == semantic) | (semantic is None)]
        corners.append(mesh.positions_m[kept].astype(float))
        normals.append(mesh.normals[kept[:, 0]].astype(float))
    return np.concatenate(corners), np.concatenate(normals)


def extent(points):
    return np.ptp(points.reshape(-1, 3), axis=0)


@pytest.mark.parametrize("kind", SIGN_KINDS)
def test_signs_are_as_large_and_as_high_as_real_ones(kind):
    """Seen from its front a sign has the size of its kind, hangs over heads and has a back as large."""
    wide = {**dict.fromkeys(DISCS, 0.6), **dict.fromkeys(TRIANGLES, 0.9), **dict.fromkeys(SQUARES, 0.6)}
    want = {**wide, "keep_right": 0.6, "stop": 0.8, "priority": 0.84}[kind.removeprefix("sign_")]
    for seed in range(4):
        corners, normals = triangles(Prop(kind, 0.0, 0.0, 0.0, 0.0, seed=seed), Semantic.SIGN)
        above = corners[:, :, 2].min(1) >= 2.19
        plate = corners[above & (normals[:, 0] > 0.99)]
        assert extent(plate)[1] == pytest.approx(want, abs=0.025)
        assert extent(plate)[2] == pytest.approx(want, abs=0.14 if want == 0.9 else 0.025)
        assert corners[:, :, 2].min() > 1.9
        assert extent(corners[normals[:, 0] < -0.99]) == pytest.approx(extent(corners[normals[:, 0] > 0.99]))


@pytest.mark.parametrize("kind", ENCLOSURES)
def test_enclosures_are_as_long_as_they_are_told_and_reach_the_ground(kind):
    for seed in range(6):
        for length_m in (0.6, 3.3, 14.0):
            corners, _ = triangles(Prop(kind, 0.0, 0.0, 0.0, 0.0, length_m, seed))
            low, high = corners.reshape(-1, 3).min(0), corners.reshape(-1, 3).max(0)
            assert np.abs([low[1] + length_m / 2, high[1] - length_m / 2]).max() <= 0.22
            assert max(-low[0], high[0]) <= 0.22
            assert low[2] <= 0.001
            assert 0.5 <= high[2] <= 2.2


def test_wires_hang_from_the_insulators_of_equal_poles():
    wires, _ = triangles(Prop("wires", 0.0, 0.0, 0.0, 0.0, 30.0))
    pole, _ = triangles(Prop("wire_pole", 0.0, 0.0, 0.0, 0.0))
    points = wires.reshape(-1, 3)
    ends = points[np.abs(points[:, 1]) > 14.9]
    assert np.abs(points[:, 1]).max() == pytest.approx(15.0, abs=0.01)
    for z_m in set(WIRES_Z_M):
        assert np.abs(ends[:, 2] - z_m).min() < 0.03
    away = np.abs(ends[:, None] * [1, 0, 1] - pole.reshape(-1, 3)[None] * [1, 0, 1]).max(-1).min(1)
    assert away.max() < 0.06
    # Nothing that drives is higher than 4.2 m.
    assert points[:, 2].min() > 6.0


def test_boards_reach_over_the_pavement_above_heads():
    for seed in range(5):
        corners, _ = triangles(Prop("direction_board", 0.0, 0.0, 0.0, 0.0, seed=seed), Semantic.SIGN)
        assert corners[:, :, 2].min() >= 2.2 - 1e-6
        assert corners[:, :, 1].min() >= -0.21
        assert 1.1 < corners[:, :, 1].max() < 1.6


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_what_has_a_length_wants_one(kind):
    with pytest.raises(UsageError, match=f"a {kind} wants a positive length"):
        add_props(MeshBuilder(), [Prop(kind, 0.0, 0.0, 0.0, 0.0)])
