"""Worlds and states -> what exact rays meet, by embree: the oracle of what the renderer draws.

Triangles are posed with `bone_matrices` and `posed_vertices`; embree only finds which triangle comes
first, the point on it is solved for in float64. Leaf cards have holes: they are a scene of their own.
"""

import dataclasses

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

from sim.bodies import bone_matrices, mesh_at, posed_vertices
from sim.render.stage import scenery_of
from sim.taxonomy import Semantic
from sim.testing.motion import Shot
from sim.testing.rays import Hits


@dataclasses.dataclass(frozen=True, eq=False)
class Triangles:
    """Triangles and what they belong to: corners (T, 3, 3), owner (T,) 0 or an instance id, semantic (T,)."""

    corners: np.ndarray
    owner: np.ndarray
    semantic: np.ndarray


def levels(state, eye_world, focal_px):
    """The mesh of every agent that is drawn for a camera at a place."""
    away = np.linalg.norm(state.poses.position_m - eye_world, axis=1)
    return [mesh_at(body, float(d), focal_px) for body, d in zip(state.roster.bodies, away, strict=True)]


def opaque(world, state, meshes, only=None):
    """All triangles without holes: scenery, then agents in their order; the same rows at every state.

    With `only`, one group of the scenery and no agents.
    """
    corners, owner, semantic = [], [], []
    for chunk in scenery_of(world).chunks:
        if chunk.group == (only or chunk.group) != "cutout":
            corners.append(chunk.mesh.positions_m[chunk.mesh.faces].astype(float))
            owner.append(np.zeros(len(chunk.mesh.faces), int))
            semantic.append(chunk.mesh.semantic[chunk.mesh.faces[:, 0]].astype(int))
    bones = bone_matrices(state.roster.bodies, state.poses)
    for row, (body, mesh) in enumerate(zip(state.roster.bodies, meshes, strict=True)):
        if only:
            break
        corners.append(posed_vertices(body, bones[row], mesh)[mesh.faces])
        owner.append(np.full(len(mesh.faces), row + 1))
        semantic.append(np.full(len(mesh.faces), int(state.roster.categories[row].semantic)))
    return Triangles(np.concatenate(corners), np.concatenate(owner), np.concatenate(semantic))


class Caster:
    """Casts rays at triangles; a scene is built for each origin, for embree computes in float32.

    Args:
        corners: (T, 3, 3) in the world.
        two_sided: False where triangles seen from behind are not drawn.
    """

    def __init__(self, corners, *, two_sided=False):
        self._corners = corners
        self._two_sided = two_sided
        self._outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self._scenes = {}

    def __call__(self, origin, directions, limits_m):
        near, far = limits_m
        hits = self._solve(origin, directions, self._first(origin, directions, near))
        hits.distance_m[hits.distance_m >= far] = np.inf
        hits.triangle[~np.isfinite(hits.distance_m)] = -1
        return hits

    def _first(self, origin, directions, near):
        key = tuple(np.asarray(origin).tolist())
        if key not in self._scenes:
            away = self._corners - origin
            drawn = np.arange(len(away))
            if not self._two_sided:
                drawn = np.flatnonzero((self._outward * away[:, 0]).sum(1) < 0)
            scene = rtcore_scene.EmbreeScene()
            self._scenes[key] = scene, drawn, TriangleMesh(scene, away[drawn].astype(np.float32))
        scene, drawn, _ = self._scenes[key]
        start = (directions * near[:, None]).astype(np.float32)
        found = scene.run(start, directions.astype(np.float32), output=True)["primID"].astype(np.int64)
        return np.where(found >= 0, drawn[found], -1)

    def _solve(self, origin, directions, triangle):
        met = triangle >= 0
        distance, weights = np.full(len(directions), np.inf), np.zeros((len(directions), 2))
        a, b, c = self._corners[triangle[met]].transpose(1, 0, 2)
        system = np.stack([b - a, c - a, -directions[met]], -1)
        u, v, distance[met] = np.linalg.solve(system, (origin - a)[..., None])[..., 0].T
        weights[met] = np.stack([u, v], 1)
        return Hits(distance, triangle.copy(), weights)


def film(world, cameras, states):
    """Captures of the middle one of three states by all cameras, in their order."""
    from sim.render import Renderer

    before, state, after = states
    with Renderer(world, state.roster, cameras) as renderer:
        names = [camera.name for camera in cameras]
        return renderer.capture(state, dict.fromkeys(names, before), dict.fromkeys(names, after))


def shot(camera, capture, triangles, cast=None):
    """A capture's camera among triangles; `cast` if rays meet others than these."""
    return Shot(
        capture.intrinsics,
        capture.world_from_camera,
        camera.near_m,
        camera.far_m,
        triangles.corners,
        cast or Caster(triangles.corners),
    )


def look(a_shot):
    """What the pixels' rays of a shot meet."""
    return a_shot.cast(a_shot.world_from_camera.translation_m, a_shot.rays_world, a_shot.limits_m)


def ids(hits, triangles, shape):
    """(H, W) instance ids and classes of what was met."""
    met = hits.triangle >= 0
    owner = np.where(met, triangles.owner[hits.triangle], 0)
    semantic = np.where(met, triangles.semantic[hits.triangle], int(Semantic.SKY))
    return owner.reshape(shape), semantic.reshape(shape)


def interior(*labels):
    """Pixels whose 3 x 3 neighborhood carries one value of every image."""
    height, width = labels[0].shape[:2]
    same = np.zeros((height, width), bool)
    inner = np.ones((height - 2, width - 2), bool)
    for image in labels:
        for dy in range(3):
            for dx in range(3):
                inner &= image[dy : height - 2 + dy, dx : width - 2 + dx] == image[1:-1, 1:-1]
    same[1:-1, 1:-1] = inner
    return same


def dilated(mask):
    """The mask and every pixel beside it."""
    padded = np.pad(mask, 1)
    height, width = mask.shape
    return np.logical_or.reduce(
        [padded[dy : dy + height, dx : dx + width] for dy in range(3) for dx in range(3)]
    )
