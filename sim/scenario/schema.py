"""The models of scenario files -> a JSON Schema, with expressions and units where numbers stand."""

from __future__ import annotations

from typing import Any

from sim.scenario.document import SCENARIO

__all__ = ["scenario_schema"]

_WRITTEN: dict[str, Any] = {
    "type": "string",
    "pattern": r"^(=.*|\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*[A-Za-z][A-Za-z/]*2?\s*)$",
    "description": "an expression, = 2 * gap, or a number with its unit, 40km/h",
}
_ANY: dict[str, Any] = {"type": ["boolean", "number", "string"]}
_LIKE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            _ANY,
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "value": _ANY,
                    "range": {"type": "array", "items": _ANY, "minItems": 2, "maxItems": 2},
                    "choices": {"type": "array", "items": _ANY},
                    "draw": {},
                    "about": {"type": "string"},
                },
            },
        ]
    },
}


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of scenario files."""
    schema: dict[str, Any] = _open(SCENARIO.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Roadreel scenario"
    schema["properties"] |= {"parameters": _LIKE, "constants": _LIKE, "about": {"type": "string"}}
    for name in ("Condition", "Action", "Expectation"):
        schema["$defs"][name] |= {"minProperties": 1, "maxProperties": 1}
    return schema


def _open(node: Any) -> Any:
    """The schema in which an expression may stand for each number, truth value and text that is no choice."""
    if isinstance(node, list):
        return [_open(one) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _open(one) for key, one in node.items()}
    if node.get("type") in ("number", "integer", "boolean") and "const" not in node:
        return {"anyOf": [inner, _WRITTEN]}
    return inner
