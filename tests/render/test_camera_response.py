"""Cameras with a response: labels beside them, the photon transfer, exposure, what repeats, what blurs."""

import dataclasses

import cv2
import numpy as np
import pytest

from sim.scenario import RESPONSES, Camera, CameraResponse

pytestmark = pytest.mark.gl

FRONT = Camera("front", x_m=-1.0, y_m=0.5, z_m=1.4, width_px=192, height_px=112, hfov_deg=75.0)
LIT = CameraResponse(
    headroom_ev=0.0, tone="gamma", aperture_f=2.0
)  # exposed by the sky's light, a pure power


NOISY = {e: dataclasses.replace(LIT, full_well_e=float(e), read_noise_e=6.0) for e in (400, 3000)}
LOSS, FRINGE = 0.4, 0.02
SOFT = dataclasses.replace(LIT, lens_blur_px=1.0)
ONE_EACH = {
    **RESPONSES,
    "lit": LIT,
    "mosaic": dataclasses.replace(LIT, is_mosaic=True),
    "vignetted": dataclasses.replace(LIT, vignetting=LOSS),
    "soft": SOFT,
    "fringed": dataclasses.replace(SOFT, lateral_color=FRINGE),
}


def cameras(responses: dict[str, CameraResponse], *more: str) -> list[Camera]:
    """The same camera over and over, by name of the response it has."""
    channels = (*FRONT.channels, *more)
    return [
        dataclasses.replace(FRONT, name=name, response=response, channels=channels)
        for name, response in responses.items()
    ]


def film(street, state, filmed_by, ticks=(0,), **options):
    """Copies of what cameras capture: name -> one capture a tick."""
    from sim.render import Renderer

    out: dict[str, list] = {camera.name: [] for camera in filmed_by}
    with Renderer(street, state.roster, filmed_by, **options) as renderer:
        for tick in ticks:
            for capture in renderer.capture(dataclasses.replace(state, tick=tick)):
                arrays = {name: np.array(array) for name, array in capture.channels.items()}
                out[capture.sensor].append(dataclasses.replace(capture, channels=arrays))
                capture.release()
    return out


@pytest.fixture(scope="module")
def shots(gl, street, state):
    """Name of a response -> the capture of one state."""
    filmed = film(street, state, cameras(ONE_EACH, "rgb_clean", "panoptic", "normal"))
    return {name: captures[0] for name, captures in filmed.items()}


def linear(rgb: np.ndarray) -> np.ndarray:
    return (rgb / 255.0) ** 2.2


@pytest.mark.parametrize("name", sorted(set(RESPONSES) - {"plain"}))
def test_labels_do_not_depend_on_the_response(shots, name):
    plain, other = shots["plain"], shots[name]
    assert not np.array_equal(plain.rgb, other.rgb)
    for channel in set(plain.channels) - {"rgb", "rgb_clean"}:
        assert plain.channels[channel].tobytes() == other.channels[channel].tobytes()
    assert np.array_equal(plain.unoccluded_px, other.unoccluded_px)
    assert plain.exposure is None
    assert other.exposure is not None


def test_a_plain_picture_is_its_own_clean_one(shots):
    assert np.array_equal(shots["plain"].rgb, shots["plain"].channels["rgb_clean"])


def test_the_clean_picture_is_the_plain_one_exposed_alike(shots):
    """Exposed as the sky's light asks for, it is the plain picture but for where edges are averaged."""
    apart = np.abs(shots["lit"].channels["rgb_clean"].astype(int) - shots["plain"].rgb)
    assert np.median(apart) == 0
    assert (apart > 2).mean() < 0.12


def test_a_sequence_repeats_and_another_differs(gl, street, state):
    filmed_by, ticks = cameras({"dashcam": RESPONSES["dashcam"]}), (0, 2, 4)
    first, again, other = (film(street, state, filmed_by, ticks, seed=k)["dashcam"] for k in (3, 3, 4))
    for a, b in zip(first, again, strict=True):
        assert a.rgb.tobytes() == b.rgb.tobytes()
        assert a.exposure == b.exposure
    assert not np.array_equal(first[0].rgb, first[1].rgb)  # the scene rests, noise does not
    assert not np.array_equal(first[0].rgb, other[0].rgb)


def test_noise_follows_the_photon_transfer_curve(gl, street, state):
    """Variance grows along a line: read noise plus one electron's share of the light."""
    count = 40
    filmed_by = cameras({str(electrons): response for electrons, response in NOISY.items()})
    filmed_by = [dataclasses.replace(camera, channels=("rgb",)) for camera in filmed_by]
    filmed = film(street, state, filmed_by, range(0, 2 * count, 2))
    for electrons, response in NOISY.items():
        captures = filmed[str(electrons)]
        assert {capture.exposure.iso for capture in captures} == {response.lowest_iso}
        levels = np.stack([linear(capture.rgb) for capture in captures])[..., 1]  # green has the full well
        mean, variance = levels.mean(0), levels.var(0, ddof=1)
        step = mean ** (1 - 1 / 2.2) * 2.2 / 255
        variance -= step**2 / 12  # of rounding to whole levels
        expected = mean / electrons + (response.read_noise_e / electrons) ** 2
        for low, high in ((0.05, 0.12), (0.12, 0.25), (0.25, 0.6)):
            band = (mean >= low) & (mean < high)
            assert band.sum() > 500
            assert variance[band].mean() == pytest.approx(expected[band].mean(), rel=0.05)
        # Draws of neighbors have nothing to do with each other, nor have those of the next frame.
        inside = (mean > 0.05) & (mean < 0.6)
        noise = (levels - mean) / np.sqrt(np.maximum(variance, 1e-12))
        pairs = inside[:, 1:] & inside[:, :-1]
        assert abs((noise[:, :, 1:] * noise[:, :, :-1])[:, pairs].mean()) < 0.01
        assert abs((noise[1:] * noise[:-1])[:, inside].mean() + 1 / count) < 0.01  # less the mean they share


def test_a_mosaic_without_noise_is_the_picture(shots):
    """Interpolated colors of flat places are those of the picture without a mosaic."""
    whole, mosaic = (shots[name].rgb.astype(float) for name in ("lit", "mosaic"))
    steps = (
        np.abs(np.diff(whole, axis=1)).max(-1)[1:-1, 1:] + np.abs(np.diff(whole, axis=0)).max(-1)[1:, 1:-1]
    )
    flat = np.zeros(whole.shape[:2], bool)
    flat[1:-1, 1:-1] = steps < 3
    assert flat.sum() > 2000
    assert np.abs(whole - mosaic)[flat].mean() < 1.5


def test_vignetting_is_cos4(shots):
    bright, dark = linear(shots["lit"].rgb), linear(shots["vignetted"].rgb)
    height, width = bright.shape[:2]
    v, u = np.mgrid[:height, :width] + 0.5
    r2 = ((u - width / 2) ** 2 + (v - height / 2) ** 2) / ((width / 2) ** 2 + (height / 2) ** 2)
    expected = (1 + ((1 - LOSS) ** -0.5 - 1) * r2) ** -2
    seen = (bright > 0.03) & (bright < 0.95)
    ratio = np.where(seen, dark, np.nan) / np.where(seen, bright, 1)
    assert np.nanmax(np.abs(ratio - expected[..., None])) < 0.05
    assert np.nanmean(ratio - expected[..., None]) == pytest.approx(0, abs=0.002)
    assert expected[0, 0] == pytest.approx(1 - LOSS, abs=0.01)


def test_lateral_color_scales_red_and_blue(shots):
    """Red is the picture a share larger about its center, blue a share smaller, green as it was."""
    plain, fringed = shots["soft"].rgb, shots["fringed"].rgb
    height, width = plain.shape[:2]
    v, u = (np.mgrid[:height, :width]).astype(np.float32)
    inner = (slice(8, -8), slice(8, -8))
    for band, sign in ((0, -1), (1, 0), (2, 1)):
        at_u = u + np.float32(sign * FRINGE) * (u - np.float32((width - 1) / 2))
        at_v = v + np.float32(sign * FRINGE) * (v - np.float32((height - 1) / 2))
        expected = cv2.remap(plain[..., band].astype(np.float32), at_u, at_v, cv2.INTER_LINEAR)
        apart = np.abs(fringed[..., band] - expected)[inner]
        assert apart.mean() < (0.01 if band == 1 else 1.2)
        if band != 1:
            assert (
                np.abs(fringed[..., band].astype(float) - plain[..., band])[inner].mean() > 3 * apart.mean()
            )


def test_filming_a_frame_ahead_changes_nothing(gl, street, state):
    """A camera with motion channels films its next frame early: exposure and noise are those of the frame."""
    from sim.render import Renderer

    states = [dataclasses.replace(state, tick=tick) for tick in (0, 2, 4, 6)]
    taken = []
    for more in ((), ("flow_forward", "flow_backward")):
        filmed_by = cameras({"dashcam": RESPONSES["dashcam"]}, *more)
        with Renderer(street, state.roster, filmed_by) as renderer:
            for before, at, after in zip([None, *states], states, [*states[1:], None], strict=False):
                (capture,) = renderer.capture(at, {"dashcam": before}, {"dashcam": after})
                taken.append((capture.rgb.tobytes(), capture.exposure))
                capture.release()
    assert taken[: len(states)] == taken[len(states) :]
