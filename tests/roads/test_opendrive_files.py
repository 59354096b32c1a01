"""Reading and writing: values by hand, what is noted, what is refused with which words, and the way back."""

import dataclasses
import math

import numpy as np
import pytest
from roads.road_maps import MAPS, NAMES, OWN, network, path

from sim.errors import UsageError
from sim.roads import Note, read_opendrive, write_opendrive
from sim.roads.furniture import CornerLocal, CornerRoad, Repeat, Validity
from sim.roads.lanes import MarkLine
from sim.roads.opendrive import document
from sim.roads.road import Connection, JunctionController, LaneLink, Priority, RoadLink, RoadType, Shape

ROAD = """<?xml version="1.0"?>
<OpenDRIVE>
 <header revMajor="1" revMinor="6"/>
 <road name="" length="10" id="a" junction="-1">
  <planView>
   <geometry s="0" x="0" y="0" hdg="0" length="10"><line/></geometry>
  </planView>
  <lanes>
   <laneSection s="0">
    <center><lane id="0" type="none"/></center>
    <right>
     <lane id="-1" type="driving">
      <width sOffset="0" a="3" b="0" c="0" d="0"/>
     </lane>
    </right>
   </laneSection>
  </lanes>
 </road>
</OpenDRIVE>
"""


@pytest.fixture
def read(tmp_path):
    def reading(text):
        file = tmp_path / "map.xodr"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_opendrive(file)

    return reading


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_again(name, tmp_path):
    first = network(name)
    write_opendrive(first, tmp_path / "again.xodr")
    again = read_opendrive(tmp_path / "again.xodr")
    assert again == first
    assert again.notes == ()
    write_opendrive(again, tmp_path / "third.xodr")
    assert (tmp_path / "third.xodr").read_bytes() == (tmp_path / "again.xodr").read_bytes()


@pytest.mark.parametrize("name", OWN)
def test_our_maps_are_read_whole(name):
    assert network(name).notes == ()


def test_values_of_every_element():
    roads = network("every_element")
    main = roads.road("main-1")
    assert (roads.name, roads.version) == ("every element", (1, 6))
    assert roads.geo_reference.startswith("+proj=tmerc")
    assert roads.offset_m == (100, -50, 2, 0.5)
    assert [type(g).__name__ for g in main.plan_view] == [
        *("Line", "Spiral", "Arc", "Spiral", "Poly3", "ParamPoly3", "ParamPoly3")
    ]
    assert [g.normalized for g in main.plan_view[-2:]] == [True, False]
    assert main.successor == RoadLink("junction", "J 1")
    assert roads.road("J1:a").predecessor == RoadLink("road", "main-1", "end")
    assert roads.road("straight/2").name == "Straße"
    assert main.types == (
        RoadType(0.0, "town", 50 / 3.6, "DE"),
        RoadType(120.0, "town", 20 * 0.44704),
        RoadType(150.0, "town", math.inf),
    )
    assert main.shapes[1] == Shape(10.0, 0.0, 0.0, 0.0, 0.001, 0.00005)
    mark = main.sections[0].center.marks[0]
    assert (mark.type, mark.weight, mark.color, mark.lane_change) == (
        "solid broken",
        "bold",
        "yellow",
        "increase",
    )
    assert mark.lines[1] == MarkLine(3.0, 6.0, -0.12, 1.5, 0.1, "caution", "white")
    zebra, hedge, bollards, bay = main.objects
    assert zebra.type == "crosswalk"
    assert zebra.outlines[0].corners[1] == CornerLocal(1.5, -3.1)
    assert hedge.outlines[0].corners[2] == CornerRoad(22.0, 9.6, 0.1, 1.1)
    assert (hedge.outlines[1].closed, hedge.outlines[1].outer) == (False, False)
    assert hedge.repeats == (Repeat(20.0, 20.0, 0.0, (9.0, 10.0), (1.0, 1.4), (0.0, 0.0), (0.6, 0.8)),)
    assert (bollards.radius_m, bollards.repeats[0].height_m) == (0.08, None)
    assert bollards.validity == (Validity(-4, -1),)
    assert bay.parking is not None
    assert bay.parking.access == "handicapped"
    light, sign = main.signals
    assert (light.id, light.dynamic, light.value, light.h_offset_rad) == ("light A", True, -1.0, 0.05)
    assert (sign.type, sign.subtype, sign.value, sign.unit, sign.text) == (
        "274",
        "30",
        30.0,
        "km/h",
        "Schule",
    )
    assert roads.signals["light A"] == (0, light)
    assert roads.road("side 3").signal_references[0].id == "light A"
    assert roads.controllers[0].controls[0].signal_id == "light A"
    junction = roads.junctions[roads.junction_number["J 1"]]
    assert junction.connections[0] == Connection("0", "main-1", "J1:a", "start", (LaneLink(-1, -1),))
    assert junction.priorities == (Priority("J1:a", "J1:c"),)
    assert junction.controllers == (JunctionController("phase 1", "0", 1),)


def test_what_is_not_read_is_named_with_its_line():
    text = path("Town02").read_text().splitlines()
    for note in network("Town02").notes:
        tag = note.text.partition(">")[0]
        assert tag in text[note.line - 1]
        assert sum(tag in line for line in text) >= note.count


def changes(kind):
    """(replaced, by what, line, words) of maps/changes.txt."""
    _, *blocks = (MAPS / "changes.txt").read_text("utf-8").rstrip("\n").split("\n\n")
    for block in blocks:
        before, after, words = block.split("\n")
        after = after.removeprefix("-")
        if words.startswith("note, ") == (kind == "note"):
            place, _, text = words.removeprefix("note, ").partition(": ")
            yield before, after, int(place.removeprefix("line ")), text


@pytest.mark.parametrize(("before", "after", "line", "words"), list(changes("note")))
def test_notes(read, before, after, line, words):
    assert before in ROAD
    assert read(ROAD.replace(before, after, 1)).notes == (Note(line, words),)


@pytest.mark.parametrize(("before", "after", "line", "words"), list(changes("error")))
def test_broken_files(read, tmp_path, before, after, line, words):
    assert before in ROAD
    with pytest.raises(UsageError) as error:
        read(ROAD.replace(before, after, 1))
    assert str(error.value) == f"{tmp_path / 'map.xodr'}: line {line}: {words}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not XML: no element found"),
        ("hello", "not XML: syntax error"),
        (ROAD.replace("</lanes>", ""), "not XML: mismatched tag: line 18"),
        (ROAD.replace("<?xml version", "<?xml encoding='nowhere' version"), "not XML"),
        ("<osm/>", "line 1: <osm>: wanted <OpenDRIVE> as the file's first element"),
        ("<OpenDRIVE/>", "line 1: <OpenDRIVE>: wanted at least one <road> in it"),
        ("<OpenDRIVE>" + "<a>" * 80, "wanted elements within 64 others"),
        (
            '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><OpenDRIVE>&c;</OpenDRIVE>',
            "a document type or entity: wanted a file without",
        ),
        (b"\xff\xfe\x00", "not XML"),
        (ROAD.encode().replace(b'name=""', b'name="\xff"'), "not XML: not well-formed"),
    ],
)
def test_what_is_not_opendrive(read, text, words):
    with pytest.raises(UsageError) as error:
        read(text)
    assert words in str(error.value)


def test_files_that_are_not_there_or_too_large(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="cannot be read"):
        read_opendrive(tmp_path / "none.xodr")
    with pytest.raises(UsageError, match="cannot be read"):
        read_opendrive(tmp_path)
    monkeypatch.setattr(document, "MAX_BYTES", 100)
    with pytest.raises(UsageError, match="wanted at most 100"):
        read_opendrive(path("left_hand"))
    with pytest.raises(UsageError, match="cannot be written"):
        write_opendrive(network("left_hand"), tmp_path / "no" / "map.xodr")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings_and_namespaces(read, encoding):
    text = ROAD.replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{encoding}"?>')
    text = text.replace('name=""', 'name="Straße"')
    plain = read(text.encode(encoding))
    assert plain.roads[0].name == "Straße"
    assert plain == read(
        text.replace("<OpenDRIVE>", '<OpenDRIVE xmlns="http://code.asam.net/x">').encode(encoding)
    )


def test_names_with_marks_come_back(tmp_path):
    roads = network("left_hand")
    odd = "<&\"'> \t\n é 道"
    named = dataclasses.replace(
        roads, name=odd, roads=(dataclasses.replace(roads.roads[0], name=odd, id=odd, successor=None),)
    )
    write_opendrive(named, tmp_path / "map.xodr")
    assert read_opendrive(tmp_path / "map.xodr") == named


def test_bounds_are_those_of_the_roads(tmp_path):
    roads = network("left_hand")
    write_opendrive(roads, tmp_path / "map.xodr")
    header = next(document.parse(tmp_path / "map.xodr").walk()).children[0]
    north, south, east, west = (float(header.attributes[k]) for k in ("north", "south", "east", "west"))
    xy = np.concatenate(
        [roads.frame(road.id, np.linspace(0, road.length_m, 500)).xyz_m for road in roads.roads]
    )
    np.testing.assert_allclose([south, west], [xy[:, 1].min(), xy[:, 0].min()], atol=1e-9)
    np.testing.assert_allclose([north, east], [xy[:, 1].max(), xy[:, 0].max()], atol=1e-9)
