"""Textures tile, differ from street to street and do not shout."""

import numpy as np
import pytest

from sim.errors import UsageError
from sim.scenery.surfaces import SURFACE_NAMES, paint_surfaces, paint_with
from sim.taxonomy import Semantic

ATLASES = {"panes", "shops", "doors", "shop_names", "signs", "signs_more", "boards", "posters", "iron"}
CARDS = {
    "leaves",
    "leaves_alt",
    "leaves_lobed",
    "leaves_small",
    "needles",
    "twigs",
    "twigs_hanging",
    "awning",
}
TILED = [name for name in SURFACE_NAMES if name not in ATLASES | CARDS]


@pytest.fixture(scope="module")
def surfaces():
    return {s.name: s for s in paint_surfaces(11)}


@pytest.mark.parametrize("name", TILED)
def test_opposite_edges_meet(surfaces, name):
    """The step over the seam is no larger than the largest step inside."""
    image = surfaces[name].albedo[..., :3].mean(-1).astype(float)
    for axis in (0, 1):
        inner = np.abs(np.diff(image, axis=axis)).mean(1 - axis)
        first, last = np.take(image, 0, axis), np.take(image, -1, axis)
        assert np.abs(first - last).mean() <= 1.3 * inner.max() + 1.0


@pytest.mark.parametrize("name", ["asphalt", "paving", "plaster", "concrete", "kerb"])
def test_fine_contrast_is_moderate(surfaces, name):
    """Without anisotropic filtering a loud texture sparkles."""
    image = surfaces[name].albedo[..., :3].mean(-1).astype(float)
    small = image.reshape(128, 4, 128, 4).mean((1, 3))
    assert small.std() / small.mean() < 0.13


def test_only_glass_reflects(surfaces):
    for name in ("asphalt", "brick", "plaster", "grass", "bark"):
        assert surfaces[name].albedo[..., 3].max() == 0
    for name, least in (("panes", 0.5), ("shops", 0.5), ("far_facade", 0.08)):
        assert (surfaces[name].albedo[..., 3] == 255).mean() > least


def test_shop_windows_are_dark(surfaces):
    shops = surfaces["shops"].albedo
    glass = shops[..., 3] == 255
    assert np.median(shops[..., :3][glass]) < 45


def test_leaves_cover_about_half_of_their_card(surfaces):
    for name, low, high in (
        ("leaves", 0.35, 0.75),
        ("leaves_lobed", 0.35, 0.75),
        ("leaves_small", 0.25, 0.75),
        ("needles", 0.2, 0.75),
        ("twigs", 0.04, 0.3),
        ("twigs_hanging", 0.02, 0.3),
    ):
        assert low < (surfaces[name].albedo[..., 3] > 127).mean() < high


def test_streets_differ_and_repeat():
    a, b = paint_surfaces(1), paint_surfaces(2)
    paint_surfaces.cache_clear()
    again = paint_surfaces(1)
    for first, second, repeated in zip(a, b, again, strict=True):
        assert np.array_equal(first.albedo, repeated.albedo)
        assert first.name == "signs" or not np.array_equal(first.albedo, second.albedo)


def test_unknown_surfaces_are_named():
    with pytest.raises(UsageError, match="asphalt"):
        paint_with("ground", "asphlt", Semantic.ROAD)
