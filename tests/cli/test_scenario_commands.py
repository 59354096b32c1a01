"""Commands of scenarios: list, validate, draw, sweep; and the schema that editors check files with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from click.testing import CliRunner, Result

from sim.cli import main
from sim.scenario.library import template_names
from sim.scenario.schema import scenario_schema

TEMPLATES = Path(__file__).parents[2] / "sim" / "scenario" / "templates"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_scenarios_are_listed_a_line_each_name_first() -> None:
    lines = call("scenarios").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(template_names())
    assert len(lines) >= 40
    assert "ego_speed" in call("scenarios", "cpnco").stdout
    assert "did you mean 'cpnco'" in call("scenarios", "cpnc").stderr


def test_validate_tells_every_problem_and_goes_on(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    text = (TEMPLATES / "cpna.yaml").read_text()
    good.write_text(text)
    bad.write_text(text.replace("who: person, to", "who: persno, to"))
    result = call("validate", str(bad), str(good), "cpfa", str(tmp_path / "none.yaml"))
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    said = "bad.yaml, line 19: events[0].do[0]: who: unknown agent 'persno': did you mean 'person'? "
    assert first == said + "known: ego, person"
    assert second.endswith("none.yaml: no such scenario file")
    assert "4 scenarios, 2 with problems" in result.stderr
    assert call("validate", str(good), "--simulate").exit_code == 0


@pytest.mark.parametrize(
    "damage", ["{", "- 1", "roadreel: 1", "a: !!python/object:os.system {}", "\0", "events: 3"]
)
def test_malformed_files_never_give_a_traceback(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(damage)
    result = call("validate", str(path))
    assert result.exit_code == 1
    assert result.stdout.startswith("s.yaml")
    assert isinstance(result.exception, SystemExit)


def test_a_preview_shows_street_agents_and_events(tmp_path: Path) -> None:
    out = tmp_path / "p.png"
    result = call("preview", "ccrb", "--out", str(out), "--width-px", "400", "--set", "gap=8m")
    assert result.exit_code == 0, result.stderr
    image = cv2.imread(str(out))[..., ::-1]
    assert image.shape[1] == 400
    for color in (
        (196, 60, 44),
        (38, 98, 170),
        (186, 186, 188),
        (228, 226, 220),
    ):  # ego, target, road, ground
        assert (np.abs(image.astype(int) - color).max(2) <= 2).sum() > 40, color
    assert call("preview", "ccrb", "--out", str(tmp_path / "p.gif")).exit_code == 2


def test_a_dry_run_prints_the_table_and_films_nothing(tmp_path: Path) -> None:
    result = call("sweep", "cpnco", "--grid", "--vary", "ego_speed=20km/h,40km/h", "--vary", "gap=1m..2m",
                  "--steps", "2", "--dry-run")  # fmt: skip
    assert result.stdout.splitlines()[:2] == ["sequence,ego_speed,gap", "cpnco-0000,5.555555555555555,1.0"]
    assert len(result.stdout.splitlines()) == 5
    assert "--out: missing" in call("sweep", "cpnco").stderr


def _problems(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value does not fit a schema, for the keywords that ours uses."""
    if "$ref" in schema:
        return _problems(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in schema or "oneOf" in schema:
        return all(_problems(value, one, root) for one in schema.get("anyOf", schema.get("oneOf")))
    if "const" in schema:
        return bool(value != schema["const"])
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int,
             "boolean": bool, "null": type(None)}  # fmt: skip
    wanted = schema.get("type", list(kinds))
    if not isinstance(value, tuple(kinds[k] for k in ([wanted] if isinstance(wanted, str) else wanted))):  # type: ignore[misc, arg-type]
        return True
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        unknown = value.keys() - known.keys()
        if (more is False and unknown) or set(schema.get("required", ())) - value.keys():
            return True
        others = any(_problems(value[k], more, root) for k in unknown) if isinstance(more, dict) else False
        return others or any(_problems(value[k], known[k], root) for k in value.keys() & known.keys())
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return any(_problems(one, schema["items"], root) for one in value)
    return False


def test_the_schema_takes_every_template_and_refuses_other_keys() -> None:
    schema = json.loads(call("schema").stdout)
    assert schema == json.loads(json.dumps(scenario_schema()))
    for name in template_names():
        document = yaml.safe_load((TEMPLATES / f"{name}.yaml").read_text())
        assert not _problems(document, schema, schema), name
        assert _problems({**document, "agnets": []}, schema, schema)
        assert _problems({**document, "seed": [1]}, schema, schema)
        assert _problems({**document, "agents": [{"vehicle": {"nam": "x"}}]}, schema, schema)
