"""How a camera turns light into numbers, as a value: exposure, lens, sensor, picture processing.

The chain is that of a camera: stray light, vignetting and color fringes of the lens; a sensor that saturates,
counts photons and reads them with noise through a mosaic of color filters; white balance, tone curve,
sharpening, JPEG. What makes it random is drawn from the sequence's seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sim.errors import UsageError

__all__ = ["PLAIN", "CameraResponse", "response_from_json"]

Metering = Literal["average", "center", "ground"]
Tone = Literal["filmic", "gamma"]

_RANGES: dict[str, tuple[float, float]] = {
    "key": (0.01, 1.0),
    "exposure_lag_s": (0.0, 60.0),
    "aperture_f": (0.5, 64.0),
    "shortest_s": (1e-6, 1.0),
    "longest_s": (1e-6, 1.0),
    "lowest_iso": (10.0, 1e6),
    "highest_iso": (10.0, 1e6),
    "headroom_ev": (0.0, 10.0),
    "auto_white_balance": (0.0, 1.0),
    "white_balance_sigma": (0.0, 0.5),
    "vignetting": (0.0, 0.9),
    "lateral_color": (-0.02, 0.02),
    "lens_blur_px": (0.0, 4.0),
    "bloom": (0.0, 0.5),
    "flare": (0.0, 0.1),
    "full_well_e": (0.0, 1e7),
    "read_noise_e": (0.0, 1000.0),
    "contrast": (0.0, 1.0),
    "black_level": (0.0, 0.3),
    "saturation": (0.0, 2.0),
    "denoising": (0.0, 1.0),
    "sharpening": (0.0, 4.0),
    "sharpening_px": (0.3, 8.0),
    "jpeg_quality": (0, 100),
}


@dataclass(frozen=True)
class CameraResponse:
    """What a camera does to the light that falls into it. The default does as little as can be.

    Linear values are such that 1 is white after the tone curve; the sensor saturates `headroom_ev` above it.

    Attributes:
        auto_exposure: whether exposure follows what the camera saw; else it is that of the sky's light,
            for which a gray card in the open is as bright as it should be, at any time of the day.
        metering: what counts for it: the picture's ``average``, its ``center``, its lower half (``ground``).
        key: linear value that the metered average is brought to.
        exposure_lag_s: time in which exposure and white balance do 63 % of a step.
        aperture_f: f-number; fixed, as in every small camera.
        shortest_s, longest_s: limits of the exposure time; it is longest before the ISO value rises.
        lowest_iso, highest_iso: limits of the ISO value.
        headroom_ev: stops above white at which the sensor saturates.
        auto_white_balance: share of the picture's mean color that is taken out (gray world), 0 to 1.
        white_balance_sigma: standard deviation, in a sequence, of the logarithm of red and blue's gains.
        vignetting: share of the light missing in the corners.
        lateral_color: share by which the red image is larger than the green one and the blue one smaller.
        lens_blur_px: standard deviation of the lens's and the low-pass filter's blur.
        bloom: share of the light that strays around where it should fall.
        flare: share of the light that the lens throws to the other side of the image.
        motion_blur: whether what moves during the exposure is blurred.
        is_mosaic: whether each pixel sees one color (RGGB), the others are interpolated.
        full_well_e: electrons of a green pixel that is saturated at the lowest ISO value; 0: no noise at all.
        read_noise_e: standard deviation of the noise of reading, electrons.
        tone: ``filmic``, a soft shoulder over the headroom, or ``gamma``, the power 1 / 2.2.
        contrast: share of an S-curve in the tone curve.
        black_level: what is below is black, after the tone curve.
        saturation: factor on color differences.
        denoising: share of those details of luma that is taken out which are no larger than the noise.
        sharpening, sharpening_px: amount and standard deviation of the unsharp mask on luma.
        jpeg_quality: 1 to 100 of the camera's own encoder, 4:2:0; 0: none.

    Raises:
        UsageError: the field, its value, what would be right.
    """

    auto_exposure: bool = False
    metering: Metering = "average"
    key: float = 0.18
    exposure_lag_s: float = 0.0
    aperture_f: float = 2.0
    shortest_s: float = 1e-5
    longest_s: float = 1 / 30
    lowest_iso: float = 100.0
    highest_iso: float = 6400.0
    headroom_ev: float = 3.0
    auto_white_balance: float = 0.0
    white_balance_sigma: float = 0.0
    vignetting: float = 0.0
    lateral_color: float = 0.0
    lens_blur_px: float = 0.0
    bloom: float = 0.0
    flare: float = 0.0
    motion_blur: bool = False
    is_mosaic: bool = False
    full_well_e: float = 0.0
    read_noise_e: float = 0.0
    tone: Tone = "filmic"
    contrast: float = 0.0
    black_level: float = 0.0
    saturation: float = 1.0
    denoising: float = 0.0
    sharpening: float = 0.0
    sharpening_px: float = 1.0
    jpeg_quality: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise UsageError(f"response: {name} is {value}, wanted {low:g} to {high:g}")
        for name, known in (("metering", get_args(Metering)), ("tone", get_args(Tone))):
            if getattr(self, name) not in known:
                raise UsageError(
                    f"response: {name} is {getattr(self, name)!r}, wanted one of {', '.join(known)}"
                )
        for low_name, high_name in (("shortest_s", "longest_s"), ("lowest_iso", "highest_iso")):
            if getattr(self, low_name) > getattr(self, high_name):
                raise UsageError(
                    f"response: {low_name} is {getattr(self, low_name)}, above {high_name}, "
                    f"which is {getattr(self, high_name)}"
                )

    @property
    def is_plain(self) -> bool:
        """True if only light and a tone curve make the picture."""
        return self == PLAIN


PLAIN = CameraResponse()


def response_from_json(data: Mapping[str, Any] | None) -> CameraResponse:
    """The response that `dataclasses.asdict` wrote; data sets from before there were any had `PLAIN`."""
    return PLAIN if data is None else CameraResponse(**data)
