"""Metering, exposure programs and stray light, by their formulas; nothing is drawn."""

import dataclasses

import cv2
import numpy as np
import pytest

from sim.frame import Exposure
from sim.randomness import stream
from sim.render.exposure import CD_PER_M2, AutoExposure, Metered, exposure_of, gain_of, weights_of
from sim.render.glare import stray_light
from sim.render.processing import noise_level, processed, tone_curve
from sim.scenario import RESPONSES, CameraResponse

SLOW = CameraResponse(auto_exposure=True, exposure_lag_s=0.8, headroom_ev=0.0, key=0.2)


def even(radiance, color=(1.0, 1.0, 1.0)):
    return Metered(radiance * np.ones((18, 32, 3)) * color, 1.0)


def value(response, exposure, radiance):
    return gain_of(exposure, 1.0, response) * radiance


@pytest.mark.parametrize("radiance", [1e-3, 0.04, 3.0])
def test_an_even_picture_is_brought_to_the_key(radiance):
    exposure = AutoExposure(SLOW, 0, "c").start(0, 0.0, even(radiance))
    assert value(SLOW, exposure, radiance) == pytest.approx(SLOW.key, rel=1e-6)
    # EV100 is that of a luminance at 0.2 of saturation, L = 1.2 * 2^EV.
    assert exposure.ev100 == pytest.approx(np.log2(radiance * CD_PER_M2 / (1.2 * SLOW.key)), abs=1e-6)


def test_a_step_in_light_is_followed_with_the_lag():
    auto = AutoExposure(SLOW, 0, "c")
    first = auto.start(0, 0.0, even(0.04))
    ev = [first.ev100]
    for k in range(60):
        auto.follow(2 * k, 2 * k + 2, (k + 1) / 10, even(0.04 * 4))
        ev.append(auto.at(2 * k + 2).ev100)
    steps = np.arange(len(ev)) / 10
    assert np.allclose(np.array(ev) - ev[0], 2 * (1 - np.exp(-steps / SLOW.exposure_lag_s)), atol=1e-6)


def test_without_lag_the_next_picture_is_exposed_for_what_this_one_showed():
    auto = AutoExposure(dataclasses.replace(SLOW, exposure_lag_s=0.0), 0, "c")
    auto.start(0, 0.0, even(0.04))
    auto.follow(0, 1, 0.1, even(1.0))
    assert value(SLOW, auto.at(1), 1.0) == pytest.approx(SLOW.key, rel=1e-6)
    assert auto.at(2) is None


def test_a_saturated_sky_does_not_darken_the_ground():
    """What is above saturation counts as saturated, as it does in the camera's own histogram."""
    film = np.full((20, 20, 3), 0.1)
    film[:2] = 5.0
    brighter = film.copy()
    brighter[:2] = 500.0
    one, two = (AutoExposure(SLOW, 0, "c").start(0, 0.0, Metered(f, 1.0)) for f in (film, brighter))
    assert one.ev100 == pytest.approx(two.ev100, abs=1e-6)
    gain = gain_of(one, 1.0, SLOW)
    assert np.minimum(film * gain, 1).mean() == pytest.approx(SLOW.key, rel=1e-5)


@pytest.mark.parametrize("metering", ["average", "center", "ground"])
@pytest.mark.parametrize("shape", [(1, 1), (23, 40), (40, 23)])
def test_weights_are_a_mean(metering, shape):
    weights = weights_of(metering, *shape)
    assert weights.shape == shape
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0)


def test_the_ground_is_the_lower_half():
    weights = weights_of("ground", 40, 10)
    assert weights[:18].sum() < 0.02
    assert weights[25:].sum() > 0.6


@pytest.mark.parametrize("name", sorted(set(RESPONSES) - {"plain"}))
@pytest.mark.parametrize("ev100", [-5.0, 0.0, 3.0, 7.5, 12.0, 15.0, 22.0])
def test_exposure_programs_keep_their_limits(name, ev100):
    response = RESPONSES[name]
    exposure = exposure_of(ev100, response)
    assert response.shortest_s <= exposure.exposure_s <= response.longest_s
    assert response.lowest_iso <= exposure.iso <= response.highest_iso
    made = np.log2(response.aperture_f**2 / exposure.exposure_s * 100 / exposure.iso)
    assert exposure.ev100 == pytest.approx(made)
    # Time before sensitivity; and the value asked for wherever the camera can.
    assert exposure.iso == response.lowest_iso or exposure.exposure_s == response.longest_s
    brightest = np.log2(response.aperture_f**2 / response.shortest_s * 100 / response.lowest_iso)
    darkest = np.log2(response.aperture_f**2 / response.longest_s * 100 / response.highest_iso)
    assert exposure.ev100 == pytest.approx(np.clip(ev100, darkest, brightest))


def test_gray_world_takes_its_share_of_a_cast_out():
    for share in (0.0, 0.5, 1.0):
        response = dataclasses.replace(SLOW, auto_white_balance=share)
        gains = np.array(
            AutoExposure(response, 0, "c").start(0, 0.0, even(0.1, (2.0, 1.0, 0.5))).white_balance
        )
        assert gains.min() == 1.0
        assert np.allclose(gains / gains[1], np.array([2.0, 1.0, 0.5]) ** -share)


def test_white_balance_is_off_by_the_seed():
    response = dataclasses.replace(SLOW, white_balance_sigma=0.1)
    gains = {AutoExposure(response, seed, "c").start(0, 0.0, even(0.1)).white_balance for seed in (1, 1, 2)}
    assert len(gains) == 2
    logs = []
    for seed in range(400):
        red, green, blue = AutoExposure(response, seed, "c").start(0, 0.0, even(0.1)).white_balance
        logs.append((np.log(red / green), np.log(blue / green)))
    assert np.allclose(np.std(logs, axis=0), 0.1, rtol=0.12)
    assert np.allclose(np.mean(logs, axis=0), 0, atol=0.02)


def test_stray_light_is_the_share_taken_away():
    """Bloom spreads light and makes none: away from the borders its sum is the share of the film's."""
    film = np.zeros((90, 160, 3), np.float32)
    film[40:50, 75:85] = 50.0
    stray = stray_light(film, 1.0, 0.05, 0.0)
    assert stray.sum() == pytest.approx(0.05 * film.sum(), rel=0.02)
    assert np.allclose(stray, stray[:, ::-1], atol=1e-4)  # as even as the lamp is
    assert stray[45, 80, 0] > stray[45, 90, 0] > stray[45, 110, 0] > 0


def test_a_flare_is_opposite_its_lamp():
    film = np.full((90, 160, 3), 0.2, np.float32)
    assert not stray_light(film, 1.0, 0.0, 0.01).any()  # what does not saturate makes none
    film[20:24, 30:34] = 200.0
    stray = stray_light(film, 1.0, 0.0, 0.01)[..., 1]
    v, u = (float((stray * g).sum() / stray.sum()) for g in np.mgrid[:90, :160])
    assert u > 80
    assert v > 45


def test_tone_curves_are_monotone_and_end_at_black_and_white():
    x = np.linspace(0, 8, 2000)
    for response in RESPONSES.values():
        y = tone_curve(x, response)
        assert (np.diff(y) >= 0).all()
        assert y[0] == 0
        assert 0.9 < y[-1] <= 1.0 + 1e-9
    assert np.allclose(tone_curve(x[:200], CameraResponse(tone="gamma")), x[:200] ** (1 / 2.2))


def test_noise_levels_grow_with_the_iso_value():
    levels = [noise_level(RESPONSES["dashcam"], iso) for iso in (100.0, 400.0, 1600.0)]
    assert 0.5 < levels[0] < 4.0
    assert levels[1] == pytest.approx(2 * levels[0], rel=0.05)  # shot noise: by the root of the gain
    assert levels[2] > 1.9 * levels[1]
    assert noise_level(CameraResponse(), 100.0) == 0


def picture(seed=0):
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 256, (12, 16, 3), np.uint8), (128, 96), interpolation=cv2.INTER_CUBIC)


def test_a_picture_that_nothing_is_done_to_is_itself():
    raw = picture()
    assert processed(raw, CameraResponse(), 0.0) is raw


def test_jpeg_is_that_of_an_independent_decoder():
    imagecodecs = pytest.importorskip("imagecodecs")
    raw = picture()
    out = processed(raw, CameraResponse(jpeg_quality=80), 0.0)
    data = imagecodecs.jpeg8_encode(raw, level=80, subsampling="420")
    assert np.abs(out.astype(int) - imagecodecs.jpeg8_decode(data)).max() <= 2
    worse = processed(raw, CameraResponse(jpeg_quality=20), 0.0)
    assert 0 < np.abs(out - raw.astype(float)).mean() < np.abs(worse - raw.astype(float)).mean()


def test_unsharp_masking_by_its_formula():
    raw = picture()
    raw[..., 1:] = raw[..., :1]  # gray: no color to convert
    out = processed(raw, CameraResponse(sharpening=0.8, sharpening_px=1.5), 0.0)[..., 0].astype(float)
    luma = raw[..., 0].astype(float)
    soft = cv2.GaussianBlur(luma, (0, 0), 1.5)
    assert np.abs(out - np.clip(luma + 0.8 * (luma - soft), 0, 255)).max() <= 3


def test_denoising_takes_out_noise_and_leaves_edges():
    rng = np.random.default_rng(5)
    step = np.where(np.arange(128) < 64, 60.0, 180.0) * np.ones((96, 1))
    raw = (
        np.clip(step + rng.normal(0, 3, step.shape), 0, 255)[..., None].repeat(3, 2).round().astype(np.uint8)
    )
    out = processed(raw, CameraResponse(denoising=0.9), 3.0)[..., 0].astype(float)
    assert out[:, :50].std() < 0.6 * raw[:, :50, 0].std()
    assert np.diff(out.mean(0)).max() > 0.9 * np.diff(raw[..., 0].mean(0)).max()


def test_an_exposure_is_a_value():
    assert exposure_of(9.0, RESPONSES["phone"]) == exposure_of(9.0, RESPONSES["phone"])
    assert isinstance(exposure_of(9.0, RESPONSES["phone"]), Exposure)


def noisy_mosaic(sigma: float) -> np.ndarray:
    """A dark gray area beside a light one, each pixel with noise of its own."""
    flat = np.full((200, 240), 60.0)
    flat[:, 120:] = 180.0
    return np.clip(np.rint(flat + stream(1, "grain").normal(0, sigma, flat.shape)), 0, 255).astype(np.uint8)


def test_grain_at_a_high_iso_value_is_taken_out_and_edges_stay():
    noisy, sigma = noisy_mosaic(16.0), 16.0
    plain = processed(noisy, CameraResponse(is_mosaic=True), sigma).astype(float)
    denoised = processed(noisy, CameraResponse(is_mosaic=True, denoising=0.5), sigma).astype(float)
    for side in (slice(20, 100), slice(140, 220)):
        before, after = plain[20:180, side], denoised[20:180, side]
        colors_before, colors_after = (np.std(p[..., 0] - p[..., 2]) for p in (before, after))
        assert after.mean(2).std() < 0.35 * before.mean(2).std()
        assert colors_after < 0.4 * colors_before
        assert abs(after.mean() - before.mean()) < 1.0
    across = denoised[20:180].mean((0, 2))
    assert across[116] < 70
    assert across[123] > 170


def test_pictures_in_good_light_are_not_denoised_coarsely():
    noisy = noisy_mosaic(2.0)
    weak, none = (processed(noisy, CameraResponse(is_mosaic=True, denoising=d), 2.0) for d in (1e-9, 0.0))
    assert np.array_equal(weak, none)


@pytest.mark.parametrize("rows", [2, 5])
@pytest.mark.parametrize("upright", [False, True])
def test_a_mosaic_leaves_no_zipper_along_lines(rows, upright):
    scene = np.full((64, 96), 70, np.uint8)
    scene[30 : 30 + rows] = 220
    raw = np.ascontiguousarray(scene.T) if upright else scene  # gray: every filter sees the same
    out = processed(raw, CameraResponse(is_mosaic=True), 0.0)
    gray = cv2.cvtColor(out, cv2.COLOR_RGB2GRAY).astype(float)
    along = (gray.T if upright else gray)[4:-4, 8:-8]
    assert along.std(1).max() == 0  # bilinear interpolation gives 11.5
