"""Names -> the responses of cameras of their kind; what a file says of a response -> all of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sim.errors import near_matches
from sim.scenario.response import PLAIN, CameraResponse

__all__ = ["RESPONSES", "expanded_response"]

RESPONSES: dict[str, CameraResponse] = {
    "plain": PLAIN,
    # A wide-angle camera behind a windscreen with a small sensor and a cheap lens, meant to show plates and
    # the road: metered on the ground, so that a bright sky saturates; contrast, sharpening and compression
    # of a video chip; the pane scatters light.
    "dashcam": CameraResponse(
        auto_exposure=True,
        metering="ground",
        key=0.2,
        exposure_lag_s=0.5,
        aperture_f=1.8,
        shortest_s=1 / 20000,
        longest_s=1 / 30,
        highest_iso=6400.0,
        headroom_ev=0.0,
        auto_white_balance=0.5,
        white_balance_sigma=0.03,
        vignetting=0.3,
        lateral_color=0.0006,
        lens_blur_px=0.5,
        bloom=0.06,
        flare=0.004,
        motion_blur=True,
        is_mosaic=True,
        full_well_e=7000.0,
        read_noise_e=3.0,
        tone="gamma",
        contrast=0.5,
        black_level=0.02,
        saturation=0.9,
        denoising=0.4,
        sharpening=1.0,
        sharpening_px=1.2,
        jpeg_quality=85,
    ),
    # An industrial camera with a global shutter and a good lens: large pixels, short exposures, nothing done
    # to the picture but interpolation and gamma.
    "machine_vision": CameraResponse(
        auto_exposure=True,
        key=0.16,
        exposure_lag_s=0.2,
        aperture_f=2.8,
        shortest_s=1 / 50000,
        longest_s=1 / 100,
        highest_iso=1600.0,
        headroom_ev=0.0,
        vignetting=0.1,
        lateral_color=0.0001,
        lens_blur_px=0.3,
        bloom=0.01,
        motion_blur=True,
        is_mosaic=True,
        full_well_e=10500.0,
        read_noise_e=2.3,
        tone="gamma",
    ),
    # A telephone of today: several exposures joined, so that the sky keeps its color; strong denoising, vivid
    # colors, sharpening, a good encoder.
    "phone": CameraResponse(
        auto_exposure=True,
        metering="center",
        key=0.18,
        exposure_lag_s=0.3,
        aperture_f=1.8,
        shortest_s=1 / 20000,
        longest_s=1 / 30,
        lowest_iso=50.0,
        highest_iso=3200.0,
        headroom_ev=2.5,
        auto_white_balance=0.4,
        white_balance_sigma=0.02,
        vignetting=0.05,
        lateral_color=0.0002,
        lens_blur_px=0.3,
        bloom=0.02,
        flare=0.006,
        motion_blur=True,
        is_mosaic=True,
        full_well_e=40000.0,
        read_noise_e=1.5,
        contrast=0.2,
        black_level=0.01,
        saturation=1.15,
        denoising=0.8,
        sharpening=0.7,
        jpeg_quality=92,
    ),
    # A dome camera on a pole: wide dynamic range turned on, a soft lens behind a dusty dome,
    # strong compression, slow exposure.
    "surveillance": CameraResponse(
        auto_exposure=True,
        metering="center",
        key=0.20,
        exposure_lag_s=1.0,
        aperture_f=1.6,
        shortest_s=1 / 50000,
        longest_s=1 / 25,
        highest_iso=6400.0,
        headroom_ev=1.5,
        auto_white_balance=0.5,
        white_balance_sigma=0.04,
        vignetting=0.2,
        lens_blur_px=0.7,
        bloom=0.05,
        motion_blur=True,
        is_mosaic=True,
        full_well_e=8000.0,
        read_noise_e=4.0,
        contrast=0.1,
        saturation=0.85,
        denoising=0.7,
        sharpening=0.8,
        sharpening_px=1.5,
        jpeg_quality=70,
    ),
}
"""Responses by name. ``plain`` is that of a camera described by hand: no noise, no shutter, no processing."""


def expanded_response(given: object) -> object:
    """A response as files give it -> all that is not left to defaults.

    Args:
        given: the name of a preset, or fields, of which ``preset`` names the one the others are taken from.

    Returns:
        A mapping of fields; anything else as it is, for the reader of the file to refuse.

    Raises:
        ValueError: there is no such preset.
    """
    if isinstance(given, CameraResponse):
        return dataclasses.asdict(given)
    fields = {"preset": given} if isinstance(given, str) else given
    if not isinstance(fields, Mapping) or "preset" not in fields:
        return given
    name = fields["preset"]
    if not isinstance(name, str) or name not in RESPONSES:
        raise ValueError(near_matches("preset", str(name), RESPONSES))
    rest = {field: value for field, value in fields.items() if field != "preset"}
    return {**dataclasses.asdict(RESPONSES[name]), **rest}
