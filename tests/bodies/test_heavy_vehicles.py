"""Lorries, buses and trailers: closed blocks, honest extents, axles that roll, fewer faces from afar."""

from __future__ import annotations

import numpy as np
import pytest

from sim.bodies import Body, LampGroup, PoseColumns, VehicleSpec, build_body, posed_vertices
from sim.bodies.vehicles import HEAVY_SHAPES, MAX_STEER_RAD, VehicleSkeleton, vehicle_bones
from sim.bodies.vehicles.atlas import ATLAS_PX
from sim.bodies.vehicles.heavy import heavy_model
from sim.bodies.vehicles.heavy.atlas import heavy_charts
from sim.bodies.vehicles.heavy.hull import COARSE, FAR, NEAR, block_skin
from sim.errors import UsageError
from sim.geometry import Mesh
from sim.randomness import stream
from sim.taxonomy import Semantic

MODELS = [(shape, variant) for shape in HEAVY_SHAPES for variant in (0, 1)]
SEMANTIC = {"bus": Semantic.BUS, "semitrailer": Semantic.TRAILER}


@pytest.fixture(params=MODELS, ids=lambda m: f"{m[0]}{m[1]}")
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(VehicleSpec(*request.param))


def levels(body: Body) -> tuple[Mesh, Mesh, Mesh]:
    assert body.coarse is not None
    assert body.far is not None
    return body.mesh, body.coarse, body.far


def posed(body: Body, mesh: Mesh, wheel_rad: float = 0.0, steer_rad: float = 0.0) -> np.ndarray:
    zero = np.zeros(1)
    columns = PoseColumns(
        position_m=np.zeros((1, 3)), yaw_rad=zero, pitch_rad=zero, roll_rad=zero,
        wheel_rad=np.array([wheel_rad]), steer_rad=np.array([steer_rad]), gait_phase=zero, gait_weight=zero,
        foot_m=np.zeros((1, 2, 3)), foot_yaw_rad=np.zeros((1, 2)), foot_pitch_rad=np.zeros((1, 2)),
        look_yaw_rad=zero, lights=np.zeros(1, np.uint8),
    )  # fmt: skip
    return posed_vertices(body, vehicle_bones([body], columns, np.array([0]))[0], mesh)


@pytest.mark.parametrize("detail", [NEAR, COARSE, FAR], ids=["near", "coarse", "far"])
@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m[0]}{m[1]}")
def test_blocks_are_closed_and_face_outward(model: tuple[str, int], detail: object) -> None:
    m = heavy_model(*model)
    for k, block in enumerate(m.blocks):
        arches = tuple(a.x_m for a in m.axles if m.arches and k == 0 and block.x_m[0] < a.x_m < block.x_m[1])
        skin = block_skin(block, heavy_charts(m), detail, arches, m.wheel_radius_m + 0.07, m.wheel_radius_m)  # type: ignore[arg-type]
        corners = skin.positions_m[skin.faces]
        area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        # The areas of a closed surface cancel out.
        assert np.abs(area.sum(0)).max() < 2e-3 * np.linalg.norm(area, axis=1).sum()
        volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
        box = np.prod(np.ptp(corners.reshape(-1, 3), axis=0))
        assert 0.6 * box < volume <= 1.001 * box


def test_faces_parts_and_classes(body: Body) -> None:
    shape = next(s for s in HEAVY_SHAPES if body.textures is not None and f"/{s}/" in body.textures.key)
    for mesh, most in zip(levels(body), (4000, 1700, 750), strict=True):
        assert len(mesh.faces) <= most
        assert set(mesh.semantic) == {SEMANTIC.get(shape, Semantic.TRUCK)}
        for column in (mesh.part, mesh.joints[:, 0]):
            assert np.array_equal(column[mesh.faces].min(1), column[mesh.faces].max(1))
        p = mesh.positions_m.astype(float)[mesh.faces]
        flat = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
        cosine = np.einsum(
            "fi,fki->fk", flat / np.linalg.norm(flat, axis=1)[:, None], mesh.normals[mesh.faces]
        )
        assert cosine.min() > 0.1
        middle, group = p.mean(1), mesh.part[mesh.faces[:, 0]]
        for side, sign in ((LampGroup.LEFT, 1), (LampGroup.RIGHT, -1)):
            assert (middle[group == side, 1] * sign > 0.3).all()
            assert (middle[group == side, 0] < 0).any()
        for lamp in (LampGroup.TAIL, LampGroup.BRAKE):
            y = middle[group == lamp, 1]
            assert (y > 0.3).sum() == (y < -0.3).sum() > 0


def test_lamps_have_emission(body: Body) -> None:
    assert body.textures is not None
    emission = body.textures.material[..., 2]
    for mesh in levels(body):
        group = mesh.part[mesh.faces[:, 0]]
        for lamp in set(group.tolist()) - {0}:
            weights = stream(3, "lamps").dirichlet(np.ones(3), 400)
            uv = mesh.uv[mesh.faces[group == lamp]]
            at = np.einsum("sk,fkc->fsc", weights, uv).reshape(-1, 2)
            pixels = emission[((1 - at[:, 1]) * ATLAS_PX).astype(int), (at[:, 0] * ATLAS_PX).astype(int)]
            assert (pixels > 100).mean() > 0.1


def test_extents_hold_every_pose_and_levels_agree(body: Body) -> None:
    rng = stream(1, "test/extents")
    low = np.array(body.centre_m) - np.array(body.size_lwh_m) / 2
    high = low + np.array(body.size_lwh_m)
    steers = isinstance(body.skeleton, VehicleSkeleton) and body.skeleton.steers
    for mesh, spare_m in zip(levels(body), (0.05, 0.08, 0.15), strict=True):
        points = np.concatenate(
            [
                posed(body, mesh, rng.uniform(0, 90), steer if steers else 0.0)
                for steer in (-MAX_STEER_RAD, MAX_STEER_RAD, 0.0, 0.3)
            ]
        )
        assert (points.min(0) >= low - 2e-5).all()
        assert (points.max(0) <= high + 2e-5).all()
        assert np.allclose(points.min(0), low, atol=spare_m)
        assert np.allclose(points.max(0), high, atol=spare_m)
    x_min, x_max, half_width = body.footprint_m
    assert (x_min, x_max) == pytest.approx((low[0], high[0]))
    # What reaches beyond the footprint hangs above cars and heads.
    beyond = np.abs(body.mesh.positions_m[:, 1]) > half_width + 1e-5
    assert body.mesh.positions_m[beyond, 2].min(initial=np.inf) > 1.8


def test_axles_roll_about_their_own_middle(body: Body) -> None:
    skeleton = body.skeleton
    assert isinstance(skeleton, VehicleSkeleton)
    for mesh in levels(body):
        rest, moved = (posed(body, mesh, angle) for angle in (0.0, 0.7))
        bone = mesh.joints[:, 0]
        assert np.abs(moved - rest)[bone == 0].max() < 1e-6
        for k in sorted(set(bone.tolist()) - {0}):
            hub = skeleton.wheel_centres_m[k - 1]
            a, b = ((points - hub)[bone == k] for points in (rest, moved))
            np.testing.assert_allclose(np.hypot(b[:, 0], b[:, 2]), np.hypot(a[:, 0], a[:, 2]), atol=1e-5)
            np.testing.assert_allclose(b[:, 1], a[:, 1], atol=1e-6)
            assert np.linalg.norm(b - a, axis=1).max() > 0.3 * skeleton.wheel_radius_m
            assert a[:, 2].min() == pytest.approx(-skeleton.wheel_radius_m, abs=0.03)


def test_variants_that_do_not_exist() -> None:
    with pytest.raises(UsageError, match="variant 2 of vehicle shape 'bus': wanted 0 to 1"):
        build_body(VehicleSpec("bus", 2))
