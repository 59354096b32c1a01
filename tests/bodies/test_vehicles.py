"""Cars and vans: closed skins, honest extents, wheels that roll and steer as geometry demands."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter

import cv2
import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from sim.bodies import (
    COARSE_FROM_M,
    FAR_FROM_M,
    MAX_BONES,
    Body,
    LampGroup,
    PoseColumns,
    VehicleSpec,
    mesh_at,
    posed_vertices,
)
from sim.bodies.body import REFERENCE_FOCAL_PX
from sim.bodies.thinning import thinned
from sim.bodies.vehicles import (
    MAX_STEER_RAD,
    SHAPES,
    VARIANTS,
    VehicleSkeleton,
    build_vehicle,
    draw_plate,
    sample_heavy,
    sample_vehicle,
    vehicle_bones,
    wheelbase_m,
)
from sim.bodies.vehicles.atlas import ATLAS_PX, charts
from sim.bodies.vehicles.build import _model
from sim.bodies.vehicles.clipping import clipped
from sim.bodies.vehicles.coarse import coarse_hull, far_hull
from sim.bodies.vehicles.glyphs import BLANK_CELL, GLYPHS
from sim.bodies.vehicles.hull import build_hull
from sim.bodies.vehicles.models import proportions
from sim.bodies.vehicles.plates import PLATE_SIZE_M, plates
from sim.errors import UsageError
from sim.geometry import Mesh, rotation_from_euler
from sim.randomness import stream
from sim.taxonomy import Semantic

MODELS = [(shape, variant) for shape in SHAPES for variant in range(VARIANTS)]


def columns(rows: int, **given: object) -> PoseColumns:
    zero = np.zeros(rows)
    values = {
        "position_m": np.zeros((rows, 3)),
        "foot_m": np.zeros((rows, 2, 3)),
        "foot_yaw_rad": np.zeros((rows, 2)),
        "foot_pitch_rad": np.zeros((rows, 2)),
        "lights": np.zeros(rows, np.uint8),
    }
    for name in ["yaw", "pitch", "roll", "wheel", "steer", "look_yaw"]:
        values[f"{name}_rad"] = zero
    for name in ("gait_phase", "gait_weight"):
        values[name] = zero
    values.update(given)  # type: ignore[arg-type]
    return PoseColumns(**values)  # type: ignore[arg-type]


def posed(body: Body, **given: object) -> np.ndarray:
    row = columns(1, **{k: np.atleast_1d(v) if np.ndim(v) == 0 else v for k, v in given.items()})
    return posed_vertices(body, vehicle_bones([body], row, np.array([0]))[0])


@pytest.fixture(params=MODELS, ids=lambda m: f"{m[0]}{m[1]}")
def body(request: pytest.FixtureRequest) -> Body:
    return build_vehicle(VehicleSpec(*request.param))


@pytest.fixture
def levels(body: Body) -> tuple[Mesh, Mesh, Mesh]:
    """(fine, coarse, far)."""
    assert body.coarse is not None
    assert body.far is not None
    return body.mesh, body.coarse, body.far


@pytest.mark.parametrize(("shape", "variant"), MODELS)
def test_skin_is_closed_and_faces_outward(shape: str, variant: int) -> None:
    p = proportions(shape, variant)
    fine = build_hull(p)
    volumes = []
    coarse = coarse_hull(p, fine, 370)
    for hull in (fine, coarse, far_hull(p, coarse)):
        edges = Counter((int(f[k]), int(f[(k + 1) % 3])) for f in hull.faces for k in range(3))
        assert set(edges.values()) == {1}, "an edge is used twice in the same direction"
        assert all((b, a) in edges for a, b in edges), "an edge has a face on one side only"
        corners = hull.positions_m[hull.faces]
        volumes.append(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6)
    box = np.prod(np.ptp(fine.positions_m, axis=0))
    assert 0.5 * box < volumes[0] < 0.9 * box
    assert volumes[1] == pytest.approx(volumes[0], rel=0.025)
    assert volumes[2] == pytest.approx(volumes[0], rel=0.11 if shape == "coupe" else 0.06)


def test_normals_are_unit_and_on_the_side_the_winding_says(levels: tuple[Mesh, Mesh, Mesh]) -> None:
    for mesh in levels:
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)
        p = mesh.positions_m.astype(np.float64)[mesh.faces]
        flat = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
        area = np.linalg.norm(flat, axis=1)
        assert area.min() > 0
        cosine = np.einsum("fi,fki->fk", flat / area[:, None], mesh.normals[mesh.faces])
        assert cosine.min() > 0.1


@pytest.mark.parametrize("which", [0, 1, 2], ids=["fine", "coarse", "far"])
def test_wheels_are_closed_and_face_outward(levels: tuple[Mesh, Mesh, Mesh], which: int) -> None:
    mesh = levels[which]
    for bone in range(1, 5):
        faces = mesh.faces[mesh.joints[mesh.faces[:, 0], 0] == bone]
        points, index = np.unique(np.round(mesh.positions_m, 5), axis=0, return_inverse=True)
        welded = index.reshape(-1)[faces]
        edges = Counter((int(f[k]), int(f[(k + 1) % 3])) for f in welded for k in range(3))
        assert all(n == 1 and (b, a) in edges for (a, b), n in edges.items())
        p = points[welded] - points[welded].mean((0, 1))
        assert np.einsum("ij,ij->i", p[:, 0], np.cross(p[:, 1], p[:, 2])).sum() > 0


def test_one_bone_per_vertex_and_one_group_per_face(body: Body, levels: tuple[Mesh, Mesh, Mesh]) -> None:
    assert body.textures is not None
    # A cab before a bed takes more corners.
    far_most = 390 if "/pickup/" in body.textures.key else 345
    for mesh, (least, most) in zip(levels, ((2500, 4300), (600, 900), (250, far_most)), strict=True):
        assert np.array_equal(mesh.weights, np.tile(np.float32([1, 0, 0, 0]), (len(mesh.weights), 1)))
        assert set(mesh.joints[:, 0]) == {0, 1, 2, 3, 4}
        for column in (mesh.part, mesh.joints[:, 0], mesh.layer, mesh.semantic):
            assert np.array_equal(column[mesh.faces].min(1), column[mesh.faces].max(1))
        assert least <= len(mesh.faces) <= most
        assert mesh.uv.min() >= 0
        assert mesh.uv.max() <= 1


def test_semantic_class() -> None:
    wanted = {"van": Semantic.VAN, "pickup": Semantic.TRUCK}
    for shape, variant in MODELS:
        built = build_vehicle(VehicleSpec(shape, variant))
        assert built.coarse is not None
        assert built.far is not None
        for mesh in (built.mesh, built.coarse, built.far):
            assert set(mesh.semantic) == {wanted.get(shape, Semantic.CAR)}


@pytest.mark.parametrize("which", [0, 1, 2], ids=["fine", "coarse", "far"])
def test_lamps_lie_on_their_sides_and_ends(body: Body, levels: tuple[Mesh, Mesh, Mesh], which: int) -> None:
    mesh = levels[which]
    middle = mesh.positions_m[mesh.faces].mean(1)
    group = mesh.part[mesh.faces[:, 0]]
    front, rear = middle[:, 0] > wheelbase_m(body), middle[:, 0] < 0
    for side, sign in ((LampGroup.LEFT, 1), (LampGroup.RIGHT, -1)):
        chosen = group == side
        assert (middle[chosen, 1] * sign > 0.3).all()
        assert (chosen & front).any()
        assert (chosen & rear).any()
    assert front[group == LampGroup.HEAD].all()
    assert rear[group == LampGroup.TAIL].all()
    brake = group == LampGroup.BRAKE
    assert (middle[brake, 0] < 1.5).all()
    third = brake & (np.abs(middle[:, 1]) < 0.2)
    assert third.any()
    assert (middle[third, 2] > 0.75 * body.size_lwh_m[2]).all()
    for lamp in (LampGroup.HEAD, LampGroup.TAIL, LampGroup.BRAKE):
        y = middle[group == lamp, 1]
        assert (y > 0.3).sum() == (y < -0.3).sum() > 0


@pytest.mark.parametrize("which", [0, 1, 2], ids=["fine", "coarse", "far"])
def test_every_lamp_has_emission_and_nothing_else_needs_it(
    body: Body, levels: tuple[Mesh, Mesh, Mesh], which: int
) -> None:
    assert body.textures is not None
    mesh, emission = levels[which], body.textures.material[..., 2]
    group = mesh.part[mesh.faces[:, 0]]
    rng = stream(3, "test/lamps")
    for lamp in list(LampGroup)[1:]:
        uv = mesh.uv[mesh.faces[group == lamp]]
        weights = rng.dirichlet(np.ones(3), (len(uv), 24))
        at = np.einsum("fsk,fkc->fsc", weights, uv).reshape(-1, 2)
        pixels = emission[((1 - at[:, 1]) * ATLAS_PX).astype(int), (at[:, 0] * ATLAS_PX).astype(int)]
        assert (pixels > 100).mean() > 0.1, lamp.name


def test_extents_hold_every_vertex_of_every_pose(body: Body) -> None:
    rng = stream(1, "test/extents")
    low = np.array(body.centre_m) - np.array(body.size_lwh_m) / 2
    high = np.array(body.centre_m) + np.array(body.size_lwh_m) / 2
    seen = []
    for steer in (-MAX_STEER_RAD, MAX_STEER_RAD, 0.0, *rng.uniform(-MAX_STEER_RAD, MAX_STEER_RAD, 9)):
        seen.append(posed(body, steer_rad=steer, wheel_rad=rng.uniform(0, 100)))
    points = np.concatenate(seen)
    assert (points.min(0) >= low - 2e-5).all()
    assert (points.max(0) <= high + 2e-5).all()
    assert np.allclose(points.min(0), low, atol=0.012)
    assert np.allclose(points.max(0), high, atol=0.012)
    x_min, x_max, half_width = body.footprint_m
    assert x_min - 1e-5 <= points[:, 0].min()
    assert points[:, 0].max() <= x_max + 1e-5
    assert np.abs(points[:, 1]).max() <= half_width + 1e-5


@pytest.mark.parametrize("yaw", [0.0, 2.1])
def test_rolling_wheels_do_not_slip(body: Body, yaw: float) -> None:
    skeleton = body.skeleton
    assert isinstance(skeleton, VehicleSkeleton)
    heading = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    step = 1e-3
    before, after = (
        posed(
            body,
            yaw_rad=yaw,
            wheel_rad=3.0 + s / skeleton.wheel_radius_m,
            position_m=np.array([[5.0, -3.0, 0.2]]) + s * heading,
            pitch_rad=0.02,
            roll_rad=-0.01,
        )
        for s in (-step / 2, step / 2)
    )
    for bone in range(1, 5):
        of_wheel = body.mesh.joints[:, 0] == bone
        height = (before + after)[of_wheel, 2] / 2
        lowest = np.flatnonzero(of_wheel)[np.argmin(height)]
        assert 0 <= height.min() - 0.2 < 0.01 * skeleton.wheel_radius_m + 0.002
        slip = np.linalg.norm(after[lowest] - before[lowest]) / step
        # The lowest vertex may be half a segment away from the contact point: |v| = distance * turn rate.
        assert slip < np.pi / 20 + 0.01
        hub = np.mean(after[of_wheel] - before[of_wheel], axis=0) / step
        assert np.allclose(hub, heading, atol=0.01)
        top = np.flatnonzero(of_wheel)[np.argmax(height)]
        assert np.dot(after[top] - before[top], heading) / step > 1.9


def test_contact_point_stands_still_exactly() -> None:
    body = build_vehicle(VehicleSpec())
    radius = body.skeleton.wheel_radius_m  # type: ignore[attr-defined]
    for bone in range(1, 5):
        center = body.skeleton.wheel_centres_m[bone - 1]  # type: ignore[attr-defined]
        contact = np.append(center - [0, 0, radius], 1.0)
        moved = []
        for s in (-1e-2, 0.0, 1e-2):
            row = columns(1, wheel_rad=np.array([s / radius]), position_m=np.array([[s, 0.0, 0.0]]))
            moved.append(vehicle_bones([body], row, np.array([0]))[0, bone].astype(float) @ contact)
        # A cycloid leaves the ground with the square of the way.
        assert np.allclose(moved[1], contact[:3], atol=1e-6)
        for point in (moved[0], moved[2]):
            assert abs(point[0] - contact[0]) < 1e-4
            assert abs(point[2] - (1 - np.cos(1e-2 / radius)) * radius) < 1e-5


@pytest.mark.parametrize("steer", [0.05, 0.3, 0.6, -0.45])
def test_wheel_axes_meet_on_the_line_of_the_rear_axle(body: Body, steer: float) -> None:
    skeleton = body.skeleton
    assert isinstance(skeleton, VehicleSkeleton)
    bones = vehicle_bones([body], columns(1, steer_rad=np.array([steer])), np.array([0]))[0].astype(float)
    meeting = skeleton.wheelbase_m / np.tan(steer)
    angles = []
    for bone in (1, 2):
        rotation = bones[bone, :, :3]
        axle, hub = rotation[:, 1], skeleton.wheel_centres_m[bone - 1]
        along = -hub[0] / axle[0]
        assert hub[1] + along * axle[1] == pytest.approx(meeting, rel=1e-4)
        angles.append(np.arctan2(rotation[1, 0], rotation[0, 0]))
    inner, outer = angles if steer > 0 else angles[::-1]
    assert abs(inner) > abs(steer) > abs(outer)
    assert np.array_equal(bones[3], np.eye(4)[:3])
    assert np.array_equal(bones[4], np.eye(4)[:3])


def test_bones_match_the_plain_formula_row_by_row() -> None:
    rng = stream(2, "test/bones")
    bodies = [build_vehicle(VehicleSpec(*MODELS[k])) for k in rng.integers(len(MODELS), size=7)]
    pose = columns(
        12,
        position_m=rng.uniform(-80, 80, (12, 3)),
        yaw_rad=rng.uniform(-4, 4, 12),
        pitch_rad=rng.normal(0, 0.02, 12),
        roll_rad=rng.normal(0, 0.02, 12),
        wheel_rad=rng.uniform(0, 500, 12),
        steer_rad=rng.uniform(-0.6, 0.6, 12),
    )
    rows = rng.permutation(12)[:7]
    bones = vehicle_bones(bodies, pose, rows)
    assert bones.shape == (7, MAX_BONES, 3, 4)
    assert bones.dtype == np.float32
    for k, row in enumerate(rows):
        rotation = rotation_from_euler(pose.yaw_rad[row], pose.pitch_rad[row], pose.roll_rad[row])
        assert np.allclose(bones[k, 0, :, :3], rotation, atol=1e-6)
        assert np.allclose(bones[k, 0, :, 3], pose.position_m[row], atol=1e-4)
        spun = rotation_from_euler(pose.yaw_rad[row], pose.wheel_rad[row])
        assert np.allclose(bones[k, 3, :, :3], spun, atol=1e-5)
        assert np.array_equal(
            bones[k, 5:], np.broadcast_to(np.eye(3, 4, dtype=np.float32), (MAX_BONES - 5, 3, 4))
        )
        alone = vehicle_bones([bodies[k]], pose, rows[k : k + 1])
        assert np.array_equal(alone[0], bones[k])
    assert vehicle_bones([], pose, np.zeros(0, int)).shape == (0, MAX_BONES, 3, 4)
    with pytest.raises(ValueError, match="7 bodies for 2 rows"):
        vehicle_bones(bodies, pose, rows[:2])


@pytest.mark.parametrize("text", ["Q", "QX-ZA 0815", "WWWWWWWWWW", "- -"])
def test_plate_fills_its_rectangle_and_reads_from_left_to_right(text: str) -> None:
    for shape in SHAPES:
        p = proportions(shape, 0)
        chart = charts(p)["glyphs"]
        pieces = plates(p, build_hull(p), text, chart)
        for face, toward in ((pieces[0], 1.0), (pieces[2], -1.0)):
            quads = face.positions_m.reshape(-1, 4, 3)
            assert len(quads) == len(text) + 2
            assert (face.normals[:, 0] * toward > 0.9).all()
            right = quads[:, 1] - quads[:, 0]
            assert (right[:, 1] * toward > 0).all()
            assert np.linalg.norm(right, axis=1).sum() == pytest.approx(PLATE_SIZE_M[0])
            assert np.allclose(quads[1:, 0], quads[:-1, 1])
            assert np.allclose(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1), PLATE_SIZE_M[1])
            u = face.uv.reshape(-1, 4, 2)[:, :, 0]
            left, _, edge, _ = chart.box_px
            cells = (u * ATLAS_PX - left - 2) / (edge - left - 4) * chart.across[1]
            wanted = [BLANK_CELL, *(GLYPHS.index(c) for c in text), BLANK_CELL]
            assert np.array_equal(np.floor(cells.mean(1)), wanted)
            assert (cells > np.array(wanted)[:, None]).all()
            assert (cells < np.array(wanted)[:, None] + 1).all()


def test_glyphs_differ_and_stay_inside_their_cells(body: Body) -> None:
    assert body.textures is not None
    left, top, right, bottom = charts(proportions("suv", 0))["glyphs"].box_px
    strip = body.textures.albedo[top + 5 : bottom - 5, left:right, 0]
    width = (right - left - 4) / 42
    pictures = set()
    for k, glyph in enumerate(GLYPHS):
        cell = strip[:, round(left + 2 + k * width) : round(left + 2 + (k + 1) * width)] < 120
        assert cell.any() == (glyph != " ")
        assert not cell[:, :2].any()
        assert not cell[:, -2:].any()
        pictures.add(cell[:, :23].tobytes())
    assert len(pictures) == len(GLYPHS)


def test_textures_are_shared_and_the_same_when_built_again() -> None:
    def digest(body: Body) -> str:
        assert body.textures is not None
        return hashlib.sha256(body.textures.albedo.tobytes() + body.textures.material.tobytes()).hexdigest()

    specs = [VehicleSpec("hatchback", 1), VehicleSpec("van", 2)]
    first = [build_vehicle(s) for s in specs]
    meshes = [b.mesh.positions_m.tobytes() for b in first]
    build_vehicle.cache_clear()
    _model.cache_clear()
    second = [build_vehicle(s) for s in specs]
    assert [digest(b) for b in first] == [digest(b) for b in second]
    assert meshes == [b.mesh.positions_m.tobytes() for b in second]
    other = build_vehicle(VehicleSpec("van", 2, (1, 2, 3), "Z-1"))
    assert other.textures is second[1].textures
    assert other.paint_srgb == (1, 2, 3)
    assert build_vehicle(specs[0]) is second[0]
    keys = {build_vehicle(VehicleSpec(*m)).textures.key for m in MODELS}  # type: ignore[union-attr]
    assert len(keys) == len(MODELS)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (VehicleSpec("sedam"), "unknown vehicle shape 'sedam': did you mean 'sedan'"),
        (VehicleSpec("van", 3), "variant 3 of vehicle shape 'van': wanted 0 to 2"),
        (VehicleSpec(plate="äb"), "cannot show 'b', 'ä'"),
        (VehicleSpec(plate=""), "has 0 characters"),
        (VehicleSpec(plate="QX-ZA 08151"), "has 11 characters"),
        (VehicleSpec(paint_srgb=(0, 0, 256)), "paint_srgb"),
        (VehicleSpec(livery="taxy"), "unknown vehicle livery 'taxy': did you mean 'taxi'"),
        (VehicleSpec("bus", livery="taxi"), "livery 'taxi' of a bus"),
    ],
)
def test_bad_specs_say_what_would_be_right(spec: VehicleSpec, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build_vehicle(spec)


def test_drawn_plates_are_impossible_and_can_be_shown() -> None:
    rng = stream(5, "test/plates")
    drawn = [draw_plate(rng) for _ in range(300)]
    assert len(set(drawn)) > 290
    for plate in drawn:
        assert set(plate[:2]) <= set("QXZ")
        assert set(plate) <= set(GLYPHS)
        assert len(plate) == 9


@pytest.mark.parametrize("livery", ["taxi", "patrol"])
def test_liveries_share_the_body_and_add_stripes_and_a_roof(livery: str) -> None:
    plain, marked = (build_vehicle(VehicleSpec("estate", 1, livery=name)) for name in ("", livery))
    assert plain.textures is not None
    assert marked.textures is not None
    assert marked.textures.key != plain.textures.key
    changed = (plain.textures.albedo != marked.textures.albedo).any(2)
    left, top, right, bottom = charts(proportions("estate", 1))["side"].box_px
    assert changed[top:bottom, left:right].mean() > 0.02
    changed[top:bottom, left:right] = False
    assert not changed.any()
    assert marked.footprint_m == plain.footprint_m
    assert 0.05 < marked.size_lwh_m[2] - plain.size_lwh_m[2] < 0.25
    for fewer, more in ((plain.mesh, marked.mesh), (plain.far, marked.far)):
        assert fewer is not None
        assert more is not None
        assert 0 < len(more.faces) - len(fewer.faces) < 60


def test_traffic_has_the_wanted_mix() -> None:
    rng = stream(7, "test/mix")
    drawn = [sample_vehicle(rng) for _ in range(4000)]
    share = Counter(s.shape for s in drawn)
    wanted = {"hatchback": 0.29, "sedan": 0.18, "estate": 0.17, "suv": 0.22, "van": 0.09}
    for shape, weight in {**wanted, "coupe": 0.03, "pickup": 0.02}.items():
        assert share[shape] / 4000 == pytest.approx(weight, abs=0.02)
    liveries = Counter(s.livery for s in drawn)
    assert 0.005 < liveries["taxi"] / 4000 < 0.03
    assert 0.001 < liveries["patrol"] / 4000 < 0.02
    heavy = Counter(None if s is None else s.shape for s in (sample_heavy(rng) for _ in range(4000)))
    for shape, weight in {"lorry": 0.03, "bus": 0.025, "tipper": 0.01}.items():
        assert heavy[shape] / 4000 == pytest.approx(weight, abs=0.01)
    white = np.mean([min(s.paint_srgb) > 190 for s in drawn])
    black = np.mean([max(s.paint_srgb) < 46 for s in drawn])
    assert white == pytest.approx(0.24, abs=0.03)
    assert black == pytest.approx(0.18, abs=0.03)
    assert len({s.paint_srgb for s in drawn}) > 200
    assert {s.variant for s in drawn} == set(range(VARIANTS))


def test_fixing_a_field_leaves_the_other_draws_alone() -> None:
    free = sample_vehicle(stream(9, "a"))
    fixed = sample_vehicle(stream(9, "a"), shape="suv")
    assert (fixed.variant, fixed.paint_srgb, fixed.plate) == (free.variant, free.paint_srgb, free.plate)
    assert fixed.shape == "suv"
    with pytest.raises(
        UsageError, match=r"unknown field of VehicleSpec 'paint': did you mean .*'paint_srgb'"
    ):
        sample_vehicle(stream(9, "a"), paint=(1, 2, 3))


def test_clipping_agrees_with_the_area_of_random_points() -> None:
    rng = stream(4, "test/clipping")
    angles = np.sort(rng.uniform(0, 2 * np.pi, 6))
    window = np.stack([np.cos(angles), np.sin(angles)], 1)
    triangle = np.array([[-2.0, -0.5], [1.0, -0.6], [0.2, 1.5]])

    def inside(points: np.ndarray, ring: np.ndarray) -> np.ndarray:
        after = np.roll(ring, -1, 0)
        side = [
            (b[0] - a[0]) * (points[:, 1] - a[1]) - (b[1] - a[1]) * (points[:, 0] - a[0])
            for a, b in zip(ring, after, strict=True)
        ]
        return np.all(np.array(side) >= 0, axis=0)

    points = rng.uniform(-2, 2, (20000, 2))
    both = inside(points, triangle) & inside(points, window)
    assert np.array_equal(inside(points, clipped(triangle, window)), both)
    assert np.array_equal(inside(points, clipped(triangle, window[::-1])), both)
    assert clipped(triangle + 9, window).shape == (0, 2)


def nearest_m(mesh: Mesh, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Distance of points from a mesh, never too short: exact to the faces of the nearest samples."""
    corners = mesh.positions_m[mesh.faces].astype(np.float64)
    size = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    face = np.concatenate(
        [np.repeat(np.arange(len(size)), 2), rng.choice(len(size), 15000, p=size / size.sum())]
    )
    samples = np.einsum("nk,nkc->nc", rng.dirichlet(np.ones(3), len(face)), corners[face])
    near = cKDTree(samples).query(points, k=8)[1]
    closest = trimesh.triangles.closest_point(corners[face[near]].reshape(-1, 3, 3), np.repeat(points, 8, 0))
    to_faces = np.linalg.norm(closest.reshape(-1, 8, 3) - points[:, None], axis=2).min(1)
    return np.minimum(to_faces, cKDTree(mesh.positions_m).query(points)[0])


@pytest.mark.parametrize(
    ("which", "most_m", "farthest_m"), [(1, 0.015, 0.025), (2, 0.07, 0.09)], ids=["coarse", "far"]
)
def test_lesser_meshes_lie_on_the_fine_one_and_inside_its_extent(
    levels: tuple[Mesh, Mesh, Mesh], which: int, most_m: float, farthest_m: float
) -> None:
    fine, lesser = levels[0], levels[which]
    for bone in range(5):
        a, b = (m.positions_m[m.joints[:, 0] == bone] for m in (fine, lesser))
        assert (b.min(0) >= a.min(0) - 1e-3).all()
        assert (b.max(0) <= a.max(0) + 1e-3).all()
    away = nearest_m(fine, lesser.positions_m.astype(np.float64), stream(6, "test/coarse"))
    assert np.percentile(away, 95) < most_m
    assert away.max() <= farthest_m


def silhouette(mesh: Mesh, azimuth_rad: float, elevation_rad: float) -> np.ndarray:
    """Mask of a mesh in orthographic projection, 5 mm a pixel."""
    c, s = np.cos(azimuth_rad), np.sin(azimuth_rad)
    right = np.array([-s, c, 0.0])
    up = np.array([-c * np.sin(elevation_rad), -s * np.sin(elevation_rad), np.cos(elevation_rad)])
    plane = (mesh.positions_m.astype(np.float64) @ np.stack([right, up], 1)) / 0.005 + [900, 600]
    mask = np.zeros((1300, 1800), np.uint8)
    for triangle in np.round(plane[mesh.faces] * 16).astype(np.int32):
        cv2.fillConvexPoly(mask, triangle, 1, cv2.LINE_8, 4)
    assert not mask[[0, -1]].any()
    assert not mask[:, [0, -1]].any()
    return mask.astype(bool)


@pytest.mark.parametrize(
    "view", [(0.0, 0.0), (np.pi / 2, 0.0), (0.6, 0.2), (2.5, 0.2)], ids=["front", "side", "fore", "aft"]
)
def test_coarse_silhouette_covers_the_same_area(
    levels: tuple[Mesh, Mesh, Mesh], view: tuple[float, float]
) -> None:
    fine, coarse = (silhouette(mesh, *view) for mesh in levels[:2])
    assert coarse.sum() == pytest.approx(fine.sum(), rel=0.03)
    assert (fine ^ coarse).sum() < 0.03 * fine.sum()


def farthest_m(of: np.ndarray, beyond: np.ndarray) -> float:
    """How far a part of the first silhouette may lie from the second one."""
    away = cv2.distanceTransform((~beyond).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float(away[of].max()) * 0.005


def test_far_silhouettes_cover_the_same_area_from_all_around(levels: tuple[Mesh, Mesh, Mesh]) -> None:
    for azimuth_rad in np.arange(8) * np.pi / 4:
        fine, far = (silhouette(mesh, azimuth_rad, 0.05) for mesh in (levels[0], levels[2]))
        assert far.sum() == pytest.approx(fine.sum(), rel=0.06)
        assert (fine ^ far).sum() < 0.06 * fine.sum()
        assert farthest_m(far, fine) < 0.05
        assert farthest_m(fine, far) < 0.09


def test_far_wheels_turn_and_steer_with_their_bones(body: Body) -> None:
    """What is not a wheel stays; wheels turn about their centers, as rigid as the fine ones."""
    assert body.far is not None
    row = columns(1, wheel_rad=np.array([0.4]), steer_rad=np.array([0.3]))
    bones = vehicle_bones([body], row, np.array([0]))[0]
    rest, moved = body.far.positions_m.astype(np.float64), posed_vertices(body, bones, body.far)
    bone = body.far.joints[:, 0]
    assert np.abs(moved - rest)[bone == 0].max() < 1e-6
    for wheel in range(1, 5):
        hub = body.skeleton.wheel_centres_m[wheel - 1]
        radius = np.linalg.norm(rest[bone == wheel] - hub, axis=1)
        np.testing.assert_allclose(np.linalg.norm(moved[bone == wheel] - hub, axis=1), radius, atol=1e-5)
        assert np.linalg.norm(moved - rest, axis=1)[bone == wheel].max() > 0.3 * body.skeleton.wheel_radius_m


def test_distance_chooses_the_mesh() -> None:
    body = build_vehicle(VehicleSpec())
    assert mesh_at(body, np.nextafter(COARSE_FROM_M, 0.0)) is body.mesh
    assert mesh_at(body, COARSE_FROM_M) is body.coarse
    assert mesh_at(body, np.nextafter(FAR_FROM_M, 0.0)) is body.coarse
    assert mesh_at(body, FAR_FROM_M) is body.far
    assert mesh_at(body, FAR_FROM_M, 2 * REFERENCE_FOCAL_PX) is body.coarse
    assert mesh_at(body, 2 * FAR_FROM_M, 2 * REFERENCE_FOCAL_PX) is body.far
    assert mesh_at(dataclasses.replace(body, far=None), 1e6) is body.coarse
    assert mesh_at(dataclasses.replace(body, coarse=None, far=None), 1e6) is body.mesh
    bones = vehicle_bones([body], columns(1, position_m=np.array([[1.0, 2.0, 3.0]])), np.array([0]))[0]
    assert body.coarse is not None
    moved = posed_vertices(body, bones, body.coarse)
    assert np.allclose(moved, body.coarse.positions_m + np.array([1.0, 2.0, 3.0]), atol=1e-5)
    assert np.array_equal(posed_vertices(body, bones), posed_vertices(body, bones, body.mesh))


def test_thinning_a_flat_checkered_sheet_keeps_area_outline_and_border() -> None:
    n = 9
    x, y = np.meshgrid(np.arange(n, dtype=float), np.arange(n, dtype=float))
    points = np.stack([x.ravel(), y.ravel(), np.zeros(n * n)], 1)
    corner = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate(
        [np.stack([corner, corner + 1, corner + n + 1], 1), np.stack([corner, corner + n + 1, corner + n], 1)]
    )
    label = (points[faces][..., 0].mean(1) > 3).astype(np.int64)
    kept, origin = thinned(points, faces, label, np.ones(len(faces)), 4)
    area = (
        np.cross(points[kept[:, 1]] - points[kept[:, 0]], points[kept[:, 2]] - points[kept[:, 0]])[:, 2] / 2
    )
    assert (area > 0).all()
    assert len(kept) == 4
    assert area[label[origin] == 0].sum() == 3 * (n - 1)
    assert area[label[origin] == 1].sum() == (n - 4) * (n - 1)
    same, all_of_it = thinned(points, faces, label, np.ones(len(faces)), len(faces))
    assert np.array_equal(same, faces)
    assert np.array_equal(all_of_it, np.arange(len(faces)))
