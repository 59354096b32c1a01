"""Signal heads in, poles, housings, visors and lenses out; each lens carries the lamp slot that lights it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.errors import UsageError
from sim.scenery.atlas import cell_uv
from sim.scenery.builder import MeshBuilder
from sim.scenery.paint_signs import SIGN_CELLS
from sim.scenery.scenery import LampSlot
from sim.scenery.stand import Color, Stand
from sim.scenery.surfaces import paint_with
from sim.taxonomy import Semantic
from sim.world import SignalHead

__all__ = ["LENS_COLORS", "add_signal_heads"]

LENS_COLORS: dict[str, tuple[str, ...]] = {
    "vehicle": ("red", "amber", "green"),
    "pedestrian": ("red", "green"),
}
"""Kind of head -> colors of its lenses from top to bottom."""

_LENS_TINT: dict[str, Color] = {"red": (122, 18, 15), "amber": (128, 80, 12), "green": (12, 94, 60)}
_BLACK: Color = (34, 35, 37)
_STEEL: Color = (118, 122, 124)
_PITCH_M = 0.29
_MAX_SLOTS = 255


def add_signal_heads(builder: MeshBuilder, heads: Sequence[SignalHead]) -> tuple[LampSlot, ...]:
    """Add every head.

    Returns:
        The lamp slots; a lens of part p belongs to slot p - 1. Heads of one signal share slots.

    Raises:
        UsageError: for an unknown kind, or more than 255 slots.
    """
    slots: dict[LampSlot, int] = {}
    for i, head in enumerate(heads):
        if head.kind not in LENS_COLORS:
            raise UsageError(f"signal_heads[{i}].kind {head.kind!r}: wanted {' or '.join(LENS_COLORS)}")
        for color in LENS_COLORS[head.kind]:
            slots.setdefault(LampSlot(head.signal, color), len(slots))
    if len(slots) > _MAX_SLOTS:
        raise UsageError(f"signal_heads need {len(slots)} lamp slots: wanted at most {_MAX_SLOTS}")
    for head in heads:
        _add_head(builder, head, slots)
    return tuple(slots)


def _add_head(builder: MeshBuilder, head: SignalHead, slots: dict[LampSlot, int]) -> None:
    stand = Stand(builder, head.x_m, head.y_m, head.z_m, head.yaw_rad)
    metal = paint_with("solid", "metal", Semantic.POLE)
    colors = LENS_COLORS[head.kind]
    height = 0.09 + _PITCH_M * len(colors)
    has_arm = head.arm_m != 0.0
    top = head.height_m + (0.25 if has_arm else height / 2 + 0.05)
    radius = 0.1 if has_arm else 0.06
    stand.tube(
        metal, (0, 0, 0), (0, 0, top), radius, _STEEL, end_radius_m=radius * 0.8, sides=10, capped=True
    )
    stand.tube(metal, (0, 0, 0), (0, 0, 0.35), radius + 0.03, _STEEL, sides=10, ao=190, capped=True)
    y = head.arm_m
    if has_arm:
        stand.tube(
            metal,
            (0, 0, top - 0.1),
            (0, y + 0.1 * np.sign(y), top + 0.12),
            0.065,
            _STEEL,
            end_radius_m=0.04,
            capped=True,
        )
    forward = 0.19
    stand.box(metal, (forward / 2, y, head.height_m + 0.2), (forward, 0.05, 0.05), _STEEL)
    stand.box(metal, (forward / 2, y, head.height_m - 0.2), (forward, 0.05, 0.05), _STEEL)
    housing = paint_with("solid", "plain", Semantic.TRAFFIC_LIGHT)
    stand.box(housing, (forward + 0.02, y, head.height_m), (0.2, 0.3, height), _BLACK)
    if head.kind == "vehicle":
        plate = (0.56, height + 0.26) if has_arm else (0.42, height + 0.12)
        stand.box(housing, (forward - 0.07, y, head.height_m), (0.02, *plate), (26, 27, 28))
    front = forward + 0.12
    for k, color in enumerate(colors):
        z = head.height_m + (len(colors) - 1) * _PITCH_M / 2 - k * _PITCH_M
        part = 1 + slots[LampSlot(head.signal, color)]
        lens = paint_with("solid", "signs", Semantic.TRAFFIC_LIGHT, part)
        center = (front + 0.004, y, z)
        if head.kind == "vehicle":
            box = cell_uv(SIGN_CELLS["lens"])
            uv_box = (box[0, 0], box[0, 1], box[2, 0], box[2, 1])
            stand.disc(lens, center, (1, 0, 0), 0.112, _LENS_TINT[color], sides=18, uv_box=uv_box)
        else:
            stand.quad(
                lens, _square(center, 0.105), _LENS_TINT[color], 240.0, cell_uv(SIGN_CELLS[f"{color}_man"])
            )
        _visor(stand, center, 0.125)


def _square(center: tuple[float, float, float], half: float) -> np.ndarray:
    x, y, z = center
    # Seen from the front, local left (+y) is on the viewer's right.
    return np.array(
        [[x, y - half, z - half], [x, y + half, z - half], [x, y + half, z + half], [x, y - half, z + half]]
    )


def _visor(stand: Stand, center: tuple[float, float, float], radius: float) -> None:
    """Half a tube above a lens, its outside and its inside."""
    paint = paint_with("solid", "plain", Semantic.TRAFFIC_LIGHT)
    turn = np.linspace(-0.15, np.pi + 0.15, 9)
    x, y, z = center
    rim = np.column_stack([np.full(9, x), y + radius * np.cos(turn), z + radius * np.sin(turn)])
    reach = rim + np.array([0.2, 0, -0.01])
    outside = np.stack([rim[:-1], reach[:-1], reach[1:], rim[1:]], 1)
    stand.quad(paint, outside, _BLACK)
    stand.quad(paint, outside[:, ::-1] * 1.0, (24, 24, 25), 130.0)
