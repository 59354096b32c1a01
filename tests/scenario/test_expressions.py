"""Expressions, units and parameters: what Python computes is what they give, and nothing else can be said."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.scenario.declared import declared_parameters
from sim.scenario.expressions import evaluate
from sim.scenario.files import dump, load
from sim.scenario.parameters import parameter_values
from sim.scenario.quantities import PLAIN, UNITS, Quantity, in_unit, quantity_of, unit_of_field
from sim.scenario.template import template_of
from sim.scenario.yamltext import line_of

numbers = st.floats(-1e3, 1e3, allow_subnormal=False)
leaves = numbers.map(lambda n: f"({n!r})") | st.integers(-99, 99).map(lambda n: f"({n})") | st.just("a")
terms = st.recursive(
    leaves,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | inner.map(lambda t: f"(-{t})")
        | st.tuples(inner, inner).map(lambda t: f"min({t[0]}, {t[1]})")
        | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} < {t[2]} else a)")
    ),
    max_leaves=8,
)


@given(terms.filter(lambda t: len(t) < 390), numbers)
@settings(max_examples=150, deadline=None)
def test_arithmetic_is_that_of_python(text: str, a: float) -> None:
    expected = eval(text, {"min": min, "a": a})
    if abs(expected) > 1e12:
        return
    assert evaluate("=" + text, {"a": Quantity(a)}, "w") == Quantity(expected)


@given(st.text(st.sampled_from("abv01.9+-*/%()=<>!'\"_,[]{}:;\\kmhs/ ifelsendort@^~&|\n\0é"), max_size=40))
@settings(max_examples=400, deadline=None)
def test_whatever_is_written_gives_a_quantity_or_a_message(text: str) -> None:
    try:
        result = evaluate("=" + text, {"a": Quantity(1.5), "v": quantity_of("40km/h", "v")}, "s.yaml: f")
    except UsageError as error:
        result, said = None, str(error)
    assert said.startswith("s.yaml: f: ") if result is None else isinstance(result.value, int | float | str)


@pytest.mark.parametrize("name", UNITS)
@given(number=st.floats(-1e6, 1e6))
@settings(max_examples=20, deadline=None)
def test_a_number_survives_the_way_through_si(name: str, number: float) -> None:
    read = quantity_of(f"{number!r}{name}", "w")
    assert in_unit(read, UNITS[name], "w") == pytest.approx(number, rel=1e-15, abs=1e-300)


def test_units_are_what_they_are() -> None:
    assert quantity_of("36km/h", "w").value == 10.0
    assert quantity_of("1mph", "w").value == 0.44704
    assert quantity_of(" 2.5 cm ", "w").value == 0.025
    assert quantity_of("-90deg", "w").value == -math.pi / 2
    assert evaluate("=10m/s * 2s", {}, "w") == Quantity(20.0, UNITS["m"].dimension)
    assert evaluate("=sqrt(2 * 4m/s2 * 8m)", {}, "w") == Quantity(8.0, UNITS["m/s"].dimension)
    assert evaluate("=hypot(3m, 4m) / 5m/s", {}, "w").dimension == UNITS["s"].dimension
    assert quantity_of("day", "w") == Quantity("day", PLAIN)
    assert in_unit(evaluate("=1 + 0.5", {}, "w"), unit_of_field("turn_deg"), "w") == 1.5
    assert in_unit(evaluate("=pi_half", {"pi_half": quantity_of("90deg", "w")}, "w"), UNITS["deg"], "w") == 90


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=1m + 2s", "'=1m + 2s': m and s do not go together"),
        ("=lenght", "'=lenght': unknown parameter 'lenght': did you mean 'length'? known: length"),
        ("=length / 0", "'=length / 0': float division by zero"),
        ("=2 ** 99", "'=2 ** 99': wanted a plain exponent from -8 to 8"),
        ("=length.real", "Attribute is not allowed"),
        ("=[1, 2]", "List is not allowed"),
        ("=(lambda: 1)()", "wanted a call of one of min"),
        ("=open('x')", "unknown function 'open'"),
        ("=1 +", "is no expression: invalid syntax"),
        ("=" + "(" * 300 + "1" + ")" * 300, "wanted an expression of 1 to 400 characters"),
        ("=" + "-" * 300 + "1", "nested too deeply"),
        ("=1e15 * 10", "no number of reasonable size"),
        ("='a' < 'b'", "'a' and 'b' cannot be compared"),
        ("=sin(length)", "m is no angle"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        evaluate(text, {"length": quantity_of("4m", "w")}, "s.yaml: f")
    assert str(caught.value).startswith("s.yaml: f: ")
    assert message in str(caught.value)


FILE = """roadreel: 1
parameters:
  speed: {value: 36km/h, range: [5km/h, 80km/h], about: of the ego}
  lane: {value: eastbound_0, choices: [eastbound_0, westbound_0]}
  start: =100m - speed * 2s
  yaw: 90deg
  drawn: {draw: {normal: [2m, 10cm]}}
world: {name: avenue, parameters: {speed_limit_kph: =speed}}
seed: 3
sensors: [{name: front, mount: ego, yaw_deg: =yaw, x_m: 1.5}]
agents:
  - vehicle: {name: ego, lane: =lane, s_m: =start, speed_mps: =speed}
  - pedestrian: {name: p, start_m: [=start + drawn, "=max(2m, 3m)"], speed_mps: 5.4km/h}
"""


def test_values_are_in_the_units_of_the_fields(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(FILE, encoding="utf-8")
    scenario = load(file)
    ego, person = scenario.agents
    assert (ego.lane, ego.s_m, ego.speed_mps) == ("eastbound_0", 80.0, 10.0)  # type: ignore[union-attr]
    assert person.speed_mps == 1.5
    assert person.start_m[1] == 3.0  # type: ignore[union-attr,index]
    assert 1.7 < person.start_m[0] - 80 < 2.3  # type: ignore[union-attr,index]
    assert scenario.world.recipe.parameters["speed_limit_kph"] == 36.0
    assert scenario.sensors[0].yaw_deg == 90.0
    assert scenario.parameters["start"] == 80.0
    slower = load(file, parameters={"speed": "18km/h", "lane": "westbound_0"})
    assert (slower.agents[0].lane, slower.agents[0].s_m) == ("westbound_0", 90.0)  # type: ignore[union-attr]
    file.write_text(dump(scenario), encoding="utf-8")
    assert load(file) == scenario
    other = load(file, seed=4)
    assert other.agents == scenario.agents, "a concrete file draws nothing anew"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("36km/h", "90km/h", "line 3: parameters.speed: 25 m/s is out of range, wanted 1.38889 to"),
        ("36km/h", "36kmh", "line 3: parameters.speed.value: '36kmh': unknown unit"),
        ("value: eastbound_0", "value: left", "line 4: parameters.lane: 'left', wanted one of "),
        ("speed * 2s", "speed", "line 5: parameters.start: '=100m - speed': m and m/s do not"),
        ("100m - speed", "start", "line 5: parameters.start: start need each other's values"),
        ("[5km/h,", "[5m,", "line 3: parameters.speed.range: ['5m', '80km/h'], wanted the"),
        ("about:", "abuot:", "line 3: parameters.speed: unknown key 'abuot': did you"),
        ("s_m: =start", "s_m: =speed", "line 12: agents[0].vehicle.s_m: 10 m/s, wanted m"),
        ("5.4km/h", "5.4km", "line 13: agents[1].pedestrian.speed_mps: 5400 m, wanted m/s"),
        ("5.4km/h", "fast", "line 13: agents[1].pedestrian.speed_mps: 'fast' is not a number"),
        ("name: ego, lane: =lane", "name: ego", "line 12: agents[0].vehicle.lane: missing"),
        ("  yaw: 90deg", "  min: 90deg", "line 6: parameters.min: wanted a name of letters, digits"),
        ("{draw: {normal: [2m, 10cm]}}", "{about: nothing}", "line 7: parameters.drawn: has no value"),
    ],
)  # fmt: skip
def test_problems_are_told_with_file_and_line(old: str, new: str, message: str) -> None:
    assert old in FILE
    with pytest.raises(UsageError) as caught:
        template_of(FILE.replace(old, new), Path("s.yaml")).scenario()
    assert str(caught.value).startswith("s.yaml, " + message)


def test_settings_are_checked_as_what_is_declared() -> None:
    declared = declared_parameters({"v": {"value": 3, "range": [1, 5]}, "on": True}, "s")
    assert parameter_values(declared, {"v": 5, "on": False}, "s", 0)["v"].value == 5
    for bad in ({"v": 6}, {"v": "4m"}, {"v": "x"}, {"on": 2}, {"w": 1}, {"v": math.nan}, {"v": True}):
        with pytest.raises(UsageError):
            parameter_values(declared, bad, "s", 0)


def test_the_line_of_a_place_is_that_of_the_innermost_thing_there() -> None:
    for place, line in (("agents[1].pedestrian.start_m[1]", 13), ("agents[0].vehicle.none", 12), ("x", None),
                        ("agents[7]", 11), ("world.parameters", 8)):  # fmt: skip
        assert line_of(FILE, place) == line
