"""Events: they start when their condition comes true, not at ticks, and agents then move as physics says."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.agents.state import SignalColor, WorldState
from sim.agents.trajectory import Trajectory
from sim.bodies import Lights
from sim.dataset.states import StateReader, StateWriter
from sim.rehearsal import rehearse
from sim.scenario import Pedestrian, Scenario, Vehicle
from sim.scenario.actions import (
    Action,
    Appear,
    Brake,
    ChangeLane,
    ChangeSpeed,
    ChangeWeather,
    Cross,
    Drive,
    FollowSpeeds,
    FollowTrajectory,
    Leave,
    Stop,
    SwitchLights,
    SwitchSignal,
    Turn,
    Walk,
)
from sim.scenario.catalog import build_world
from sim.scenario.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Distance,
    EventIs,
    Headway,
    Not,
    Place,
    Reached,
    SignalShows,
    Speed,
    Time,
    TimeToCollision,
    Travelled,
)
from sim.scenario.events import Event
from sim.simulation import simulate

STREET = build_world("avenue", {"length_m": 300.0, "zebras": 0, "parking": False})
FRONT_M, REAR_M, HALF_M = 3.401290959087742, 0.69, 1.0221952874949982


def scenario(*events: Event, duration_s: float = 4.0, tick_hz: int = 20, **changes: Any) -> Scenario:
    agents = (
        Vehicle("ego", "eastbound_0", 50.0, "scripted", 10.0),
        Vehicle("other", "eastbound_0", 90.0, "scripted", 4.0),
        Pedestrian("person", (0.0, -8.0), "scripted", yaw_rad=np.pi / 2),
    )
    made = Scenario(STREET, agents, (), duration_s, tick_hz, events=events)
    return dataclasses.replace(made, **changes)


def run(*events: Event, **changes: Any) -> list[WorldState]:
    return list(simulate(scenario(*events, **changes)))


def started(when: Condition, **changes: Any) -> float:
    """When an event of this condition starts."""
    lights = SwitchLights("ego", ("left",))
    return float(run(Event("e", (lights,), when), **changes)[-1].event_times_s[0, 0])


def after(action: Action, at_s: float = 0.513, **changes: Any) -> list[WorldState]:
    return run(Event("e", (action,), Time(at_s)), **changes)


def x_of(states: list[WorldState], row: int = 0) -> np.ndarray:
    return np.array([state.poses.position_m[row, 0] for state in states])


def times(states: list[WorldState]) -> np.ndarray:
    return np.array([state.time_s for state in states])


# The ego's front is at x = -100 + FRONT + 10 t, the other's rear at -60 - REAR + 4 t.
GAP_M = 40.0 - FRONT_M - REAR_M


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Time(1.2345), 1.2345),
        (Distance("ego", "other", below_m=30.0), (GAP_M - 30.0) / 6.0),
        (Distance("ego", place=Place(-50.0, -1.625), below_m=20.0), (50.0 - 20.0 - FRONT_M) / 10.0),
        (Distance("other", place=Place(-60.0, -1.625), above_m=5.0), (5.0 + REAR_M) / 4.0),
        (TimeToCollision("ego", "other", below_s=4.5), GAP_M / 6.0 - 4.5),
        (
            TimeToCollision("ego", place=Place(lane="eastbound_0", s_m=90.0), below_s=1.5),
            2.5 - FRONT_M / 10.0,
        ),
        (Headway("ego", "other", below_s=2.9), (GAP_M - 29.0) / 6.0),
        (Reached("ego", Place(-80.0, -1.625)), (20.0 - FRONT_M) / 10.0),
        (Travelled("ego", 17.77), 1.777),
        (AllOf((Time(0.5), Time(0.7), Not(Time(0.9)))), 0.7),
        (AnyOf((Time(2.0), Travelled("other", 6.0))), 1.5),
        (Speed("ego", above_mps=9.0), 0.0),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, float) else "",
)
def test_an_event_starts_at_the_very_time_its_condition_comes_true(when: Condition, expected: float) -> None:
    assert started(when) == pytest.approx(expected, abs=1e-6)
    assert started(when, tick_hz=13) == pytest.approx(expected, abs=1e-6)


def test_what_happens_does_not_depend_on_the_ticks() -> None:
    events = (
        Event("brakes", (Brake("ego", 3.0, 2.0),), TimeToCollision("ego", "other", below_s=5.1)),
        Event("walks", (Cross("person", 9.0, 1.7, 70.0, 2.0),), EventIs("brakes", after_s=0.111)),
        Event("aside", (ChangeLane("other", 1.5, 1.3),), Distance("ego", "person", below_m=88.0)),
        Event("again", (ChangeSpeed("ego", 7.0, over_m=6.0),), EventIs("brakes", "ended")),
    )
    coarse, fine = run(*events, tick_hz=10), run(*events, tick_hz=50)
    for k, state in enumerate(coarse):
        same = fine[5 * k]
        assert state.poses.position_m[:2] == pytest.approx(same.poses.position_m[:2], abs=1e-6)
        assert state.poses.position_m[2, :2] == pytest.approx(same.poses.position_m[2, :2], abs=1e-6)
        assert state.poses.yaw_rad == pytest.approx(same.poses.yaw_rad, abs=1e-6)
        assert state.event_times_s == pytest.approx(same.event_times_s, abs=1e-6, nan_ok=True)
    assert not np.isnan(coarse[-1].event_times_s[:, 0]).any()


def test_braking_is_that_of_the_formula() -> None:
    states = after(Brake("ego", 4.0))
    t = np.clip(times(states) - 0.513, 0.0, 2.5)
    assert x_of(states) == pytest.approx(
        -100 + 10 * np.minimum(times(states), 0.513) + 10 * t - 2 * t**2, abs=1e-6
    )
    assert states[-1].velocity_mps[0] == pytest.approx((0, 0))
    assert states[-1].event_times_s[0] == pytest.approx((0.513, 3.013))


@pytest.mark.parametrize(
    "action", [Stop("ego", 7.0), Stop("ego", at=Place(-100 + 5.13 + FRONT_M + 7.0, -1.6))]
)
def test_stopping_ends_where_it_should(action: Stop) -> None:
    assert x_of(after(action))[-1] == pytest.approx(-100 + 5.13 + 7.0, abs=1e-6)


@pytest.mark.parametrize(
    ("action", "way_m", "speed_mps"),
    [
        (ChangeSpeed("ego", 4.0, over_s=2.0), 14.0 + 4 * 1.4, 4.0),
        (ChangeSpeed("ego", 4.0, over_s=2.0, smooth=True), 14.0 + 4 * 1.4, 4.0),
        (ChangeSpeed("ego", 4.0, over_m=14.0), 14.0 + 4 * 1.4, 4.0),
        (ChangeSpeed("ego", 4.0, accel_mps2=3.0), 14.0 + 4 * 1.4, 4.0),
        (ChangeSpeed("ego", -2.0), -2 * 3.4, -2.0),
        (FollowSpeeds("ego", (0.0, 1.0, 2.0), (6.0, 8.0, 2.0)), 7.0 + 5.0 + 2 * 1.4, 2.0),
    ],
)
def test_speeds_take_the_way_they_should(action: Action, way_m: float, speed_mps: float) -> None:
    states = after(action, at_s=0.55, duration_s=4.0)
    end = states[-1]
    assert end.time_s == pytest.approx(3.95)
    assert x_of(states)[-1] == pytest.approx(-94.5 + way_m, abs=1e-6)
    assert end.velocity_mps[0, 0] == pytest.approx(speed_mps)


def test_a_lane_change_ends_beside_with_the_same_heading() -> None:
    states = after(ChangeLane("ego", 1.5, 2.0))
    y = np.array([s.poses.position_m[0, 1] for s in states])
    assert y[0] == pytest.approx(-1.625)
    assert y[-1] == pytest.approx(-0.125)
    assert (np.diff(y) >= -1e-12).all()
    assert states[-1].poses.yaw_rad[0] == pytest.approx(0.0)
    assert x_of(states)[-1] == pytest.approx(-100 + 39.5)


def test_a_person_walks_straight_over_turns_and_stands() -> None:
    states = run(
        Event("over", (Cross("person", 4.0, 2.0),), Time(0.5)),
        Event("round", (Turn("person", 180.0, 1.0),), EventIs("over", "ended")),
        duration_s=5.0,
    )
    place = np.array([s.poses.position_m[2, :2] for s in states])
    assert place[:, 0] == pytest.approx(0.0, abs=1e-6)
    assert place[-1, 1] == pytest.approx(-4.0, abs=1e-6)
    on_the_way = (times(states) > 0.5) & (times(states) < 2.0)
    assert place[on_the_way, 1] == pytest.approx(-8 + 2.0 * (times(states)[on_the_way] - 0.5), abs=1e-6)
    assert abs(states[-1].poses.yaw_rad[2]) == pytest.approx(np.pi / 2)
    assert states[-1].poses.yaw_rad[2] < 0


def test_ways_lead_through_their_places() -> None:
    states = after(Drive("ego", (Place(-80.0, -1.625), Place(-80.0, 20.0))), duration_s=5.0)
    place = np.array([s.poses.position_m[0, :2] for s in states])
    assert place[-1, 0] == pytest.approx(-80.0, abs=1e-6)
    assert states[-1].poses.yaw_rad[0] == pytest.approx(np.pi / 2)
    assert np.hypot(*np.diff(place, axis=0).T) == pytest.approx(0.5, abs=2e-3)
    walk = after(Walk("person", (Place(3.0, -8.0), Place(3.0, -5.0)), 3.0), duration_s=5.0)
    assert walk[-1].poses.position_m[2, :2] == pytest.approx((3.0, -5.0), abs=1e-6)


def test_a_trajectory_begins_when_its_action_does() -> None:
    way = Trajectory((0.0, 1.0, 2.0), (0.0, 4.0, 8.0), (5.0, 5.0, 5.0), (0.0, 0.0, 0.0))
    states = after(FollowTrajectory("ego", way), at_s=0.55)
    k = round((0.55 + 1.0) * 20)
    assert states[k].poses.position_m[0, :2] == pytest.approx((4.0, 5.0))


def test_lights_signals_and_weather_are_switched() -> None:
    street = build_world("crossing", {})
    agents = (Vehicle("ego", "west_in_0", 20.0, "scripted", 5.0),)
    wet = ChangeWeather({"rain_mm_per_h": 8.0}, 1.0)
    events = (
        Event("on", (SwitchLights("ego", ("left", "right")), SwitchSignal("west", "green"), wet), Time(1.0)),
        Event("off", (SwitchLights("ego", (), ("left", "right")),), Time(2.0)),
        Event("green", (Brake("ego", 2.0),), SignalShows("west", "green")),
    )
    states = list(simulate(Scenario(street, agents, (), 3.0, events=events)))
    both = Lights.LEFT | Lights.RIGHT
    assert [bool(states[k].poses.lights[0] & both == both) for k in (10, 30, 50)] == [False, True, False]
    west = states[0].signal_names.index("west")
    assert {s.signals[west] for s in states[20:]} == {SignalColor.GREEN}
    assert states[0].signals[west] != SignalColor.GREEN
    assert states[-1].event_times_s[2, 0] == pytest.approx(1.0, abs=0.0501)
    rain = [states[k].environment.rain_mm_per_h for k in (20, 30, 50)]
    assert rain == pytest.approx([0, 4, 8], abs=1e-6)


def test_who_appears_later_or_leaves_is_out_of_sight() -> None:
    states = run(Event("in", (Appear("other"),), Time(1.0)), Event("out", (Leave("other"),), Time(2.0)))
    z = np.array([s.poses.position_m[1, 2] for s in states])
    there = np.abs(z) < 1.0
    assert there.tolist() == [1.0 <= s.time_s < 2.0 for s in states]
    assert states[20].poses.position_m[1, 0] == pytest.approx(-60.0)
    assert states[30].poses.position_m[1, 0] == pytest.approx(-58.0)


def test_what_does_not_go_as_said_is_told_with_its_time() -> None:
    slow, fast = ChangeSpeed("ego", 5.0, over_s=1.0), ChangeSpeed("ego", 12.0, over_s=1.0)
    told = rehearse(
        scenario(
            Event("slows", (slow,), Time(1.0)),
            Event("speeds up", (fast,), Time(1.5)),
            Event("never", (Brake("ego", 3.0),), Speed("ego", above_mps=99.0)),
            Event("no braking", (Brake("person", 3.0),), Time(2.0)),
        )
    )
    assert told == (
        "events[2]: 'never' never starts in the 4 s of the run",
        "events[1]: at 1.50 s: 'slows' and 'speeds up' both change the speed of 'ego'",
        "events[3]: at 2.00 s: goes 0 m/s, not more than 0",
    )
    crowded = (Vehicle("a", "eastbound_0", 50.0, "scripted"), Vehicle("b", "eastbound_0", 51.0, "scripted"))
    (told_start,) = rehearse(scenario(agents=crowded))
    assert told_start.startswith("agents: agents overlap at the start: a, b")


def test_event_times_are_stored_with_the_states(tmp_path: Path) -> None:
    states = run(Event("brakes", (Brake("ego", 4.0),), Time(0.513)), duration_s=1.0)
    writer = StateWriter(tmp_path)
    for state in states:
        writer.write(state)
    writer.close()
    reader = StateReader(tmp_path, states[0].roster, 20, 0, len(states), states[0].signal_names)
    for state in states:
        read = reader.state(state.tick).event_times_s
        assert read.tobytes() == np.ascontiguousarray(state.event_times_s).tobytes()


def test_traffic_yields_to_who_is_on_a_script() -> None:
    """Cars that drive as they like stop behind one that a script has stopped."""
    agents = (
        Vehicle("ego", "eastbound_0", 80.0, "scripted", 8.0),
        Vehicle("follower", "eastbound_0", 60.0, speed_mps=8.0),
    )
    events = (Event("stops", (Brake("ego", 3.0),), Time(0.5)),)
    states = list(simulate(Scenario(STREET, agents, (), 9.0, events=events)))
    gap = x_of(states, 0) - REAR_M - x_of(states, 1) - FRONT_M
    assert gap.min() > 0.3
    assert np.hypot(*states[-1].velocity_mps[1]) < 0.5
    assert states[-1].memory["last_resort"] == 0
