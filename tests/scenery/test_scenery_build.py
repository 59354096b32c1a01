"""Properties every street's geometry must have, checked face by face."""

import dataclasses

import numpy as np
import pytest
from scenery_street import street

from sim.errors import UsageError
from sim.scenery import FACADE_STYLES, GROUPS, SURFACE_NAMES, LampSlot, build_scenery
from sim.scenery.builder import MeshBuilder
from sim.scenery.layouts import layout_of
from sim.taxonomy import Semantic
from sim.world import Building, GroundPatch, Marking, Prop, SignalHead, Tree

STATIC = {
    Semantic.ROAD, Semantic.MARKING, Semantic.PAVEMENT, Semantic.KERB, Semantic.BUILDING, Semantic.VEGETATION,
    Semantic.TERRAIN, Semantic.POLE, Semantic.LAMP, Semantic.TRAFFIC_LIGHT, Semantic.SIGN, Semantic.FENCE,
    Semantic.BENCH, Semantic.BIN, Semantic.STREET_FURNITURE,
}  # fmt: skip


def faces_of(scenery, semantic=None, group=None):
    """(F, 3, 3) corners of faces, of one class and group if given."""
    out = []
    for chunk in scenery.chunks:
        m = chunk.mesh
        keep = np.ones(len(m.faces), bool) if semantic is None else m.semantic[m.faces[:, 0]] == semantic
        if group is None or chunk.group == group:
            out.append(m.positions_m[m.faces[keep]])
    return np.concatenate(out).astype(np.float64)


def area(corners):
    return np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2


def test_classes_cover_everything_and_nothing_else(scenery):
    seen = set()
    for chunk in scenery.chunks:
        m = chunk.mesh
        assert (m.semantic[m.faces] == m.semantic[m.faces[:, :1]]).all()
        seen |= set(np.unique(m.semantic[m.faces]).tolist())
    assert seen == {int(s) for s in STATIC}


def test_groups_hold_what_they_are_for(scenery):
    allowed = {
        "decal": {Semantic.MARKING, Semantic.ROAD, Semantic.TERRAIN, Semantic.PAVEMENT},
        "ground": {Semantic.ROAD, Semantic.PAVEMENT, Semantic.KERB, Semantic.TERRAIN},
        "cutout": {Semantic.VEGETATION},
    }
    for chunk in scenery.chunks:
        assert chunk.group in GROUPS
        if chunk.group in allowed:
            assert set(np.unique(chunk.mesh.semantic)) <= {int(s) for s in allowed[chunk.group]}


def test_columns_are_finite_and_in_range(scenery):
    for chunk in scenery.chunks:
        m = chunk.mesh
        for column in (m.positions_m, m.normals, m.uv):
            assert np.isfinite(column).all()
        assert np.allclose(np.linalg.norm(m.normals, axis=1), 1.0, atol=1e-4)
        assert m.layer.max() < len(scenery.surfaces)
        assert (m.layer[m.faces] == m.layer[m.faces[:, :1]]).all()
        assert set(np.unique(m.faces)) == set(range(len(m.positions_m)))


def test_normals_agree_with_winding(scenery):
    for chunk in scenery.chunks:
        m = chunk.mesh
        p = m.positions_m.astype(np.float64)[m.faces]
        face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
        size = np.linalg.norm(face, axis=1)
        assert (size > 0).all()
        agreement = (m.normals[m.faces] * face[:, None]).sum(-1) / size[:, None]
        assert agreement.min() > 0.0


def test_surfaces_are_named_textures(scenery):
    assert tuple(s.name for s in scenery.surfaces) == SURFACE_NAMES
    assert len(SURFACE_NAMES) <= 64
    for surface in scenery.surfaces:
        assert surface.albedo.shape == (512, 512, 4)
        assert surface.albedo.dtype == np.uint8
        assert surface.albedo[..., :3].std() > 1.0
    used = np.unique(np.concatenate([np.unique(c.mesh.layer) for c in scenery.chunks]))
    assert len(used) >= len(SURFACE_NAMES) - 4


def test_every_signal_color_has_one_slot_and_lenses(scenery):
    want = [LampSlot(s, c) for s in ("main", "side") for c in ("red", "amber", "green")]
    want += [LampSlot("walk", "red"), LampSlot("walk", "green")]
    assert sorted(scenery.lamps, key=str) == sorted(want, key=str)
    area_of = np.zeros(1 + len(scenery.lamps))
    for chunk in scenery.chunks:
        m = chunk.mesh
        part = m.part[m.faces[:, 0]]
        np.add.at(area_of, part, area(m.positions_m[m.faces].astype(float)))
        assert (m.semantic[m.faces[part > 0, 0]] == Semantic.TRAFFIC_LIGHT).all()
    lens = area_of[1:]
    # "main" is shown by two heads, so each of its lenses is there twice.
    twice = np.array([slot.signal == "main" for slot in scenery.lamps])
    assert (lens > 0.03).all()
    assert np.allclose(lens[twice], 2 * lens[[s.signal == "side" for s in scenery.lamps]], rtol=1e-4)


def test_lenses_look_along_the_head(world, scenery):
    slot = 1 + scenery.lamps.index(LampSlot("side", "red"))
    for chunk in scenery.chunks:
        m = chunk.mesh
        if (m.part == slot).any():
            assert np.allclose(m.normals[m.part == slot], [0, 1, 0], atol=1e-6)
            assert np.allclose(m.positions_m[m.part == slot].mean(0)[2], 0.12 + 2.6 + 0.29, atol=0.01)


def test_top_of_the_ground_is_where_the_world_says(world, scenery):
    for semantic in (Semantic.ROAD, Semantic.PAVEMENT, Semantic.KERB, Semantic.TERRAIN):
        corners = faces_of(scenery, semantic, "ground")
        flat = np.ptp(corners[:, :, 2], axis=1) < 1e-6
        middle = corners[flat].mean(1)
        x0, y0, x1, y1 = world.bounds_m
        within = (middle[:, :2] > [x0, y0]).all(1) & (middle[:, :2] < [x1, y1]).all(1)
        middle = middle[within & (middle[:, 2] > -0.05)]
        assert len(middle) > 5
        assert np.allclose(middle[:, 2], world.ground_height_m(middle[:, :2].copy()), atol=1e-5)


def test_ground_covers_its_patches_once(world, scenery):
    kinds = (Semantic.ROAD, Semantic.PAVEMENT, Semantic.KERB, Semantic.TERRAIN)
    corners = np.concatenate([faces_of(scenery, kind, "ground") for kind in kinds])
    flat = (np.ptp(corners[:, :, 2], axis=1) < 1e-6) & (corners[:, 0, 2] > -0.05)
    middle = corners.mean(1)
    inside = (middle[:, 0] > 0) & (middle[:, 0] < 80) & (np.abs(middle[:, 1]) < 30)
    assert np.isclose(area(corners[flat & inside]).sum(), 80 * 60, rtol=1e-5)


def test_markings_keep_their_area_and_lie_just_above_the_ground(world, scenery):
    corners = faces_of(scenery, Semantic.MARKING, "decal")
    near = (corners[:, :, 0] >= 0).all(1) & (corners[:, :, 0] <= 80).all(1)
    ring = [np.array(m.outline_m) for m in world.markings]
    want = sum(0.5 * np.sum(r[:, 0] * np.roll(r[:, 1], -1) - np.roll(r[:, 0], -1) * r[:, 1]) for r in ring)
    assert np.isclose(area(corners[near]).sum(), want, rtol=1e-5)
    assert 0.002 <= corners[near][:, :, 2].min() <= corners[near][:, :, 2].max() <= 0.004 + 1e-6


@pytest.mark.parametrize("side", [0, 1, 2, 3])
def test_no_side_of_a_building_is_blank(world, side):
    """Panes on each side cover at least this share of its wall."""
    from sim.scenery.facades import add_walls
    from sim.scenery.ground_floor import add_ground_floor

    layers = [SURFACE_NAMES.index(n) for n in ("panes", "shops", "doors")]
    for building in world.buildings:
        builder = MeshBuilder()
        add_walls(builder, building, layout_of(building))
        add_ground_floor(builder, building, layout_of(building))
        mesh = builder.mesh("solid")
        outward = np.array([[0, -1, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0]])[side]
        normal = mesh.normals[mesh.faces[:, 0]]
        glass = np.isin(mesh.layer[mesh.faces[:, 0]], layers) & (normal @ outward > 0.99)
        covered = area(mesh.positions_m[mesh.faces[glass]].astype(float)).sum()
        length = building.width_m if side in (0, 2) else building.depth_m
        share = covered / (length * layout_of(building).height_m)
        assert share > (0.12 if side == 0 else 0.015)


def test_budgets(world, scenery):
    total = sum(len(c.mesh.faces) for c in scenery.chunks)
    assert total < 60_000
    for building in world.buildings:
        from sim.scenery.facades import add_walls
        from sim.scenery.ground_floor import add_ground_floor
        from sim.scenery.roofs import add_roof

        builder = MeshBuilder()
        for add in (add_walls, add_ground_floor, add_roof):
            add(builder, building, layout_of(building))
        assert len(builder.mesh("solid").faces) <= 3000
    for tree in world.trees:
        from sim.scenery.trees import add_trees

        builder = MeshBuilder()
        add_trees(builder, [tree])
        assert sum(len(builder.mesh(g).faces) for g in ("solid", "cutout")) <= 1050


def test_trees_have_the_size_they_are_told(world):
    from sim.scenery.trees import add_trees

    for tree in world.trees:
        builder = MeshBuilder()
        add_trees(builder, [tree])
        points = np.concatenate([builder.mesh(g).positions_m for g in ("solid", "cutout")])
        height = points[:, 2].max() - tree.z_m
        reach = np.abs(points[:, :2] - [tree.x_m, tree.y_m]).max()
        assert 0.8 * tree.height_m < height < 1.15 * tree.height_m
        assert 0.6 * tree.crown_radius_m < reach < 1.5 * tree.crown_radius_m


def test_chunks_are_small_enough_to_cull(world, scenery):
    x0, y0, x1, y1 = world.bounds_m
    for chunk in scenery.chunks:
        middle = chunk.mesh.positions_m[chunk.mesh.faces].mean(1)
        within = (middle[:, :2] >= [x0, y0]).all(1) & (middle[:, :2] <= [x1, y1]).all(1)
        size = 40.0 if within.any() else 160.0
        assert (np.ptp(middle[:, :2], axis=0) <= size + 1e-3).all()
    assert len(scenery.chunks) < 120


def test_equal_worlds_give_equal_arrays(scenery):
    again = build_scenery(street())
    assert again.lamps == scenery.lamps
    assert len(again.chunks) == len(scenery.chunks)
    for a, b in zip(again.chunks, scenery.chunks, strict=True):
        assert a.group == b.group
        for field in dataclasses.fields(a.mesh):
            assert np.array_equal(getattr(a.mesh, field.name), getattr(b.mesh, field.name))


def test_a_street_that_leaves_the_world_goes_on(world, scenery):
    corners = faces_of(scenery, Semantic.ROAD, "ground")
    assert corners[:, :, 0].min() < -200
    assert corners[:, :, 0].max() > 280
    far = np.abs(faces_of(scenery, Semantic.TERRAIN)[:, :, 0] - 40).max()
    assert far >= 400


@pytest.mark.parametrize("style", FACADE_STYLES)
@pytest.mark.parametrize("floors", [1, 2, 6])
def test_every_kind_of_building_can_be_built_small_and_large(style, floors):
    from sim.scenery.facades import add_walls
    from sim.scenery.ground_floor import add_ground_floor
    from sim.scenery.roofs import add_roof

    for seed in range(12):
        width = (2.2, 7.0, 13.0, 24.0)[seed % 4]
        house = Building(0, 0, 0.5, width, 4.0 + seed, floors, 3.4, 2.9, style, (200, 200, 200),
                         ("flat", "pitched")[seed % 2], seed % 3 == 0, seed)  # fmt: skip
        builder = MeshBuilder()
        for add in (add_walls, add_ground_floor, add_roof):
            add(builder, house, layout_of(house))
        mesh = builder.mesh("solid")
        assert np.isfinite(mesh.positions_m).all()
        assert len(mesh.faces) <= 3000 * max(1.0, width * floors / 90.0)


HOUSE = Building(0, 0, 0, 10, 8, 3, 3.6, 3.0, "plaster", (200, 200, 200), "flat", False, 1)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ground", (GroundPatch("lava", ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))),), "ground.0..kind 'lava'"),
        ("ground", (GroundPatch("road", ((0.0, 0.0), (1.0, 0.0))),), "2 corners"),
        ("markings", (Marking("line", ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)), 0.0, 1.5),), "wear 1.5"),
        ("buildings", (dataclasses.replace(HOUSE, style="plastr"),), "plaster"),
        ("buildings", (dataclasses.replace(HOUSE, roof="dome"),), "flat or pitched"),
        ("buildings", (dataclasses.replace(HOUSE, floors=0),), "floors 0"),
        ("props", (Prop("bnech", 0, 0, 0, 0),), "bench"),
        ("props", (Prop("fence", 0, 0, 0, 0),), "length_m 0.0"),
        ("trees", (Tree(0, 0, 0, 6, 2, (1, 1, 1), 1.2, 1),), "leaf_share 1.2"),
        ("trees", (Tree(0, 0, 0, 6, 2, (1, 1, 1), 1.0, 1, "lme"),), "lime"),
        ("trees", (Tree(0, 0, 0, -6, 2, (1, 1, 1), 1.0, 1),), "positive sizes"),
        ("signal_heads", (SignalHead("a", "a", "tram", 0, 0, 0, 0),), "vehicle or pedestrian"),
    ],
)
def test_bad_descriptions_are_named(world, field, value, message):
    with pytest.raises(UsageError, match=message):
        build_scenery(dataclasses.replace(world, **{field: value}))


@pytest.mark.parametrize("style", FACADE_STYLES)
def test_a_front_has_no_hole(style):
    """Walls in the plane of the front and the openings recessed behind it add up to the whole front."""
    from sim.scenery.facades import add_walls
    from sim.scenery.ground_floor import add_ground_floor

    for floors, shop in ((1, True), (2, False), (5, True)):
        house = Building(0, 0, 0, 14.3, 9, floors, 3.9, 3.0, style, (200, 200, 200), "flat", shop, 17)
        builder = MeshBuilder()
        add_walls(builder, house, layout_of(house))
        add_ground_floor(builder, house, layout_of(house))
        mesh = builder.mesh("solid")
        corners = mesh.positions_m[mesh.faces].astype(np.float64)
        facing = mesh.normals[mesh.faces[:, 0], 1] < -0.99
        points = np.random.default_rng(3).uniform(
            [0.05, 0.05], [14.25, 3.9 + 3.0 * (floors - 1) - 0.05], (400, 2)
        )
        flat = corners[facing & (corners[:, :, 1].max(1) < 1.0)][:, :, [0, 2]]
        edge = np.roll(flat, -1, 1) - flat
        away = points[:, None, None] - flat
        inside = (edge[..., 0] * away[..., 1] - edge[..., 1] * away[..., 0] >= -1e-9).all(-1)
        assert inside.any(1).all()
