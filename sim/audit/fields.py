"""Records of one view -> have they all fields of SCHEMA.md, of the right types and lengths."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from sim.audit.measures import exact
from sim.audit.view import Measure, View

__all__ = ["typed_fields"]

Test = Callable[[object], bool]


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return (_whole(value) or isinstance(value, float)) and math.isfinite(value)  # type: ignore[arg-type]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _truth(value: object) -> bool:
    return isinstance(value, bool)


def _record(value: object) -> bool:
    return isinstance(value, dict)


def _list(length: int, each: Test) -> Test:
    return lambda value: isinstance(value, list) and len(value) == length and all(map(each, value))


def _or_null(test: Test) -> Test:
    return lambda value: value is None or test(value)


def _listed(value: object) -> bool:
    return isinstance(value, list) and all(map(_record, value))


_JOINTS = 17

_POSE = _list(3, _list(4, _number))


def _box(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    size = value.get("size_lwh_m")
    return _POSE(value.get("world_from_box")) and _list(3, _number)(size) and min(size) > 0  # type: ignore[arg-type]


def _joints(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return (
        _list(_JOINTS, _list(2, _number))(value.get("pixels"))
        and _list(_JOINTS, _whole)(value.get("visibility"))
        and _list(_JOINTS, _list(3, _number))(value.get("world_m"))
    )


_FIELDS: dict[str, Test] = {
    "instance_id": _whole,
    "name": _text,
    "category": _text,
    "box2d_visible": _or_null(_list(4, _number)),
    "box2d_amodal": _list(4, _number),
    "visible_px": _whole,
    "unoccluded_px": _or_null(_whole),
    "visibility": _or_null(_number),
    "truncation": _number,
    "mask_rle": _or_null(_record),
    "box3d": _box,
    "box3d_posed": _box,
    "velocity_mps": _list(3, _number),
    "yaw_rate_radps": _number,
    "distance_m": _number,
    "is_parked": _truth,
    "lights": _whole,
    "amodal_rle": _or_null(_record),
    "occluders": _or_null(_listed),
    "keypoints": _or_null(_joints),
    "activity": _text,
    "rider_of": _or_null(_whole),
    "occlusion_level": _whole,
    "attributes": _record,
}


def typed_fields(view: View) -> Iterator[Measure]:
    """Every annotation has every field of the schema, of its type."""
    off = []
    for thing in view.objects:
        for name, test in _FIELDS.items():
            says = repr(thing[name])[:80] if name in thing else "missing"
            off.append((name not in thing or not test(thing[name]), f"{name} of {_who(thing)} is {says}"))
    yield exact(view.where, off, "fields")


def _who(thing: object) -> str:
    return f"instance {thing.get('instance_id')}" if isinstance(thing, dict) else repr(thing)[:80]
