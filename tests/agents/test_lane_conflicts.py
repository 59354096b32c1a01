"""Where bodies on two lanes meet, who is next on a lane, where long vehicles fit: against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from sim.agents.conflicts import LaneConflicts, siblings
from sim.agents.lane_order import LaneOrder
from sim.agents.lanes import LaneMap
from sim.agents.long_ways import LongWays
from sim.agents.sweeps import LONG, USUAL, Envelope, envelopes_of
from worlds import avenue, crossing, old_town

CAR, BUS = Envelope(-1.1, 4.1, 1.1), Envelope(-3.4, 8.8, 1.28, (8.7, 8.7))
BUS_FOOTPRINT, BUS_BASE_M = (-3.366, 8.77, 1.275), 5.9


@pytest.fixture(scope="module")
def junction():
    """(lanes, conflicts) of a junction of one lane each way, for cars and buses."""
    lanes = LaneMap(crossing.build().network.lanes)
    return lanes, LaneConflicts(lanes, (CAR, BUS))


def body(lanes, lane, s_m, envelope):
    """The rectangle of a body on a lane, its axles beside a bend as they are for long vehicles."""
    at, which = np.array([s_m]), np.array([lane])
    (xy,), (yaw,) = lanes.position(which, at)
    (bend,), (slope,), _ = lanes.bend(which, at)
    cut = envelope.cut_m2[0]
    x, y = xy + cut * bend * np.array([-np.sin(yaw), np.cos(yaw)])
    heading = yaw + np.arctan(cut * slope)
    c, s = np.cos(heading), np.sin(heading)
    low, high, half = envelope.tail_m, envelope.nose_m, envelope.half_width_m
    corners = [(low, -half), (high, -half), (high, half), (low, half)]
    return shapely.Polygon([(x + c * u - s * v, y + s * u + c * v) for u, v in corners])


def test_bodies_outside_the_stretches_never_touch_and_inside_some_do(junction):
    lanes, conflicts = junction
    rng, met = np.random.default_rng(0), 0
    inside = np.flatnonzero(conflicts.is_junction)
    beside = siblings(lanes)
    envelopes = (CAR, BUS)
    for _ in range(2500):
        i, j = rng.choice(inside, 2, replace=False).tolist()
        if j in beside[i]:
            continue
        a, b = rng.integers(2, size=2).tolist()
        s = rng.uniform(0.0, lanes.length_m[[i, j]])
        touch = body(lanes, i, s[0], envelopes[a]).intersects(body(lanes, j, s[1], envelopes[b]))
        for lane, size, at, other, others in ((i, a, s[0], j, b), (j, b, s[1], i, a)):
            front, rear = at + envelopes[size].nose_m, at + envelopes[size].tail_m
            enter = conflicts.enter_m.one(size, lane, others, other)
            leave = conflicts.leave_m.one(size, lane, others, other)
            assert not touch or (enter < front and rear < leave) or rear > lanes.length_m[lane]
        met += touch
    assert met > 100


def test_who_parts_is_ahead_until_the_tail_is_off_the_way(junction):
    lanes, conflicts = junction
    beside = siblings(lanes)
    for i in np.flatnonzero(conflicts.is_junction).tolist():
        for j in beside[i][beside[i] >= 0].tolist():
            shared = conflicts.shared_m.one(USUAL, i, USUAL, j)
            assert shared > 0
            for s_i in np.arange(shared - CAR.tail_m, lanes.length_m[i], 1.0):
                here = body(lanes, i, s_i, CAR)
                assert not any(
                    here.intersects(body(lanes, j, s, CAR)) for s in np.arange(0, lanes.length_m[j])
                )


def test_cars_turn_round_side_by_side_but_not_beside_a_bus():
    lanes = LaneMap(avenue.build(lanes=2).network.lanes)
    conflicts = LaneConflicts(lanes, (CAR, BUS))
    inner, outer = lanes.index("east_loop_0"), lanes.index("east_loop_1")
    assert conflicts.is_granted[[inner, outer]].all()
    assert not conflicts.is_junction.any()
    assert not conflicts.crosses.any()
    assert conflicts.enter_m.one(USUAL, outer, USUAL, inner) == np.inf
    assert conflicts.enter_m.one(USUAL, outer, LONG, inner) < lanes.length_m[outer]
    assert np.isfinite(conflicts.gate_s_m[[lanes.index("eastbound_0"), lanes.index("eastbound_1")]]).all()


def test_envelopes_hold_everybody_of_their_size():
    rng = np.random.default_rng(1)
    boxes = np.stack([-rng.uniform(0.3, 3, 40), rng.uniform(1, 9, 40), rng.uniform(0.3, 1.3, 40)], 1)
    usual, long = envelopes_of(boxes, np.zeros(40))
    for k, envelope in enumerate((usual, long)):
        own = boxes[(boxes[:, 1] - boxes[:, 0] > 6.0) == bool(k)]
        assert (own[:, 0].min(), *own[:, 1:].max(0)) == (
            envelope.tail_m,
            envelope.nose_m,
            envelope.half_width_m,
        )
    assert envelopes_of(boxes[:0], np.zeros(0)) == (None, None)


def test_next_and_last_on_lanes_against_looking_at_everybody():
    rng = np.random.default_rng(2)
    for _ in range(20):
        lane, s, who = rng.integers(4, size=30), rng.uniform(-40, 90, 30).round(), rng.integers(12, size=30)
        order = LaneOrder(lane, s, who)
        ask, at, but = rng.integers(5, size=50), rng.uniform(-60, 120, 50).round(), rng.integers(12, size=50)
        for found, sign in ((order.after(ask, at, but), 1), (order.before(ask, at, but), -1)):
            for k in range(50):
                near = (lane == ask[k]) & (sign * s > sign * at[k])
                # Who is left out is left out once, as every vehicle is on a lane at most once in traffic.
                first = np.flatnonzero(near)[np.argsort(sign * s[near], kind="stable")]
                wanted = {sign * np.inf} if not len(first) else {s[first[0]], *s[first[1:2]]}
                assert found[0][k] in wanted | ({sign * np.inf} if len(first) < 2 else set())
                assert not np.isfinite(found[0][k]) or lane[(who == found[1][k]) & (s == found[0][k])].size
        alone = LaneOrder(np.zeros(6, int), np.arange(6.0), np.arange(6))
        at_m, one = alone.after(np.zeros(6, int), np.arange(6.0) - 0.5, np.arange(6))
        assert at_m.tolist() == [1, 2, 3, 4, 5, np.inf]
        assert one[:5].tolist() == [1, 2, 3, 4, 5]


def test_buses_go_straight_on_and_round_turning_circles_but_do_not_turn_in_narrow_streets():
    world = crossing.build(lane_width_m=3.3)
    lanes = LaneMap(world.network.lanes)
    ways = LongWays(world, lanes).of(BUS_FOOTPRINT, BUS_BASE_M)
    for k, lane in enumerate(world.network.lanes):
        if lane.kind == "driving" and lane.turn == "straight":
            assert ways[k], lane.id
    assert not any(ways[lanes.index(n.id)] for n in world.network.lanes if n.turn == "right")
    narrow = crossing.build(lane_width_m=2.9)
    assert not LongWays(narrow, LaneMap(narrow.network.lanes)).of(BUS_FOOTPRINT, BUS_BASE_M).any()
    for k in np.flatnonzero(ways):
        after = lanes.successors[k][lanes.successors[k] >= 0]
        assert ways[after].any()
    winding = old_town.build(winding=1.0)
    assert not LongWays(winding, LaneMap(winding.network.lanes)).of(BUS_FOOTPRINT, BUS_BASE_M).all()
