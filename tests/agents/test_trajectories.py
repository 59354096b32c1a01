"""Recorded trajectories: exact where they say something, smooth between, and others keep clear of them."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from sim.agents.separation import disc_gap_m, rectangles_overlap
from sim.agents.setting import PERSON_RADIUS_M
from sim.agents.trajectory import Courses, Trajectory
from sim.bodies import Lights, VehicleSpec
from sim.errors import UsageError
from sim.scenario import Pedestrian, Scenario, Vehicle
from sim.scenario.catalog import build_world
from sim.scenario.checks import check_agents
from sim.scenario.files import dump, load
from sim.scenario.trajectory_files import read_trajectory, trajectory_text
from sim.simulation import simulate

RNG = np.random.default_rng(8)


def curve(count=30, seed=3, **more):
    """A way with bends, halts and a turn through pi."""
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.uniform(0.3, 0.9, count)) - 2.0
    yaw = np.cumsum(rng.normal(0, 0.4, count)) + 3.0
    step = np.where(rng.random(count) < 0.25, 0.0, rng.uniform(0.2, 4.0, count))
    step[5:8] = 0.0
    xy = np.cumsum(step[:, None] * np.stack([np.cos(yaw), np.sin(yaw)], 1), 0)
    yaw = (yaw + np.pi) % (2 * np.pi) - np.pi
    return Trajectory(*(tuple(map(float, a)) for a in (time, *xy.T, yaw)), **more)


def test_at_the_given_times_everybody_is_exactly_where_the_trajectory_says():
    way = curve()
    course = Courses([way])
    for k, time_s in enumerate(way.time_s):
        at = course.at(time_s)
        assert at.position_m[0, :2].tolist() == [way.x_m[k], way.y_m[k]]
        assert np.isclose(np.exp(1j * at.yaw_rad[0]), np.exp(1j * way.yaw_rad[k]), atol=1e-12)


def test_places_and_velocities_are_continuous_and_velocity_is_the_rate_of_place():
    way = curve()
    course, fine = Courses([way]), 1e-5
    times = np.sort(
        np.concatenate([way.time_s[1:-1], RNG.uniform(way.time_s[0], way.time_s[-1] - 1e-3, 300)])
    )
    for time_s in times:
        low, here, high = (course.at(time_s + d) for d in (-fine, 0.0, fine))
        rate = (high.position_m - low.position_m)[0, :2] / (2 * fine)
        assert np.allclose(rate, here.velocity_mps[0], atol=2e-2)
        assert np.allclose(low.velocity_mps, high.velocity_mps, atol=2e-2)
        assert abs(high.yaw_rad - low.yaw_rad)[0] < 1e-3
        assert np.allclose(low.yaw_rate_radps, high.yaw_rate_radps, atol=2e-2)


def test_nobody_overshoots_a_halt_and_turns_go_the_short_way():
    way = Trajectory((0.0, 1.0, 2.0, 3.0), (0.0, 5.0, 5.0, 9.0), (0.0,) * 4, (3.1, -3.1, -3.1, 3.1))
    course = Courses([way])
    x, yaw = np.array([(s.position_m[0, 0], s.yaw_rad[0]) for s in map(course.at, np.linspace(0, 3, 301))]).T
    assert (np.diff(x) >= 0).all()
    assert (x[100:201] == 5.0).all()
    assert np.ptp(yaw) < 0.1


def test_before_and_after_it_stands():
    way = curve()
    course = Courses([way])
    for time_s, k in ((-1e3, 0), (way.time_s[0] - 1e-9, 0), (way.time_s[-1], -1), (1e3, -1)):
        at = course.at(time_s)
        assert at.position_m[0, :2].tolist() == [way.x_m[k], way.y_m[k]]
        assert (at.velocity_mps == 0).all()
        assert (at.yaw_rate_radps == 0).all()
        assert (at.accel_mps2 == 0).all()


def test_a_given_speed_is_the_speed_then():
    way = curve(speed_mps=tuple(RNG.uniform(-2, 9, 30).tolist()))
    course = Courses([way])
    found = [course.at(t).speed_mps[0] for t in way.time_s[:-1]]
    assert np.allclose(found, way.speed_mps[:-1], atol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time_s": ()}, "time_s is empty"),
        ({"x_m": (1.0,)}, "x_m has 1 entries, wanted 3"),
        ({"z_m": (1.0,)}, "z_m has 1 entries, wanted 3"),
        ({"time_s": (0.0, 2.0, 2.0)}, r"time_s\[2\] is 2.0, wanted more than 2.0"),
        ({"time_s": (0.0, float("nan"), 2.0)}, r"time_s\[1\] is nan"),
    ],
)
def test_a_trajectory_that_cannot_be_is_refused(change, message):
    values = {"time_s": (0.0, 1.0, 2.0)} | dict.fromkeys(("x_m", "y_m", "yaw_rad"), (0.0,) * 3) | change
    with pytest.raises(UsageError, match=message):
        Trajectory(**values)


@pytest.fixture(scope="module")
def street():
    return build_world("crossing", {"furniture_per_100m": 0.0})


@pytest.fixture(scope="module")
def run(street):
    """A car, a bicycle and a person who go where they like."""
    agents = (
        Vehicle("ego", "south_in_0", 30.0, speed_mps=8.0),
        Vehicle("bike", "east_in_0", 20.0, speed_mps=4.0, body=VehicleSpec("bicycle")),
        Pedestrian("p", walker(street)),
    )
    scenario = Scenario(street, agents, (), duration_s=14.0, seed=3)
    return scenario, list(simulate(scenario))


def walker(street):
    nodes = {node.id: node.xy_m for node in street.network.walk_nodes}
    edge = next(e for e in street.network.walk_edges if not e.crosswalk and e.width_m > 1.0)
    return nodes[edge.a]


def recorded(states, name):
    row = states[0].roster.row(name)
    columns = [(s.time_s, *s.poses.position_m[row, :2], s.poses.yaw_rad[row]) for s in states]
    return Trajectory(*(tuple(map(float, c)) for c in zip(*columns, strict=True)))


def test_a_recorded_run_comes_back(run, tmp_path):
    scenario, states = run
    agents = []
    for agent in scenario.agents:
        (tmp_path / f"{agent.name}.csv").write_text(trajectory_text(recorded(states, agent.name)))
        way = read_trajectory(tmp_path / f"{agent.name}.csv")
        assert way == recorded(states, agent.name)
        common = {"behavior": "trajectory", "body": agent.body, "trajectory": way}
        kind = Vehicle if isinstance(agent, Vehicle) else Pedestrian
        agents.append(kind(agent.name, **common))
    again = list(simulate(dataclasses.replace(scenario, agents=tuple(agents))))
    vehicles = [0, 1]
    for one, other in zip(states, again, strict=True):
        assert np.array_equal(one.poses.position_m[:3, :2], other.poses.position_m[:3, :2])
        assert np.allclose(one.poses.yaw_rad[:3], other.poses.yaw_rad[:3], atol=1e-12)
    late = slice(5, -1)
    for name, most in (("wheel_rad", 0.02), ("steer_rad", 0.06), ("gait_weight", 0.2)):
        one, other = (np.array([getattr(s.poses, name)[:3] for s in run]) for run in (states, again))
        assert np.abs(one - other)[late].max() < most, name
    speed, same = (np.array([s.velocity_mps[vehicles] for s in run]) for run in (states, again))
    assert np.abs(speed - same)[late].max() < 0.35
    rider = again[0].roster.row("bike.rider")
    hips = np.array([s.poses.position_m[[rider, 1], :2] for s in again])
    assert np.ptp(np.hypot(*(hips[:, 0] - hips[:, 1]).T)) < 1e-9


def test_wheels_roll_as_far_as_the_body_goes_backward_too(street):
    x = 20.0 + 6.0 * np.sin(np.linspace(0, 6, 61))
    way = Trajectory(tuple(np.linspace(0, 6, 61).tolist()), tuple(x.tolist()), (-1.6,) * 61, (0.0,) * 61)
    scenario = Scenario(
        street, (Vehicle("a", behavior="trajectory", trajectory=way),), (), duration_s=6.0, warmup_s=1.0
    )
    states = list(simulate(scenario))
    rig = states[0].roster.bodies[0].skeleton
    place = np.array([s.poses.position_m[0, 0] for s in states])
    wheel = np.array([s.poses.wheel_rad[0] for s in states])
    assert np.allclose((wheel - wheel[0]) * rig.wheel_radius_m, place - place[0], atol=1e-9)
    assert np.ptp(np.sign(np.diff(wheel))) == 2
    assert all(s.poses.steer_rad[0] == 0 for s in states)
    stands = np.array([abs(s.velocity_mps[0, 0]) < 0.05 for s in states])
    braking = np.array([bool(s.poses.lights[0] & Lights.BRAKE) for s in states])
    assert braking[stands].all()
    assert 0 < braking.mean() < 0.9


def overlaps(states, scenario):
    """Ticks at which a guided vehicle's rectangle touches anybody."""
    roster, out = states[0].roster, []
    box = np.array([b.footprint_m for b in roster.bodies])
    led = [k for k, a in enumerate(scenario.agents) if a.behavior == "trajectory"]
    for state in states:
        pose = np.concatenate([state.poses.position_m[:, :2], state.poses.yaw_rad[:, None]], 1)
        for k in led:
            for n, kind in enumerate(roster.categories):
                if n == k or n in roster.rider_of:
                    continue
                pair = np.array([k]), np.array([n])
                if kind.is_vehicle:
                    hit = rectangles_overlap(pose[pair[0]], box[pair[0]], pose[pair[1]], box[pair[1]], 0.0)
                else:
                    hit = disc_gap_m(pose[pair[1], :2], pose[pair[0]], box[pair[0]]) < PERSON_RADIUS_M
                if hit[0]:
                    out.append(state.tick)
    return out


def test_drivers_stop_behind_who_stands_in_their_lane_and_follow_who_goes_on(street):
    lane = next(lane for lane in street.network.lanes if lane.id == "south_in_0")
    line = np.array(lane.centre_m)
    ahead = (line[1] - line[0]) / np.hypot(*(line[1] - line[0]))
    yaw = float(np.arctan2(ahead[1], ahead[0]))
    at = [line[0] + ahead * s for s in (40.0, 40.0, 52.0)]
    way = Trajectory((0.0, 8.0, 12.0), *(tuple(float(p[k]) for p in at) for k in (0, 1)), (yaw,) * 3)
    agents = (
        Vehicle("led", behavior="trajectory", trajectory=way),
        Vehicle("car", lane.id, 4.0, speed_mps=9.0),
    )
    scenario = Scenario(street, agents, (), duration_s=12.0)
    states = list(simulate(scenario))
    assert overlaps(states, scenario) == []
    speed = np.array([np.hypot(*s.velocity_mps[1]) for s in states])
    assert speed[140:160].max() < 0.1
    gap = (np.array(at[0]) - states[150].poses.position_m[1, :2]) @ ahead
    nose = states[0].roster.bodies[1].footprint_m[1]
    tail = states[0].roster.bodies[0].footprint_m[0]
    assert 0.5 < gap + tail - nose < 4.0
    assert speed[200:].max() > 0.8
    assert min(s.accel_mps2[1] for s in states) > -7.5


def test_drivers_let_pass_who_runs_across(street):
    lane = next(lane for lane in street.network.lanes if lane.id == "south_in_0")
    line = np.array(lane.centre_m)
    ahead = (line[1] - line[0]) / np.hypot(*(line[1] - line[0]))
    left = np.array([-ahead[1], ahead[0]])
    middle = line[0] + ahead * 30.0
    places = [middle + left * t for t in (7.0, 7.0, -7.0)]
    yaw = float(np.arctan2(-left[1], -left[0]))
    xs, ys = (tuple(float(p[k]) for p in places) for k in (0, 1))
    agents = (
        Pedestrian(
            "child", behavior="trajectory", trajectory=Trajectory((0.0, 0.3, 4.3), xs, ys, (yaw,) * 3)
        ),
        Vehicle("car", lane.id, 8.0, speed_mps=9.0),
    )
    scenario = Scenario(street, agents, (), duration_s=6.0)
    states = list(simulate(scenario))
    car = np.array([[*s.poses.position_m[1, :2], s.poses.yaw_rad[1]] for s in states])
    child = np.array([s.poses.position_m[0, :2] for s in states])
    box = np.repeat(np.array([states[0].roster.bodies[1].footprint_m]), len(states), 0)
    assert disc_gap_m(child, car, box).min() > 0.5
    assert min(np.hypot(*s.velocity_mps[1]) for s in states) < 3.0
    assert np.hypot(*states[-1].velocity_mps[1]) > 0.5


def test_people_at_a_zebra_wait_for_who_does_not_stop():
    street = build_world("avenue", {"furniture_per_100m": 0.0})
    zebra = street.network.crosswalks[0]
    lane = next(lane for lane in street.network.lanes if lane.id == zebra.lanes[0][0])
    line, enter_m = np.array(lane.centre_m), zebra.lanes[0][1]
    ahead = (line[1] - line[0]) / np.hypot(*(line[1] - line[0]))
    ends = np.array([line[0] + ahead * (enter_m + s) for s in (-60.0, 40.0)])
    yaw = (float(np.arctan2(ahead[1], ahead[0])),) * 2
    passing = Trajectory((0.0, 8.0), tuple(ends[:, 0].tolist()), tuple(ends[:, 1].tolist()), yaw)
    side = np.array(zebra.start_m) - zebra.end_m
    wait_m = np.array(zebra.start_m) + side / np.hypot(*side) * 1.2
    person = Pedestrian("p", tuple(wait_m.tolist()), goal_m=zebra.end_m, speed_mps=1.4)
    with_car = (Vehicle("led", behavior="trajectory", trajectory=passing), person)
    tracks = []
    for agents in (with_car, (person,)):
        scenario = Scenario(street, agents, (), duration_s=14.0)
        states = list(simulate(scenario))
        assert overlaps(states, scenario) == []
        tracks.append(np.array([s.poses.position_m[-1, :2] @ side / np.hypot(*side) for s in states]))
    crossed = [int(np.argmax(track < track[0] - 6.0)) for track in tracks]
    assert 0 < crossed[1] < 120
    assert crossed[0] > crossed[1] + 40


def test_who_is_led_is_led_whatever_stands_in_the_way(street):
    place = walker(street)
    way = Trajectory((0.0, 4.0), (place[0] - 2.0, place[0] + 2.0), (place[1],) * 2, (0.0, 0.0))
    agents = (
        Pedestrian("led", behavior="trajectory", trajectory=way),
        *(Pedestrian(f"p{k}", (place[0] + k, place[1]), "stand") for k in (0, 1)),
    )
    states = list(simulate(Scenario(street, agents, (), duration_s=4.0)))
    found = np.array([s.poses.position_m[0, :2] for s in states])
    expected = np.array([Courses([way]).at(s.time_s).position_m[0, :2] for s in states])
    assert np.array_equal(found, expected)


def test_who_stands_on_the_pavement_with_wheels_stands_on_it(street):
    place = walker(street)
    way = Trajectory((0.0,), (place[0],), (place[1],), (0.3,))
    given = dataclasses.replace(way, z_m=(1.5,))
    for one, z_m in ((way, 0.12), (given, 1.5)):
        agents = (Vehicle("a", behavior="trajectory", trajectory=one, body=VehicleSpec("bicycle")),)
        state = next(simulate(Scenario(street, agents, ())))
        assert state.poses.position_m[0].tolist() == pytest.approx([*place, z_m])


@pytest.mark.parametrize(
    ("agent", "message"),
    [
        (Vehicle("a", behavior="trajectory"), "trajectory: missing"),
        (Vehicle("a"), "lane: missing"),
        (Pedestrian("a"), "start_m: missing"),
        (
            Pedestrian("a", (0.0, 0.0), trajectory=curve()),
            "behavior 'walk', wanted the behavior",
        ),
        (Vehicle("a", "south_in_0", behavior="trajectory", trajectory=curve()), "lane, route: given with"),
        (Pedestrian("a", (0.0, 1.0), "trajectory", trajectory=curve()), "start_m, goal_m: given with"),
        (Pedestrian("a", behavior="trajectory", trajectory=curve(z_m=(0.0,) * 30)), "z_m: of a person"),
        (
            Vehicle("a", behavior="trajectory", trajectory=Trajectory((0.0,), (2e4,), (0.0,), (0.0,))),
            r"trajectory\.x_m\[0\]: 20000.0 is out of range",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(street, agent, message):
    with pytest.raises(UsageError, match=message):
        check_agents(Scenario(street, (agent,), ()))


HEAD = "time_s,x_m,y_m,yaw_rad\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv, line 1: no column 'time_s'"),
        (HEAD, "a.csv: no line below its columns"),
        ("time_s,x_m,y_m,yaw\n", "a.csv, line 1: unknown column 'yaw'"),
        ("time_s,x_m,y_m\n0,0,0\n", "a.csv, line 1: wanted one of the columns yaw_rad and yaw_deg"),
        ("time_s,x_m,y_m,yaw_rad,yaw_deg\n", "a.csv, line 1: wanted one of the columns"),
        ("time_s,x_m,y_m,y_m,yaw_rad\n", "a.csv, line 1: column 'y_m' twice"),
        (HEAD + "0,1,2,3\n1,x,2,3\n", "a.csv, line 3, column x_m: 'x' is no finite number"),
        (HEAD + "0,1,2,3\n1,nan,2,3\n", "a.csv, line 3, column x_m: 'nan' is no finite number"),
        (HEAD + "0,1,2,3\n1,1_0,2,3\n", "a.csv, line 3, column x_m: '1_0' is no finite number"),
        (HEAD + "0,1,2,3\n1,2,3\n", "a.csv, line 3: 3 values, wanted 4"),
        (HEAD + "0,1,2,3\n\n1,2,3,4\n", "a.csv, line 3: 0 values, wanted 4"),
        (HEAD + "0,1,2,3\n0.0,2,3,4\n", "a.csv, line 3, column time_s: 0.0, wanted more than 0.0"),
        (HEAD + '0,"1,2,3\n', "a.csv, line 2: no CSV"),
    ],
)
def test_each_mistake_in_a_file_names_line_and_column(tmp_path, text, message):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(UsageError) as raised:
        read_trajectory(path)
    assert str(raised.value).startswith(message)


def test_degrees_other_orders_and_ends_of_lines_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        "\ufeffyaw_deg, y_m,x_m,time_s,speed_mps\r\n90,2,1,-0.5,3\r\n-90,4,3,0.5,-1e0\r\n\r\n".encode()
    )
    half = np.pi / 2
    expected = Trajectory((-0.5, 0.5), (1.0, 3.0), (2.0, 4.0), (half, -half), speed_mps=(3.0, -1.0))
    assert read_trajectory(path) == expected


def scenario_file(folder: Path, name: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(
        "roadreel: 1\nworld: {name: avenue}\nseed: 1\nsensors: []\nagents:\n"
        f"- vehicle: {{name: a, behavior: trajectory, trajectory: {name}}}\n"
    )
    return path


def test_scenario_files_name_trajectories_beside_them_and_dump_holds_them(tmp_path):
    (tmp_path / "ways").mkdir()
    (tmp_path / "ways" / "a.csv").write_text(trajectory_text(curve()))
    scenario = load(scenario_file(tmp_path, "ways/a.csv"))
    assert scenario.agents[0].trajectory == curve()
    other = tmp_path / "other.yaml"
    other.write_text(dump(scenario))
    (tmp_path / "ways" / "a.csv").unlink()
    assert load(other) == scenario


@pytest.mark.parametrize("name", ["../a.csv", "/etc/passwd", "link.csv", "ways/../../a.csv", '"\\0"'])
def test_trajectories_elsewhere_are_refused(tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "a.csv").write_text(trajectory_text(curve()))
    (folder / "link.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(UsageError, match=r"agents\[0\]\.vehicle\.trajectory: .* leads out of the scenario's"):
        load(scenario_file(folder, name))


def test_a_trajectory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"agents\[0\]\.vehicle\.trajectory: 'b.csv': no such file"):
        load(scenario_file(tmp_path, "b.csv"))
