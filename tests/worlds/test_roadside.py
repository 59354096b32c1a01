"""What stands beside kerbs and behind pavements leaves people and cars their room."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.scenery.furniture import LONG_KINDS
from sim.world import Building
from worlds import avenue, crossing
from worlds._gardens import closed_gaps, garden_trees, gardens
from worlds._roadside import discs_of, guarded_kerb, overhead_wires, road_works, street_signs

MODULES = (avenue, crossing)
FRONT = ((0.0, 10.0), (90.0, 10.0))
STREET = {"signs_per_100m": 10.0, "parking": True, "speed_limit_kph": 30.0}


def ends_of(prop):
    """(2, 2) ends of a prop along its own y axis; both its place if it has no length."""
    half = prop.length_m / 2 * np.array([-np.sin(prop.yaw_rad), np.cos(prop.yaw_rad)])
    return np.array([prop.x_m, prop.y_m]) + np.stack([-half, half])


def distance_m(segment, other):
    """Least distance of two segments (2, 2), 0 where they cross; sampled every few centimetres."""
    share = np.linspace(0, 1, 400)[:, None]
    points = segment[0] + share * (segment[1] - segment[0])
    step = other[1] - other[0]
    t = np.clip((points - other[0]) @ step / max(float(step @ step), 1e-12), 0, 1)
    return float(np.hypot(*(points - other[0] - t[:, None] * step).T).min())


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("seed", range(6))
def test_people_walk_clear_of_everything_long(module, seed):
    """Fences, walls and railings stand outside of all strips people use, crossings included."""
    world = module.sample(np.random.default_rng(seed))
    nodes = {node.id: np.array(node.xy_m) for node in world.network.walk_nodes}
    long = [ends_of(p) for p in world.props if p.kind in LONG_KINDS and p.kind != "wires"]
    middles = np.array([ends.mean(0) for ends in long]).reshape(-1, 2)
    reach = np.array([np.hypot(*(ends[1] - ends[0])) / 2 for ends in long])
    for edge in world.network.walk_edges:
        way = np.stack([nodes[edge.a], nodes[edge.b]])
        # Where a crossing is, people fan out over its width; beside it the two strips are tied by 1 m.
        room = 0.3 if edge.crosswalk else 0.25
        near = np.hypot(*(middles - way.mean(0)).T) < reach + np.hypot(*(way[1] - way[0])) / 2 + room
        for k in np.flatnonzero(near):
            assert distance_m(way, long[k]) >= room


@pytest.mark.parametrize("module", MODULES)
def test_nothing_of_two_reaches_into_one_another(module):
    """Posts, lamps, trees and furniture beside kerbs stand apart; none stands in a railing."""
    for seed in range(5):
        world = module.sample(np.random.default_rng(seed))
        posts = [p for p in world.props if not p.length_m and p.kind not in ("bollard", "cone", "shrub")]
        places = np.array([(p.x_m, p.y_m) for p in posts])
        apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 9 * np.eye(len(places))
        assert apart.min() >= 0.25
        rails = [ends_of(p) for p in world.props if p.kind == "railing"]
        for rail in rails:
            for k in np.flatnonzero(np.hypot(*(places - rail.mean(0)).T) < 6.0):
                assert distance_m(rail, np.stack([places[k], places[k]])) >= 0.1


def house(x_m, width_m):
    return Building(x_m, 14.0, 0.0, width_m, 9.0, 2, 3.2, 3.0, "plaster", (200,) * 3, "flat", False, 3)


@pytest.mark.parametrize("seed", range(8))
def test_gardens_are_closed_but_for_their_gates(seed):
    houses = (house(4.0, 20.0), house(30.0, 25.0), house(60.0, 28.0))
    props = gardens(FRONT, houses, 4.0, seed)
    front = [p for p in props if abs(np.sin(p.yaw_rad) + 1) < 1e-9 and p.y_m < 10.5 and p.length_m]
    spans = sorted((p.x_m - p.length_m / 2, p.x_m + p.length_m / 2) for p in front)
    assert all(b[0] >= a[1] - 1e-9 for a, b in pairwise(spans))
    gaps = [b[0] - a[1] for a, b in pairwise([(0.0, 0.0), *spans, (90.0, 90.0)])]
    shelters = sum(p.kind == "bus_stop" for p in props)
    assert sum(g > 0.5 for g in gaps) <= 3 + shelters
    assert sum(gaps) <= 3 * 3.0 + 3 * 0.6 + 6.4 * shelters + 1e-6
    assert all(10.0 < p.y_m < 14.0 for p in props)


def test_an_open_building_line_is_closed_wherever_no_house_stands():
    for seed in range(20):
        props = closed_gaps(FRONT, (house(10.0, 30.0), house(52.0, 38.0)), seed)
        closed = [p for p in props if p.length_m]
        room = {"bus_stop": 6.4, "kiosk": 3.2, "dumpster": 4.9}
        want = 10.0 + 12.0 - 2 * 0.1 - sum(room.get(p.kind, 0.0) for p in props)
        assert sum(p.length_m for p in closed) == pytest.approx(want)
        assert all(not (10.0 < p.x_m < 40.0 or p.x_m > 52.0) for p in props)


def test_trees_stand_in_gardens_that_have_room():
    assert garden_trees(FRONT, 2.9, 3) == ()
    trees = garden_trees(FRONT, 6.0, 3)
    assert trees
    assert all(10.0 < t.y_m < 16.0 for t in trees)


def test_signs_face_who_drives_beside_them_and_keep_their_number():
    kerb = ((200.0, 5.0), (0.0, 5.0))
    signs = street_signs(kerb, STREET, 4, ())
    assert len(signs) == 20
    assert all(p.y_m == pytest.approx(4.55) for p in signs)
    facing = np.cos([p.yaw_rad for p in signs])
    assert np.allclose(np.abs(facing), 1.0)
    assert (facing < 0).sum() > 12
    blocked = [(x, 5.0, 3.0) for x in np.arange(0.0, 201.0, 2.0)]
    assert street_signs(kerb, STREET, 4, blocked) == ()
    assert street_signs(kerb, {**STREET, "signs_per_100m": 0.0}, 4, ()) == ()


def test_wires_hang_from_pole_to_pole():
    props = overhead_wires(((0.0, 5.0), (200.0, 5.0)), 7, ())
    poles = [p for p in props if p.kind == "wire_pole"]
    spans = [p for p in props if p.kind == "wires"]
    assert len(spans) == len(poles) - 1 >= 4
    for (a, b), span in zip(pairwise(poles), spans, strict=True):
        assert np.allclose(ends_of(span), [(a.x_m, a.y_m), (b.x_m, b.y_m)])


def test_road_works_are_rare_closed_and_in_the_kerb_strip():
    found = [works for seed in range(200) if (works := road_works(((0.0, 0.0), (100.0, 0.0)), seed, ()))]
    assert 12 <= len(found) <= 50
    for works in found:
        barriers = [p for p in works if p.kind == "barrier"]
        corners = np.concatenate([ends_of(p) for p in barriers])
        assert len(barriers) == 4
        assert corners[:, 1].min() > 0.1
        assert corners[:, 1].max() < 0.8
        assert {p.kind for p in works} == {"barrier", "cone", "sign_road_works"}


def test_discs_cover_what_they_keep_clear():
    rails = guarded_kerb("railing", [(0.0, 0.0), (7.3, 0.0)], 1)
    discs = np.array(discs_of(rails))
    for end in (*ends_of(rails[0]), *np.linspace(*ends_of(rails[0]), 50)):
        assert (np.hypot(*(discs[:, :2] - end).T) <= discs[:, 2]).any()
    assert guarded_kerb("", [(0.0, 0.0), (7.3, 0.0)], 1) == ()
