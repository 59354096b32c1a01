"""The gallery's pages: every picture is there and small, and what is worst in it is named."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"


def tool(name: str) -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def streets() -> ModuleType:
    return tool("gallery_streets")


@pytest.fixture(scope="module")
def sheets() -> ModuleType:
    return tool("gallery_bodies")


def test_pages_are_what_the_tool_writes(streets: ModuleType) -> None:
    faults, pictures = yaml.safe_load(streets.FAULTS.read_text("utf-8")), streets.shown()
    assert set(faults["pictures"]) == set(pictures)
    for name in streets.PAGES:
        assert (GALLERY / f"{name}.md").read_text("utf-8") == streets.page(name, pictures, faults)


def test_three_faults_of_each_picture_are_named_with_what_became_of_them(streets: ModuleType) -> None:
    for faults in yaml.safe_load(streets.FAULTS.read_text("utf-8"))["pictures"].values():
        assert len(faults) == 3
        assert {outcome.split(":")[0] for _, outcome in faults} <= {"left", "mended"}


def test_pictures_are_there_and_small(streets: ModuleType) -> None:
    stored = sizes(of_bodies=False)
    assert set(stored) == set(streets.shown())
    assert max(stored.values()) <= 120_000
    assert sum(stored.values()) <= 8_000_000


def sizes(*, of_bodies: bool) -> dict[str, int]:
    """Name of each stored picture -> bytes, of the sheets of bodies or of all others."""
    stored = {path.stem: path.stat().st_size for path in GALLERY.glob("*.jpg")}
    return {name: size for name, size in stored.items() if name.startswith("body_") == of_bodies}


def test_every_body_has_a_sheet_and_three_faults(sheets: ModuleType) -> None:
    faults, stored = yaml.safe_load(sheets.FAULTS.read_text("utf-8")), sizes(of_bodies=True)
    assert list(faults["pictures"]) == list(sheets.shown())
    assert (GALLERY / "bodies.md").read_text("utf-8") == sheets.page(faults)
    assert set(stored) == set(sheets.shown())
    assert max(stored.values()) <= sheets.LARGEST_BYTES
    assert sum(stored.values()) <= sheets.MOST_BYTES
    for worst in faults["pictures"].values():
        assert len(worst) == 3
        assert {outcome.split(":")[0] for _, outcome in worst} <= {"left", "mended"}


def test_every_page_is_in_the_index(streets: ModuleType) -> None:
    index = (GALLERY / "README.md").read_text("utf-8")
    assert {f"({name}.md)" in index for name in (*streets.PAGES, "bodies")} == {True}


def test_a_picture_that_does_not_fit_is_compressed_more(streets: ModuleType) -> None:
    grain = np.random.default_rng(4).integers(0, 256, (360, 480, 3), np.uint8)
    assert len(streets.jpeg(grain)) <= streets.LARGEST_BYTES
