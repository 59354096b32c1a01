"""Coverage of toy streets against counts made by hand from the labels' own lines."""

import itertools
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from sim.cli import main
from sim.coverage import MEASURES, Scope, measure_coverage, plan_from_yaml, to_html, to_json, to_text
from sim.dataset import read
from sim.errors import UsageError
from sim.geometry.meeting import time_to_collision_s
from sim.importing import import_dataset
from sim.testing.toys import ToyStreet
from sim.writers import export

PLAN = """
at_least: 3
of: objects
axes:
  category: [vehicle, human.pedestrian, human.pedestrian.child]
  distance_m: [0, 6, 12, 25, 60]
  truncation: [0, 0.001, 1]
  people_in_view: [0, 1, 2, 20]
  near: {measure: smallest_ttc_s, bands: [0, 1, 4, .inf]}
together:
  - [category, distance_m]
  - [people_in_view, category, truncation]
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    root = tmp_path_factory.mktemp("toys")
    for seed in (3, 4):
        ToyStreet(seed=seed, ticks=5, agents=8).write(root, f"toy-{seed}", last=seed == 4)
    return root


def lines(root):
    """The labels' lines as they are on disk."""
    for path in sorted(root.rglob("labels.jsonl")):
        for line in path.read_text().splitlines():
            yield path.parent.name, json.loads(line)


def test_every_cell_is_what_a_count_by_hand_gives(dataset):
    found = measure_coverage(read(dataset), plan_from_yaml(PLAN, "plan"))
    (table,) = [t for t in found.tables if t.combination.name == "category x distance_m"]
    bands = {f"{a}-{b}": (a, b) for a, b in itertools.pairwise((0, 6, 12, 25, 60))}
    total = 0
    for cell in table.cells:
        word, band = cell.bands
        low, high = bands[band]
        frames, tracks, sequences, objects = set(), set(), set(), 0
        for name, record in lines(dataset):
            for a in record["annotations"]:
                is_child = a["category"].startswith("human.pedestrian.child")
                fits = a["category"].startswith(word) and not (word == "human.pedestrian" and is_child)
                if a["visible_px"] and fits and low <= a["distance_m"] < high:
                    objects += 1
                    frames.add((name, record["sensor"], record["frame"]))
                    tracks.add((name, a["instance_id"]))
                    sequences.add(name)
        assert (cell.objects, cell.frames) == (objects, len(frames)), cell.bands
        assert (cell.tracks, cell.sequences) == (len(tracks), len(sequences)), cell.bands
        total += objects
    assert total > 50, "the street must be full enough to tell"
    assert table.missing(found.plan.goal) == [c for c in table.cells if c.objects < 3]
    assert found.frames == len(list(lines(dataset)))
    assert found.sequences == 2


def test_bands_of_an_axis_and_what_lies_outside_are_everything_there_is(dataset):
    found = measure_coverage(read(dataset), plan_from_yaml(PLAN, "plan"))
    for table in found.tables[:5]:
        (axis,) = table.combination.axes
        outside = found.outside[axis.name]
        of_objects = axis.measure.scope is Scope.OBJECT
        counted = sum(cell.objects if of_objects else cell.frames for cell in table.cells)
        everything = found.objects if of_objects else found.frames
        assert counted + outside.beyond + outside.without == everything, axis.name
    fixed = sum(record["sensor"] == "pole" for _, record in lines(dataset))
    assert found.outside["near"].without == fixed, "a fixed camera has no ego"


def test_cameras_of_the_plan_alone_are_counted(dataset):
    plan = plan_from_yaml("cameras: [pole]\naxes: {distance_m: [0, 100]}", "plan")
    found = measure_coverage(read(dataset), plan)
    assert found.frames == sum(record["sensor"] == "pole" for _, record in lines(dataset))
    with pytest.raises(UsageError, match=r"no sequence has rear; there are: front, pole"):
        measure_coverage(read(dataset), plan_from_yaml("cameras: [rear]\naxes: {distance_m: [0, 1]}", "p"))


def test_every_measure_has_a_value_that_its_words_know(dataset):
    axes = {n: [0, 1] if m.words is None else list(m.words) or ["x"] for n, m in MEASURES.items()}
    found = measure_coverage(read(dataset), plan_from_yaml(json.dumps({"axes": axes}), "plan"))
    for name, measure in MEASURES.items():
        if measure.words:
            assert found.outside[name].beyond == 0, name
    assert found.outside["world"].without + found.outside["world"].beyond == found.frames


box = st.tuples(
    *[st.floats(-15, 15)] * 2, st.floats(-4, 4), st.floats(0.5, 8), st.floats(0.5, 3), *[st.floats(-9, 9)] * 2
)


@given(box, box)
def test_boxes_touch_when_the_time_says_and_not_before(one, other):
    rows = np.array([one, other])
    time_s = time_to_collision_s(rows[:, :2], rows[:, 2], rows[:, 3:5], rows[:, 5:], 0)
    assert time_s[0] == np.inf

    def apart_m(at_s):
        """How far the hull of differences of their corners is from the origin; below 0: overlap."""
        shapes = [corners(row, at_s, np.array(one[5:])) for row in rows]
        differences = (shapes[0][:, None] - shapes[1][None]).reshape(-1, 2)
        return ConvexHull(differences).equations[:, 2].max()

    if np.isfinite(time_s[1]) and time_s[1] < 1e3:
        assert apart_m(time_s[1]) < 1e-6
        assert time_s[1] == 0 or all(apart_m(time_s[1] * share) > -1e-6 for share in np.linspace(0, 1, 30))
    else:
        assert all(apart_m(at_s) > -1e-6 for at_s in np.linspace(0, 30, 100))


def corners(row, at_s, frame_mps):
    x, y, yaw, length, width, *velocity = row
    turn = np.array([[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]])
    signs = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]])
    return (signs * (length / 2, width / 2)) @ turn.T + (x, y) + (np.array(velocity) - frame_mps) * at_s


class Cells(HTMLParser):
    """Texts of the page's cells, and tags that were left open."""

    def __init__(self):
        super().__init__()
        self.open, self.cells = [], []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)
        if tag == "td" and ("class", "plain") not in attrs:
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["td"]:
            self.cells[-1] += data


def test_the_page_and_the_table_say_what_was_counted(dataset):
    found = measure_coverage(read(dataset), plan_from_yaml(PLAN, "plan"))
    page = Cells()
    page.feed(to_html(found, "a <b> & c"))
    page.close()
    assert page.open == []
    cells = [cell for table in found.tables for cell in table.cells]
    assert page.cells == [str(cell.count("objects")) for cell in cells]
    text = to_text(found)
    assert text.count("   empty") == sum(cell.count("objects") == 0 for cell in cells)
    assert text.count("   empty") + text.count("   short") == found.missing
    data = json.loads(to_json(found))
    assert [c["frames"] for t in data["tables"] for c in t["cells"]] == [cell.frames for cell in cells]
    assert sum(not c["covered"] for t in data["tables"] for c in t["cells"]) == found.missing


def test_the_command(dataset, tmp_path):
    axes = tmp_path / "axes.yaml"
    axes.write_text(PLAN)
    run = CliRunner().invoke(
        main, ["coverage", str(dataset), "--axes", str(axes), "--html", str(tmp_path / "c.html")]
    )
    assert run.exit_code == 0
    assert run.stdout == to_text(measure_coverage(read(dataset), plan_from_yaml(PLAN, "plan")))
    assert (tmp_path / "c.html").stat().st_size > 1000
    assert CliRunner().invoke(main, ["coverage", str(dataset), "--axes", str(axes), "--check"]).exit_code == 1
    axes.write_text("axes: {distance_m: [0, 1000]}")
    run = CliRunner().invoke(main, ["coverage", str(dataset), "--axes", str(axes), "--check", "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["tables"][0]["cells"][0]["covered"]
    listed = CliRunner().invoke(main, ["coverage", "--measures"])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(MEASURES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", r"f\.yaml: wanted a mapping with 'axes'"),
        ("axes: {}", r"f\.yaml: wanted a mapping with 'axes'"),
        (
            "axes: {distance: [0, 1]}",
            r"f\.yaml: axes: distance: unknown measure 'distance': did you mean 'distance_m'",
        ),
        (
            "axes: {distance_m: [0]}",
            r"axes: distance_m: bands are \[0\], wanted two or more",
        ),
        ("axes: {distance_m: [0, 5, 5]}", "wanted two or more ascending numbers"),
        ("axes: {distance_m: [0, .nan]}", "wanted two or more ascending numbers"),
        ("axes: {distance_m: [0, true]}", "wanted two or more ascending numbers"),
        ("axes: {distance_m: near}", "distance_m is 'near', wanted a list"),
        (
            "axes: {weather: [clear, hail]}",
            r"weather: unknown word 'hail': .*known: broken, clear, fog, overcast, rain, snow",
        ),
        ("axes: {category: [a, a]}", "wanted words, each once"),
        (
            "axes: {near: {measure: ttc_s}}",
            r"near: wanted a list of bands, or measure and bands; got",
        ),
        ("axes: {distance_m: [0, 1]}\nwhat: 1", "unknown key 'what'"),
        (
            "axes: {distance_m: [0, 1]}\nof: pixels",
            "of is 'pixels', wanted frames, sequences, tracks or",
        ),
        ("axes: {distance_m: [0, 1]}\nat_least: 0", "at_least is 0, wanted a whole number, 1 or more"),
        ("axes: {distance_m: [0, 1]}\ntogether: [[distance_m]]", "wanted two or more axes, each once"),
        ("axes: {distance_m: [0, 1]}\ntogether: [[distance_m, x]]", "together: unknown axis 'x'"),
        ("axes: {distance_m: [0, 1]}\ncameras: [1]", "cameras is .1., wanted names of cameras"),
        ("axes: {distance_m: [0, 1", r"f\.yaml, line 1, column"),
    ],
)
def test_bad_plans_are_told_apart(text, message):
    with pytest.raises(UsageError, match=message):
        plan_from_yaml(text, "f.yaml")


def test_too_many_cells_are_refused():
    axes = {name: list(range(400)) for name in ("distance_m", "speed_mps")}
    with pytest.raises(UsageError, match=r"cells, wanted at most 100,000"):
        plan_from_yaml(json.dumps({"axes": axes, "together": [list(axes)]}), "f.yaml")


def test_imported_sets_are_counted_as_far_as_they_tell(dataset, tmp_path):
    """Our own boxes, written as MOT and read back: the same heights; no light, no speeds."""
    export(dataset, tmp_path / "mot", ["mot"])
    import_dataset("mot", tmp_path / "mot" / "mot", tmp_path / "back")
    axes = tmp_path / "axes.yaml"
    text = "axes: {box_height_px: [0, 5, 10, 20, 64], weather: [clear, broken, overcast], ttc_s: [0, 9]}"
    axes.write_text(text)
    run = CliRunner().invoke(main, ["coverage", str(tmp_path / "back"), "--axes", str(axes), "--json"])
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    assert found["objects"] > 30
    assert sum(c["objects"] for c in found["tables"][0]["cells"]) == found["objects"]
    for unknown, all_there_are in (("weather", found["frames"]), ("ttc_s", found["objects"])):
        assert found["outside"][unknown] == {"beyond": 0, "without": all_there_are}
