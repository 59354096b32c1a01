"""Positions to lanes against brute force; links, routes and conflict areas against other algorithms."""

import numpy as np
import pytest
import shapely
from roads.road_maps import NAMES, network
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.roads import conflict_areas, lane_polygon


def inside_points(roads, count, seed):
    """Random points well inside random lanes: lane, s, t, xy."""
    rng = np.random.default_rng(seed)
    lanes = roads.lanes
    lane = rng.integers(0, len(lanes), count)
    s = lanes.from_s_m[lane] + rng.uniform(0.02, 0.98, count) * lanes.length_m()[lane]
    inner, outer = lanes.borders_m(lane, s)
    t = inner + rng.uniform(0.05, 0.95, count) * (outer - inner)
    wide = (np.abs(outer - inner) > 0.2) & np.array([lanes.lanes[k].type != "none" for k in lane])
    lane, s, t = lane[wide], s[wide], t[wide]
    return lane, s, t, roads.surface.points(lanes.road[lane], s, t)[:, :2]


@pytest.mark.parametrize("name", NAMES)
def test_every_point_of_a_lane_finds_it_again(name):
    roads = network(name)
    lane, s, t, xy = inside_points(roads, 400, 1)
    point, found = roads.index.candidates(xy)
    for k in range(len(lane)):
        hit = np.flatnonzero((point == k) & (found.lane == lane[k]))
        assert len(hit) == 1
        assert found.s_m[hit[0]] == pytest.approx(s[k], abs=1e-6)
        assert found.t_m[hit[0]] == pytest.approx(t[k], abs=1e-6)
        assert found.beyond_m[hit[0]] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_located_lanes_hold_the_points(name):
    roads = network(name)
    rng = np.random.default_rng(5)
    *_, xy = inside_points(roads, 150, 2)
    xy = xy + rng.normal(scale=3.0, size=xy.shape)
    found = roads.index.locate(xy, reach_m=2.0)
    polygons = [lane_polygon(roads, k) for k in range(len(roads.lanes))]
    wanted = np.array([lane.type != "none" for lane in roads.lanes.lanes])
    tree = shapely.STRtree(polygons)
    points = shapely.points(xy)
    at, holders = tree.query(points, predicate="within")
    away_m = shapely.distance(points[:, None], np.array(polygons)[None, wanted]).min(1)
    for k in range(len(xy)):
        own = {int(h) for h in holders[at == k] if wanted[h]}
        edge_m = min((polygons[h].exterior.distance(points[k]) for h in own), default=0.0)
        if own and edge_m > 0.05:
            assert found.beyond_m[k] == 0
        if found.beyond_m[k] == 0:
            assert polygons[found.lane[k]].distance(points[k]) < 0.05
        if away_m[k] > 2.1:
            assert found.lane[k] == -1
        elif 0.05 < away_m[k] < 1.9:
            assert found.beyond_m[k] == pytest.approx(away_m[k], abs=0.05)


def test_headings_choose_between_lanes_that_overlap():
    roads = network("Town02")
    lanes = roads.lanes
    rows = [k for k, key in enumerate(lanes.keys) if roads.road(key.road).junction and lanes.is_driving[k]]
    lane = np.array(rows)
    s = (lanes.from_s_m[lane] + lanes.to_s_m[lane]) / 2
    xy = lanes.points(lane, s)[:, :2]
    yaw = roads.surface.frame(lanes.road[lane], s).heading_rad + np.where(lanes.along[lane] < 0, np.pi, 0)
    found = roads.index.locate(xy, heading_rad=yaw, types={"driving"})
    own = roads.surface.frame(found.road, found.s_m).heading_rad + np.where(
        lanes.along[found.lane] < 0, np.pi, 0
    )
    assert (np.cos(own - yaw) > 0.5).all()
    assert (found.lane == lane).mean() > 0.9
    point, every = roads.index.candidates(xy, types={"driving"})
    back = roads.index.locate(xy, heading_rad=yaw + np.pi, types={"driving"})
    for k in np.flatnonzero(back.lane == lane):
        others = every.lane[(point == k) & (every.beyond_m == 0)]
        at = every.s_m[(point == k) & (every.beyond_m == 0)]
        own = roads.surface.frame(lanes.road[others], at).heading_rad + np.where(
            lanes.along[others] < 0, np.pi, 0
        )
        assert (np.cos(own - yaw[k] - np.pi) < 0.5).all()
    assert (back.lane != lane).sum() > 10


def test_nothing_within_reach():
    found = network("left_hand").index.locate(np.array([[1e5, 1e5], [0.0, 500.0]]))
    assert (found.lane == -1).all()
    assert np.isnan(found.s_m).all()
    assert network("left_hand").index.locate(np.zeros((0, 2))).lane.shape == (0,)


def named_links(name):
    roads = network(name)
    keys = roads.lanes.keys
    return {
        tuple(keys[a]): [tuple(keys[b]) for b in after]
        for a, after in enumerate(roads.graph.successors)
        if after
    }


def test_links_of_the_junction_by_hand():
    assert named_links("every_element") == {
        ("main-1", 0, -1): [("main-1", 1, -1)],
        ("main-1", 0, -4): [("main-1", 1, -2)],
        ("main-1", 1, 1): [("main-1", 0, 1)],
        ("main-1", 1, 2): [("main-1", 0, 2)],
        ("main-1", 1, -1): [("J1:a", 0, -1), ("J1:b", 0, -1)],
        ("straight/2", 0, 1): [("J1:a", 0, 1), ("J1:c", 0, -1)],
        ("side 3", 0, 1): [("J1:b", 0, 1), ("J1:c", 0, 1)],
        ("J1:a", 0, 1): [("main-1", 1, 1)],
        ("J1:a", 0, -1): [("straight/2", 0, -1)],
        ("J1:b", 0, 1): [("main-1", 1, 1)],
        ("J1:b", 0, -1): [("side 3", 0, -1)],
        ("J1:c", 0, 1): [("straight/2", 0, -1)],
        ("J1:c", 0, -1): [("side 3", 0, -1)],
    }


def test_links_of_left_hand_traffic_and_direct_junctions_by_hand():
    assert named_links("left_hand") == {("1", 0, 1): [("2", 0, 1)], ("2", 0, -1): [("1", 0, -1)]}
    assert named_links("direct_junction") == {
        ("highway", 0, -1): [("on", 0, -1)],
        ("highway", 0, -2): [("on", 0, -2)],
        ("highway", 0, -3): [("ramp", 0, -1)],
    }


@pytest.mark.parametrize("name", NAMES)
def test_linked_lanes_meet_head_to_tail(name):
    roads = network(name)
    lanes = roads.lanes
    pairs = np.array([(a, b) for a, after in enumerate(roads.graph.successors) for b in after])
    a, b = pairs.T
    end = np.where(lanes.along[a] > 0, lanes.to_s_m[a], lanes.from_s_m[a])
    start = np.where(lanes.along[b] > 0, lanes.from_s_m[b], lanes.to_s_m[b])
    # Lifted pavements may begin at another height; Town02's pavements do not join everywhere.
    gap = np.hypot(*(lanes.points(a, end) - lanes.points(b, start)).T[:2])
    driving = lanes.is_driving[a]
    assert driving.any()
    assert gap[driving].max() < (0.2 if name == "every_element" else 0.02)
    turn = [
        roads.surface.frame(lanes.road[x], s).heading_rad + np.where(lanes.along[x] < 0, np.pi, 0)
        for x, s in ((a, end), (b, start))
    ]
    assert (np.cos(turn[0] - turn[1])[driving] > 0.99).all()
    assert all(a in roads.graph.predecessors[b] for a, b in pairs)


def test_routes_are_the_shortest():
    roads = network("Town02")
    lanes, graph = roads.lanes, roads.graph
    driving = np.flatnonzero(lanes.is_driving)
    rows = [(a, b, lanes.length_m()[a]) for a in driving for b in graph.successors[a] if lanes.is_driving[b]]
    rows += [(a, b, 10.0) for a in driving for b in graph.beside(int(a))]
    a, b, cost = (np.array(x) for x in zip(*rows, strict=True))
    size = (len(lanes), len(lanes))
    shortest = dijkstra(csr_matrix((cost, (a.astype(int), b.astype(int))), size), indices=driving[::9])
    for start, row in zip(driving[::9], shortest, strict=True):
        for goal in driving[::7]:
            route = graph.route(int(start), int(goal))
            if not np.isfinite(row[goal]):
                assert route is None
                continue
            assert route is not None
            assert (route.lanes[0], route.lanes[-1]) == (start, goal)
            steps = list(zip(route.lanes, route.lanes[1:], strict=False))
            changes = [b not in graph.successors[a] for a, b in steps]
            assert all(b in graph.beside(a) for (a, b), change in zip(steps, changes, strict=True) if change)
            assert route.length_m + 10.0 * sum(changes) == pytest.approx(row[goal] + lanes.length_m()[goal])


@pytest.mark.parametrize("name", ["every_element", "Town02"])
def test_conflict_areas_against_points(name):
    roads = network(name)
    lanes = roads.lanes
    rng = np.random.default_rng(8)
    for junction in roads.junctions[:3]:
        areas = {area.lanes: area for area in conflict_areas(roads, junction.id)}
        rows = [k for k, key in enumerate(lanes.keys) if roads.road(key.road).junction == junction.id]
        rows = [k for k in rows if lanes.is_driving[k]]
        assert areas
        polygons = {k: lane_polygon(roads, k) for k in rows}
        for a in rows:
            s = rng.uniform(lanes.from_s_m[a], lanes.to_s_m[a], 120)
            inner, outer = lanes.borders_m(np.full(120, a), s)
            t = inner + rng.uniform(0, 1, 120) * (outer - inner)
            xy = roads.surface.points(lanes.road[np.full(120, a)], s, t)[:, :2]
            driven = s - lanes.from_s_m[a] if lanes.along[a] > 0 else lanes.to_s_m[a] - s
            for b in rows:
                if a == b or lanes.keys[a][:2] == lanes.keys[b][:2]:
                    continue
                inside = shapely.contains_xy(polygons[b], *xy.T)
                area = areas.get((min(a, b), max(a, b)))
                if area is None:
                    assert inside.mean() < 0.02
                    continue
                low, high = area.ranges_m[0 if a < b else 1]
                assert ((driven[inside] >= low - 1e-6) & (driven[inside] <= high + 1e-6)).all()
                rings = shapely.union_all([shapely.Polygon(ring) for ring in area.outline_m])
                assert rings.area == pytest.approx(polygons[a].intersection(polygons[b]).area, abs=0.1)
                assert all(shapely.is_ccw(shapely.LinearRing(ring)) for ring in area.outline_m)


def test_kinds_of_conflicts_by_hand():
    roads = network("every_element")
    keys = roads.lanes.keys
    kinds = {}
    for area in conflict_areas(roads, "J 1"):
        pair = [f"{keys[k].road[-1]}{keys[k].lane:+d}" for k in area.lanes]
        kinds.setdefault(area.kind, set()).add("".join(pair))
    assert kinds == {
        "diverge": {"a-1b-1", "a+1c-1", "b+1c+1"},
        "merge": {"a+1b+1", "a-1c+1", "b-1c-1"},
        "cross": {"a+1b-1", "a+1c+1", "b-1c+1"},
    }
