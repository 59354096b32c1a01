"""The table of formats is in step: every format and reader is there, in the version its environment pins."""

import importlib.metadata
import re
from pathlib import Path

import pytest

from sim.writers import WRITERS

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = sorted((ROOT / "readers").glob("*/check_*.py"))


def rows():
    lines = (ROOT / "docs" / "formats.md").read_text("utf-8").splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    assert table[0] == ["format", "reader", "version", "result", "has no place for"]
    return table[2:]


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_format_is_read_and_no_check_failed():
    assert {row[0] for row in rows()} == set(WRITERS)
    assert sorted(row[0] for row in rows()) == sorted(path.stem.removeprefix("check_") for path in SCRIPTS)
    assert not [row for row in rows() if "FAILED" in row[3]]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_versions_are_those_of_the_environments(script):
    call = re.search(r"report\(\s*\"([^\"]+)\",\s*\"([^\"]+)\"", script.read_text("utf-8"))
    name, reader = (call[1], call[2]) if call else (script.stem.removeprefix("check_"), None)
    found = [row for row in rows() if row[0] == name and reader in (None, row[1])]
    assert len(found) == 1
    _, reader, version, *_ = found[0]
    requirements = script.parent / "requirements.txt"
    if version == "-":
        assert reader.startswith("written from the format's text")
    elif requirements.exists():
        pins = dict(re.findall(r"^([\w.-]+)==(\S+)", requirements.read_text("utf-8"), re.MULTILINE))
        assert {plain(pin): number for pin, number in pins.items()}[plain(reader)] == version
    else:
        assert importlib.metadata.version(reader).split(".")[0] == version.split(".")[0]
