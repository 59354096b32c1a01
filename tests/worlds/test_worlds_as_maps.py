"""Our streets as OpenDRIVE files: read again they are equal, and have the lanes and links of the street."""

import numpy as np
import pytest

from sim.roads import read_opendrive
from worlds import avenue, crossing, opendrive
from worlds._to_map import map_of


@pytest.mark.parametrize(("street", "lanes"), [(crossing, 1), (crossing, 2), (avenue, 2)])
def test_streets_come_back_with_their_lanes(street, lanes, tmp_path):
    world = street.build(lanes=lanes)
    first = map_of(world)
    opendrive.export(world, str(tmp_path / "street.xodr"))
    network = read_opendrive(tmp_path / "street.xodr")
    assert network == first
    assert network.notes == ()
    table = network.lanes
    assert len(table) == len(world.network.lanes)
    for own in world.network.lanes:
        row = table.row((own.id, 0, -1))
        point, at = network.index.candidates(np.array(own.centre_m), reach_m=0.5)
        mine = at.lane == row
        assert set(point[mine]) == set(range(len(own.centre_m)))
        assert np.abs(at.t_m[mine]).max() < 1e-6
        assert table.lanes[row].type == own.kind
        assert table.width_m(np.array([row]), np.array([1.0]))[0] == pytest.approx(own.width_m)
        assert table.speed_limit_mps(np.array([row]), np.array([1.0]))[0] == own.speed_limit_mps
        after = {table.keys[k].road for k in network.graph.successors[row]}
        assert after == set(own.successors)
