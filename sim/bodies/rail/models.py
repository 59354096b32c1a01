"""Variant -> what a tram is: its sections, where they bend, where the bogies are."""

from __future__ import annotations

from dataclasses import dataclass

from sim.bodies.spec import VehicleSpec
from sim.errors import UsageError

__all__ = ["RAIL_SHAPES", "TramModel", "check_tram", "tram_model"]

RAIL_SHAPES = ("tram",)


@dataclass(frozen=True)
class TramModel:
    """A low-floor tram with a cab at both ends, metres.

    Attributes:
        cab_m: length of the sections at the ends.
        middle_m: length of those between.
        sections: how many there are, the ends among them.
        gap_m: length of the bellows between two.
        half_width_m: of the body.
        height_m: of the roof; what stands on it is higher.
        bogie_m: from an end to the middle of its bogie.
    """

    cab_m: float
    middle_m: float
    sections: int
    gap_m: float = 0.46
    half_width_m: float = 1.2
    height_m: float = 3.22
    bogie_m: float = 2.6

    @property
    def length_m(self) -> float:
        """Over all."""
        return 2 * self.cab_m + (self.sections - 2) * self.middle_m + (self.sections - 1) * self.gap_m

    @property
    def wheelbase_m(self) -> float:
        """Between the first and the last bogie."""
        return self.length_m - 2 * self.bogie_m

    @property
    def spans_m(self) -> tuple[tuple[float, float], ...]:
        """(rear, front) x of each section, rear to front, in the body frame: origin below the last bogie."""
        out, x = [], -self.bogie_m
        for k in range(self.sections):
            length = self.cab_m if k in (0, self.sections - 1) else self.middle_m
            out.append((x, x + length))
            x += length + self.gap_m
        return tuple(out)

    @property
    def joints_m(self) -> tuple[float, ...]:
        """X of the joints, in the middles of the bellows."""
        return tuple(front + self.gap_m / 2 for _, front in self.spans_m[:-1])


_MODELS = (TramModel(7.5, 5.2, 3), TramModel(6.3, 5.2, 5))
"""About 21 and 30 m, 2.4 m wide: what runs in the streets of many European towns."""


def tram_model(variant: int) -> TramModel:
    """The measures of a variant, 0 or 1."""
    return _MODELS[variant]


def check_tram(spec: VehicleSpec) -> None:
    """Raises UsageError for a variant, paint or livery that cannot be."""
    if not 0 <= spec.variant < len(_MODELS):
        raise UsageError(f"variant {spec.variant!r} of vehicle shape 'tram': wanted 0 to {len(_MODELS) - 1}")
    if len(spec.paint_srgb) != 3 or not all(0 <= c <= 255 for c in spec.paint_srgb):
        raise UsageError(f"vehicle paint_srgb {spec.paint_srgb!r}: wanted three numbers from 0 to 255")
    if spec.livery:
        raise UsageError(f"vehicle livery {spec.livery!r} of a tram: wanted ''")
