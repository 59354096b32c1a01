"""Scenario files: what is written is what is read, and what is wrong is said."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bodies import PersonSpec, VehicleSpec
from sim.errors import UsageError
from sim.scenario import Camera, Pedestrian, Scenario, Vehicle
from sim.scenario.catalog import build_world, world_names
from sim.scenario.files import dump, from_dict, load, to_dict
from sim.scenario.yamltext import parse_yaml
from sim.taxonomy import CATEGORIES

WORLD = build_world("avenue", {"length_m": 80.0})
KNOWN_WORLDS = sorted((*world_names(), "opendrive"))
LANES = sorted(lane.id for lane in WORLD.network.lanes)

finite = st.floats(allow_nan=False, allow_infinity=False)
color = st.tuples(*[st.integers(0, 255)] * 3)
text = st.text(max_size=12)
place = st.floats(-10_000, 10_000)
angle = st.floats(-10, 10)
point = st.tuples(place, place)
vehicles = st.builds(
    Vehicle,
    name=st.just("v"),
    lane=st.sampled_from(LANES),
    s_m=st.floats(0, 2),
    speed_mps=st.floats(0, 60),
    route=st.lists(st.sampled_from(LANES), max_size=3).map(tuple),
    body=st.builds(VehicleSpec, paint_srgb=color),
    lateral_m=angle,
    heading_offset_rad=angle,
)
people = st.builds(
    Pedestrian,
    name=st.just("p"),
    start_m=point,
    goal_m=st.none() | point,
    speed_mps=st.floats(0, 4),
    yaw_rad=angle,
    body=st.builds(
        PersonSpec, gender=st.floats(0, 1), ancestry=st.tuples(finite, finite, finite), seed=st.integers(0)
    ),
)
cameras = st.builds(Camera, name=st.just("c"), mount=st.just("v"), x_m=place, hfov_deg=st.floats(1, 150))
scenarios = st.builds(
    lambda v, p, c, t, seed, w: Scenario(WORLD, (v, p), (c,), t, 20, seed, w),
    vehicles, people, cameras, st.floats(1e-9, 36000), st.integers(0, 2**63), st.floats(0, 3600),
)  # fmt: skip


def small() -> Scenario:
    agents = (Vehicle("ego", LANES[0], 1.0), Pedestrian("p0", (1.0, 2.0)))
    return Scenario(WORLD, agents, (Camera("front", mount="ego"),), 2.0, 20, 7)


@given(scenarios)
@settings(max_examples=60, deadline=None)
def test_dump_then_load_gives_the_equal_scenario(scenario: Scenario) -> None:
    read = from_dict(parse_yaml(dump(scenario), "s.yaml"), "s.yaml")
    assert read == scenario
    assert repr(read) == repr(scenario)  # equality alone takes 1 for 1.0 and -0.0 for 0.0
    assert dump(read) == dump(scenario)


def test_a_file_on_disk_loads(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(dump(small()), encoding="utf-8")
    assert load(path) == small()


def test_to_dict_gives_plain_values_of_the_declared_types() -> None:
    import numpy as np

    odd = Vehicle("ego", LANES[0], np.float64(1.0), speed_mps=3)  # type: ignore[arg-type]
    scenario = dataclasses.replace(small(), agents=(odd,), duration_s=2)
    record = to_dict(scenario)
    agent = record["agents"][0]["vehicle"]
    assert type(agent["s_m"]) is type(agent["speed_mps"]) is type(record["duration_s"]) is float
    plain = Vehicle("ego", LANES[0], 1.0, speed_mps=3.0)
    assert dump(scenario) == dump(dataclasses.replace(small(), agents=(plain,), duration_s=2.0))


def test_what_a_file_leaves_out_takes_the_default() -> None:
    record: dict[str, Any] = {
        "roadreel": 1,
        "world": {"name": "avenue", "parameters": {"length_m": 80}},
        "seed": 7,
        "duration_s": 2,
        "sensors": [{"name": "front", "mount": "ego"}],
        "agents": [
            {"vehicle": {"name": "ego", "lane": LANES[0], "s_m": 1}},
            {"pedestrian": {"name": "p0", "start_m": [1, 2]}},
        ],
    }
    assert from_dict(record) == small()


def test_a_world_changed_after_build_cannot_be_dumped() -> None:
    world = dataclasses.replace(WORLD, surface_seed=WORLD.surface_seed + 1)
    with pytest.raises(UsageError, match="changed after build"):
        dump(dataclasses.replace(small(), world=world))


def _at(path: str, value: object) -> dict[str, Any]:
    """The small scenario as a dict, `value` put at a dotted path ('' deletes)."""
    record = to_dict(small())
    *parents, last = [int(p) if p.isdecimal() else p for p in path.split(".")]
    place: Any = record
    for part in parents:
        place = place[part]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value
    return record


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("agents.0.vehicle.speed_mps", "fast", "agents[0].vehicle.speed_mps: 'fast' is not a number"),
        ("agents.0.vehicle.speed_mps", "3.5", "agents[0].vehicle.speed_mps: '3.5' is not a number"),
        ("agents.0.vehicle.speed_mps", True, "agents[0].vehicle.speed_mps: True is not a number"),
        ("agents.0.vehicle.speed_mps", None, "agents[0].vehicle.speed_mps: None is not a number"),
        (
            "agents.0.vehicle.speed_mps",
            float("nan"),
            "agents[0].vehicle.speed_mps: nan is not a finite number",
        ),
        (
            "agents.0.vehicle.speed_mps",
            -3.0,
            "agents[0].vehicle.speed_mps: -3.0 is out of range, wanted 0 to 70.0",
        ),
        (
            "agents.0.vehicle.sped_mps",
            3.0,
            "agents[0].vehicle.sped_mps: unknown key 'sped_mps': did you mean 'speed_mps' or 's_m'? known: "
            "behavior, body, category, heading_offset_rad, lane, lateral_m, name, rider, route, s_m, "
            "speed_mps, trailer, trajectory",
        ),
        ("agents.0.vehicle.body.variant", 1.5, "agents[0].vehicle.body.variant: 1.5 is not a whole number"),
        ("agents.0.vehicle.body", [], "agents[0].vehicle.body: [] is not a mapping"),
        ("agents.0.vehicle.lane", KeyError, "agents[0].vehicle.lane: missing"),
        ("agents.0.vehicle.name", 7, "agents[0].vehicle.name: 7 is not a text"),
        ("agents.0", {}, "agents[0]: wanted one key, 'vehicle' or 'pedestrian'"),
        ("agents.0", "ego", "agents[0]: 'ego' is not a mapping"),
        ("agents", {"vehicle": 1}, "agents: {'vehicle': 1} is not a list"),
        ("agents.1.pedestrian.start_m", [1.0], "agents[1].pedestrian.start_m[1]: missing"),
        ("agents.1.pedestrian.start_m", "here", "agents[1].pedestrian.start_m: 'here' is not a list"),
        ("agents.1.pedestrian.name", "ego", "agent names must differ; used twice: ego"),
        (
            "agents.1.pedestrian.goal_m",
            [0.0, 2e4],
            "agents[1].pedestrian.goal_m[1]: 20000.0 is out of range, wanted -10000.0 to 10000.0",
        ),
        (
            "agents.0.vehicle.behavior",
            "walk",
            "agents[0].vehicle.behavior: 'walk' is not for this kind of agent, wanted follow_lane or parked "
            "or trajectory or scripted",
        ),
        ("agents.0.vehicle.s_m", -1.0, f"agents[0].vehicle.s_m: -1.0 is off lane {LANES[0]!r}, wanted 0 to 17.7"),  # noqa: E501
        ("sensors.0.yaw_deg", 1e3, "sensors[0]: camera 'front': yaw_deg is 1000.0, wanted -720.0 to 720.0"),
        ("roadreel", 2, "roadreel: 2 is a version this program does not read; it reads 1"),
        ("roadreel", KeyError, "roadreel: missing"),
        ("seed", -1, "seed is -1, wanted 0 or more"),
        ("seed", 1.0, "seed: 1.0 is not a whole number"),
        ("tick_hz", 15, "camera 'front': rate_hz 10 does not divide tick_hz 15"),
        (
            "world.name",
            "aven",
            f"world: unknown world 'aven': did you mean 'avenue'? known: {', '.join(KNOWN_WORLDS)}",
        ),
        ("world.parameters.lanes", 9, "world: avenue: lanes is 9, wanted a whole number from 1 to 3"),
        ("world.parameters.lanes", "many", "world: parameter lanes: 'many' is not a whole number"),
        ("sensors.0.width_px", 9, "sensors[0]: camera 'front': width_px is 9, wanted 16 to 8192"),
        ("sensors.0.mount", "eg", "camera 'front': mount 'eg' is no agent of the scenario"),
        (
            "agents.0.vehicle.category",
            "vehicle.cra",
            "agents[0].vehicle.category: unknown category 'vehicle.cra': "
            f"did you mean 'vehicle.car' or 'vehicle.tram' or 'vehicle.van'? known: {', '.join(CATEGORIES)}",
        ),
        (
            "agents.0.vehicle.category",
            "human.pedestrian.adult",
            "agents[0].vehicle.category: 'human.pedestrian.adult' is not for this kind of agent, "
            "wanted one below 'vehicle'",
        ),
    ],
)  # fmt: skip
def test_each_problem_names_file_field_value_and_what_would_be_right(
    path: str, value: object, message: str
) -> None:
    assert complaint(_at(path, value)) == f"s.yaml: {message}"


def test_several_problems_are_told_at_once() -> None:
    record = _at("seed", "x")
    record["tick_hz"] = "y"
    with pytest.raises(UsageError) as caught:
        from_dict(record, "s.yaml")
    assert str(caught.value).splitlines() == [
        "s.yaml: seed: 'x' is not a whole number",
        "s.yaml: tick_hz: 'y' is not a whole number",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [1]\nb: *x", "s.yaml, line 2, column 4: aliases are not allowed"),
        ("a: 1\na: 2", "s.yaml, line 2, column 1: key 'a' twice"),
        ("1: 2", "s.yaml, line 1, column 1: key 1 is no text"),
        ("{" * 500, "s.yaml, line 1, column 21: nested too deeply"),
        ("a: [", "s.yaml, line 1, column 5: expected the node content, but found '<stream end>'"),
        ("a: !!python/object:os.system x", "s.yaml, line 1, column 4: could not determine a constructor for "
         "the tag 'tag:yaml.org,2002:python/object:os.system'"),
        ("a: 1\n---\nb: 2", "s.yaml, line 2, column 1: but found another document"),
    ],
)  # fmt: skip
def test_broken_yaml_names_the_line(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_yaml(text, "s.yaml")
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["1e-3", "1e3", "2.5E+10", "-4e0", ".5e1", "1.e2"])
def test_exponents_without_a_point_are_numbers(text: str) -> None:
    assert parse_yaml(f"a: {text}", "s.yaml") == {"a": float(text)}


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(UsageError, match="larger than 8 MB"):
        parse_yaml("#" * 8_000_001, "s.yaml")


def complaint(document: object) -> str:
    """What is wrong with a document, or with text that is to be parsed first; "" if it is a scenario."""
    try:
        read = from_dict(parse_yaml(document, "s.yaml") if isinstance(document, str) else document, "s.yaml")
    except UsageError as error:
        return str(error)
    return "" if isinstance(read, Scenario) else "no scenario"


leaves = st.none() | st.booleans() | st.integers() | st.floats() | text | st.dates()
keys = text | st.sampled_from(["roadreel", "world", "name", "agents", "vehicle", "sensors", "body", "seed"])
anything = st.recursive(leaves, lambda s: st.lists(s, max_size=4) | st.dictionaries(keys, s, max_size=4))
places = st.sampled_from(
    [
        *("agents", "agents.0", "agents.0.vehicle", "agents.0.vehicle.body", "agents.1.pedestrian"),
        *("agents.1.pedestrian.goal_m", "sensors", "sensors.0", "sensors.0.channels", "world"),
        *("world.parameters", "world.parameters.lanes", "seed", "tick_hz", "duration_s"),
    ]
)
yaml_signs = st.lists(st.sampled_from(list(":-[]{}#&*!|>'\"%@`, \n\t?ab1.~<=")), max_size=40).map("".join)


@given(data=anything, place=places)
@settings(max_examples=200, deadline=None)
def test_no_value_anywhere_gives_a_traceback(data: object, place: str) -> None:
    said = complaint(_at(place, data))
    assert not said or said.startswith("s.yaml: ")


@given(st.text() | yaml_signs | anything.map(yaml.safe_dump))
@settings(max_examples=300, deadline=None)
def test_no_text_gives_a_traceback(text: str) -> None:
    assert complaint(text).startswith("s.yaml")


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_damage_to_a_file_gives_a_traceback(data: st.DataObject) -> None:
    whole = dump(small())
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 30)))
    said = complaint(whole[:start] + data.draw(st.text(max_size=5)) + whole[end:])
    assert not said or said.startswith("s.yaml")


def test_missing_and_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml: no such scenario file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="is a folder"):
        load(tmp_path)
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"b\.yaml: not UTF-8 text"):
        load(tmp_path / "b.yaml")


def test_dump_is_plain_yaml() -> None:
    assert yaml.safe_load(dump(small())) == to_dict(small())
