"""Every template asserts its own event; scenarios with events are the same in Python and in files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.trajectory import Trajectory
from sim.errors import UsageError
from sim.rehearsal import rehearse
from sim.scenario import Scenario
from sim.scenario import actions as act
from sim.scenario import conditions as when
from sim.scenario.event_models import (
    EVENT,
    EXPECTATION,
    event_of,
    event_record,
    expectation_of,
    expectation_record,
)
from sim.scenario.events import Event
from sim.scenario.expectations import AtStart, Closest, Impact, Touch
from sim.scenario.files import dump, from_dict, load, to_dict
from sim.scenario.library import named_template, template_names
from sim.scenario.template import template_of
from sim.scenario.yamltext import parse_yaml

numbers = st.floats(-1e6, 1e6)
names = st.text(max_size=6)
maybe = st.none() | numbers
places = st.builds(when.Place, numbers, numbers, names, numbers, numbers)
simple = st.one_of(
    st.builds(when.Time, numbers),
    st.builds(when.Distance, names, names, st.none() | places, maybe, maybe),
    st.builds(when.TimeToCollision, names, names, st.none() | places, numbers),
    st.builds(when.Headway, names, names, maybe, maybe),
    st.builds(when.Reached, names, places, numbers),
    st.builds(when.Travelled, names, numbers),
    st.builds(when.Speed, names, maybe, maybe),
    st.builds(when.SignalShows, names, names),
    st.builds(when.EventIs, names, names, numbers),
)
conditions = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple).map(when.AllOf)
        | st.lists(inner, max_size=3).map(tuple).map(when.AnyOf)
        | inner.map(when.Not)
    ),
    max_leaves=5,
)
ways = st.lists(places, max_size=3).map(tuple)
lists = st.lists(numbers, max_size=3).map(tuple)
actions = st.one_of(
    st.builds(act.ChangeSpeed, names, numbers, maybe, maybe, maybe, st.booleans()),
    st.builds(act.FollowSpeeds, names, lists, lists),
    st.builds(act.Brake, names, numbers, numbers),
    st.builds(act.Stop, names, maybe, st.none() | places),
    st.builds(act.ChangeLane, names, numbers, numbers),
    st.builds(act.Drive, names, ways, numbers),
    st.builds(
        act.FollowTrajectory, names, st.just(Trajectory((0.0, 1.0), (2.0, 3.0), (4.0, 5.0), (6.0, 7.0)))
    ),
    st.builds(act.Walk, names, ways, numbers, maybe),
    st.builds(act.Cross, names, numbers, numbers, numbers, maybe),
    st.builds(act.Turn, names, numbers, numbers),
    st.builds(act.SwitchLights, names, st.lists(names).map(tuple), st.lists(names).map(tuple)),
    st.builds(act.SwitchSignal, names, names),
    st.builds(act.Appear, names),
    st.builds(act.Leave, names),
    st.builds(act.ChangeWeather, st.dictionaries(names, numbers, max_size=2), numbers),
)
events = st.builds(Event, names, st.lists(actions, max_size=3).map(tuple), st.none() | conditions)
claims = st.one_of(
    st.builds(Impact, names, names, numbers, maybe, numbers, numbers),
    st.builds(Touch, names, names, maybe, numbers),
    st.builds(Closest, names, names, numbers, numbers),
    st.builds(AtStart, names, names, names, maybe, maybe, maybe, maybe, numbers, numbers, numbers),
)


@given(events)
@settings(max_examples=80, deadline=None)
def test_an_event_comes_back_from_its_record(event: Event) -> None:
    assert event_of(EVENT.model_validate(event_record(event))) == event


@given(claims)
@settings(max_examples=30, deadline=None)
def test_a_claim_comes_back_from_its_record(claim: object) -> None:
    record = expectation_record(claim)  # type: ignore[arg-type]
    assert expectation_of(EXPECTATION.model_validate(record)) == claim


@pytest.mark.parametrize("name", template_names())
def test_every_template_asserts_its_own_event(name: str) -> None:
    template = named_template(name)
    assert template.about.endswith(".")
    assert all(one.about for one in template.parameters)
    scenario = template.scenario()
    assert scenario.expect
    # Half the ticks it is filmed with: what happens does not depend on them.
    assert rehearse(dataclasses.replace(scenario, tick_hz=10)) == ()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("cpna", {"ego_speed": "20km/h", "walk_speed": "8km/h", "impact": 0.75}),
        ("cpfa", {"ego_speed": "70km/h", "impact": 0.1}),
        ("cpnco", {"ego_speed": "55km/h", "gap": "40cm", "walk_speed": "11km/h"}),
        ("ccrb", {"gap": "40m", "decel": "6m/s2"}),
        ("cut_in", {"headway": "1s", "target_speed": "30km/h", "over": "1s"}),
        ("cbfa", {"impact": 0.25, "bike_speed": "11km/h", "time_to_impact": "3s"}),
    ],
)
def test_other_parameters_are_met_as_well(name: str, parameters: dict[str, object]) -> None:
    assert rehearse(named_template(name).scenario(parameters)) == ()  # type: ignore[arg-type]


def test_a_claim_that_is_off_by_more_than_it_may_is_told() -> None:
    scenario = named_template("cpna").scenario()
    (impact,) = scenario.expect
    assert isinstance(impact, Impact)
    assert impact.at_s is not None
    for change, said in (
        ({"share": impact.share + 0.03}, "the place on the front is -0.511 m, wanted -0.450 to 0.05 m"),
        ({"at_s": impact.at_s + 0.06}, "the time of impact is"),
    ):
        wrong = dataclasses.replace(scenario, expect=(dataclasses.replace(impact, **change),))
        (told,) = rehearse(wrong)
        assert told.startswith(f"expect[0]: {said}")


@pytest.mark.parametrize(
    "name", ["cpnco", "cut_out", "person_hesitates", "red_light_runner", "jaywalker_night"]
)
def test_a_concrete_scenario_comes_back_from_its_file(name: str) -> None:
    scenario = named_template(name).scenario()
    read = from_dict(parse_yaml(dump(scenario), "s.yaml"), "s.yaml")
    assert read == scenario
    assert repr(read) == repr(scenario)


FILE = """roadreel: 1
world: {name: avenue, parameters: {length_m: 300, zebras: 0, parking: false}}
seed: 0
duration_s: 3
sensors: []
agents:
  - vehicle: {name: ego, behavior: scripted, lane: eastbound_0, s_m: 50, speed_mps: 10}
  - vehicle: {name: car, lane: eastbound_0, s_m: 250}
  - pedestrian: {name: p, behavior: scripted, start_m: [0, -8]}
events:
  - name: first
    when: {all: [{time: {at_s: 1}}, {not: {speed: {of: ego, below_mps: 1}}}]}
    do: [{brake: {who: ego, decel_mps2: 3}}]
  - {name: second, when: {event: {event: first}}, do: [{walk: {who: p, to: [{x_m: 0, y_m: -4}]}}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("decel_mps2: 3", "decel_mps2: -3", "line 13: events[0].do[0]: decel_mps2: -3.0 is out of range"),
        ("{who: ego, d", "{who: egg, d", "line 13: events[0].do[0]: who: unknown agent 'egg'"),
        ("{who: ego, d", "{who: car, d", "line 13: events[0].do[0]: who: 'car' has the behavior"),
        ("of: ego", "of: nobody", "line 12: events[0].when.all[1].not: of: unknown agent 'nobody'"),
        ("{event: first}", "{event: frist}", "line 14: events[1].when: event: unknown event 'frist'"),
        ("brake: {who", "break: {who", "line 13: events[0].do[0].break: unknown key 'break'"),
        ("{walk: {who: p", "{walk: {who: ego", "line 14: events[1].do[0]: who: 'ego' is a vehicle"),
        ("{time: {at_s: 1}}", "{}", "line 12: events[0].when.all[0]: wanted one key, got none; known: time"),
        ("below_mps: 1", "over: 1", "line 12: events[0].when.all[1].not.speed.over: unknown key 'over'"),
        ("y_m: -4", "lane: east", "line 14: events[1].do[0]: lane: unknown lane 'east'"),
        ("mps2: 3}}", "mps2: 3}}, {stop: {who: ego, within_m: 9}}", "line 11: events[0]: do[0] and"),
        ("speed_mps: 10", "speed_mps: 99", "line 7: agents[0].vehicle.speed_mps: 99.0 is out of range"),
        ("second", "first", "event names must differ; used twice: first"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_event_is_told_with_its_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in FILE
    path = tmp_path / "s.yaml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(path)
    assert message in str(caught.value)


words = ("nan", "null", "true", "ego", "40km/h", "-1", "events", "=1/0", "when", ".inf", "9" * 400, "all: []")
pieces = st.sampled_from('={}[]:- "\n\0') | st.sampled_from(words)
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), pieces), min_size=1, max_size=3)


@given(st.sampled_from(template_names()), edits)
@settings(max_examples=60, deadline=None)
def test_whatever_a_file_says_gives_a_scenario_or_a_message(
    name: str, edits: list[tuple[float, int, str]]
) -> None:
    text = named_template(name).text
    for share, length, piece in edits:
        at = round(share * len(text))
        text = text[:at] + piece + text[at + length :]
    try:
        template_of(text, Path("s.yaml")).scenario()
    except UsageError as error:
        said = str(error)
    else:
        said = "s.yaml"
    assert said.startswith("s.yaml")


def test_a_file_without_mistakes_loads(tmp_path: Path) -> None:
    scenario = from_dict(parse_yaml(FILE, "s"), "s")
    assert isinstance(scenario, Scenario)
    assert [event["name"] for event in to_dict(scenario)["events"]] == ["first", "second"]
