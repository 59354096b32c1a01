"""Which windows are lit: one byte a rectangle, whatever chunk its triangles are in, spread evenly."""

import numpy as np

from sim.geometry import Mesh
from sim.render.night.windows import Glow, glow_of
from sim.scenery import SURFACE_NAMES, build_scenery
from sim.taxonomy import Semantic


def walls(surface: str, count: int) -> Mesh:
    """A row of windows 1.2 m wide and 1.5 m high, two triangles each."""
    low = np.stack([np.arange(count) * 2.0, np.zeros(count), np.full(count, 4.0)], 1)
    corners = low[:, None] + np.array([[0, 0, 0], [1.2, 0, 0], [1.2, 0, 1.5], [0, 0, 1.5]])
    faces = (np.arange(count)[:, None, None] * 4 + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3)
    v = 4 * count
    byte = np.full(v, SURFACE_NAMES.index(surface), np.uint8)
    nothing = np.zeros(v, np.uint8)
    return Mesh(
        corners.reshape(-1, 3).astype(np.float32),
        np.tile(np.array([0, -1, 0], np.float32), (v, 1)),
        np.zeros((v, 2), np.float32),
        np.full((v, 4), 255, np.uint8),
        byte,
        nothing,
        np.full(v, int(Semantic.BUILDING), np.uint8),
        faces.astype(np.int32),
    )


def test_each_window_has_one_byte_of_its_kind():
    for surface, kind in (("panes", Glow.HOME), ("shops", Glow.SHOP), ("shop_names", Glow.SIGN)):
        glow = glow_of(walls(surface, 400)).reshape(400, 4)
        assert (glow == glow[:, :1]).all()
        assert (glow // 64 == kind).all()
        assert (glow % 64 > 0).all()


def test_windows_are_lit_evenly():
    turn = glow_of(walls("panes", 6300)).reshape(-1, 4)[:, 0] % 64
    counts = np.bincount(turn, minlength=64)[1:]
    # A chi-squared test: 62 degrees of freedom have a mean of 62 and a deviation of 11.
    assert ((counts - 100) ** 2 / 100).sum() < 62 + 5 * 11


def test_the_byte_is_the_same_in_whichever_chunk_a_triangle_lies():
    mesh = walls("panes", 50)
    whole = glow_of(mesh)
    for half in (0, 1):
        faces = mesh.faces[half::2]
        used, index = np.unique(faces, return_inverse=True)
        columns = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic")
        part = Mesh(
            faces=index.reshape(-1, 3).astype(np.int32), **{n: getattr(mesh, n)[used] for n in columns}
        )
        assert (glow_of(part) == whole[used]).all()


def test_walls_never_shine():
    assert glow_of(walls("plaster", 3)) is None


def test_only_what_can_shine_has_a_byte_in_a_street(street):
    shining = {
        SURFACE_NAMES.index(n) for n in ("panes", "shops", "far_facade", "far_facade_alt", "shop_names")
    }
    seen = 0
    for chunk in build_scenery(street).chunks:
        glow = glow_of(chunk.mesh)
        if glow is None:
            continue
        is_lamp = chunk.mesh.semantic == Semantic.LAMP
        assert (np.isin(chunk.mesh.layer, list(shining)) | is_lamp)[glow > 0].all()
        seen += int((glow > 0).sum())
    assert seen > 0
