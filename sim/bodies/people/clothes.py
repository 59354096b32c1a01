"""A figure and its description -> garments: tubes of cloth around trunk, arms and legs, and shoes.

Cloth hangs: going down, a row of a garment is never much narrower than the row above, so that a shirt falls from
the chest and a coat from the shoulders. What a garment hides is not built.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.bodies.people.fabric import Fabric
from sim.bodies.people.piece import Grid, Piece, grid_piece
from sim.bodies.people.skeleton import SHOE_OUT_M
from sim.bodies.people.shape import Figure, human_data, quirks
from sim.bodies.spec import PersonSpec

__all__ = ["garments"]

Array = NDArray[np.float64]

_COLLAR_ROW = 16


@dataclass(frozen=True)
class _Cut:
    """How a top is cut: distances from the skin and slack, in metres for an adult.

    Attributes:
        out_m: distance of the cloth from the skin.
        slack: how fast a row may become narrower than the one above, metres a metre.
        hem_row: row of the trunk where it ends.
        sleeve_row: row of the arm where the sleeve ends.
        cuff_m: distance of the sleeve's end from the skin.
        collar_m: height of the collar.
        below_m: length below the crotch, for coats.
    """

    out_m: float
    slack: float
    hem_row: float
    sleeve_row: float
    cuff_m: float
    collar_m: float
    below_m: float = 0.0


_CUTS = {
    "tshirt": _Cut(0.011, 0.11, 1.25, 4.4, 0.014, 0.008),
    "shirt": _Cut(0.012, 0.10, 1.0, 11.4, 0.008, 0.030),
    "jacket": _Cut(0.020, 0.07, 1.2, 11.6, 0.013, 0.045),
    "coat": _Cut(0.022, 0.06, 0.4, 11.7, 0.018, 0.050, 0.30),
}


def garments(spec: PersonSpec, fig: Figure) -> list[Piece]:
    """Everything a person wears, and the bare limbs that show."""
    rng = quirks(spec, "clothes")
    cut, fabric = _CUTS[spec.top], Fabric.of(spec, rng)
    top, bottom = np.array(spec.top_srgb, float), np.array(spec.bottom_srgb, float)
    out = _top(fig, cut, top, fabric, rng)
    out += [piece for side in "lr" for piece in _sleeve(spec, fig, side, cut, top, fabric)]
    out += _hips(spec, fig, cut, bottom, fabric)
    out += [piece for side in "lr" for piece in _leg(spec, fig, side, bottom, fabric, rng.uniform(0.1, 0.9))]
    out += [piece for side in "lr" for piece in _shoe(spec, fig, side, rng.uniform())]
    return out


def _grid(fig: Figure, part: str) -> Grid:
    return Grid(fig.points_m[part], fig.weights[part])


def _axis(points: Array) -> Array:
    """(R, 1, 3) middle of every row."""
    return np.asarray(points[:, :-1].mean(1, keepdims=True))


def _hung(points: Array, slack: float, fixed: int) -> Array:
    """Rows run upward; every row below `fixed` is at least as wide as the one above less slack."""
    out = points.copy()
    for i in range(fixed - 1, -1, -1):
        centre, above = out[i].mean(0), out[i + 1] - out[i + 1].mean(0)
        mine = out[i] - centre
        drop = abs(out[i + 1, :, 2].mean() - out[i, :, 2].mean())
        wide, wide_above = np.hypot(mine[:, 0], mine[:, 1]), np.hypot(above[:, 0], above[:, 1])
        scale = np.maximum(1, (wide_above - slack * drop) / np.maximum(wide, 1e-6))
        out[i, :, :2] = centre[:2] + mine[:, :2] * scale[:, None]
    return out


def _rounded(points: Array, times: int = 2) -> Array:
    """Rows without hollows: a point between two that stand further out moves out to their chord."""
    out = points.copy()
    for _ in range(times):
        ring = out[:, :-1]
        chord = 0.5 * (np.roll(ring, 1, 1) + np.roll(ring, -1, 1))
        centre = ring.mean(1, keepdims=True)
        further = np.linalg.norm(chord - centre, axis=-1) > np.linalg.norm(ring - centre, axis=-1)
        ring = np.where(further[..., None], chord, ring)
        out = np.concatenate([ring, ring[:, :1]], 1)
    return out


def _trunk(fig: Figure, out_m: float, slack: float) -> Grid:
    """The trunk in cloth, all rows."""
    grid = _grid(fig, "torso")
    points = grid.points_m.copy()
    points[:11] = _rounded(points[:11])
    grid = Grid(points, grid.weights).pushed((out_m - 0.022 * _arm_share(fig.weights["armhole"])) * fig.scale)
    points = _hung(grid.points_m, slack, 10)
    for _ in range(2):
        points[1:12] = 0.25 * points[:11] + 0.5 * points[1:12] + 0.25 * points[2:13]
    return Grid(points, grid.weights)


def _arm_share(weights: Array) -> Array:
    """(R, C) how much of the arms' weight a trunk has: what lies under a sleeve."""
    bones = human_data().bones
    return np.asarray(weights[..., bones.index("upperarm_l")] + weights[..., bones.index("upperarm_r")])


def _top(fig: Figure, cut: _Cut, rgb: Array, fabric: Fabric, rng: np.random.Generator) -> list[Piece]:
    """Trunk, hem, collar, front."""
    rows = np.concatenate([np.linspace(cut.hem_row, 10, 9), np.arange(11, _COLLAR_ROW + 1)])
    body = _trunk(fig, cut.out_m, cut.slack).rows(rows)
    shade = np.ones((len(rows), 1, 1))
    if cut.below_m:
        skirt = _flared(
            fig, body, cut.below_m * fig.scale + body.points_m[0, :, 2].mean() - _crotch(fig), 0.10, 5
        )
        body, shade = skirt.then(body), np.ones((len(rows) + 5, 1, 1))
    shade[0] = 0.82
    inside = _turned_in(body, 0.012)
    body, shade = inside.then(body), np.concatenate([[[[0.6]]], shade])
    ao = np.ones(body.points_m.shape[:2])
    angle = np.linspace(0, 2 * np.pi, body.points_m.shape[1])
    sides = np.abs(np.sin(angle)) ** 4
    armpit = len(body.points_m) - 7
    for offset, depth in ((-3, 0.12), (-2, 0.25), (-1, 0.35), (0, 0.4), (1, 0.3)):
        ao[armpit + offset] -= depth * sides
    pieces = [grid_piece(body, rgb * shade, fabric.top, ao)]
    collar = _collar(fig, body, cut)
    tint = 0.85 if cut.collar_m > 0.02 else 0.92
    if cut.collar_m > 0.02:
        pieces += _front(fig, body, cut, rgb, rng)
    pieces.append(grid_piece(collar, rgb * tint, 0, np.array([0.8, 1.0, 0.8, 0.35])[:, None]))
    return pieces


def _front(fig: Figure, body: Grid, cut: _Cut, rgb: Array, rng: np.random.Generator) -> list[Piece]:
    """Down the front: what shows in the open neck of a jacket or coat, and the line where cloth closes."""
    middle = (body.points_m.shape[1] - 1) // 2
    lifted = body.pushed(0.003 * fig.scale)
    across = body.points_m[1:, middle + 1] - body.points_m[1:, middle - 1]
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    count = len(across)
    open_rows = 0.0 if cut.out_m < 0.015 else float(rng.uniform(2.0, 6.5))
    from_top = np.arange(count)[::-1]
    gap = np.where(from_top < open_rows, 0.006 + 0.042 * (1 - from_top / max(open_rows, 1e-6)), 0.006)
    gap = np.where(open_rows > 0, gap, 0.013)[:, None] * fig.scale
    centre, bones = lifted.points_m[1:, middle], lifted.weights[1:, middle]
    points = np.stack([centre - across * gap, centre, centre + across * gap], 1)
    points[:, [0, 2]] -= 0.0025 * fig.scale * (lifted.normals()[1:, middle])[:, None] * (gap / 0.02)[:, None]
    inner = np.array([(228.0, 226, 220), (40, 42, 48), (120, 40, 42), (96, 118, 150)][int(rng.integers(4))])
    shown = (from_top < open_rows)[:, None, None]
    tone = np.where(shown, inner, rgb * (0.55 if open_rows else 0.88))
    strip = Grid(points, np.repeat(bones[:, None], 3, 1))
    return [grid_piece(strip, np.broadcast_to(tone, (count, 3, 3)), 0)]


def _crotch(fig: Figure) -> float:
    return float(fig.points_m["torso"][0, :, 2].mean())


def _turned_in(body: Grid, by_m: float) -> Grid:
    """One row inside the first row of a tube: the hem's thickness."""
    first = body.rows([0.0])
    centre = _axis(first.points_m)
    d = first.points_m - centre
    wide = np.linalg.norm(d, axis=-1, keepdims=True)
    return Grid(centre + d * (1 - 2 * by_m / np.maximum(wide, 2 * by_m)), first.weights)


def _collar(fig: Figure, body: Grid, cut: _Cut) -> Grid:
    """A band around the neck, rising from the trunk's last row."""
    last = body.rows([len(body.points_m) - 1.0])
    height = cut.collar_m * fig.scale
    axis = fig.joint("head") - fig.joint("neck_01")
    axis = axis / np.linalg.norm(axis)
    centre = _axis(last.points_m)
    wide = last.points_m - centre
    bottom = last.points_m - wide * 0.02 - axis * 0.012
    top = centre + wide * 0.97 + axis * height
    lip = centre + wide * 0.86 + axis * (height - 0.002)
    inside = centre + wide * 0.55 - axis * 0.02
    points = np.concatenate([bottom, top, lip, inside])
    return Grid(points, np.concatenate([last.weights] * 4))


def _flared(fig: Figure, body: Grid, length_m: float, flare: float, count: int) -> Grid:
    """Rows that continue a tube downward, wider by `flare` metres a metre, following both thighs."""
    first = body.points_m[:1]
    centre = _axis(first)
    wide = first - centre
    radius = np.linalg.norm(wide[..., :2], axis=-1, keepdims=True)
    down = np.linspace(1, 1 / count, count)[:, None, None] * length_m
    points = centre + wide * (1 + flare * down / radius)
    points[..., 2] = first[..., 2] - down[..., 0]
    points = _around_legs(fig, points)
    return Grid(points, _skirt_weights(fig, points))


def _around_legs(fig: Figure, points: Array) -> Array:
    """Rows widened until they hold both legs."""
    legs = np.concatenate(
        [fig.points_m["leg_l"][:8].reshape(-1, 3), fig.points_m["leg_r"][:8].reshape(-1, 3)]
    )
    out = points.copy()
    for i, row in enumerate(points):
        near = legs[np.abs(legs[:, 2] - row[:, 2].mean()) < 0.09 * fig.scale]
        if len(near):
            need = np.abs(near[:, 1]).max() + 0.02
            out[i, :, 1] *= max(1.0, need / np.abs(row[:, 1]).max())
    return out


def _skirt_weights(fig: Figure, points: Array) -> Array:
    """Weights of cloth around both legs: it follows the nearer thigh, more so the lower it hangs."""
    data = human_data()
    hip, knee = fig.joint("thigh_l"), fig.joint("calf_l")
    depth = np.clip((hip[2] + 0.06 - points[..., 2]) / (hip[2] - knee[2]) * 1.35, 0, 1)
    legs = depth * depth * (3 - 2 * depth) * 0.94
    left = 1 / (1 + np.exp(-points[..., 1] / (0.032 * fig.scale)))
    out = np.zeros((*points.shape[:2], len(data.bones)))
    out[..., data.bones.index("thigh_l")] = legs * left
    out[..., data.bones.index("thigh_r")] = legs * (1 - left)
    out[..., data.bones.index("pelvis")] = 1 - legs
    return out


def _sleeve(spec: PersonSpec, fig: Figure, side: str, cut: _Cut, rgb: Array, fabric: Fabric) -> list[Piece]:
    """One sleeve and, if it is short, the bare arm below."""
    arm = _grid(fig, f"arm_{side}")
    long = cut.sleeve_row > 9
    rows = np.concatenate(
        [np.arange(0, 7 if long else 4), np.linspace(7 if long else 4, cut.sleeve_row, 5 if long else 1)]
    )
    out = np.interp(rows, [0, 1, cut.sleeve_row], [0.001, cut.out_m, cut.cuff_m])
    sleeve = Grid(_rounded(arm.points_m, 1), arm.weights).pushed(
        np.interp(np.arange(13), rows, out)[:, None] * fig.scale
    )
    sleeve = Grid(_sloping(sleeve.points_m), sleeve.weights)
    sleeve = _capped(fig, side, sleeve.rows(rows))
    turned = _turned_in(sleeve.rows([len(rows) + 0.0]), 0.010)
    sleeve = sleeve.then(turned)
    shade = np.ones((len(rows) + 2, 1, 1))
    shade[-2:, 0, 0] = 0.82, 0.5
    pieces = [grid_piece(sleeve, rgb * shade, fabric.top)]
    if not long:
        bare = arm.rows(np.concatenate([[3.4], np.arange(5, 12.3, 1)]))
        pieces.append(grid_piece(bare, tuple(spec.skin_srgb)))
    return pieces


def _capped(fig: Figure, side: str, sleeve: Grid) -> Grid:
    """A sleeve that begins inside the trunk, so that no slit opens at the armhole."""
    first = sleeve.rows([0.0])
    centre = _axis(first.points_m)
    inward = np.array([0, -0.035 if side == "l" else 0.035, -0.02]) * fig.scale
    return Grid(centre + (first.points_m - centre) * 0.8 + inward, first.weights).then(sleeve)


def _sloping(points: Array) -> Array:
    """A tube whose first rows are evened out along it, so that a sleeve starts without a corner."""
    out = points.copy()
    for _ in range(3):
        out[1:4] = 0.25 * out[:3] + 0.5 * out[1:4] + 0.25 * out[2:5]
    return out


def _hips(spec: PersonSpec, fig: Figure, cut: _Cut, rgb: Array, fabric: Fabric) -> list[Piece]:
    """The seat of trousers or the upper part of a skirt, as far as the top leaves it to be seen."""
    if cut.below_m and spec.bottom != "skirt":
        return []
    out = min(0.010, cut.out_m - 0.007)
    upper = _trunk(fig, out, 0.3 if spec.bottom != "skirt" else 0.05)
    last = cut.hem_row + 0.1
    if spec.bottom == "skirt":
        rng = quirks(spec, "skirt")
        body = _tucked(upper, np.linspace(min(0.5, last - 0.2), last, 3))
        knee = fig.joint("calf_l")[2]
        length = body.points_m[0, :, 2].mean() - knee + rng.uniform(-0.04, 0.08) * fig.scale
        skirt = _flared(fig, body, float(length), float(rng.uniform(0.12, 0.3)), 6)
        body = skirt.then(body)
        if cut.below_m:
            hem = _crotch(fig) - cut.below_m * fig.scale
            shown = body.points_m[:, :, 2].mean(1) < hem + 0.08 * fig.scale
            body = Grid(body.points_m[shown], body.weights[shown])
            if len(body.points_m) < 2:
                return []
        body = _turned_in(body, 0.01).then(body)
        shade = np.ones((len(body.points_m), 1, 1))
        shade[:2, 0, 0] = 0.4, 0.85
        return [grid_piece(body, rgb * shade, fabric.bottom)]
    # Below the hip joints the legs take over: the seat dives under them.
    points = upper.points_m.copy()
    centre = _axis(points)
    points[:2] = centre[:2] + (points[:2] - centre[:2]) * np.array([0.72, 0.97])[:, None, None]
    body = _tucked(Grid(points, upper.weights), np.concatenate([[0, 0.5 * last], [0.8 * last, last]]))
    return [grid_piece(body, rgb, fabric.bottom, np.array([0.5, 0.75, 0.9, 0.9, 0.6])[:, None])]


def _tucked(trunk: Grid, rows: Array) -> Grid:
    """Rows of the trunk and one more that slips under the top's hem."""
    body = trunk.rows([*rows, rows[-1] + 0.8])
    centre = _axis(body.points_m)
    points = body.points_m.copy()
    points[-1] = (centre + (points - centre) * 0.92)[-1]
    return Grid(points, body.weights)


def _leg(spec: PersonSpec, fig: Figure, side: str, rgb: Array, fabric: Fabric, wide: float) -> list[Piece]:
    """One trouser leg, or a short one and the bare leg below."""
    leg = _grid(fig, f"leg_{side}")
    skin = np.array(spec.skin_srgb, float)
    if spec.bottom == "skirt":
        return [grid_piece(leg.rows(np.arange(3, 11.1, 1)), skin, 0, np.linspace(0.5, 1, 9)[:, None] ** 0.5)]
    first = 3.0 if _CUTS[spec.top].below_m else 0.0
    last = 11.0 if spec.bottom == "trousers" else 5.0
    rows = np.concatenate([np.arange(first, last), [last]])
    loose = (0.011 + 0.006 * wide) * fig.scale
    cloth = leg.pushed(np.interp(np.arange(12), [0, 1, 2, 3, 11], [-0.03, 0.004, 0.009, loose, loose])[:, None])
    slack = np.interp(wide, [0, 1], [0.20, 0.08])
    points = _hung(cloth.points_m[::-1], 0, 0)[::-1].copy()
    for i in range(3, 12):
        centre, above = points[i].mean(0), points[i - 1] - points[i - 1].mean(0)
        mine = points[i] - centre
        drop = float(np.linalg.norm(centre - points[i - 1].mean(0)))
        wide_now, wide_above = np.linalg.norm(mine, axis=-1), np.linalg.norm(above, axis=-1)
        scale = np.maximum(1, (wide_above - slack * drop) / np.maximum(wide_now, 1e-6))
        points[i] = centre + mine * scale[:, None]
    cloth = Grid(points, leg.weights).rows(rows)
    cloth = cloth.then(_turned_in(cloth.rows([len(rows) - 1.0]), 0.012))
    shade = np.ones((len(rows) + 1, 1, 1))
    shade[-2:, 0, 0] = 0.85, 0.4
    ao = np.ones((len(rows) + 1, cloth.points_m.shape[1]))
    inner = np.maximum(0, -np.sign(points[0, :, 1].mean()) * (points[2, :, 1] - points[2, :, 1].mean()))
    inner = inner / max(float(inner.max()), 1e-6)
    for i in range(min(5, len(ao))):
        ao[i] -= inner * (0.45, 0.4, 0.3, 0.2, 0.1)[i]
    pieces = [grid_piece(cloth, rgb * shade, fabric.bottom, ao)]
    if spec.bottom == "shorts":
        pieces.append(grid_piece(leg.rows(np.arange(4, 11.1, 1)), skin))
    return pieces


def _shoe(spec: PersonSpec, fig: Figure, side: str, style: float) -> list[Piece]:
    """One shoe: outlines of the foot, rounded, on a flat sole."""
    foot = _grid(fig, f"shoe_{side}")
    points = _rounded(foot.points_m, 3)
    centre = _axis(points)
    d = points - centre
    wide = np.linalg.norm(d[..., :2], axis=-1, keepdims=True)
    out = np.array([SHOE_OUT_M, 0.010, 0.009, 0.008, 0.007, 0.006])[:, None, None] * fig.scale
    points = points.copy()
    points[..., :2] = (centre + d * (1 + out / wide))[..., :2]
    sole = points[:1].copy()
    sole[..., 2] = 0.0
    edge = points[1:2].copy()
    edge[..., 2] = 0.018 * fig.scale
    bottom_centre = np.repeat(_axis(sole), sole.shape[1], 1)
    rows = np.concatenate([bottom_centre, sole, edge, edge + [0, 0, 0.001], points[2:]])
    # A sole bends in one line at the ball: blending would drag what touches the ground.
    names, ball = human_data().bones, fig.joint(f"ball_{side}")[0]
    toes = np.clip((rows[..., 0] - ball) / (0.03 * fig.scale) + 0.5, 0, 1)
    toes[:4] = rows[:4, :, 0] > ball
    bones = np.zeros((*rows.shape[:2], len(names)))
    bones[..., names.index(f"ball_{side}")] = toes
    bones[..., names.index(f"foot_{side}")] = 1 - toes
    upper = np.array(spec.shoe_srgb, float)
    rubber = np.array([225.0, 222, 215]) if style < 0.4 else upper * 0.45
    rgb = np.concatenate([np.tile(rubber, (3, 1)), np.tile(upper, (len(rows) - 3, 1))])[:, None]
    return [
        grid_piece(Grid(rows, bones), rgb, 0, np.array([0.4, 0.7, 0.9, *[1.0] * (len(rows) - 3)])[:, None])
    ]
