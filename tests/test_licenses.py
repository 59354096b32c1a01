"""Nothing ships that is neither code nor listed with its origin and licence; letters come from no font."""

import re
from fnmatch import fnmatch
from pathlib import Path

import sim
import worlds

ROOT = Path(sim.__file__).parent.parent
WRITTEN = {".py", ".glsl", ".md", ".typed", ".yaml", ".toml", ".pyc"}
"""Types of files that are the project's own text."""


def listed():
    """First column of the table: paths or patterns."""
    text = (Path(worlds.__file__).parent / "assets" / "LICENSES.md").read_text()
    rows = re.findall(r"^\| `([^`]+)`[^|]*\|([^|]+)\|([^|]+)\|$", text, re.MULTILINE)
    assert all(origin.strip() and licence.strip() for _, origin, licence in rows)
    return [path for path, _, _ in rows]


def test_every_shipped_file_is_text_of_ours_or_listed():
    patterns, strange = listed(), []
    for package in ("sim", "worlds"):
        for path in sorted((ROOT / package).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and path.suffix not in WRITTEN:
                strange.append(name)
                assert any(fnmatch(name, pattern) for pattern in patterns), name
    assert "sim/bodies/people/data/human.npz" in strange


def test_what_is_listed_is_there():
    for pattern in listed():
        assert list(ROOT.glob(pattern)), pattern


def test_no_letter_in_the_street_comes_from_a_font():
    fonts = re.compile(r"ImageFont|truetype|FreeType|TextNode|\.ttf|\.otf")
    for package in ("sim/scenery", "sim/bodies", "sim/render", "worlds"):
        for path in (ROOT / package).rglob("*.py"):
            assert not fonts.search(path.read_text()), path
