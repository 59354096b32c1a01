"""Two-wheelers: closed meshes on the right bones, wheels that roll, levels of detail inside one another."""

import numpy as np
import pytest

from sim.bodies import (
    MAX_BONES,
    LampGroup,
    PoseColumns,
    VehicleSpec,
    bone_matrices,
    build_body,
    posed_vertices,
)
from sim.bodies.cycles import CYCLE_CATEGORIES, CYCLE_SHAPES, CYCLE_VARIANTS, sample_cycle
from sim.bodies.cycles.rig import CRANKS, FRONT_WHEEL, PEDALS, REAR_WHEEL
from sim.errors import UsageError
from sim.taxonomy import AGENT_CLASSES, Semantic

MODELS = [(shape, variant) for shape in CYCLE_SHAPES for variant in range(CYCLE_VARIANTS[shape])]


def columns(count=1, **given):
    zero = np.zeros(count)
    values = {
        "position_m": np.zeros((count, 3)),
        **dict.fromkeys(("yaw_rad", "pitch_rad", "roll_rad", "wheel_rad", "steer_rad"), zero),
        **dict.fromkeys(("gait_phase", "gait_weight", "look_yaw_rad"), zero),
        "foot_m": np.zeros((count, 2, 3)),
        "foot_yaw_rad": np.zeros((count, 2)),
        "foot_pitch_rad": np.zeros((count, 2)),
        "lights": np.zeros(count, np.uint8),
    }
    return PoseColumns(**(values | given))


@pytest.fixture(scope="module", params=MODELS, ids=["{}/{}".format(*m) for m in MODELS])
def body(request):
    shape, variant = request.param
    return build_body(VehicleSpec(shape, variant, (40, 60, 80)))


def test_meshes_are_closed_and_face_outward(body):
    for mesh in (body.mesh, body.coarse, body.far):
        _, point = np.unique(mesh.positions_m.round(6), axis=0, return_inverse=True)
        corners = np.stack([point.ravel()[mesh.faces], mesh.joints[mesh.faces, 0]], -1)
        a, b, c = (tuple(map(tuple, corners[:, k].tolist())) for k in range(3))
        ways = {}
        for one, other in (*zip(a, b, strict=True), *zip(b, c, strict=True), *zip(c, a, strict=True)):
            if one != other:
                ways[one, other] = ways.get((one, other), 0) + 1
        # Every edge is walked as often one way as the other: no holes, no face the wrong way round.
        assert all(times == ways.get((other, one), 0) for (one, other), times in ways.items())
        p = mesh.positions_m[mesh.faces].astype(float)
        assert np.einsum("ij,ij->", p[:, 0], np.cross(p[:, 1], p[:, 2])) > 0
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)


def test_one_bone_a_vertex_one_class_and_lamps(body):
    for mesh in (body.mesh, body.coarse, body.far):
        assert (mesh.weights[:, 0] == 1).all()
        assert mesh.joints.max() < (8 if (body.mesh.joints == CRANKS).any() else 5)
        assert {FRONT_WHEEL, REAR_WHEEL} <= set(mesh.joints[:, 0].tolist())
        assert set(mesh.semantic.tolist()) <= {int(Semantic.BICYCLE), int(Semantic.MOTORCYCLE)}
        lamps = set(mesh.part.tolist())
        if (mesh.semantic == Semantic.MOTORCYCLE).all():
            assert lamps >= {LampGroup.HEAD, LampGroup.TAIL, LampGroup.BRAKE, LampGroup.LEFT, LampGroup.RIGHT}
    assert len(body.far.faces) < len(body.coarse.faces) / 1.8 < len(body.mesh.faces) / 3.5


def test_coarser_levels_stay_inside_the_finest(body):
    low, high = body.mesh.positions_m.min(0), body.mesh.positions_m.max(0)
    for mesh in (body.coarse, body.far):
        assert (mesh.positions_m.min(0) > low - 0.012).all()
        assert (mesh.positions_m.max(0) < high + 0.012).all()


def test_boxes_hold_everything_that_turns(body):
    rng = np.random.default_rng(1)
    at = columns(40, wheel_rad=rng.uniform(-50, 50, 40), steer_rad=rng.uniform(-0.6, 0.6, 40))
    half, centre = np.array(body.size_lwh_m) / 2, np.array(body.centre_m)
    for bones in bone_matrices([body] * 40, at):
        for mesh in (body.mesh, body.coarse, body.far):
            beyond = np.abs(posed_vertices(body, bones, mesh) - centre) - half
            assert beyond.max() < 0.02


def test_wheels_roll_without_slipping(body):
    m = body.skeleton.measures
    rolled_m = 0.37
    at = columns(2, wheel_rad=np.array([0.0, rolled_m / m.rear_radius_m]))
    before, after = bone_matrices([body, body], at).astype(float)
    for bone, x, radius in (
        (FRONT_WHEEL, m.wheelbase_m, m.front_radius_m),
        (REAR_WHEEL, 0.0, m.rear_radius_m),
    ):
        ground = np.array([x, 0.0, 0.0, 1.0])
        contact_moves = after[bone] @ np.linalg.inv(np.vstack([before[bone], [0, 0, 0, 1]])) @ ground
        turned = rolled_m / radius
        assert contact_moves[0] == pytest.approx(x - radius * np.sin(turned), abs=1e-5)
        assert contact_moves[2] == pytest.approx(radius - radius * np.cos(turned), abs=1e-5)


def test_leaning_turns_about_the_line_between_the_tyres(body):
    at = columns(
        1, roll_rad=np.array([-0.2]), yaw_rad=np.array([0.7]), position_m=np.array([[3.0, -2.0, 0.1]])
    )
    bones = bone_matrices([body], at)[0].astype(float)
    heading = np.array([np.cos(0.7), np.sin(0.7), 0.0])
    for x in (0.0, body.skeleton.wheelbase_m):
        touch = bones[0] @ np.array([x, 0.0, 0.0, 1.0])
        assert touch == pytest.approx(np.array([3.0, -2.0, 0.1]) + x * heading, abs=1e-5)
    top = bones[0] @ np.array([0.0, 0.0, 1.0, 1.0]) - bones[0][:, 3]
    left = np.array([-np.sin(0.7), np.cos(0.7), 0.0])
    assert top @ left == pytest.approx(np.sin(0.2), abs=1e-5), "a negative roll leans to the left"


def test_bars_steer_to_the_left_and_pedals_stay_level():
    body = build_body(VehicleSpec("bicycle", 1))
    bones = bone_matrices([body], columns(1, steer_rad=np.array([0.3]), wheel_rad=np.array([4.0])))[0]
    front = bones[FRONT_WHEEL][:, :3] @ np.array([0.0, 1.0, 0.0])
    assert front[0] < -0.25, "the axle of a wheel that points left points back on the left"
    for bone in PEDALS:
        assert np.allclose(bones[bone][:, :3], np.eye(3), atol=1e-6)
    crank = bones[CRANKS][:, :3]
    angle = np.arctan2(crank[0, 2], crank[0, 0])
    assert angle == pytest.approx(4.0 / body.skeleton.measures.gear, abs=1e-5)


def test_unused_bones_are_the_identity():
    bones = bone_matrices([build_body(VehicleSpec("motorcycle", 0))], columns(1))[0]
    assert (bones[5:] == np.eye(3, 4, dtype=np.float32)).all()
    assert len(bones) == MAX_BONES


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (VehicleSpec("bicycle", 3), "bicycle variant 3: wanted 0 to 2"),
        (VehicleSpec("bicycle", 0, saddle_m=0.5), "saddle_m is 0.5, wanted 0 or 0.74 to 1.04"),
        (VehicleSpec("motorcycle", 0, saddle_m=0.9), "the seat of a motorcycle is fixed"),
        (VehicleSpec("kick_scooter", 0, (0, 0, 300)), "wanted three numbers from 0 to 255"),
    ],
)
def test_impossible_machines_are_named(spec, message):
    with pytest.raises(UsageError, match=message):
        build_body(spec)


def test_samples_can_be_built_and_have_a_class():
    rng = np.random.default_rng(5)
    drawn = [sample_cycle(rng, motor=bool(k % 2)) for k in range(160)]
    assert {s.shape for s in drawn} == set(CYCLE_SHAPES)
    for spec in drawn:
        body = build_body(spec)
        assert (body.mesh.semantic == AGENT_CLASSES[CYCLE_CATEGORIES[spec.shape]]).all()
    again = np.random.default_rng(5)
    assert drawn == [sample_cycle(again, motor=bool(k % 2)) for k in range(160)]


@pytest.mark.parametrize(("shape", "variant"), [(s, v) for s, v in MODELS if s.startswith("motor")])
def test_numbers_of_motor_cycles_are_read_from_behind(shape, variant):
    bodies = [build_body(VehicleSpec(shape, variant, plate=text)) for text in ("QX-ZA 417", "QX-ZB 417")]
    one, other = (body.mesh for body in bodies)
    np.testing.assert_array_equal(one.positions_m, other.positions_m)
    differs = np.flatnonzero((one.uv != other.uv).any(1))
    # A letter is one quad: its four corners alone look elsewhere in the texture, and it faces backward.
    assert len(differs) == 4
    assert (one.normals[differs] == [-1, 0, 0]).all()
    # From behind, left of the reader is +y, and letters stand upright.
    x, y, z = one.positions_m[differs].T
    corner = np.lexsort((one.uv[differs, 0], one.uv[differs, 1]))
    assert y[corner[0]] > y[corner[1]]
    assert y[corner[2]] > y[corner[3]]
    assert z[corner[0]] < z[corner[2]]
    assert np.ptp(x) == 0
    assert bodies[0].coarse is not None
    np.testing.assert_array_equal(bodies[0].coarse.uv, bodies[1].coarse.uv)


def test_numbers_that_cannot_be_shown_are_named():
    with pytest.raises(UsageError, match="cannot show"):
        build_body(VehicleSpec("motorcycle", 0, plate="ÄÖ 1"))
    assert build_body(VehicleSpec("bicycle", 0, plate="ÄÖ 1")) is not None
