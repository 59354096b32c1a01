"""What the renderer draws, against independent oracles: ray casts, brute force, the pinhole formula."""

import dataclasses
import gc
import threading
import weakref

import numpy as np
import pytest

from sim.bodies import bone_matrices, posed_vertices
from sim.scenario import Camera, body_from_camera, intrinsics
from sim.taxonomy import Semantic

pytestmark = pytest.mark.gl

CAMERAS = (
    Camera("front", x_m=-1.0, y_m=0.5, z_m=1.4, width_px=320, height_px=180, hfov_deg=75.0),
    Camera("above", x_m=4.0, y_m=-4.5, z_m=6.0, yaw_deg=35.0, pitch_deg=28.0, width_px=322, height_px=182),
)


def film(street, state, cameras=CAMERAS, **options):
    from sim.render import Renderer

    with Renderer(street, state.roster, cameras, **options) as renderer:
        return renderer.capture(state)


@pytest.fixture(scope="module")
def captures(gl, street, state):
    return film(street, state)


def test_depth_of_the_ground_is_the_plane(state, captures):
    capture = captures[0]
    optics, pose = capture.intrinsics, capture.world_from_camera
    v, u = np.nonzero((capture.semantic == Semantic.ROAD) & (capture.depth_m < 40))
    depth = capture.depth_m[v, u].astype(float)
    world = pose.apply(optics.back_project(np.stack([u + 0.5, v + 0.5], -1), depth))
    assert len(u) > 1000
    # Patches and covers lie 2 mm on the asphalt.
    assert np.abs(world[:, 2:] - [0.0, 0.0015, 0.002, 0.003]).min(1).max() < 1e-4


def test_unhidden_agents_own_their_whole_silhouette(captures, state):
    whole = 0
    for capture in captures:
        for row in range(len(state.roster)):
            visible = int((capture.instance == row + 1).sum())
            assert visible <= capture.unoccluded_px[row]
            whole += visible == capture.unoccluded_px[row] > 100
    assert whole >= 3


def test_both_readers_give_the_same_arrays(gl, street, state, captures):
    from sim.render.gl import PandaReader

    slow = film(street, state, reader=lambda engine: PandaReader(engine.panda, engine.gsg))
    for fast, other in zip(captures, slow, strict=True):
        assert (fast.unoccluded_px == other.unoccluded_px).all()
        for name, array in fast.channels.items():
            assert np.array_equal(array, other.channels[name]), name


@pytest.mark.parametrize("is_slow", [False, True])
def test_cameras_that_nobody_is_before_count_nothing_before_and_after(
    gl, street, state, captures, is_slow, capfd
):
    from sim.render import Renderer
    from sim.render.gl import PandaReader, make_reader

    away = dataclasses.replace(
        state, poses=dataclasses.replace(state.poses, position_m=state.poses.position_m - [500.0, 0.0, 0.0])
    )
    read = PandaReader if is_slow else make_reader
    with Renderer(
        street, state.roster, CAMERAS, reader=lambda engine: read(engine.panda, engine.gsg)
    ) as renderer:
        for moment, expected in ((away, None), (state, captures), (away, None)):
            for k, capture in enumerate(renderer.capture(moment)):
                known = expected[k].unoccluded_px if expected else np.zeros(len(state.roster))
                assert capture.unoccluded_px.tolist() == known.tolist()
                capture.release()
    assert "GL error" not in capfd.readouterr().err


def test_filming_twice_gives_the_same_bytes(gl, street, state, captures):
    for first, second in zip(captures, film(street, state), strict=True):
        for name, array in first.channels.items():
            assert array.tobytes() == second.channels[name].tobytes(), name


def test_channels_not_asked_for_are_not_made(gl, street, state):
    camera = Camera("depth", width_px=64, height_px=36, channels=("depth",))
    (capture,) = film(street, state, (camera,))
    assert set(capture.channels) == {"depth"}
    assert capture.unoccluded_px is None


def test_pixels_project_where_the_pinhole_says(captures, state):
    bones = bone_matrices(state.roster.bodies, state.poses)
    for capture, camera in zip(captures, CAMERAS, strict=True):
        assert capture.intrinsics == intrinsics(camera)
        assert np.array_equal(capture.world_from_camera.matrix, body_from_camera(camera).matrix)
        for row, body in enumerate(state.roster.bodies):
            ys, xs = np.nonzero(capture.instance == row + 1)
            seen = capture.world_from_camera.inverse().apply(posed_vertices(body, bones[row]))
            if len(xs) < 100 or (seen[:, 2] < 0.5).any():
                continue
            at = capture.intrinsics.project(seen)
            assert xs.min() >= np.floor(at[:, 0].min()) - 1
            assert xs.max() <= np.ceil(at[:, 0].max())
            assert ys.min() >= np.floor(at[:, 1].min()) - 1
            assert ys.max() <= np.ceil(at[:, 1].max())


def test_only_the_thread_that_made_it_may_film(gl, street, state):
    from sim.render import Renderer

    raised: list[BaseException] = []
    with Renderer(street, state.roster, CAMERAS[:1]) as renderer:

        def elsewhere() -> None:
            try:
                renderer.capture(state)
            except RuntimeError as error:
                raised.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert len(raised) == 1
    assert "thread" in str(raised[0])


def test_a_frame_owns_its_buffer_until_released(gl, street, state):
    from sim.render import Renderer

    with Renderer(street, state.roster, CAMERAS[:1], slots=2) as renderer:
        (first,) = renderer.capture(state)
        kept = first.rgb.copy()
        (second,) = renderer.capture(state)
        assert first.rgb is not second.rgb
        assert np.array_equal(first.rgb, kept)
        first.release()
        (third,) = renderer.capture(state)
        assert third.rgb is first.rgb
        assert renderer.waits == 0
        second.release()
        third.release()


def test_every_camera_keeps_its_own_rate_on_one_state(gl, street, state):
    from sim.render import Renderer

    slow = Camera("slow", x_m=-1.0, z_m=1.4, width_px=32, height_px=18, rate_hz=5)
    fast = Camera("fast", x_m=-1.0, z_m=1.4, width_px=48, height_px=27, rate_hz=20, channels=("depth",))
    seen = []
    with Renderer(street, state.roster, (slow, fast)) as renderer:
        for tick in range(9):
            for capture in renderer.capture(dataclasses.replace(state, tick=tick)):
                assert capture.tick == tick
                assert capture.timestamp_ns == tick * 50_000_000
                seen.append((capture.sensor, tick))
                capture.release()
    assert [t for name, t in seen if name == "fast"] == list(range(9))
    assert [t for name, t in seen if name == "slow"] == [0, 4, 8]


def test_a_closed_renderer_is_gone_and_so_are_its_textures(gl, street, state):
    from sim.render import Renderer

    renderer = Renderer(street, state.roster, CAMERAS[:1])
    for capture in renderer.capture(state):
        capture.release()
    held = gl.gsg.get_prepared_objects()
    before = held.get_num_prepared_textures()
    renderer.close()
    assert held.get_num_prepared_textures() <= before - 9
    gone = weakref.ref(renderer)
    del renderer, capture
    gc.collect()
    assert gone() is None


def test_brake_lamps_light_and_go_out(gl, street, state):
    camera = (
        Camera("rear", x_m=1.0, y_m=-3.4, z_m=1.0, yaw_deg=12.0, width_px=320, height_px=180, hfov_deg=50.0),
    )
    dark = dataclasses.replace(
        state, poses=dataclasses.replace(state.poses, lights=np.zeros_like(state.poses.lights))
    )
    lit, unlit = film(street, state, camera)[0], film(street, dark, camera)[0]
    changed = (lit.rgb != unlit.rgb).any(-1)
    assert changed.sum() > 10
    assert (lit.instance[changed] > 0).mean() > 0.9
    assert (lit.rgb[changed].astype(int)[:, 0] - unlit.rgb[changed][:, 0]).mean() > 20
