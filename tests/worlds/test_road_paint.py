"""Arrows point where traffic goes; words have the letters they are told, ahead of who reads them."""

import numpy as np
import pytest
import shapely

from sim.scenery import GLYPHS
from worlds import avenue, crossing
from worlds._road_paint import arrow, word


def area_of(*markings):
    return shapely.union_all([shapely.Polygon(m.outline_m) for m in markings])


def ahead_left(geometry, foot, heading):
    """Bounds in the reader's frame: (ahead, left) from and to."""
    c, s = np.cos(heading), np.sin(heading)
    xy = (shapely.get_coordinates(geometry) - foot) @ np.array([[c, -s], [s, c]])
    return xy.min(0), xy.max(0)


@pytest.mark.parametrize("heading", [0.0, 1.1, np.pi])
def test_arrows_have_a_head_for_every_turn(heading):
    foot = (12.0, -3.0)
    for turns in (("straight",), ("left",), ("right",), ("straight", "left"), ("straight", "left", "right")):
        drawn = area_of(arrow(foot, heading, turns))
        assert drawn.is_valid
        assert drawn.geom_type == "Polygon"
        low, high = ahead_left(drawn, foot, heading)
        assert low[0] == pytest.approx(0.0, abs=1e-3)
        assert high[0] == pytest.approx(4.4 if "straight" in turns else 2.95, abs=1e-3)
        assert (high[1] > 0.8) == ("left" in turns)
        assert (low[1] < -0.8) == ("right" in turns)


def test_words_read_from_left_to_right_ahead():
    foot, heading = (5.0, 2.0), 0.7
    drawn = area_of(*word("LI", foot, heading))
    low, high = ahead_left(drawn, foot, heading)
    assert -0.15 < low[0] < high[0] < 2.1
    # The upright of L is on the left, its foot near the reader; the I stands on the right.
    c, s = np.cos(heading), np.sin(heading)

    def painted(ahead, left):
        return drawn.intersects(shapely.Point(foot[0] + ahead * c - left * s, foot[1] + ahead * s + left * c))

    assert painted(1.8, 0.55)
    assert painted(0.02, 0.3)
    assert not painted(1.8, 0.2)
    assert painted(1.0, -0.33)
    assert not painted(1.0, 0.0)


def test_every_letter_is_painted_without_holes():
    for letter in GLYPHS:
        pieces = word(letter, (0.0, 0.0), 0.0)
        assert len(pieces) >= len(GLYPHS[letter])
        for piece in pieces:
            ring = shapely.Polygon(piece.outline_m)
            assert ring.is_valid
            assert ring.exterior.is_ccw


def test_streets_paint_on_their_own_roads():
    for world in (avenue.build(detail_seed=3), crossing.build(lanes=2), crossing.build(speed_limit_kph=30.0)):
        painted = [m for m in world.markings if m.kind == "arrow"]
        assert len(painted) >= 6
        points = np.concatenate([np.array(m.outline_m) for m in painted])
        assert {world.ground[k].kind for k in world.ground_patch(points)} == {"road"}
        others = shapely.union_all(
            [shapely.Polygon(m.outline_m) for m in world.markings if m.kind in ("zebra", "stop")]
        )
        assert not others.intersects(area_of(*painted))
