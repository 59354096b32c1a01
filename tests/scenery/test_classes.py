"""What every face of the drawn worlds is called, against the worlds' own descriptions."""

from __future__ import annotations

import numpy as np
import pytest

import sim.scenery.build
from sim.randomness import stream
from sim.scenery import GROUPS, PROP_KINDS, build_scenery
from sim.scenery.builder import MeshBuilder
from sim.scenery.enclosures import ENCLOSURES
from sim.scenery.furniture import add_props
from sim.scenery.signals import add_signal_heads
from sim.scenery.trees import add_trees
from sim.taxonomy import Semantic
from sim.world import Prop, SignalHead, Tree
from worlds import avenue, crossing

ALWAYS = {
    Semantic.ROAD, Semantic.MARKING, Semantic.PAVEMENT, Semantic.KERB, Semantic.BUILDING, Semantic.VEGETATION,
    Semantic.TERRAIN, Semantic.POLE, Semantic.LAMP,
}  # fmt: skip
SOMETIMES = {
    Semantic.TRAFFIC_LIGHT, Semantic.SIGN, Semantic.FENCE, Semantic.BENCH, Semantic.BIN,
    Semantic.STREET_FURNITURE,
}  # fmt: skip

POST, FURNITURE = {Semantic.POLE}, {Semantic.STREET_FURNITURE}
PROPS = {
    "lamp": POST | {Semantic.LAMP},
    "bench": {Semantic.BENCH},
    "bin": {Semantic.BIN},
    "bollard": POST,
    **{kind: {Semantic.FENCE} for kind in ENCLOSURES},
    **{kind: {Semantic.VEGETATION} for kind in ("hedge", "shrub")},
    **{kind: {Semantic.PAVEMENT} for kind in ("garden_path", "driveway")},
    "planter": FURNITURE | {Semantic.VEGETATION},
    "bus_stop": FURNITURE | POST | {Semantic.SIGN, Semantic.PAVEMENT},
    **dict.fromkeys(("hydrant", "cafe_table", "cabinet", "bicycle_rack", "poster_case", "cone"), FURNITURE),
    **dict.fromkeys(("wires", "advertising_column"), FURNITURE),
    **dict.fromkeys(("clock", "billboard"), FURNITURE | POST),
    **dict.fromkeys(("post_box", "news_box", "emergency_phone"), FURNITURE),
    **dict.fromkeys(("trolley", "trolley_shelter", "bicycle_shed"), FURNITURE),
    **{kind: {Semantic.FENCE} for kind in ("guard_rail", "concrete_barrier", "noise_wall")},
    **dict.fromkeys(("gantry", "exit_board"), POST | {Semantic.SIGN}),
    "school_gate": {Semantic.FENCE, Semantic.SIGN},
    "delineator": POST,
    "embankment": {Semantic.TERRAIN},
    "dumpster": {Semantic.BIN},
    "kiosk": {Semantic.BUILDING},
    "flower_bed": {Semantic.TERRAIN, Semantic.VEGETATION},
    "wire_pole": POST,
    **dict.fromkeys(("direction_board", "street_names"), POST | {Semantic.SIGN}),
    **{kind: POST | {Semantic.SIGN} for kind in PROP_KINDS if kind.startswith("sign_")},
}
PATCHES = {
    "road": Semantic.ROAD,
    "pavement": Semantic.PAVEMENT,
    "grass": Semantic.TERRAIN,
    "earth": Semantic.TERRAIN,
}


def classes_of(builder):
    """Classes of all faces built so far."""
    meshes = [mesh for mesh in map(builder.mesh, GROUPS) if mesh is not None]
    return {Semantic(int(v)) for mesh in meshes for v in np.unique(mesh.semantic[mesh.faces])}


def top_class(meshes, points):
    """(N,) class of the highest face of ground above each point, decals included; -1 where there is none."""
    best, height = np.full(len(points), -1), np.full(len(points), -np.inf)
    for mesh in meshes:
        corners = mesh.positions_m.astype(np.float64)[mesh.faces]
        low, high = corners[..., :2].min(1), corners[..., :2].max(1)
        for k, point in enumerate(points):
            close = ((low <= point) & (high >= point)).all(1)
            near, names = corners[close], mesh.semantic[mesh.faces[close, 0]]
            a, b, c = (near[:, i, :2] for i in range(3))
            whole = cross(b - a, c - a)
            kept = np.abs(whole) > 1e-12
            near, names, a, b, c, whole = (v[kept] for v in (near, names, a, b, c, whole))
            share = (
                np.stack([cross(c - b, point - b), cross(a - c, point - c), cross(b - a, point - a)]) / whole
            )
            hit = (share >= 0).all(0)
            z = (share * near[:, :, 2].T).sum(0)
            for name, z_m in zip(names[hit], z[hit], strict=True):
                if z_m > height[k]:
                    best[k], height[k] = name, z_m
    return best


def cross(a, b):
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def distance_m(ring, point):
    """Distance from a point to the rim of a polygon; negative inside."""
    a = np.array(ring)
    d = np.roll(a, -1, 0) - a
    share = np.clip(((point - a) * d).sum(1) / (d**2).sum(1), 0, 1)
    spokes = (a - point) @ [1, 1j]
    inside = abs(np.angle(np.roll(spokes, -1) / spokes).sum()) > np.pi
    return np.hypot(*(a + share[:, None] * d - point).T).min() * (-1 if inside else 1)


SHORT = {avenue: {"length_m": 110.0}, crossing: {"arm_length_m": 60.0}}


@pytest.mark.parametrize("module", SHORT, ids=["avenue", "crossing"])
def test_every_face_of_every_street_has_one_class_and_the_right_one(module, monkeypatch):
    monkeypatch.setattr(sim.scenery.build, "paint_surfaces", lambda seed: ())
    seen = set()
    for seed in range(6):
        world = module.sample(
            stream(seed, "classes"), **SHORT[module], tree_spacing_m=30.0, furniture_per_100m=14.0
        )
        scenery = build_scenery(world)
        here = set()
        for chunk in scenery.chunks:
            names = chunk.mesh.semantic[chunk.mesh.faces]
            assert (names == names[:, :1]).all()
            here |= {Semantic(int(v)) for v in np.unique(names)}
        assert ALWAYS <= here <= ALWAYS | SOMETIMES
        assert (Semantic.TRAFFIC_LIGHT in here) == bool(world.signal_heads)
        assert here >= set().union(*(PROPS[prop.kind] for prop in world.props))
        seen |= here
        ground_is_what_the_world_says(world, scenery)
    assert seen >= SOMETIMES - ({Semantic.TRAFFIC_LIGHT} if module is avenue else set())


def ground_is_what_the_world_says(world, scenery):
    rng = stream(1, "points")
    x0, y0, x1, y1 = world.bounds_m
    rings = [np.array(m.outline_m) for m in world.markings]
    anywhere = rng.uniform((x0, y0), (x1, y1), (150, 2))
    points = np.concatenate([anywhere, [ring.mean(0) for ring in rings[:20]]])
    trees = np.array([(t.x_m, t.y_m) for t in world.trees]).reshape(-1, 2)
    patch = world.ground_patch(points)
    meshes = [chunk.mesh for chunk in scenery.chunks if chunk.group in ("ground", "decal")]
    counted = dict.fromkeys(("marked", "kerb", "pit", "plain"), 0)
    for point, found, k in zip(points, top_class(meshes, points), patch, strict=True):
        if k < 0:
            continue
        own = world.ground[k]
        paint = min((distance_m(ring, point) for ring in rings), default=1.0)
        if abs(paint) < 1e-3:
            continue
        if paint < 0:
            counted["marked"] += 1
            assert found == Semantic.MARKING
        elif found == Semantic.KERB:
            counted["kerb"] += 1
            assert own.kerb_edges
            assert distance_m(own.outline_m, point) > -0.31
        elif found != PATCHES[own.kind]:
            counted["pit"] += 1
            assert (found, own.kind) == (Semantic.TERRAIN, "pavement")
            assert np.hypot(*(trees - point).T).min() < 1.0
        else:
            counted["plain"] += 1
    assert counted["marked"] >= 10
    assert counted["plain"] >= 50


@pytest.mark.parametrize("kind", PROP_KINDS)
def test_every_kind_of_prop_is_what_it_is_called(kind):
    assert set(PROPS) == set(PROP_KINDS)
    for seed in range(6):
        builder = MeshBuilder()
        add_props(builder, [Prop(kind, 3.0, 4.0, 0.1, 0.5, length_m=4.0, seed=seed)])
        assert classes_of(builder) == PROPS[kind]


def test_trees_and_signals_are_what_they_are_called():
    builder = MeshBuilder()
    add_trees(builder, [Tree(0.0, 0.0, 0.1, 7.0, 2.5, (90, 120, 50), share, 3) for share in (0.0, 1.0)])
    assert classes_of(builder) == {Semantic.VEGETATION, Semantic.TERRAIN}
    builder = MeshBuilder()
    add_signal_heads(builder, [SignalHead("h", "s", "vehicle", 0.0, 0.0, 0.0, 0.0, 5.0, arm_m=3.0)])
    assert classes_of(builder) == {Semantic.POLE, Semantic.TRAFFIC_LIGHT}
