"""The volume of lamplight against the formula of a point lamp, sums, and street lamps as they are built."""

import dataclasses

import numpy as np
import pytest

from sim.render.night.light_field import (
    FULL_M,
    black_body_rgb,
    direct_field,
    lamp_emitters,
    light_field,
    window_emitters,
)
from sim.scenery import SURFACE_NAMES, Luminaire, build_scenery
from sim.taxonomy import Semantic
from sim.world import Prop

BOUNDS = (-40.0, -20.0, 40.0, 20.0)
LANTERN = Luminaire((0.3, 0.2, 4.7), 0.0, False, 3000.0)
HEAD = Luminaire((5.0, -3.0, 7.6), np.pi / 2, True, 2050.0)
UP = np.array([[0.0, 0.0, 1.0]])


def centers(field):
    """World position of every cell, (Z, Y, X, 3)."""
    depth, height, width = field.flux.shape[:3]
    z, y, x = np.meshgrid(*(np.arange(n) + 0.5 for n in (depth, height, width)), indexing="ij")
    return field.low_m + np.stack([x / width, y / height, z / depth], -1) * field.size_m


def test_below_a_lantern_the_ground_gets_the_inverse_square_times_the_cosine():
    field = direct_field([lamp_emitters([LANTERN])], BOUNDS)
    away = np.array(LANTERN.position_m) - centers(field)
    distance = np.linalg.norm(away, axis=-1)
    # Between its foot and the horizontal a lantern is equally bright all around.
    cosine = away[..., 2] / distance
    cone = (cosine > 0.5) & (cosine < 0.7) & (distance > 2)
    fade = (1 - (distance / 34.0) ** 2) ** 2
    wanted = 0.42 * FULL_M**2 * fade / distance**2
    assert cone.sum() > 200
    np.testing.assert_allclose(field.flux[cone][:, 3], wanted[cone], rtol=2e-6)
    np.testing.assert_allclose(field.flux[cone][:, 2], (wanted * cosine)[cone], rtol=2e-5)


def test_light_of_many_lamps_is_the_sum():
    emitters = [lamp_emitters([lamp]) for lamp in (LANTERN, HEAD)]
    both = light_field(emitters, BOUNDS).flux
    alone = sum(light_field([part], BOUNDS).flux for part in emitters)
    np.testing.assert_allclose(both, alone, rtol=1e-5, atol=1e-7)


def test_the_ground_sends_back_a_share_of_what_falls_on_it_and_from_nowhere_else():
    wide = (-80.0, -80.0, 80.0, 80.0)
    parts = [lamp_emitters([LANTERN, HEAD])]
    direct, whole = direct_field(parts, wide).flux.astype(float), light_field(parts, wide).flux.astype(float)
    assert (direct[..., :3] == whole[..., :3]).all()
    bounced = whole[..., 3] - direct[..., 3]
    assert bounced.min() >= 0
    np.testing.assert_allclose(bounced.sum((1, 2)), 0.4 * direct[0, ..., 2].sum(), rtol=1e-3)
    assert (np.diff(bounced.max((1, 2))) < 0).all()  # wider and weaker with height


def test_flux_is_never_longer_than_the_irradiance():
    flux = light_field([lamp_emitters([LANTERN, HEAD])], BOUNDS).flux.astype(float)
    length = np.linalg.norm(flux[..., :3], axis=-1)
    assert (length <= flux[..., 3] * (1 + 1e-5)).all()
    assert (flux[..., 3] >= 0).all()


def test_a_road_lamp_lights_along_the_road_and_not_above_itself():
    field = direct_field([lamp_emitters([HEAD])], BOUNDS)
    x, y, z = HEAD.position_m
    ground = 0.4
    below, along, behind, high = (
        field.irradiance(np.array([p]), UP)[0]
        for p in ((x, y, ground), (x + 8, y, ground), (x, y - 8, ground), (x, y, z + 2))
    )
    assert below == pytest.approx(1.0, abs=0.15)
    assert below > along > 2 * behind > 0
    assert high == 0


def test_windows_shine_outward_only_and_as_much_as_they_are_large(street):
    layer = SURFACE_NAMES.index("shops")
    mesh = next(
        c.mesh for c in build_scenery(street).chunks if c.group == "solid" and (c.mesh.layer == layer).any()
    )
    part = window_emitters([mesh], layer)
    faces = mesh.faces[mesh.layer[mesh.faces[:, 0]] == layer]
    p = mesh.positions_m[faces].astype(float)
    area = np.linalg.norm(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1).sum() / 2
    assert part.strength.sum() == pytest.approx(0.09 * area, rel=1e-6)
    one = dataclasses.replace(part, **{f.name: getattr(part, f.name)[:1] for f in dataclasses.fields(part)})
    one.position_m[:], one.axis[:] = (0.0, 0.0, 2.0), (1.0, 0.0, 0.0)
    field = direct_field([one], BOUNDS)
    x = centers(field)[..., 0]
    assert field.flux[x < 0].max() == 0
    assert field.flux[(x > 0) & (x < 2), 3].max() > 0


def test_colder_lamps_are_bluer_and_4600_kelvin_is_white():
    colors = np.array([black_body_rgb(k) for k in (1900.0, 2700.0, 3500.0, 4600.0)])
    assert (np.diff(colors[:, 2] / colors[:, 0]) > 0).all()
    np.testing.assert_allclose(colors[-1], 1.0)
    assert (colors.max(1) == 1).all()


@pytest.mark.parametrize("seed", range(8))
def test_luminaires_lie_in_the_glass_of_their_lamp(street, seed):
    lamp = Prop("lamp", 3.0, -4.0, 0.12, 1.1, 0.0, seed)
    scenery = build_scenery(dataclasses.replace(street, props=(lamp,)))
    (shown,) = scenery.luminaires
    meshes = [c.mesh for c in scenery.chunks]
    lit = np.concatenate([m.positions_m[m.semantic == Semantic.LAMP] for m in meshes])
    assert (np.array(shown.position_m) > lit.min(0) - 1e-3).all()
    assert (np.array(shown.position_m) < lit.max(0) + 1e-3).all()
    assert shown.yaw_rad == lamp.yaw_rad
