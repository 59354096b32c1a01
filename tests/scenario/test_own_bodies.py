"""Bodies that users bring as glTF: placed, colored, rolling, in files and datasets; hostile ones refused."""

import json
import struct
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bodies import PoseColumns, VehicleSpec, bone_matrices, build_body, posed_vertices
from sim.bodies.own import packed, unpacked
from sim.dataset.info import _spec_from_json, _spec_to_json
from sim.errors import UsageError
from sim.scenario.files import dump, from_dict, load, to_dict
from sim.scenario.gltf_files import read_own_body
from sim.scenario.population import default_scenario
from sim.taxonomy import Semantic
from worlds import crossing

TOML = """
file = "van.glb"
category = "vehicle.van"
license = "CC0-1.0"
origin = "made by a test"
forward = "+x"
up = "+y"
paint_material = "coat"
length_m = 5.0
[wheels]
front_left = "wheel_fl"
front_right = "wheel_fr"
rear_left = "wheel_rl"
rear_right = "wheel_rr"
"""


def material(name, rgb):
    return trimesh.visual.TextureVisuals(
        material=trimesh.visual.material.PBRMaterial(name=name, baseColorFactor=[*rgb, 255])
    )


def van():
    """A van of boxes and cylinders, 10 units long along x, y up, z to the right, as exporters have it."""
    scene = trimesh.Scene()
    hull = trimesh.creation.box((10.0, 3.0, 4.0))
    hull.visual = material("coat", (255, 255, 255))
    scene.add_geometry(
        hull, "hull", "hull", transform=trimesh.transformations.translation_matrix((0, 2.5, 0))
    )
    bumper = trimesh.creation.box((0.4, 0.6, 4.0))
    bumper.visual = material("black", (10, 10, 10))
    at = trimesh.transformations.translation_matrix((4.8, 0.9, 0))
    scene.add_geometry(bumper, "bumper", "bumper", transform=at)
    for name, x, z in (("fl", 3.0, -1.8), ("fr", 3.0, 1.8), ("rl", -3.0, -1.8), ("rr", -3.0, 1.8)):
        wheel = trimesh.creation.cylinder(0.7, 0.4, sections=16)
        wheel.visual = material("rubber", (20, 20, 20))
        place = trimesh.transformations.translation_matrix((x, 0.7, z))
        scene.add_geometry(wheel, f"wheel_{name}", f"wheel_{name}", transform=place)
    return scene.export(file_type="glb")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cars").mkdir()
    (tmp_path / "cars/van.toml").write_text(TOML)
    (tmp_path / "cars/van.glb").write_bytes(van())
    return tmp_path


def pose(**values):
    one = {
        "position_m": np.zeros((1, 3)),
        **{f"{n}_rad": np.zeros(1) for n in ("yaw", "pitch", "roll", "wheel", "steer", "look_yaw")},
        "gait_phase": np.zeros(1),
        "gait_weight": np.zeros(1),
        "foot_m": np.zeros((1, 2, 3)),
        "foot_yaw_rad": np.zeros((1, 2)),
        "foot_pitch_rad": np.zeros((1, 2)),
        "lights": np.zeros(1, np.uint8),
    }
    return PoseColumns(**(one | values))


def test_it_stands_on_its_wheels_and_looks_ahead(folder):
    own = read_own_body(folder / "cars/van.toml")
    body = build_body(VehicleSpec("own", paint_srgb=(200, 30, 30), own=own))
    length, width, height = body.size_lwh_m
    assert (length, height) == (pytest.approx(5.0), pytest.approx(2.0))
    assert 2.0 <= width < 2.7, "wheels that steer stand out"
    assert own.wheelbase_m == pytest.approx(3.0)
    assert body.footprint_m[:2] == (pytest.approx(-1.0), pytest.approx(4.0))
    assert body.skeleton.wheel_radius_m == pytest.approx(0.35)
    np.testing.assert_allclose(body.skeleton.wheel_centres_m[0], [3.0, 0.9, 0.35], atol=1e-6)
    np.testing.assert_allclose(body.skeleton.wheel_centres_m[3], [0.0, -0.9, 0.35], atol=1e-6)
    assert (body.mesh.semantic == Semantic.VAN).all()
    p = body.mesh.positions_m[body.mesh.faces].astype(float)
    volume = np.einsum("ij,ij->", p[:, 0], np.cross(p[:, 1], p[:, 2])) / 6
    assert volume == pytest.approx((10 * 3 * 4 + 0.4 * 0.6 * 4 + 4 * 0.6) / 8, rel=0.02)
    dark = body.mesh.color[:, :3].max(1) < 120
    front = body.mesh.positions_m[dark & (body.mesh.joints[:, 0] == 0)]
    assert front[:, 0].min() > 3.7, "the bumper is ahead"
    at = pose(wheel_rad=np.array([0.7]), steer_rad=np.array([0.3]))
    moved = posed_vertices(body, bone_matrices([body], at)[0])
    rest = body.mesh.positions_m
    still = np.linalg.norm(moved - rest, axis=1) < 1e-5
    assert still[body.mesh.joints[:, 0] == 0].all()
    assert not still[body.mesh.joints[:, 0] > 0].all()
    assert (np.abs(moved - body.centre_m) - np.array(body.size_lwh_m) / 2).max() < 0.02


@pytest.mark.parametrize(("forward", "up"), [("+z", "+y"), ("-z", "+y"), ("+y", "+z"), ("-x", "+z")])
def test_axes_turn_it_and_never_mirror_it(folder, forward, up):
    text = TOML.replace('forward = "+x"', f'forward = "{forward}"').replace('up = "+y"', f'up = "{up}"')
    (folder / "cars/van.toml").write_text(
        text.replace("length_m = 5.0\n", "").split("[wheels]")[0] + "length_m = 1.5\n"
    )
    t = unpacked(read_own_body(folder / "cars/van.toml").mesh)
    p = t.positions_m[t.faces].astype(float)
    assert np.einsum("ij,ij->", p[:, 0], np.cross(p[:, 1], p[:, 2])) > 0
    assert np.ptp(t.positions_m[:, 0]) == pytest.approx(1.5, abs=1e-5)
    assert t.positions_m[:, 2].min() == pytest.approx(0.0, abs=1e-6)


def with_van(folder, text=None):
    made = default_scenario(crossing.build(), 1, vehicles=2, cyclists=0, motorcyclists=0, parked=0, people=0)
    record = to_dict(made)
    body = record["agents"][1]["vehicle"]["body"]
    record["agents"][1]["vehicle"]["body"] = {
        "gltf": text or "cars/van.toml",
        "paint_srgb": body["paint_srgb"],
    }
    (folder / "street.yaml").write_text(json.dumps(record))
    return folder / "street.yaml"


def test_scenario_files_name_it_and_datasets_hold_it(folder):
    scenario = load(with_van(folder))
    spec = scenario.agents[1].body
    assert (spec.shape, spec.own.license, spec.own.origin) == ("own", "CC0-1.0", "made by a test")
    assert from_dict(to_dict(scenario)) == scenario
    (folder / "again.yaml").write_text(dump(scenario))
    assert load(folder / "again.yaml") == scenario
    stored = json.loads(json.dumps(_spec_to_json(spec)))
    assert _spec_from_json(stored) == spec
    assert str(folder) not in json.dumps(to_dict(scenario))
    assert read_own_body(folder / "cars/van.toml").mesh == spec.own.mesh, "equal files give equal bytes"


@pytest.mark.parametrize(
    "name", ["../van.toml", "/etc/passwd", "cars/../../van.toml", "nothing.toml", "cars"]
)
def test_names_do_not_lead_out_of_the_folder(folder, name):
    (folder.parent / "van.toml").write_text(TOML)
    with pytest.raises(UsageError, match=r"street.yaml, line \d+: agents\[1\].vehicle.body.gltf: "):
        load(with_van(folder, name))


def edited(data, change):
    """The GLB with another JSON chunk."""
    length = struct.unpack("<I", data[12:16])[0]
    tree, rest = json.loads(data[20 : 20 + length]), data[20 + length :]
    change(tree)
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sII", b"glTF", 2, 20 + len(text) + len(rest))
    return head + struct.pack("<I4s", len(text), b"JSON") + text + rest


def grown(tree):
    tree["accessors"][0]["count"] = 10**9


def looped(tree):
    tree["nodes"][0]["children"] = [1, 1]


def outside(tree):
    tree["buffers"][0]["uri"] = "../../secret.bin"


def empty_view(tree):
    del tree["accessors"][0]["bufferView"]


def demanding(tree):
    tree["extensionsRequired"] = ["KHR_draco_mesh_compression"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (grown, "an accessor of 1000000000 elements"),
        (looped, "a node with two parents"),
        (outside, "data outside of the file"),
        (empty_view, "data outside of the file"),
        (demanding, "extensionsRequired: 'KHR_draco_mesh_compression'"),
        (lambda tree: tree.update(accessors=[{}]), "broken glTF"),
        (lambda tree: tree.update(nodes=7), "broken glTF"),
        (lambda tree: tree["accessors"][0].update(bufferView=99), "no glTF that can be read"),
        (lambda tree: tree.update(images=[{}] * 20), "at most 500 nodes and meshes and 16 images"),
    ],
)
def test_hostile_files_are_refused_before_they_are_unpacked(folder, change, message):
    (folder / "cars/van.glb").write_bytes(edited(van(), change))
    with pytest.raises(UsageError, match=message):
        read_own_body(folder / "cars/van.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('license = "CC0-1.0"\n', "", "van.toml: license: missing"),
        ('"vehicle.van"', '"vehicle.vam"', r"own.category: unknown category|vehicle.vam"),
        ('forward = "+x"', 'forward = "x"', "forward: 'x', wanted one of"),
        ('up = "+y"', 'up = "-x"', "up: '-x' is along forward"),
        ("length_m = 5.0", "length_m = nan", "length_m: nan, wanted a number from 0 to 30"),
        ("length_m = 5.0", "length_m = 0.2", "own.wheelbase_m: 0.12, wanted 0.3 to 20"),
        ("length_m = 5.0", "lenght_m = 5.0", "unknown field 'lenght_m': did you mean 'length_m'"),
        ('"wheel_fl"', '"wheel_xx"', "wheels: unknown node 'wheel_xx'"),
        ('front_left = "wheel_fl"\n', "", "wheels: wanted a table with front_left"),
        ('"coat"', '"coats"', "paint_material: no material is called 'coats'"),
        ('"van.glb"', '"../van.glb"', "van.toml: file: '../van.glb' leads out"),
        ("file =", "file ==", "van.toml: no TOML"),
    ],
)
def test_fields_are_checked_by_name(folder, old, new, message):
    (folder / "cars/van.toml").write_text(TOML.replace(old, new))
    with pytest.raises(UsageError, match=message):
        read_own_body(folder / "cars/van.toml")


def test_too_many_triangles_are_refused(folder):
    ball = trimesh.creation.icosphere(subdivisions=6)
    (folder / "cars/van.glb").write_bytes(trimesh.Scene(ball).export(file_type="glb"))
    (folder / "cars/van.toml").write_text(TOML.split("[wheels]")[0].replace('paint_material = "coat"\n', ""))
    with pytest.raises(UsageError, match=r"81920 triangles, wanted 1 to 20000|an accessor of"):
        read_own_body(folder / "cars/van.toml")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_never_get_through(data):
    whole = VAN
    at = data.draw(st.integers(0, len(whole) - 1))
    size = data.draw(st.integers(1, 60))
    broken = whole[:at] + data.draw(st.binary(min_size=size, max_size=size)) + whole[at + size :]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "van.glb").write_bytes(broken)
        (Path(name) / "van.toml").write_text(TOML)
        try:
            body = read_own_body(Path(name) / "van.toml")
        except UsageError:
            return
        assert np.isfinite(unpacked(body.mesh).positions_m).all()


VAN = van()


@pytest.mark.parametrize("text", ["", "AAAA", "!", "A" * 9_000_000])
def test_packed_bodies_are_checked(folder, text):
    own = read_own_body(folder / "cars/van.toml")
    assert packed(unpacked(own.mesh)) == own.mesh
    with pytest.raises(UsageError, match="mesh: "):
        build_body(VehicleSpec("own", own=replace(own, mesh=text)))
    with pytest.raises(UsageError, match="'own' and only it"):
        build_body(VehicleSpec("van", own=own))
