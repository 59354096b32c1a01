"""The sky as numbers: illuminance by day and in twilight, colors, clouds, fog."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from sim.environment import Environment
from sim.render.atmosphere import CD_PER_M2, clear_sky, sun_through_air
from sim.render.clouds import clouds, panorama_directions, panorama_places
from sim.render.sky import SKY_PX, hemi_octahedral_directions, make_sky

LUMA = np.array([0.2126, 0.7152, 0.0722])
CLEAR = Environment(cloud_cover=0.0, turbidity=2.5, visibility_m=20000.0)


def lux(radiance):
    return float(radiance @ LUMA) * np.pi * CD_PER_M2


def sky_of(elevation_deg, **fields):
    return make_sky(dataclasses.replace(CLEAR, sun_elevation_deg=elevation_deg, **fields))


@pytest.mark.parametrize(
    ("elevation_deg", "low_lux", "high_lux"),
    [
        # About 100,000 lux below a clear sky with the sun overhead, 400 to 700 at sunset, 3.4 when civil
        # twilight ends: round figures of handbooks, hence the wide bands. Towns shine after it.
        (60.0, 75e3, 130e3),
        (30.0, 35e3, 70e3),
        (0.0, 300.0, 1500.0),
        (-6.0, 1.5, 12.0),
        (-12.0, 0.01, 0.5),
        (-40.0, 0.01, 0.5),
    ],
)
def test_illuminance_is_that_of_clear_days_and_twilights(elevation_deg, low_lux, high_lux):
    sky = sky_of(elevation_deg)
    direct = sky.sun_radiance * max(np.sin(np.deg2rad(elevation_deg)), 0.0)
    assert low_lux < lux(sky.up + direct) < high_lux


def test_it_gets_darker_as_the_sun_sets_without_a_step():
    levels = [lux(sky_of(e).up) for e in np.arange(6.0, -9.0, -2.0)]
    for high, low in itertools.pairwise(levels):
        assert 0.05 < low / high < 0.9  # to a third in a degree of twilight


def test_direct_light_reddens_fades_and_ends_at_the_horizon():
    direct = [sun_through_air(np.deg2rad(e), 2.5) for e in (60.0, 20.0, 8.0, 2.0, 0.0)]
    for high, low in itertools.pairwise(direct):
        assert (low < high).all()
        assert low[2] / low[0] < high[2] / high[0]
    assert (sun_through_air(np.deg2rad(-0.6), 2.5) == 0).all()
    assert (sky_of(-1.0).sun_radiance == 0).all()
    # Seen from a plane it sets later.
    assert (sun_through_air(np.deg2rad(-1.0), 2.5, 10_000.0) > 0).all()


def test_zenith_is_blue_by_day_and_the_west_orange_after_sunset():
    overhead = np.array([[[0.0, 0.0, 1.0]]])
    for elevation in (50.0, 20.0, -4.0):
        red, green, blue = clear_sky(np.deg2rad(elevation), 2.5).toward(overhead, 0.0)[0, 0]
        assert blue > 1.15 * max(red, green)
    west = np.array([[[np.cos(0.05), 0.0, np.sin(0.05)]]])
    red, green, blue = clear_sky(np.deg2rad(-3.0), 2.5).toward(west, 0.0)[0, 0]
    assert red > 1.2 * green
    east = clear_sky(np.deg2rad(-3.0), 2.5).toward(west, np.pi)[0, 0]
    assert red > 2.0 * east[0]


def test_haze_whitens_the_horizon_and_dims_the_sun():
    clear, hazy = (sky_of(40.0, turbidity=t) for t in (2.0, 7.0))
    assert (hazy.sun_radiance < 0.8 * clear.sun_radiance).all()
    assert np.ptp(hazy.fog) / hazy.fog.mean() < np.ptp(clear.fog) / clear.fog.mean()


def test_overcast_has_no_sun_and_is_three_times_brighter_overhead():
    sky = sky_of(35.0, cloud_cover=1.0)
    assert (sky.sun_radiance == 0).all()
    assert 4e3 < lux(sky.up) < 40e3
    directions = hemi_octahedral_directions(SKY_PX)
    overhead = (sky.radiance[directions[..., 2] > 0.97] @ LUMA).mean()
    low = (sky.radiance[(directions[..., 2] > 0.05) & (directions[..., 2] < 0.12)] @ LUMA).mean()
    # Moon and Spencer, "Illumination from a non-uniform sky" (1942): L = L0 (1 + 2 sin h) / 3.
    assert overhead / low == pytest.approx(3 / (1 + 2 * 0.085), rel=0.25)


def test_clouds_hide_as_much_as_they_should_and_repeat():
    hidden = [clouds(cover, 30.0, 7).hidden for cover in (0.05, 0.3, 0.6, 0.9)]
    up = panorama_directions()[..., 2] > 0.6
    shares = [float(image[up].mean()) for image in hidden]
    assert shares == sorted(shares)
    assert shares[0] < 0.12
    assert shares[-1] > 0.8
    for image in hidden:
        assert image.min() >= 0
        assert image.max() <= 1
    clouds.cache_clear()
    assert clouds(0.3, 30.0, 7).hidden.tobytes() == hidden[1].tobytes()
    assert clouds(0.3, 30.0, 8).hidden.tobytes() != hidden[1].tobytes()


def test_places_of_a_panorama_are_the_inverse_of_its_directions():
    directions = panorama_directions()[1:-1, ::7]  # overhead there is no azimuth
    columns, rows = panorama_places(directions)
    wanted = np.meshgrid(
        np.arange(1, directions.shape[0] + 1), np.arange(directions.shape[1]) * 7, indexing="ij"
    )
    assert np.abs(rows - wanted[0]).max() < 0.01
    width = clouds(0.3, 30.0, 7).hidden.shape[1]
    assert np.abs((columns - wanted[1] + width / 2) % width - width / 2).max() < 0.01


@pytest.mark.parametrize("visibility_m", [80.0, 1000.0, 20000.0])
def test_at_the_visibility_a_twentieth_of_the_contrast_is_left(visibility_m):
    sky = sky_of(30.0, visibility_m=visibility_m)
    assert 2.0 ** (-sky.fog_per_m * visibility_m) == pytest.approx(0.05, rel=1e-9)


def test_fog_takes_the_sun_and_is_one_with_the_sky():
    sky = sky_of(25.0, visibility_m=100.0, cloud_cover=0.2)
    assert lux(sky.sun_radiance) < 1.0
    assert lux(sky.disc_glare) < 1e-3 * lux(sky_of(25.0).disc_glare)
    directions = hemi_octahedral_directions(SKY_PX)
    low = sky.radiance[directions[..., 2] < 0.3]
    assert np.abs(low - sky.fog).max() < 0.02 * sky.fog.max()
    assert (sky.fog_sun < 0.02 * sky.fog).all()


def test_nothing_is_black_at_night_and_a_camera_is_exposed_for_lamps():
    for cover in (0.0, 0.5, 1.0):
        night = sky_of(-40.0, cloud_cover=cover)
        assert (night.radiance > 0).all()
        assert (night.ground > 0).all()
        assert 0.0005 < float(night.up @ LUMA) * night.exposure < 0.05
    assert sky_of(-40.0, cloud_cover=1.0).up[0] > sky_of(-40.0).up[0]


def test_shadows_are_cast_from_above_the_horizon_and_the_disc_is_the_sun_or_the_full_moon():
    for elevation in (40.0, 1.0, -8.0, -90.0):
        sky = sky_of(elevation)
        assert np.linalg.norm(sky.sun_direction_world) == pytest.approx(1.0)
        assert sky.sun_direction_world[2] >= np.sin(np.deg2rad(2.0)) - 1e-12
        assert sky.disc_world[2] == pytest.approx(abs(np.sin(np.deg2rad(elevation))))
        assert (sky.disc_glare > 0).all()


def test_the_full_moon_lights_a_quarter_of_a_lux_and_hides_behind_clouds():
    night = sky_of(-40.0)
    assert night.disc_world == pytest.approx(-Environment(sun_elevation_deg=-40.0).sun_direction_world)
    through = sun_through_air(np.deg2rad(40.0), CLEAR.turbidity)
    outside = lux(night.disc_glare / through) / np.pi * 6.8e-5  # over the disc's solid angle
    assert 0.2 < outside < 0.32
    assert (sky_of(-40.0, cloud_cover=1.0).disc_glare == 0).all()
    assert lux(sky_of(-40.0, visibility_m=200.0).disc_glare) < 0.05 * lux(night.disc_glare)


def test_a_sky_is_kept_until_it_looks_different():
    here = dataclasses.replace(CLEAR, sun_elevation_deg=20.0, cloud_cover=0.3)
    sky = make_sky(here)
    for field, small, large in (
        ("sun_elevation_deg", 0.01, 0.2),
        ("sun_azimuth_deg", 0.05, 1.0),
        ("cloud_cover", 0.001, 0.05),
        ("visibility_m", 50.0, 4000.0),
    ):
        near, far = (dataclasses.replace(here, **{field: getattr(here, field) + d}) for d in (small, large))
        assert make_sky(here).radiance is make_sky(near).radiance
        assert make_sky(far).radiance is not sky.radiance
    # Fog is exact all the same.
    assert make_sky(dataclasses.replace(here, visibility_m=20050.0)).fog_per_m < sky.fog_per_m
