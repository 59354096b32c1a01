"""SCHEMA.md names every file, field, channel, class and column there is, with the types they have."""

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import sim.dataset
from sim.bodies import KEYPOINT_NAMES
from sim.dataset.layout import IMAGE_SUFFIX, SCHEMA_VERSION
from sim.frame import CHANNELS, NO_OTHER_FRAME, PANOPTIC_CLASS
from sim.geometry import BrownConrady, KannalaBrandt
from sim.scenario import CAMERA_CHANNELS
from sim.taxonomy import Semantic
from sim.testing.toys import ToyStreet

TEXT = (Path(sim.dataset.__file__).parent / "SCHEMA.md").read_text("utf-8")


def section(title):
    """The text below a heading, and the names in the first column of its tables."""
    text = re.split(r"\n#+ ", TEXT.split(f"# {title}\n", 1)[1])[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    names = {
        " ".join(re.sub(r"\(.*?\)", "", name).split()).strip("`")
        for cell in cells
        for name in cell.split(",")
    }
    return text, names


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("schema")
    ToyStreet(seed=3, ticks=3, channels=CAMERA_CHANNELS).write(root, "s", ("native", "mot"))
    return root


def test_the_version_is_this_one(folder):
    assert TEXT.startswith(f"# The native format\n\nSchema version {SCHEMA_VERSION}. ")
    assert json.loads((folder / "manifest.json").read_text())["schema_version"] == SCHEMA_VERSION


def test_every_field_of_the_manifest_is_described(folder):
    record = json.loads((folder / "manifest.json").read_text())
    _, names = section("manifest.json")
    assert set(record) == {n for n in names if "[" not in n} - {"field", "---"}
    assert {f"sequences[].{key}" for key in record["sequences"][0]} == {n for n in names if "[]" in n}


def test_every_field_of_a_sequence_is_described(folder):
    record = json.loads((folder / "sequences/s/sequence.json").read_text())
    _, names = section("sequence.json")
    sensor = record["sensors"][0]
    described = {*record, *record["agents"][0], *sensor["camera"]} - {"camera"}
    assert described == names - {"field", "---"}
    assert set(sensor) == {"camera", "intrinsics"}
    assert set(record["channels"]) == set(CHANNELS)
    for key in sensor["intrinsics"]:
        assert f"`{key}`" in TEXT
    for lens in (BrownConrady, KannalaBrandt):
        assert f"`{lens().model}`" in TEXT
        assert ", ".join(f"`{n}`" for n in vars(lens()) if re.fullmatch(r"[kp]\d", n)) in TEXT


def test_every_field_of_a_label_is_described(folder):
    records = [json.loads(line) for line in (folder / "sequences/s/labels.jsonl").read_text().splitlines()]
    _, names = section("labels.jsonl")
    expected = set().union(*records)
    rows = [a for record in records for a in record["annotations"]]
    expected |= set().union(*rows)
    expected |= {f"occluders[].{key}" for a in rows for o in a["occluders"] for key in o}
    expected |= {f"keypoints.{key}" for a in rows if a["keypoints"] for key in a["keypoints"]}
    assert expected == names - {"field", "---"}
    text = " ".join(section("labels.jsonl")[0].split())
    assert ", ".join(name.replace("_", " ") for name in KEYPOINT_NAMES) in text
    for key in rows[0]["attributes"]:
        assert f"`{key}`" in text


def test_every_column_of_the_states_is_described(folder):
    names = pq.read_schema(folder / "sequences/s/states.parquet").names
    _, described = section("states.parquet")
    feet = {n for n in names if re.match(r"(left|right)_foot_", n)}
    assert {"left_foot_x_m ... right_foot_z_m", "left_foot_yaw_rad", "left_foot_pitch_rad"} <= described
    listed = {n for n in described if "foot" not in n and n not in ("column", "---", "right_...")}
    assert listed - {"instance_id and all below"} == set(names) - feet - {"instance_id"}


def test_every_channel_and_class_is_described():
    text, names = section("Images")
    assert names - {"channel", "---"} == set(CHANNELS)
    for name, channel in CHANNELS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` "))
        _, _, file, array, _, nothing, _ = row.split("|")
        assert file.split()[0].strip(",") == ("TIFF" if IMAGE_SUFFIX[name] == ".tiff" else "PNG")
        assert ("(H, W)" in array) == (channel.bands == 1)
        assert channel.bands == 1 or f"(H, W, {channel.bands})" in array
        assert channel.dtype in array
        assert channel.invalid.split()[0] in nothing or channel.invalid == "none"
    assert str(PANOPTIC_CLASS) in text
    assert str(NO_OTHER_FRAME) in text
    assert f"/{next(iter(CHANNELS))}/000000.png" in section("Folder")[0].replace("      ", "/")
    listed = dict(re.findall(r"(\d+) ([a-z ]+)[,;.]", section("Semantic classes")[0].replace("\n", " ")))
    assert {int(number): name for number, name in listed.items() if number != "16"} == {
        int(c): c.name.lower().replace("_", " ") for c in Semantic if c != 16
    }
