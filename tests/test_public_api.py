"""The names a user may rely on, that they are there, and that importing them is cheap."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import sim
from sim.taxonomy import CATEGORIES

ROOT = Path(__file__).parent.parent

PACKAGES = sorted(
    info.name
    for info in pkgutil.walk_packages(sim.__path__, "sim.")
    if info.ispkg and info.name not in ("sim.render", "sim.cli")
)


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


def test_importing_sim_loads_neither_panda3d_nor_anything_heavy() -> None:
    heavy = ("panda3d", "cv2", "numpy", "pydantic", "av")
    assert python(f"import sim, sys; print([m for m in {heavy} if m in sys.modules])") == "[]"


def test_the_command_line_needs_no_panda3d_until_it_films() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from sim.cli import main\n"
        "for args in (['worlds'], ['worlds', 'avenue'], ['sample', 'avenue'], ['check', 'nowhere']):\n"
        "    CliRunner().invoke(main, args)\n"
        "print('panda3d' in sys.modules)"
    )
    assert python(code) == "False"


def test_all_is_sorted_complete_and_resolves() -> None:
    assert sim.__all__ == sorted(sim.__all__)
    assert dir(sim) == sim.__all__
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sim.nothing  # type: ignore[attr-defined] # noqa: B018


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "sim" / "__init__.py").read_text())
    block = next(n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")
    seen = {
        alias.asname: importlib.import_module(node.module or "")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(filter(None, seen)) == sim.__all__
    for name, module in seen.items():
        if module is not sim:
            assert getattr(module, str(name)) is getattr(sim, str(name))


def test_record_is_the_function_even_after_its_module_was_imported() -> None:
    assert (
        python("import sim.record, sim; from sim.record import record; print(sim.record is record)") == "True"
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_says_what_is_public(name: str) -> None:
    module = importlib.import_module(name)
    assert len(set(module.__all__)) == len(module.__all__)
    visible = {k for k, v in vars(module).items() if not k.startswith("_") and not isinstance(v, ModuleType)}
    own = {k for k in visible if str(getattr(vars(module)[k], "__module__", "")).startswith("sim.")}
    later = {m.name for m in pkgutil.iter_modules(module.__path__)} | set(getattr(module, "_HOME", ()))
    assert own <= set(module.__all__) <= visible | later
    assert all(hasattr(module, name) for name in getattr(module, "_HOME", ()))


def test_the_package_is_typed() -> None:
    for package in ("sim", "worlds"):
        assert (ROOT / package / "py.typed").is_file()


@pytest.mark.gl
def test_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len([line for line in block.splitlines() if line.strip()]) <= 10
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" nearest")[0] for line in lines if line[0] != " "] == [
        f"{index} (720, 1280, 3)" for index in range(2)
    ]
    seen = [line.split()[1] for line in lines if line[0] == " "]
    assert seen
    assert set(seen) <= set(CATEGORIES)


def test_the_readme_names_only_commands_and_options_there_are() -> None:
    import click

    from sim.cli import main

    text = re.sub(r"\\\n", " ", (ROOT / "README.md").read_text())
    lines = re.findall(r"^    roadreel (.*?)(?: +#.*| > .*)?$", text, re.MULTILINE)
    assert len(lines) >= 10
    for line in lines:
        name, *arguments = line.split()
        command = main.get_command(click.Context(main), name)
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert {a for a in arguments if a.startswith("--")} <= known, line
