"""Random numbers in, cut-out textures of leaves, twigs and hedge out; alpha is coverage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sim.scenery.atlas import Canvas, draw_atlas
from sim.scenery.noise import NoisePool
from sim.scenery.paint_ground import compose

__all__ = ["hanging_twig_card", "hedge", "leaf_card", "lobed_leaf_card", "needle_card", "twig_card"]

Rng = np.random.Generator


def _spread(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give transparent pixels the color of the nearest leaf, or mip maps fade to the background."""
    empty = image[..., 3] == 0
    nearest = ndimage.distance_transform_edt(empty, return_distances=False, return_indices=True)
    out = image.copy()
    out[..., :3] = image[..., :3][nearest[0], nearest[1]]
    return out


def leaf_card(
    rng: Rng, pool: NoisePool, count: int = 300, half_lengths: tuple[float, float] = (0.03, 0.052)
) -> NDArray[np.uint8]:
    """A cluster of leaves, lighter where they turn; near white, since the tree's hue is a vertex tint.

    Args:
        rng: scatters them.
        pool: not used.
        count: leaves on each of the four cards.
        half_lengths: range of half their length as a share of the card.
    """
    shape = float(rng.uniform(0.42, 0.62))

    def draw(c: Canvas, index: int) -> None:
        for _ in range(count):
            turn, radius = rng.uniform(0, 2 * np.pi), 0.44 * np.sqrt(rng.random())
            x, y = 0.5 + radius * np.cos(turn), 0.5 + radius * np.sin(turn)
            half, angle = rng.uniform(*half_lengths), rng.uniform(0, 2 * np.pi)
            dx, dy = half * np.cos(angle), half * np.sin(angle)
            wx, wy = -dy * shape, dx * shape
            tone = 205 * rng.uniform(0.62, 1.15)
            hue = rng.normal(0, 0.05, 2)
            color = (tone * (1 + hue[0]), tone, tone * (1 + hue[1]))
            tip = [(x + dx, y + dy), (x + wx, y + wy), (x - dx, y - dy), (x - wx, y - wy)]
            c.polygon([(float(a), float(b)) for a, b in tip], color, 255)

    return _spread(draw_atlas(draw, (120, 120, 120), 2))


def lobed_leaf_card(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Large leaves with five lobes, as of planes and maples."""
    lobes = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 0.45, 1.0) * np.array([1, 1, 0.9, 1, 0.7, 1, 0.7, 1, 0.9, 1])

    def draw(c: Canvas, index: int) -> None:
        for _ in range(180):
            turn, radius = rng.uniform(0, 2 * np.pi), 0.41 * np.sqrt(rng.random())
            x, y = 0.5 + radius * np.cos(turn), 0.5 + radius * np.sin(turn)
            size, angle, squeeze = rng.uniform(0.045, 0.08), rng.uniform(0, 2 * np.pi), rng.uniform(0.45, 1.0)
            tone = 205 * rng.uniform(0.62, 1.15)
            hue = rng.normal(0, 0.05, 2)
            dx, dy = size * reach * np.cos(lobes), size * squeeze * reach * np.sin(lobes)
            px, py = x + dx * np.cos(angle) - dy * np.sin(angle), y + dx * np.sin(angle) + dy * np.cos(angle)
            outline = [(float(a), float(b)) for a, b in zip(px, py, strict=True)]
            c.polygon(outline, (tone * (1 + hue[0]), tone, tone * (1 + hue[1])), 255)

    return _spread(draw_atlas(draw, (120, 120, 120), 2))


def needle_card(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Sprays of needles on both sides of short shoots that spread from the card's middle."""

    def draw(c: Canvas, index: int) -> None:
        for _ in range(16):
            angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.24, 0.45)
            step = np.array([np.cos(angle), np.sin(angle)])
            start = 0.5 + rng.normal(0, 0.05, 2)
            for along in np.arange(0.02, length, 0.02):
                foot = start + step * along
                for side in (-1.1, -0.6, 0.6, 1.1):
                    turn = angle + side + rng.normal(0, 0.12)
                    tip = foot + rng.uniform(0.05, 0.08) * np.array([np.cos(turn), np.sin(turn)])
                    tone = 205 * float(rng.uniform(0.6, 1.1))
                    ends = [(float(foot[0]), float(foot[1])), (float(tip[0]), float(tip[1]))]
                    c.line(ends, 0.012, (tone, tone, tone * 0.97), 255)

    return _spread(draw_atlas(draw, (120, 120, 120), 2))


def hanging_twig_card(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Long thin shoots that fan out a little from the card's lower edge; hung upside down on birches."""

    def draw(c: Canvas, index: int) -> None:
        for _ in range(9):
            x, y, angle = 0.5 + float(rng.normal(0, 0.08)), 0.98, np.pi / 2 + float(rng.normal(0, 0.3))
            width = float(rng.uniform(0.006, 0.012))
            for _ in range(int(rng.integers(6, 11))):
                x1, y1 = x + float(np.cos(angle)) * 0.09, y - float(np.sin(angle)) * 0.09
                tone = float(rng.uniform(140, 200))
                c.line([(x, y), (x1, y1)], width, (tone, tone * 0.9, tone * 0.84), 255)
                side = angle + float(rng.choice([-0.5, 0.5]))
                short = [(x1, y1), (x1 + 0.07 * float(np.cos(side)), y1 - 0.07 * float(np.sin(side)))]
                c.line(short, 0.8 * width, (tone, tone * 0.9, tone * 0.84), 255)
                x, y = x1, y1
                angle += float(rng.normal(0, 0.12)) + 0.12 * (np.pi / 2 - angle)

    return _spread(draw_atlas(draw, (140, 130, 118), 2))


def twig_card(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """A spray of bare twigs that rises from the card's lower edge and forks twice."""

    def shoot(c: Canvas, x: float, y: float, angle: float, length: float, width: float, order: int) -> None:
        for k in range(4):
            x1, y1 = x + float(np.cos(angle)) * length / 4, y - float(np.sin(angle)) * length / 4
            tone = float(rng.uniform(150, 220))
            c.line([(x, y), (x1, y1)], width * (1 - 0.12 * k), (tone, tone * 0.94, tone * 0.86), 255)
            x, y = x1, y1
            angle += float(rng.normal(0, 0.14))
            if order < 2:
                for side in (-1, 1) if k < 3 else (-1, 0, 1):
                    turn = angle + side * float(rng.uniform(0.35, 0.75))
                    shoot(c, x, y, turn, length * float(rng.uniform(0.42, 0.6)), width * 0.74, order + 1)

    def draw(c: Canvas, index: int) -> None:
        shoot(c, 0.5, 0.98, np.pi / 2 + float(rng.normal(0, 0.08)), 0.5, 0.014, 0)

    return _spread(draw_atlas(draw, (140, 130, 118), 2))


def hedge(rng: Rng, pool: NoisePool) -> NDArray[np.uint8]:
    """Dense clipped leaves, opaque."""
    value = (
        1
        + 0.22 * pool.field("fine", rng)
        + 0.14 * pool.field("grain", rng)
        + 0.08 * pool.field("blotch", rng)
    )
    return compose((196, 204, 190), value, 0.0)
