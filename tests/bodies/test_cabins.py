"""What is behind the glass of cars: rooms that lie inside their bodies, and who sits there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.bodies import VehicleSpec, build_body
from sim.bodies.vehicles import SHAPES, VARIANTS, seated

CARS = [(shape, variant) for shape in SHAPES for variant in range(VARIANTS)]


@pytest.mark.parametrize(("shape", "variant"), CARS)
def test_the_room_lies_inside_the_car(shape: str, variant: int) -> None:
    body = build_body(VehicleSpec(shape, variant))
    assert body.cabin is not None
    assert len(body.cabin) == 12
    screen, screen_lean, back, back_lean, half_width, floor, waist, ceiling = body.cabin[:8]
    seat, row, has_window, dash = body.cabin[8:]
    low, high = body.mesh.positions_m.min(0), body.mesh.positions_m.max(0)
    assert low[0] < back < seat - row - 0.1
    assert seat + 0.6 < screen < high[0]
    assert 0.5 < half_width < body.size_lwh_m[1] / 2
    assert low[2] < floor < dash < waist < ceiling < high[2]
    assert ceiling - 0.36 > waist - 0.1, "heads are seen through the windows"
    assert has_window == (shape != "van")
    assert (row == 0) == (shape == "van")
    # Both screens lean toward the middle of the car.
    assert 0 < screen_lean < 4
    assert 0 <= back_lean < 4
    assert screen - screen_lean * (ceiling - waist) > back + back_lean * (ceiling - waist)


@pytest.mark.parametrize("shape", ["lorry", "tipper", "tractor"])
def test_the_room_of_a_cab_lies_inside_the_cab(shape: str) -> None:
    body = build_body(VehicleSpec(shape, 1))
    assert body.cabin is not None
    screen, _, back, _, half_width, floor, waist, ceiling, seat, row, has_window, dash = body.cabin
    assert (
        body.mesh.positions_m[:, 0].min()
        < back
        < seat - 0.1
        < screen - 0.7
        < body.mesh.positions_m[:, 0].max()
    )
    assert floor < dash < waist < ceiling < body.size_lwh_m[2]
    assert 0.8 < half_width < 1.25
    assert row == has_window == 0


@pytest.mark.parametrize(("shape", "variant"), [(s, v) for s in ("bus", "tram") for v in (0, 1)])
def test_the_saloon_fills_the_body_between_its_windows(shape: str, variant: int) -> None:
    body = build_body(VehicleSpec(shape, variant))
    assert body.cabin is not None
    front, _, rear, _, half_width, floor, belt, ceiling, driver, pitch, driver_y, dash = body.cabin
    low, high = body.mesh.positions_m.min(0), body.mesh.positions_m.max(0)
    assert low[0] < rear < low[0] + 0.6
    assert high[0] - 0.6 < front < high[0]
    assert 1.0 < half_width < body.size_lwh_m[1] / 2
    assert low[2] < floor < dash < belt < ceiling < high[2]
    assert 0.6 < -pitch < 1.0, "rows of seats all the way back"
    assert front - 1.5 < driver < front - 0.6
    assert abs(driver_y) < half_width - 0.3, "a driver between the walls"


def test_rooms_are_the_models_own_and_change_nothing_else() -> None:
    plain, other = (build_body(VehicleSpec("sedan", 1, paint)) for paint in ((20, 20, 20), (200, 30, 30)))
    assert plain.cabin == other.cabin
    assert build_body(VehicleSpec("semitrailer", 0)).cabin is None
    assert build_body(VehicleSpec("bicycle", 0)).cabin is None
    blind = replace(plain, cabin=None)
    np.testing.assert_array_equal(blind.mesh.positions_m, plain.mesh.positions_m)


def test_everybody_who_drives_has_a_driver_and_few_are_full() -> None:
    names = [f"car{k}" for k in range(4000)]
    drawn = np.array([seated(name, is_parked=False) for name in names])
    assert all(seated(name, is_parked=True) == 0 for name in names)
    assert drawn.max() < 2**12
    assert (drawn & 1).all()
    for bit, share in ((1, 0.25), (2, 0.07), (3, 0.07)):
        assert ((drawn >> bit) & 1).mean() == pytest.approx(share, abs=0.02)
    assert len(np.unique(drawn >> 4)) > 200
    assert drawn.tolist() == [seated(name, is_parked=False) for name in names]
