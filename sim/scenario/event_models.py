"""Events <-> what files say of them: mappings of one key, the kind of condition or action, and its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, create_model, model_validator

from sim.scenario.actions import ACTIONS, Action
from sim.scenario.conditions import CONDITIONS, AllOf, AnyOf, Condition, Not
from sim.scenario.events import Event
from sim.scenario.expectations import EXPECTATIONS, Expectation
from sim.scenario.models import CLOSED, SCALARS, model, plain, value_of

__all__ = ["EVENT", "EXPECTATION", "event_of", "event_record", "expectation_of", "expectation_record"]

_GROUPS: dict[str, type] = {"all": AllOf, "any": AnyOf, "not": Not}
_KEYS = {kind: key for kinds in (CONDITIONS, ACTIONS, EXPECTATIONS) for key, kind in kinds.items()}


class _OneKey(BaseModel):
    """A mapping of one key."""

    model_config = CLOSED

    @model_validator(mode="after")
    def _check_one_key(self) -> _OneKey:
        if len(self.model_fields_set) != 1 or getattr(self, next(iter(self.model_fields_set))) is None:
            given = ", ".join(sorted(self.model_fields_set)) or "none"
            raise ValueError(f"wanted one key, got {given}; known: {', '.join(type(self).model_fields)}")
        return self


def _fields(kinds: Mapping[str, type]) -> dict[str, Any]:
    return {key: (model(kind) | None, None) for key, kind in kinds.items() if key not in _GROUPS}


_CONDITION_FIELDS: dict[str, Any] = {
    **_fields(CONDITIONS),
    "all": (list["Condition"] | None, None),
    "any": (list["Condition"] | None, None),
    "not": ("Condition | None", None),
}
_CONDITION: type[BaseModel] = create_model("Condition", __base__=_OneKey, **_CONDITION_FIELDS)
_CONDITION.model_rebuild(_types_namespace={"Condition": _CONDITION})
_ACTION: type[BaseModel] = create_model("Action", __base__=_OneKey, **_fields(ACTIONS))
_EVENT_FIELDS: dict[str, Any] = {
    "name": (SCALARS[str], ...),
    "when": (_CONDITION | None, None),
    "do": (list[_ACTION], ...),  # type: ignore[valid-type]
}
EVENT: type[BaseModel] = create_model("Event", __config__=CLOSED, __doc__=Event.__doc__, **_EVENT_FIELDS)
"""The model of an event in a file."""
EXPECTATION: type[BaseModel] = create_model("Expectation", __base__=_OneKey, **_fields(EXPECTATIONS))
"""The model of an expectation in a file."""


def event_of(described: Any) -> Event:
    """The event that a file's entry describes."""
    when = None if described.when is None else _condition(described.when)
    actions = tuple(_action(one) for one in described.do)
    return Event(described.name, actions, when)


def event_record(event: Event) -> dict[str, Any]:
    """The event as mappings, lists and scalars; `event_of` gives it back."""
    when = None if event.when is None else _condition_record(event.when)
    return {"name": event.name, "when": when, "do": [{_KEYS[type(one)]: plain(one)} for one in event.do]}


def expectation_of(described: BaseModel) -> Expectation:
    """The expectation that a file's entry describes."""
    key = next(iter(described.model_fields_set))
    return cast(Expectation, value_of(EXPECTATIONS[key], getattr(described, key)))


def expectation_record(expectation: Expectation) -> dict[str, Any]:
    """The expectation as mappings, lists and scalars; `expectation_of` gives it back."""
    return {_KEYS[type(expectation)]: plain(expectation)}


def _condition(described: BaseModel) -> Condition:
    key = next(iter(described.model_fields_set))
    inner = getattr(described, key)
    if key == "not":
        return Not(_condition(inner))
    if key in _GROUPS:
        return cast(Condition, _GROUPS[key](tuple(_condition(one) for one in inner)))
    return cast(Condition, value_of(CONDITIONS[key], inner))


def _condition_record(condition: Condition) -> dict[str, Any]:
    key = _KEYS[type(condition)]
    if isinstance(condition, AllOf | AnyOf):
        return {key: [_condition_record(one) for one in condition.of]}
    return {key: _condition_record(condition.of) if isinstance(condition, Not) else plain(condition)}


def _action(described: BaseModel) -> Action:
    key = next(iter(described.model_fields_set))
    return cast(Action, value_of(ACTIONS[key], getattr(described, key)))
