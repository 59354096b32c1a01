"""Golden images: equal passes, anything beyond the tolerance fails, with what, where and how to see it."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.testing import golden, pictures
from sim.testing.golden import DRIVERS, EXACT, GoldenMismatch, Tolerance, assert_golden

RNG = np.random.default_rng(4)
IMAGES = {
    "rgb": RNG.integers(0, 256, (24, 32, 3), np.uint8),
    "deep": RNG.integers(0, 65536, (24, 32, 3), np.uint16),
    "classes": RNG.integers(0, 40, (24, 32), np.uint8),
    "ids": RNG.integers(0, 900, (24, 32), np.uint16),
    "instance": RNG.integers(0, 900, (24, 32), np.int32),
    "flags": RNG.integers(0, 2, (24, 32)).astype(bool),
}


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(golden.FAILURES, str(tmp_path / "failures"))
    monkeypatch.delenv(golden.UPDATE, raising=False)


def stored(image: NDArray[Any], path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with monkeypatch.context() as patch:
        patch.setenv(golden.UPDATE, "1")
        assert_golden(image, path)
    return path


def alter(image: NDArray[Any], by: int, pixels: int = 1) -> NDArray[Any]:
    """The first band of that many pixels, from row 5, column 7 on, moved by so many levels."""
    out = image.copy()
    flat = out.reshape(-1, *out.shape[2:])
    first = 5 * out.shape[1] + 7
    for pixel in range(first, first + pixels):
        old = np.atleast_1d(flat[pixel])[0]
        value = old + by if int(old) + by <= np.iinfo(out.dtype).max else old - by
        flat[pixel] = [value, *flat[pixel][1:]] if out.ndim == 3 else value
    return out


@pytest.mark.parametrize("kind", IMAGES)
def test_what_was_stored_is_the_image_for_every_reader_and_passes(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = IMAGES[kind]
    path = stored(image, tmp_path / "a/b.png", monkeypatch)
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert read is not None
    np.testing.assert_array_equal(read[..., ::-1] if read.ndim == 3 else read, image)
    assert_golden(image, path)
    assert not (tmp_path / "failures").exists()


@pytest.mark.parametrize("kind", [kind for kind in IMAGES if kind != "flags"])
def test_one_level_of_one_pixel_fails_and_is_pointed_at(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = IMAGES[kind]
    path = stored(image, tmp_path / "gold/front.png", monkeypatch)
    before = path.read_bytes()
    with pytest.raises(GoldenMismatch) as caught:
        assert_golden(alter(image, 1), path)
    said = str(caught.value)
    assert "by up to 1, at column 7, row 5" in said
    assert f"{100 / (24 * 32):.4g} %" in said
    assert f"{golden.UPDATE}=1" in said
    seen = tmp_path / "failures/gold-front.png"
    assert str(seen) in said
    panels = cv2.imread(str(seen))
    assert panels is not None
    assert panels.shape == (24, 3 * 32 + 2 * 8, 3)
    bright = np.argwhere(panels[:, 2 * (32 + 8) :].max(2) > 0)
    assert bright.tolist() == [[5, 7]]
    assert path.read_bytes() == before


def test_side_by_side_shows_the_images_as_they_are() -> None:
    a, b = IMAGES["rgb"], alter(IMAGES["rgb"], 40, 9)
    panels = pictures.side_by_side(a, b)
    np.testing.assert_array_equal(panels[:, :32], a)
    np.testing.assert_array_equal(panels[:, 40:72], b)
    assert panels.max() == 255
    np.testing.assert_array_equal(panels[:, 80:].max(2) > 0, (a != b).any(2))


def test_levels_and_share_end_where_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(IMAGES["rgb"], tmp_path / "a.png", monkeypatch)
    assert_golden(alter(IMAGES["rgb"], 3, 9), path, Tolerance(levels=3))
    assert_golden(alter(IMAGES["rgb"], 90, 9), path, Tolerance(levels=3, share=9 / (24 * 32)))
    with pytest.raises(GoldenMismatch, match="more than 2 on"):
        assert_golden(alter(IMAGES["rgb"], 3, 9), path, Tolerance(levels=2))
    with pytest.raises(GoldenMismatch, match="up to 90"):
        assert_golden(alter(IMAGES["rgb"], 90, 10), path, Tolerance(levels=3, share=9 / (24 * 32)))


def test_drivers_are_tolerated_and_a_shifted_or_blurred_picture_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    y, x = np.mgrid[:90, :160]
    wave = 128 + 60 * np.sin(x / 5) * np.cos(y / 7)
    image = np.repeat(wave.round().astype(np.uint8)[..., None], 3, 2)
    path = stored(image, tmp_path / "a.png", monkeypatch)
    assert_golden((image + RNG.integers(0, 2, image.shape)).astype(np.uint8), path, DRIVERS)
    for other in (np.roll(image, 1, 1), cv2.GaussianBlur(image, (9, 9), 3)):
        with pytest.raises(GoldenMismatch):
            assert_golden(np.asarray(other), path, DRIVERS)
    noisy = np.clip(image.astype(int) + RNG.integers(-30, 31, image.shape), 0, 255).astype(np.uint8)
    with pytest.raises(GoldenMismatch, match=r"similarity 0\.\d+ \(wanted 0\.99\)"):
        assert_golden(noisy, path, Tolerance(share=1.0, similarity=0.99))


def test_structural_similarity_is_the_formula_of_the_paper() -> None:
    a = RNG.integers(0, 256, (19, 17), np.uint8)
    b = np.clip(a.astype(int) + RNG.integers(-40, 41, a.shape), 0, 255).astype(np.uint8)
    line = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    window = np.outer(line, line) / line.sum() ** 2
    pad = [np.pad(i.astype(float), 5, mode="reflect") for i in (a, b)]
    total = 0.0
    for row in range(19):
        for column in range(17):
            x, y = (p[row : row + 11, column : column + 11] for p in pad)
            mx, my = (window * x).sum(), (window * y).sum()
            vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
            both = (window * (x - mx) * (y - my)).sum()
            c1, c2 = 2.55**2, 7.65**2
            total += (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    assert math.isclose(pictures.structural_similarity(a, b), total / (19 * 17), rel_tol=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_measures_are_symmetric_and_agree_with_brute_force(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 256, (12, 13, 3), np.uint8)
    b = np.clip(a.astype(int) + rng.integers(-4, 5, a.shape), 0, 255).astype(np.uint8)
    one, other = pictures.compare(a, b, levels), pictures.compare(b, a, levels)
    assert (one.levels, one.share, one.worst_px) == (other.levels, other.share, other.worst_px)
    assert math.isclose(one.similarity, other.similarity, abs_tol=1e-12)
    apart = [[max(abs(int(p) - int(q)) for p, q in zip(*v, strict=True)) for v in zip(*r, strict=True)]
             for r in zip(a, b, strict=True)]  # fmt: skip
    column, row = one.worst_px
    assert one.levels == max(map(max, apart)) == apart[row][column]
    assert one.share == sum(v > levels for r in apart for v in r) / (12 * 13)
    assert one.similarity <= 1
    assert pictures.compare(a, a) == pictures.Difference(0, 0.0, 1.0, (0, 0))


def test_nothing_stored_yet_says_how_to_store_and_stores_nothing(tmp_path: Path) -> None:
    with pytest.raises(GoldenMismatch, match=rf"is not there: {golden.UPDATE}=1 stores"):
        assert_golden(IMAGES["rgb"], tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_update_replaces_what_differs_beyond_the_tolerance_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stored(IMAGES["rgb"], tmp_path / "a.png", monkeypatch)
    before = path.read_bytes()
    monkeypatch.setenv(golden.UPDATE, "1")
    assert_golden(alter(IMAGES["rgb"], 1), path, Tolerance(levels=1))
    assert path.read_bytes() == before
    assert_golden(IMAGES["ids"], path, DRIVERS)
    monkeypatch.setenv(golden.UPDATE, "0")
    assert_golden(IMAGES["ids"], path)
    with pytest.raises(GoldenMismatch):
        assert_golden(IMAGES["rgb"], path)


def test_another_size_or_type_is_named_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(IMAGES["rgb"], tmp_path / "a.png", monkeypatch)
    with pytest.raises(GoldenMismatch, match="is 32x20, 3 x uint8, stored is 32x24, 3 x uint8"):
        assert_golden(IMAGES["rgb"][:20], path)
    with pytest.raises(GoldenMismatch, match="is 32x24, 1 x uint16, stored is 32x24, 3 x uint8"):
        assert_golden(IMAGES["ids"], path, DRIVERS)
    assert len(list((tmp_path / "failures").iterdir())) == 1


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros(4, np.uint8),
        np.full((4, 4), 65536),
        np.full((4, 4), -1),
    ],
)
def test_what_png_cannot_hold_is_refused(image: NDArray[Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a golden image (is|holds)"):
        assert_golden(image, tmp_path / "a.png")


@pytest.mark.parametrize(
    "content", [b"", b"no image", cv2.imencode(".png", np.zeros((4, 4, 4), np.uint8))[1]]
)
def test_a_stored_file_that_is_no_such_image_is_named_and_kept(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    monkeypatch.setenv(golden.UPDATE, "1")
    with pytest.raises(UsageError, match=r"a\.png is no PNG of gray or RGB"):
        assert_golden(IMAGES["rgb"], path)
    assert path.read_bytes() == bytes(content)


@pytest.mark.parametrize("wrong", [{"levels": -1}, {"share": 1.5}, {"similarity": float("nan")}])
def test_a_tolerance_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="wanted levels 0 to 65535"):
        Tolerance(**wrong)
    assert Tolerance() == EXACT


def test_the_helper_loads_no_panda3d() -> None:
    code = "import sys, sim.testing.golden; print('panda3d' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
    )
