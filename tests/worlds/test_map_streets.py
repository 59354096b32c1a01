"""What is set on the free ground of a map: houses in nobody's way, signs that face their traffic."""

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from sim.cli import main
from sim.errors import UsageError
from sim.randomness import stream
from sim.roads import Road, Signal, read_opendrive
from sim.scenario.catalog import load_world, world_names
from sim.scenario.files import dump, load
from sim.scenario.portable import MAP_FILE, portable
from sim.scenario.sampling import sample
from sim.simulation import simulate
from worlds import opendrive
from worlds._map_dressing import plan_of
from worlds._map_ground import areas_of
from worlds._map_signs import signs

MAPS = Path(__file__).parent.parent / "roads" / "maps"
TOWN = str(MAPS / "Town02.xodr")
LOOKS = {"open": {"garden_m": 4.0, "floors_min": 1, "floors_max": 2}, "closed": {"gap_share": 0.0}}


@cache
def street(look="closed", name="Town02"):
    return opendrive.build(path=str(MAPS / f"{name}.xodr"), **LOOKS[look])


@cache
def areas(name="Town02"):
    return areas_of(read_opendrive(MAPS / f"{name}.xodr"))


@pytest.mark.parametrize("look", LOOKS)
def test_houses_stand_on_free_ground_and_apart(look):
    world, ground = street(look), areas()
    plans = [plan_of(b) for b in world.buildings]
    assert len(plans) > 60
    used = shapely.union_all([ground.road, *ground.paved])
    assert max(plan.intersection(used).area for plan in plans) < 0.01
    pairs = shapely.STRtree(plans).query(plans, "intersects").T
    shared = [plans[a].intersection(plans[b]).area for a, b in pairs if a < b]
    assert max(shared, default=0.0) < 0.05
    bounds = shapely.box(*world.bounds_m)
    assert all(bounds.contains(plan) for plan in plans)


@pytest.mark.parametrize("look", LOOKS)
def test_houses_face_the_street(look):
    world, ground = street(look), areas()
    used = shapely.union_all([ground.road, *ground.paved])
    for b in world.buildings:
        out = np.array([np.sin(b.yaw_rad), -np.cos(b.yaw_rad)])
        middle = np.array([b.x_m, b.y_m]) + b.width_m / 2 * np.array([np.cos(b.yaw_rad), np.sin(b.yaw_rad)])
        view = shapely.LineString([middle, middle + 9.0 * out])
        assert view.intersects(used)


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_stands_on_the_road_and_no_house_in_a_tree(look):
    world, ground = street(look), areas()
    things = [*world.trees, *world.props]
    xy = np.array([(t.x_m, t.y_m) for t in things])
    assert len(things) > 150
    assert not shapely.contains_xy(ground.road, *xy.T).any()
    kerb = shapely.distance(shapely.points(xy), ground.road)
    paved = shapely.union_all(ground.paved)
    on_pavement = shapely.contains_xy(paved, *xy.T)
    assert kerb[on_pavement].max() < 1.0
    houses = shapely.union_all([plan_of(b) for b in world.buildings])
    assert not shapely.contains_xy(houses, *np.array([(t.x_m, t.y_m) for t in world.trees]).T).any()


def test_every_long_street_has_houses_on_both_sides():
    world = street("closed")
    plans = shapely.union_all([plan_of(b) for b in world.buildings])
    lanes = [lane for lane in world.network.lanes if len(lane.centre_m) > 80]
    near = [
        shapely.distance(shapely.Point(p), plans) < 14.0 for lane in lanes for p in lane.centre_m[10:-10:8]
    ]
    assert np.mean(near) > 0.85


def test_bare_maps_have_only_what_the_map_says():
    world = opendrive.build(path=TOWN, built_up=False)
    assert not world.buildings
    assert not world.trees
    assert {p.kind for p in world.props} <= {"sign_speed30"}
    full = street("closed")
    assert (full.network, full.ground, full.markings, full.signal_heads) == (
        world.network, world.ground, world.markings, world.signal_heads,
    )  # fmt: skip


def test_equal_parameters_give_equal_streets_and_seeds_others():
    small = str(MAPS / "left_hand.xodr")
    drawn = [opendrive.sample(stream(seed, "world"), path=small) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1]
    assert drawn[0].recipe != drawn[2].recipe
    assert drawn[0].buildings != drawn[2].buildings
    assert opendrive.build(**drawn[2].recipe.parameters) == drawn[2]


def signed(orientation, t_m, kind="206", left_hand=False, **more):
    """A copy of a map with one sign on its first road."""
    network = read_opendrive(MAPS / "Town02.xodr")
    sign = Signal(
        id="x", s_m=5.0, t_m=t_m, orientation=orientation, dynamic=False, type=kind,
        **{"name": "", "z_offset_m": 0.0, **more},
    )  # fmt: skip
    first: Road = dataclasses.replace(network.roads[0], signals=(sign,), objects=(), left_hand=left_hand)
    others = tuple(dataclasses.replace(road, signals=(), objects=()) for road in network.roads[1:])
    return dataclasses.replace(network, roads=(first, *others))


@pytest.mark.parametrize("orientation", ["+", "-", "none"])
@pytest.mark.parametrize(("t_m", "left_hand"), [(-5.0, False), (5.0, False), (-5.0, True), (5.0, True)])
def test_signs_face_the_traffic_on_their_side(orientation, t_m, left_hand):
    network = signed(orientation, t_m, left_hand=left_hand)
    (sign,) = signs(network, 0.12)
    assert sign.kind == "sign_stop"
    at = np.array([0]), np.array([5.0])
    heading = float(network.surface.frame(*at).heading_rad[0])
    driven = heading if (t_m < 0) != left_hand else heading + np.pi
    assert np.cos(sign.yaw_rad - driven) == pytest.approx(-1.0)
    place = network.surface.points(*at, np.array([t_m]))[0, :2]
    assert (sign.x_m, sign.y_m) == pytest.approx(tuple(place))


@pytest.mark.parametrize(
    ("kind", "more", "board"),
    [
        ("205", {}, ["sign_yield"]),
        ("274", {"value": 50.0}, ["sign_speed50"]),
        ("274", {"subtype": "30"}, ["sign_speed30"]),
        ("274", {"value": 80.0}, []),
        ("1000001", {}, []),
        ("", {}, []),
    ],
)
def test_boards_are_those_there_are(kind, more, board):
    assert [s.kind for s in signs(signed("+", -4.0, kind, **more), 0.0)] == board


def test_limits_of_carlas_maps_stand_as_signs():
    boards = [p.kind for p in opendrive.build(path=TOWN, built_up=False).props]
    assert boards.count("sign_speed30") >= 5


def test_traffic_and_people_live_on_a_map():
    scenario = sample("opendrive", seed=2, path=TOWN, duration_s=9.0, warmup_s=0.0, people=20)
    focus = np.array(scenario.world.focus_m)
    states = list(simulate(scenario))
    first = states[0].poses.position_m[:, :2]
    assert np.median(np.hypot(*(first - focus).T)) < 110
    assert sum(s.memory["last_resort"] for s in states) == 0
    moved = np.hypot(*(states[-1].poses.position_m[:, :2] - first).T)
    names = states[0].roster.names
    going = [d for d, n in zip(moved, names, strict=True) if n.startswith("car")]
    assert np.mean(np.array(going) > 2.0) > 0.6
    walking = [d for d, a in zip(moved, scenario.agents, strict=False) if a.behavior == "walk"]
    assert np.mean(np.array(walking) > 2.0) > 0.6


def test_maps_without_pavements_have_no_people_by_default():
    path = str(MAPS / "direct_junction.xodr")
    assert not any(a.name.startswith("p1") for a in sample("opendrive", seed=0, path=path).agents)
    with pytest.raises(UsageError, match="people: the world has no pavements"):
        sample("opendrive", seed=0, path=path, people=3)


def test_maps_are_no_street_to_draw_from():
    assert "opendrive" not in world_names()
    assert load_world("opendrive") is opendrive


def test_another_file_than_the_recorded_one_is_refused(tmp_path):
    path = tmp_path / "a.xodr"
    path.write_bytes(Path(TOWN).read_bytes() + b"\n")
    known = street("closed").recipe.parameters["sha256"]
    with pytest.raises(UsageError, match="it is another map"):
        opendrive.build(path=str(path), sha256=str(known))


def test_scenario_files_find_the_map_beside_them_and_datasets_name_no_path(tmp_path):
    (tmp_path / "a.xodr").write_bytes((MAPS / "left_hand.xodr").read_bytes())
    scenario = sample(
        "opendrive", seed=0, path=str(tmp_path / "a.xodr"), vehicles=2, cyclists=0, motorcyclists=0, people=0
    )
    text = dump(scenario)
    (tmp_path / "s.yaml").write_text(text.replace(str(tmp_path / "a.xodr"), "a.xodr"))
    assert load(tmp_path / "s.yaml") == scenario
    record, files = portable(scenario)
    assert record["world"]["parameters"]["path"] == MAP_FILE
    assert files == {MAP_FILE: tmp_path / "a.xodr"}
    assert str(tmp_path) not in str(record)


BOMB = '<!DOCTYPE a [<!ENTITY b "c">]><OpenDRIVE/>'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "wanted one of: the name of a world, a scenario file, --map FILE.xodr"),
        (["avenue", "--map", TOWN], "wanted one of: the name of a world"),
        (["--map", "no-such.xodr"], "no-such.xodr: cannot be read"),
        (["--map", "bad.xodr"], "bad.xodr: not XML"),
        (["--map", "bomb.xodr"], "a document type or entity: wanted a file without"),
        (["--map", "."], ".: cannot be read"),
        (["--map", TOWN, "--set", "floors_max=90"], "opendrive: floors_max is 90, wanted a whole number"),
        (["--map", TOWN, "--set", "lanes=2"], "unknown opendrive setting 'lanes'"),
        (["--map", TOWN, "--set", "path=a"], "--path and --set path=... are both given"),
        (["opendrive"], "path is '', wanted an OpenDRIVE file: --map FILE"),
    ],
)
def test_mistakes_with_maps_are_named(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("bad.xodr").write_text("no map")
    Path("bomb.xodr").write_text(BOMB)
    result = CliRunner().invoke(main, ["run", *arguments, "--out", "out"])
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert not Path("out").exists()


@pytest.mark.gl
def test_a_run_on_a_map_holds_the_map_and_can_be_replayed_without_it(tmp_path):
    from sim.dataset import read
    from sim.run import Job, Replay, recorded_scenario, run, sequence_name

    source = tmp_path / "my town.xodr"
    source.write_bytes((MAPS / "left_hand.xodr").read_bytes())
    scenario = sample(
        "opendrive", seed=0, path=str(source), vehicles=2, cyclists=0, motorcyclists=0, people=0,
        duration_s=0.1, warmup_s=0.0, width_px=64, height_px=36, built_up=False,
    )  # fmt: skip
    assert sequence_name(scenario) == "my_town-0000"
    run([Job(scenario, "s")], tmp_path / "a")
    folder = tmp_path / "a" / "sequences" / "s"
    assert (folder / MAP_FILE).read_bytes() == source.read_bytes()
    for path in (tmp_path / "a").rglob("*.json"):
        assert str(tmp_path) not in path.read_text()
    source.unlink()
    sequence = read(tmp_path / "a")["s"]
    again = recorded_scenario(sequence)
    run([Job(again, "s", Replay.of(sequence))], tmp_path / "b")
    for path in folder.rglob("*.png"):
        assert (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes() == path.read_bytes()
    import sim

    assert sim.check(tmp_path / "b").findings == ()
