"""Any damage to a map: a network or one clear error, never a crash; what is read can be used and written."""

import re
import xml.etree.ElementTree as ET

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roads.road_maps import OWN, path

from sim.errors import UsageError
from sim.roads import conflict_areas, read_opendrive, write_opendrive

VALUES = (
    *(
        "",
        "0",
        "-0",
        "1",
        "-1",
        "2",
        "1e9",
        "-1e9",
        "1e300",
        "1e-300",
        "nan",
        "inf",
        "0x10",
        "1e",
        " 7 ",
        "9" * 40,
    ),
    *(
        "road",
        "junction",
        "start",
        "end",
        "+",
        "none",
        "true",
        "perhaps",
        "\x7f",
        "道",
        "main-1",
        "J 1",
        "J1:a",
    ),
)
OPTIONS = settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
SOURCES = {name: path(name).read_bytes() for name in OWN}


def used(file):
    """Reads the file and takes everything from it that can be taken."""
    message = ""
    try:
        roads = read_opendrive(file)
    except UsageError as error:
        message = str(error)
    if message:
        assert re.search(r"line \d+|not XML", message)
        assert message.startswith(f"{file}: ")
        return
    lanes = roads.lanes
    if len(lanes):
        every = np.arange(len(lanes))
        points = lanes.points(every, (lanes.from_s_m + lanes.to_s_m) / 2)
        assert np.isfinite(points).all()
        roads.index.locate(points[:5, :2])
        roads.graph.route(0, len(lanes) - 1)
    for junction in roads.junctions:
        conflict_areas(roads, junction.id)
    again = file.with_name("again.xodr")
    write_opendrive(roads, again)
    assert read_opendrive(again) == roads


@OPTIONS
@given(st.data())
def test_damaged_elements(tmp_path_factory, data):
    root = ET.fromstring(SOURCES[data.draw(st.sampled_from(OWN))])
    for _ in range(data.draw(st.integers(1, 3))):
        parents = [element for element in root.iter() if len(element)]
        parent = data.draw(st.sampled_from(parents))
        child = data.draw(st.sampled_from(list(parent)))
        damage = data.draw(
            st.sampled_from(["value", "value", "value", "drop", "remove", "copy", "move", "rename"])
        )
        if damage in ("value", "drop") and child.attrib:
            name = data.draw(st.sampled_from(sorted(child.attrib)))
            child.attrib.pop(name)
            if damage == "value":
                child.set(name, data.draw(st.sampled_from(VALUES) | st.floats().map(repr)))
        elif damage == "remove":
            parent.remove(child)
        elif damage == "copy":
            parent.append(child)
        elif damage == "move" and not any(node is parent for node in child.iter()):
            parent.remove(child)
            # Not below itself: that would be no tree.
            inside = set(child.iter())
            data.draw(st.sampled_from([x for x in root.iter() if x not in inside])).append(child)
        elif damage == "rename":
            child.tag = data.draw(st.sampled_from(["lane", "road", "line", "junction", "width", "other"]))
    file = tmp_path_factory.getbasetemp() / "fuzz.xodr"
    file.write_bytes(ET.tostring(root, "utf-8"))
    used(file)


@OPTIONS
@given(st.data())
def test_damaged_bytes(tmp_path_factory, data):
    text = bytearray(SOURCES[data.draw(st.sampled_from(OWN))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = at + data.draw(st.sampled_from([0, 1, 2, 10, 500]))
        text[at:end] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"<", b">", b'"', b"&", b"9", b"-", b"e"])
        )
    file = tmp_path_factory.getbasetemp() / "fuzz.xodr"
    file.write_bytes(bytes(text))
    used(file)
