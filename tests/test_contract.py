"""Who may import whom, what may be used, what nothing may mention: rules a machine checks."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
SOURCES = sorted(p for folder in ("sim", "worlds") for p in (ROOT / folder).rglob("*.py"))


def test_imports_point_up_the_data_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_package_is_in_the_contract() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    layers = config["importlinter:contract:data-path"]["layers"].replace("|", "\n").split()
    parts = {p.stem for p in (ROOT / "sim").glob("*.py")} | {
        p.parent.name for p in (ROOT / "sim").glob("*/__init__.py")
    }
    assert {f"sim.{part}" for part in parts - {"__init__", "__main__"}} | {"worlds"} == set(layers)


def imported_by(path: Path) -> set[str]:
    """Top-level names of everything a file imports, functions included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_only_render_imports_panda3d() -> None:
    users = {p.relative_to(ROOT).parts[:2] for p in SOURCES if imported_by(p) & {"panda3d", "direct"}}
    assert users == {("sim", "render")}


def test_sim_never_imports_worlds_tests_or_tools() -> None:
    assert not [
        p for p in SOURCES if p.is_relative_to(ROOT / "sim") and imported_by(p) & {"worlds", "tests", "tools"}
    ]


def test_everything_imported_is_declared() -> None:
    import tomllib

    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = [
        e
        for name, listed in data["project"]["optional-dependencies"].items()
        for e in listed
        if name != "test"
    ]
    declared = {re.split("[>=]", line)[0] for line in [*data["project"]["dependencies"], *extras]}
    modules = {
        "cv2": "opencv-python-headless",
        "PIL": "pillow",
        "yaml": "pyyaml",
        "mapbox_earcut": "mapbox-earcut",
    }
    used = set().union(*(imported_by(p) for p in SOURCES)) - set(sys.stdlib_module_names) - {"sim", "worlds"}
    assert {modules.get(name, name) for name in used} <= declared


CLOCKS_AND_CHANCE = {
    "time.time": "no file may hold a clock",
    "time.monotonic": "no file may hold a clock",
    "datetime.now": "no file may hold a clock",
    "date.today": "no file may hold a clock",
    "os.urandom": "randomness is an argument",
    "np.random.seed": "randomness is an argument",
    "np.random.default_rng": "randomness is an argument",
    "np.random.rand": "randomness is an argument",
}
AMONG_MACHINES = {
    "sim/run/delivery.py": {"secrets"},
    "sim/run/ray_engine.py": {"time.monotonic"},
    "sim/run/ray_worker.py": {"time.monotonic"},
    "sim/run/store_lock.py": {"time.monotonic", "secrets"},
}
"""Patience with other machines is time that passes, and who is who told by chance: none gets into data."""
FORBIDDEN_IMPORTS = {
    "random": "randomness is an argument",
    "uuid": "names are derived",
    "secrets": "randomness",
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_clock_and_no_hidden_randomness(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used = (used | imported_by(path)) - AMONG_MACHINES.get(path.relative_to(ROOT).as_posix(), set())
    assert not {name: why for name, why in CLOCKS_AND_CHANCE.items() if name in used}
    assert not {name: why for name, why in FORBIDDEN_IMPORTS.items() if name in used}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_are_short_and_say_what_they_do(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    assert (ast.get_docstring(ast.parse(text)) or "").strip(), (
        "a module's first line says what flows in and out"
    )
