"""Moments against brute force over all states: each once, its right neighbors, no later than need be."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.moments import is_due, moments
from sim.scenario import Camera

TICK_HZ = 20
RATES = tuple(rate for rate in range(1, TICK_HZ + 1) if TICK_HZ % rate == 0)

runs = st.tuples(st.lists(st.sampled_from(RATES), max_size=5), st.integers(0, 45), st.integers(0, 60))


def setup(rates, first, count):
    cameras = [Camera(f"c{k}", rate_hz=rate) for k, rate in enumerate(rates)]
    return cameras, [SimpleNamespace(tick=first + k, tick_hz=TICK_HZ) for k in range(count)]


def frames_of(camera, states):
    """The states a camera takes a picture of: every tick that is a whole number of its periods."""
    return [state for state in states if state.tick * camera.rate_hz % TICK_HZ == 0]


@given(runs)
@settings(deadline=None, max_examples=150)
def test_every_state_once_with_each_cameras_neighboring_frames(run):
    cameras, states = setup(*run)
    found = list(moments(iter(states), cameras))
    assert [m.state for m in found] == states
    for moment in found:
        due = {c.name: frames_of(c, states) for c in cameras if moment.state in frames_of(c, states)}
        assert set(moment.before) == set(moment.after) == set(due)
        for name, frames in due.items():
            k = frames.index(moment.state)
            assert moment.before[name] is (frames[k - 1] if k else None)
            assert moment.after[name] is (frames[k + 1] if k + 1 < len(frames) else None)


@given(runs)
@settings(deadline=None, max_examples=80)
def test_a_moment_waits_for_its_own_and_earlier_neighbors_only(run):
    """States taken in before a moment comes out: up to the last next frame of it and of all before it."""
    cameras, states = setup(*run)
    taken = []

    def feed():
        for state in states:
            taken.append(state)
            yield state

    needed = 0
    for k, moment in enumerate(moments(feed(), cameras)):
        for state in moment.after.values():
            needed = max(needed, len(states) if state is None else states.index(state) + 1)
        assert len(taken) == max(needed, k + 1)


@given(st.sampled_from(RATES), st.integers(0, 500))
def test_due_ticks_are_whole_periods(rate, tick):
    state = SimpleNamespace(tick=tick, tick_hz=TICK_HZ)
    assert is_due(Camera("c", rate_hz=rate), state) == (tick * rate % TICK_HZ == 0)
