"""What a model of car is: its measures and its style.

Lengths are metres in the body frame: x forward from the rear axle, y left, z up from the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Proportions"]


@dataclass(frozen=True)
class Proportions:
    """One model.

    Attributes:
        shape: name of the body style.
        length_m, width_m, height_m: overall, without mirrors.
        wheelbase_m: between the axles.
        front_overhang_m: from the front axle to the nose.
        wheel_radius_m: of the loaded tyre.
        cowl_m: from the nose back to the foot of the windscreen.
        screen_run_m: horizontal run of the windscreen.
        boot_m: from the tail forward to the foot of the rear window.
        backlight_run_m: horizontal run of the rear window.
        nose_z_m: height of the bonnet's leading edge.
        cowl_z_m: height of the bonnet at the windscreen.
        belt_front_m, belt_rear_m: height of the shoulder line at the windscreen and at the tail.
        clearance_m: height of the floor.
        roof_ratio: half-width of the roof's edge over half of width_m.
        cladding_m: height up to which the sills are unpainted plastic.
        grille: ``bars``, ``mesh``, ``closed`` or ``split``.
        lamp: ``round``, ``slim`` or ``angular``.
        spokes: spokes of the rims; 0 is a plastic cover.
        dark_rims: True for anthracite rims.
        chrome: True for bright strips round the windows.
        roof: ``plain``, ``glass`` or ``rails``.
    """

    shape: str
    length_m: float
    width_m: float
    height_m: float
    wheelbase_m: float
    front_overhang_m: float
    wheel_radius_m: float
    cowl_m: float
    screen_run_m: float
    boot_m: float
    backlight_run_m: float
    nose_z_m: float
    cowl_z_m: float
    belt_front_m: float
    belt_rear_m: float
    clearance_m: float
    roof_ratio: float
    cladding_m: float = 0.25
    grille: str = "bars"
    lamp: str = "slim"
    spokes: int = 5
    dark_rims: bool = False
    chrome: bool = False
    roof: str = "plain"

    @property
    def nose_x_m(self) -> float:
        """Foremost x of the body."""
        return self.wheelbase_m + self.front_overhang_m

    @property
    def tail_x_m(self) -> float:
        """Rearmost x of the body."""
        return self.nose_x_m - self.length_m

    @property
    def is_tall(self) -> bool:
        """True for bodies with upright noses, high bumpers and clad sills."""
        return self.shape in ("suv", "van", "pickup")

    @property
    def bumper_m(self) -> float:
        """Height of the upper edge of the bumpers."""
        return 0.58 if self.is_tall else 0.52

    @property
    def doors(self) -> int:
        """Doors of one side."""
        return 1 if self.shape == "coupe" else 2

    @property
    def half_width_m(self) -> float:
        """Half of width_m."""
        return self.width_m / 2

    @property
    def arch_radius_m(self) -> float:
        """Radius of the wheel arches about the axles."""
        return self.wheel_radius_m + 0.055

    @property
    def track_m(self) -> float:
        """Between the middles of the tyres of one axle."""
        return self.width_m - 0.06 - self.tyre_width_m

    @property
    def tyre_width_m(self) -> float:
        """Width of a tyre."""
        return 0.62 * self.wheel_radius_m
