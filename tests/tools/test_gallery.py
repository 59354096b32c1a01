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


@pytest.fixture(scope="module")
def streets() -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("gallery_streets")
    finally:
        sys.path.remove(str(ROOT / "tools"))


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
    stored = {path.stem: path.stat().st_size for path in GALLERY.glob("*.jpg")}
    assert set(stored) == set(streets.shown())
    assert max(stored.values()) <= 120_000
    assert sum(stored.values()) <= 8_000_000


def test_a_picture_that_does_not_fit_is_compressed_more(streets: ModuleType) -> None:
    grain = np.random.default_rng(4).integers(0, 256, (360, 480, 3), np.uint8)
    assert len(streets.jpeg(grain)) <= streets.LARGEST_BYTES
