"""Weather on film: labels never know of it, its mask covers what it changes, surfaces answer rightly."""

import dataclasses

import numpy as np
import pytest

from sim.environment import Environment
from sim.geometry import BrownConrady
from sim.scenario import Camera
from sim.taxonomy import Semantic

pytestmark = pytest.mark.gl

LABELS = ("depth", "instance", "semantic", "panoptic", "normal", "amodal")
FRONT = Camera(
    "front",
    mount="a0",
    x_m=1.6,
    z_m=1.3,
    width_px=320,
    height_px=180,
    hfov_deg=75.0,
    channels=("rgb", "weather_mask", *LABELS),
)
BENT = dataclasses.replace(FRONT, name="bent", distortion=BrownConrady(k1=-0.25, k2=0.06))
# In fog drivers light their lamps whether it rains or not.
FOGGY = Environment(cloud_cover=1.0, visibility_m=900.0)
POURING = dataclasses.replace(FOGGY, rain_mm_per_h=40.0, lens_drops=0.5)
STORM = dataclasses.replace(POURING, snow_mm_per_h=3.0, wetness=1.0, puddles=0.7, snow_cover=0.5)


def film(street, state, environment, cameras=(FRONT,), **options):
    """Copies of what cameras saw: camera -> channel -> array."""
    from sim.render import Renderer

    with Renderer(street, state.roster, cameras, **options) as renderer:
        captures = renderer.capture(dataclasses.replace(state, environment=environment))
        return {c.sensor: {n: a.copy() for n, a in c.channels.items()} for c in captures}, captures


@pytest.fixture(scope="module")
def dry(gl, street, state):
    return film(street, state, FOGGY, (FRONT, BENT))


@pytest.fixture(scope="module")
def pouring(gl, street, state):
    return film(street, state, POURING, (FRONT, BENT))


def test_labels_are_the_same_bytes_in_a_storm(gl, street, state, dry):
    stormy, captures = film(street, state, STORM, (FRONT, BENT))
    for name, channels in dry[0].items():
        assert not np.array_equal(channels["rgb"], stormy[name]["rgb"])
        for label in LABELS[:-1]:
            assert channels[label].tobytes() == stormy[name][label].tobytes(), label
    for fair, wet in zip(dry[1], captures, strict=True):
        assert fair.unoccluded_px.tobytes() == wet.unoccluded_px.tobytes()
        assert fair.silhouettes.words.tobytes() == wet.silhouettes.words.tobytes()


@pytest.mark.parametrize("name", ["front", "bent"])
def test_the_mask_covers_all_that_rain_and_drops_changed(dry, pouring, name):
    before, after = dry[0][name], pouring[0][name]
    assert not before["weather_mask"].any()
    changed = (before["rgb"] != after["rgb"]).any(2)
    assert changed.mean() > 0.02
    assert (after["weather_mask"][changed] > 0).all()
    # Where much was changed by something unlike what lies behind, it shows.
    assert changed[after["weather_mask"] > 200].mean() > 0.8


def test_the_mask_covers_what_a_draft_shows_too(gl, street, state):
    before, after = (film(street, state, e, quality="draft")[0]["front"] for e in (FOGGY, POURING))
    changed = (before["rgb"] != after["rgb"]).any(2)
    assert changed.any()
    assert (after["weather_mask"][changed] > 0).all()


def test_filming_a_storm_twice_gives_the_same_bytes(gl, street, state):
    first, again = (film(street, state, STORM)[0]["front"] for _ in range(2))
    for name, array in first.items():
        assert array.tobytes() == again[name].tobytes(), name


def test_a_fair_frame_after_rain_is_as_if_it_had_never_rained(gl, street, state, dry):
    from sim.render import Renderer

    with Renderer(street, state.roster, (FRONT, BENT)) as renderer:
        for environment in (STORM, FOGGY):
            captures = renderer.capture(dataclasses.replace(state, environment=environment))
            seen = {c.sensor: {n: a.copy() for n, a in c.channels.items()} for c in captures}
            for capture in captures:
                capture.release()
    for name, channels in dry[0].items():
        for channel, array in channels.items():
            assert array.tobytes() == seen[name][channel].tobytes(), (name, channel)


def ground(channels, near_m, far_m):
    return (
        (channels["semantic"] == Semantic.ROAD) & (channels["depth"] > near_m) & (channels["depth"] < far_m)
    )


def test_wet_asphalt_is_darker_from_above_and_brighter_at_a_glance(gl, street, state):
    down = Camera("down", x_m=-14.0, y_m=-2.5, z_m=6.0, pitch_deg=88.0, width_px=160, height_px=90)
    along = Camera("along", x_m=-25.0, y_m=-2.0, z_m=0.9, pitch_deg=4.0, width_px=160, height_px=90)
    wet = dataclasses.replace(FOGGY, wetness=1.0, visibility_m=20000.0)
    clear = dataclasses.replace(FOGGY, visibility_m=20000.0)
    (before, _), (after, _) = (film(street, state, e, (down, along)) for e in (clear, wet))
    road = ground(before["down"], 1.0, 50.0)
    dark = [c["down"]["rgb"][road].mean() for c in (before, after)]
    assert dark[1] < 0.85 * dark[0]
    road = ground(before["along"], 12.0, 40.0)
    glance = [c["along"]["rgb"][road].mean() for c in (before, after)]
    assert glance[1] / glance[0] > 1.25 * dark[1] / dark[0]


def test_wet_ground_mirrors_what_stands_on_it(gl, street, state):
    """The road before a red car turns red; before a wall it takes the wall's light."""
    camera = Camera("low", x_m=-6.0, y_m=-2.0, z_m=0.7, pitch_deg=3.0, width_px=320, height_px=180)
    wet = Environment(cloud_cover=1.0, wetness=1.0, puddles=1.0)
    (before, _), (after, _) = (
        film(street, state, e, (camera,)) for e in (dataclasses.replace(wet, wetness=0.0), wet)
    )
    dry, wet_picture = before["low"]["rgb"].astype(float), after["low"]["rgb"].astype(float)
    red = before["low"]["instance"] == 1
    columns = np.flatnonzero(red.any(0))
    below = max(np.flatnonzero(red[:, column])[-1] for column in columns) + 2
    strip = np.zeros_like(red)
    strip[below : below + 6, columns[4:-4]] = True
    strip &= before["low"]["semantic"] == Semantic.ROAD
    assert strip.sum() > 50

    def redness(picture):
        return (picture[strip][:, 0] - picture[strip][:, 1:].mean(1)).mean()

    assert redness(wet_picture) > redness(dry) + 3.0


def test_snow_lies_on_what_faces_up_and_not_on_walls(gl, street, state):
    camera = Camera(
        "across", x_m=-10.0, y_m=-4.0, z_m=3.0, yaw_deg=70.0, pitch_deg=8.0, width_px=320, height_px=180
    )
    fair = Environment(cloud_cover=1.0)
    (before, _), (after, _) = (
        film(street, state, e, (camera,)) for e in (fair, dataclasses.replace(fair, snow_cover=1.0))
    )
    bare, snowy = before["across"], after["across"]
    road = ground(bare, 1.0, 60.0)
    assert snowy["rgb"][road].mean() > 1.5 * bare["rgb"][road].mean()
    white = snowy["rgb"][road].astype(float)
    assert (white.max(1) - white.min(1)).mean() < 20
    walls = bare["semantic"] == Semantic.BUILDING
    same = (snowy["rgb"][walls] == bare["rgb"][walls]).all(1)
    assert walls.sum() > 2000
    assert same.mean() > 0.8


def test_specks_behind_a_wall_are_not_seen(gl, street, state):
    near = Camera("near", x_m=-13.0, y_m=8.2, z_m=1.5, yaw_deg=90.0, width_px=160, height_px=90, near_m=0.1)
    channels = ("rgb", "weather_mask")
    free = Camera("free", x_m=-13.0, y_m=8.2, z_m=1.5, yaw_deg=-90.0, width_px=160, height_px=90)
    cameras = [dataclasses.replace(c, channels=channels) for c in (near, free)]
    rainy = dataclasses.replace(POURING, lens_drops=0.0)
    seen, _ = film(street, state, rainy, cameras)
    shares = {name: (channels["weather_mask"] > 0).mean() for name, channels in seen.items()}
    assert shares["near"] < 0.25 * shares["free"]
