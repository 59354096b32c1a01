"""Rays and leaf cards -> where rays meet leaves and not holes, by the filtered coverage of the texture."""

import dataclasses

import numpy as np
from ray_oracle import Caster

from sim.render.stage import scenery_of
from sim.testing.rays import Hits, pixel_centers

_LAYERS = 200
_COVERED = 0.5


@dataclasses.dataclass(frozen=True, eq=False)
class _Cards:
    """Leaf cards: corners (T, 3, 3), texture coordinates (T, 3, 2), layer (T,), mip-maps of the coverage."""

    corners: np.ndarray
    uv: np.ndarray
    layer: np.ndarray
    levels: list


def leaves(world, shot, farthest_m):
    """What rays of a shot meet of leaves, nearer than (R,) distances; triangles count the cards only.

    Returns:
        Hits with holes seen through, and (R,) bool: the ray meets a card, leaf or hole.
    """
    cards = _cards(world)
    count = len(farthest_m)
    out = Hits(np.full(count, np.inf), np.full(count, -1), np.zeros((count, 2)))
    touched = np.zeros(count, bool)
    if not len(cards.corners):
        return out, touched
    cast, eye = Caster(cards.corners, two_sided=True), shot.world_from_camera.translation_m
    near, far = shot.limits_m
    todo, start, far = np.arange(count), near.copy(), np.minimum(far, farthest_m)
    for _ in range(_LAYERS):
        hits = cast(eye, shot.rays_world[todo], (start, far[todo]))
        met = hits.triangle >= 0
        todo, hits = todo[met], Hits(hits.distance_m[met], hits.triangle[met], hits.weights[met])
        touched[todo] = True
        solid = _coverage(cards, shot, todo, hits) >= _COVERED
        out.distance_m[todo[solid]] = hits.distance_m[solid]
        out.triangle[todo[solid]] = hits.triangle[solid]
        todo, start = todo[~solid], hits.distance_m[~solid] * (1 + 1e-5) + 1e-4
        if not len(todo):
            return out, touched
    raise AssertionError(f"{len(todo)} rays meet more than {_LAYERS} holes")


def _cards(world):
    scenery = scenery_of(world)
    meshes = [chunk.mesh for chunk in scenery.chunks if chunk.group == "cutout"]
    if not meshes:
        return _Cards(np.zeros((0, 3, 3)), np.zeros((0, 3, 2)), np.zeros(0, int), [])
    coverage = [np.stack([surface.albedo[..., 3] for surface in scenery.surfaces]).astype(float)]
    while coverage[-1].shape[1] > 1:
        fine = coverage[-1]
        coarse = (fine[:, ::2, ::2] + fine[:, 1::2, ::2] + fine[:, ::2, 1::2] + fine[:, 1::2, 1::2]) / 4
        coverage.append(np.floor(coarse + 0.5))
    # Coarser levels of leaves cover as much of a card as the finest: the same share of texels passes.
    for k in np.unique(np.concatenate([m.layer for m in meshes])):
        whole = (coverage[0][k] > 127.5).mean()
        factor = 1.0
        for level in coverage[1:]:
            if len(level[k]) >= 8:
                passes = max(round(whole * level[k].size), 1)
                least = np.partition(level[k].ravel(), -passes)[-passes]
                factor = max(128.1 / least, 1.0) if least > 0 else 1.0
            level[k] = np.minimum(np.rint(level[k] * factor), 255)
    return _Cards(
        np.concatenate([m.positions_m[m.faces].astype(float) for m in meshes]),
        np.concatenate([m.uv[m.faces].astype(float) for m in meshes]),
        np.concatenate([m.layer[m.faces[:, 0]].astype(int) for m in meshes]),
        [level / 255 for level in coverage],
    )


def _coverage(cards, shot, rays, hits):
    """(R,) coverage of the texels a ray meets, filtered as a tri-linear sampler does (OpenGL 4.6, 8.14)."""
    corners, uv = cards.corners[hits.triangle], cards.uv[hits.triangle]
    at = _texture_coordinates(corners, uv, shot, shot.rays_world[rays])
    pixels, rotation = pixel_centers(shot.lens)[rays], shot.world_from_camera.rotation
    spread = np.zeros(len(rays))
    for step in ((1.0, 0.0), (0.0, 1.0)):
        beside = shot.lens.rays(pixels + step) @ rotation.T
        change = np.linalg.norm(_texture_coordinates(corners, uv, shot, beside) - at, axis=1)
        spread = np.maximum(spread, change * cards.levels[0].shape[1])
    level = np.clip(np.log2(np.maximum(spread, 1e-9)), 0, len(cards.levels) - 1)
    low = np.floor(level).astype(int)
    high = np.minimum(low + 1, len(cards.levels) - 1)
    layer = cards.layer[hits.triangle]
    fine, coarse = _bilinear(cards, low, layer, at), _bilinear(cards, high, layer, at)
    return fine + (level - low) * (coarse - fine)


def _texture_coordinates(corners, uv, shot, directions):
    """(R, 2) where directions from the camera meet the planes of triangles."""
    a, b, c = (corners - shot.world_from_camera.translation_m).transpose(1, 0, 2)
    solved = np.linalg.solve(np.stack([b - a, c - a, -directions], -1), -a[..., None])[..., 0]
    u, v = solved[:, :1], solved[:, 1:2]
    return (1 - u - v) * uv[:, 0] + u * uv[:, 1] + v * uv[:, 2]


def _bilinear(cards, level, layer, at):
    """(R,) values of the mip-maps at levels (R,), wrapped around; v grows upward, rows downward."""
    out = np.zeros(len(level))
    for number, image in enumerate(cards.levels):
        here = level == number
        size = image.shape[1]
        x, y = at[here, 0] * size - 0.5, (1 - at[here, 1]) * size - 0.5
        x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
        fx, fy = x - x0, y - y0
        texel = [image[layer[here], (y0 + dy) % size, (x0 + dx) % size] for dy in (0, 1) for dx in (0, 1)]
        top, bottom = texel[0] + fx * (texel[1] - texel[0]), texel[2] + fx * (texel[3] - texel[2])
        out[here] = top + fy * (bottom - top)
    return out
