"""Props in, lamps, bollards, hydrants and bus stops out."""

from __future__ import annotations

import numpy as np

from sim.scenery.atlas import cell_uv
from sim.scenery.paint_signs import SIGN_CELLS
from sim.scenery.scenery import Luminaire
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import Prop

__all__ = ["add_bollard", "add_bus_stop", "add_hydrant", "add_lamp"]

Rng = np.random.Generator
_STEEL: Color = (150, 154, 156)


def add_lamp(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A street lamp: mast, arm toward the front, flat luminaire; or a shorter one with the lamp on top."""
    metal = paint_with("solid", "metal", Semantic.POLE)
    lamp = paint_with("solid", "metal", Semantic.LAMP)
    glass = paint_with("solid", "plain", Semantic.LAMP)
    tone = float(rng.choice([62.0, 96.0, 150.0]))
    hue: Color = (tone, tone * 1.02, tone * 1.02)
    if rng.random() < 0.3:
        stand.tube(metal, (0, 0, 0), (0, 0, 4.4), 0.075, hue, end_radius_m=0.05, sides=10)
        stand.tube(metal, (0, 0, 0), (0, 0, 0.8), 0.1, hue, sides=10, ao=200, capped=True)
        stand.tube(glass, (0, 0, 4.4), (0, 0, 4.75), 0.12, (232, 230, 220), end_radius_m=0.2, sides=12)
        _shine(stand, prop, (0.0, 0.0, 4.58), rng)
        stand.tube(lamp, (0, 0, 4.75), (0, 0, 4.92), 0.27, hue, end_radius_m=0.05, sides=12, capped=True)
        return
    height, reach = float(rng.uniform(6.6, 8.4)), float(rng.uniform(1.2, 2.2))
    stand.tube(metal, (0, 0, 0), (0, 0, height - 0.5), 0.1, hue, end_radius_m=0.06, sides=10)
    stand.tube(metal, (0, 0, 0), (0, 0, 1.1), 0.13, hue, sides=10, ao=205, capped=True)
    turn = np.linspace(0, np.pi / 2, 4)
    bend = np.column_stack([0.5 * (1 - np.cos(turn)), np.zeros(4), height - 0.5 + 0.5 * np.sin(turn)])
    arm = np.vstack([bend, [reach, 0, height + 0.08]])
    stand.tube(metal, arm[:-1], arm[1:], 0.05, hue, end_radius_m=0.042)
    stand.box(lamp, (reach + 0.32, 0, height + 0.1), (0.74, 0.28, 0.09), hue)
    stand.box(glass, (reach + 0.36, 0, height + 0.05), (0.5, 0.22, 0.03), (236, 234, 226), 200)
    _shine(stand, prop, (reach + 0.36, 0.0, height + 0.05), rng)


def _shine(stand: Stand, prop: Prop, at: tuple[float, float, float], rng: Rng) -> None:
    """Tell where the light of a lamp comes from: sodium, or LEDs of three colors; a row shares its seed."""
    x, y, z = stand.at(at).tolist()
    kelvin = float(rng.choice([2050.0, 2700.0, 3000.0, 4000.0], p=[0.25, 0.3, 0.3, 0.15]))
    stand.builder.luminaires.append(Luminaire((x, y, z), prop.yaw_rad, at[0] > 0, kelvin))


def add_bollard(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A bollard: a steel tube with a reflecting band, a cast one with a head, or a squat one of stone."""
    form = int(rng.choice(3, p=[0.5, 0.3, 0.2]))
    metal = paint_with("solid", "concrete" if form == 2 else "metal", Semantic.POLE)
    tone = float(rng.choice([46.0, 70.0, 120.0]))
    hue: Color = (tone, tone, tone * 1.03)
    if form == 0:
        stand.tube(metal, (0, 0, 0), (0, 0, 0.9), 0.06, hue, sides=10, capped=True, ao=215)
        stand.tube(metal, (0, 0, 0.74), (0, 0, 0.82), 0.062, (226, 226, 220), sides=10)
    elif form == 1:
        stand.tube(metal, (0, 0, 0), (0, 0, 0.78), 0.08, hue, end_radius_m=0.05, sides=10, ao=215)
        stand.tube(metal, (0, 0, 0.78), (0, 0, 0.86), 0.05, hue, end_radius_m=0.085, sides=10)
        stand.tube(metal, (0, 0, 0.86), (0, 0, 0.95), 0.085, hue, end_radius_m=0.03, sides=10, capped=True)
    else:
        grey: Color = (200.0, 198.0, 192.0)
        stand.tube(metal, (0, 0, 0), (0, 0, 0.6), 0.13, grey, end_radius_m=0.1, sides=10, ao=215)
        stand.tube(metal, (0, 0, 0.6), (0, 0, 0.65), 0.1, grey, end_radius_m=0.05, sides=10, capped=True)


def add_hydrant(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A fire hydrant."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    red: Color = (178, 40, 34)
    stand.tube(metal, (0, 0, 0), (0, 0, 0.08), 0.16, red, sides=12, ao=190, capped=True)
    stand.tube(metal, (0, 0, 0.08), (0, 0, 0.66), 0.105, red, sides=12)
    stand.tube(metal, (0, 0, 0.66), (0, 0, 0.8), 0.125, red, end_radius_m=0.05, sides=12, capped=True)
    for y in (-1, 1):
        stand.tube(metal, (0, 0, 0.52), (0, 0.19 * y, 0.52), 0.055, (196, 176, 120), capped=True)
    stand.tube(metal, (0, 0, 0.42), (0.18, 0, 0.42), 0.07, (196, 176, 120), capped=True)


def add_bus_stop(stand: Stand, prop: Prop, rng: Rng) -> None:
    """A shelter 4 m long on a slab: roof, posts, rails, poster case and bench; the stop's sign beside it."""
    metal = paint_with("solid", "metal", Semantic.STREET_FURNITURE)
    posters = paint_with("solid", "posters", Semantic.STREET_FURNITURE)
    grey: Color = (70, 74, 78)
    slab = paint_with("solid", "concrete", Semantic.PAVEMENT)
    stand.box(slab, (0.0, 0.2, -0.03), (1.9, 5.6, 0.1), (186, 184, 180), 230, "z")
    posts = [(x, y, 1.2) for x in (-0.6, 0.55) for y in (-1.9, 1.9)]
    stand.box(metal, posts, (0.07, 0.07, 2.4), grey, 215, "zZ")
    stand.box(metal, (0.0, 0.0, 2.45), (1.5, 4.2, 0.1), (96, 100, 104))
    for z in (0.35, 1.1, 1.9):
        stand.box(metal, (-0.6, 0, z), (0.04, 3.8, 0.05), grey)
    stand.box(metal, (-0.6, 0, 0.72), (0.02, 3.8, 0.7), (150, 158, 160), 200)
    stand.box(metal, (-0.35, 0.2, 0.46), (0.36, 2.4, 0.05), (126, 100, 74))
    stand.box(metal, [(-0.35, -0.8, 0.22), (-0.35, 1.2, 0.22)], (0.3, 0.05, 0.44), grey, 190)
    stand.box(metal, (0.0, -1.9, 1.2), (1.1, 0.12, 1.75), grey)
    u, v = 0.25 * int(rng.integers(4)), 0.25 * int(rng.integers(4))
    uv = np.array([[u, v], [u + 0.25, v], [u + 0.25, v + 0.25], [u, v + 0.25]])
    for y, s in ((-1.835, -1.0), (-1.965, 1.0)):
        corners = [[-0.48 * s, y, 0.42], [0.48 * s, y, 0.42], [0.48 * s, y, 1.98], [-0.48 * s, y, 1.98]]
        stand.quad(posters, corners, (238, 238, 238), 235, uv)
    pole = paint_with("solid", "metal", Semantic.POLE)
    sign = paint_with("solid", "signs", Semantic.SIGN)
    stand.tube(pole, (0.55, 2.7, 0), (0.55, 2.7, 2.9), 0.035, _STEEL, capped=True)
    box = cell_uv(SIGN_CELLS["bus_stop"])
    for direction in (-1.0, 1.0):
        y = 2.7 + 0.045 * direction
        c = [
            [0.55 + 0.25 * direction, y, 2.35],
            [0.55 - 0.25 * direction, y, 2.35],
            [0.55 - 0.25 * direction, y, 2.85],
            [0.55 + 0.25 * direction, y, 2.85],
        ]
        stand.quad(sign, c, (244, 244, 244), 245, box)
