"""What is handed out for use elsewhere: container file and example of a CI. No container is built here."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import sim
from sim.cli import main
from sim.testing.golden import FAILURES, UPDATE, GoldenMismatch

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/ci"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
WORKFLOW: dict[str, Any] = yaml.safe_load((EXAMPLE / "github-actions.yml").read_text())

_KEYWORDS = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}


def gl_packages() -> list[str]:
    """What tools/gl_packages.sh installs."""
    found = re.search(r"^packages=\((.*)\)$", (ROOT / "tools/gl_packages.sh").read_text(), re.M)
    assert found is not None
    return found[1].split()


def installed(shell: str) -> list[str]:
    """Packages that lines of shell install with apt-get."""
    found = re.findall(r"apt-get install((?: [\w.+-]+)+)", shell)
    assert len(found) == 1
    return [word for word in found[0].split() if not word.startswith("-")]


def instructions() -> list[tuple[str, str]]:
    """The container file's instructions: keyword, arguments."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.M))
    return [(k, rest.strip()) for k, _, rest in (line.partition(" ") for line in lines.splitlines() if line)]


def argument(keyword: str) -> str:
    found = [rest for key, rest in instructions() if key == keyword]
    assert len(found) == 1, keyword
    return found[0]


def steps() -> list[dict[str, Any]]:
    jobs: dict[str, Any] = WORKFLOW["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def commands() -> Iterator[list[str]]:
    """Every line that the workflow runs, in words."""
    for step in steps():
        for line in step.get("run", "").splitlines():
            yield shlex.split(line)


def parses(words: list[str]) -> None:
    """Fails unless the command line knows the command and all its options; nothing is run."""
    with main.make_context("roadreel", words[1:], resilient_parsing=True) as context:
        name, command, rest = main.resolve_command(context, words[1:])
        assert command is not None, name
        command.make_context(name, rest, parent=context)


def test_container_and_workflow_install_what_opengl_needs_and_nothing_else() -> None:
    assert installed(DOCKERFILE) == gl_packages()
    assert installed("\n".join(step.get("run", "") for step in steps())) == gl_packages()


def test_readme_names_the_same_packages() -> None:
    assert installed((ROOT / "README.md").read_text()) == gl_packages()


def test_the_container_runs_the_command_as_somebody_without_rights() -> None:
    assert {key for key, _ in instructions()} == _KEYWORDS
    assert argument("USER") == "roadreel"
    assert json.loads(argument("ENTRYPOINT")) == ["roadreel"]
    assert json.loads(argument("CMD")) == ["--help"]
    order = [key for key, _ in instructions()]
    assert "USER" in order[: order.index("ENTRYPOINT")]
    runs = [rest for key, rest in instructions() if key == "RUN"]
    assert any("useradd" in run and "roadreel" in run for run in runs)
    assert "--no-install-recommends" in runs[0]
    assert "rm -rf /var/lib/apt/lists/*" in runs[0]


def test_the_container_s_python_and_every_file_it_copies_are_right() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = re.fullmatch(r"python:(3\.\d+)-slim-\w+", argument("FROM"))
    assert version is not None
    assert project["requires-python"] == f">={version[1]}"
    copied = [word for key, rest in instructions() if key == "COPY" for word in rest.split()[:-1]]
    needed = {"pyproject.toml", project["readme"], *project["license-files"], "sim", "worlds"}
    assert set(copied) == needed
    assert all((ROOT / name).exists() for name in copied)
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sent == needed


def test_the_workflow_s_steps_are_whole_and_what_they_name_is_there() -> None:
    assert set(WORKFLOW["on"]) == {"push", "pull_request"}  # unquoted, YAML would read true
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all(len({"uses", "run"} & set(step)) == 1 for step in steps())
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in steps() if "uses" in step)
    kept = [step["with"]["path"] for step in steps() if "upload-artifact" in step.get("uses", "")]
    assert kept == ["golden_failures", "out/contact_sheet.png"]
    named = {
        word for words in commands() for word in words if word.startswith("my_street") or "test_" in word
    }
    assert named == {"my_street.yaml", "test_my_street.py"}
    assert all((EXAMPLE / name).is_file() for name in named)


@pytest.mark.parametrize("words", [words for words in commands() if words[0] == "roadreel"], ids=" ".join)
def test_every_command_of_the_workflow_is_one(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out/data").mkdir(parents=True)
    (tmp_path / "my_street.yaml").touch()
    parses(words)
    with pytest.raises(click.UsageError):
        parses([*words, "--no-such-option"])


def test_the_example_street_is_what_its_test_needs() -> None:
    scenario = sim.load(EXAMPLE / "my_street.yaml")
    assert [camera.name for camera in scenario.sensors] == ["front"]
    assert {"rgb", "instance"} <= set(scenario.sensors[0].channels)


@pytest.mark.gl
def test_the_example_test_stores_passes_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "ci"
    shutil.copytree(EXAMPLE, copy)
    spec = importlib.util.spec_from_file_location("example_of_a_golden_test", copy / "test_my_street.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv(FAILURES, str(tmp_path / "failures"))
    monkeypatch.setenv(UPDATE, "1")
    module.test_my_street_looks_as_it_did(tmp_path / "a")
    monkeypatch.delenv(UPDATE)
    module.test_my_street_looks_as_it_did(tmp_path / "b")
    street = copy / "my_street.yaml"
    street.write_text(street.read_text().replace("s_m: 40.0", "s_m: 39.0"))
    with pytest.raises(GoldenMismatch, match=r"front\.png: the image differs"):
        module.test_my_street_looks_as_it_did(tmp_path / "c")
    assert [path.name for path in (tmp_path / "failures").iterdir()] == ["golden-front.png"]
