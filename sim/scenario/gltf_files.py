"""A vehicle's body that a user brings: TOML and glTF files -> the description that holds its triangles.

The TOML file says what the glTF cannot: category, license, origin, which axes point forward and up, how large
it is, which nodes are wheels. Files are read as if an enemy had written them.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.bodies import OwnBody, VehicleSpec, build_body
from sim.bodies.own import MAX_VERTICES, Triangles, packed
from sim.errors import UsageError, near_matches
from sim.scenario.gltf_pieces import WHEELS, colors_of, pieces_of
from sim.scenario.trajectory_files import beside
from sim.scenario.yamltext import read_text

__all__ = ["read_own_body", "with_own_bodies"]

Floats = NDArray[np.float64]

_AXES = {f"{sign}{axis}": (k, 1.0 if sign == "+" else -1.0) for k, axis in enumerate("xyz") for sign in "+-"}
_TEXTS = ("file", "category", "license", "origin", "forward", "up", "paint_material")
_NUMBERS = ("length_m", "wheelbase_m", "rear_axle_m")
_WANTED = ("file", "category", "license", "origin")


def with_own_bodies(data: object, file: Path) -> object:
    """The document of a scenario file in which vehicles have triangles in place of names of TOML files.

    Args:
        data: what YAML gave, of any shape; what names no file is left to whoever checks it.
        file: the scenario file; bodies lie beside or below it.

    Raises:
        UsageError: a name leads out of the scenario's folder, or a file is broken; the message names file,
            field, value and what would be right.
        OSError: a file cannot be read.
    """
    agents = data.get("agents") if isinstance(data, dict) else None
    known: dict[Path, dict[str, Any]] = {}
    for index, agent in enumerate(agents if isinstance(agents, list) else ()):
        vehicle = agent.get("vehicle") if isinstance(agent, dict) else None
        body = vehicle.get("body") if isinstance(vehicle, dict) else None
        if isinstance(body, dict) and isinstance(body.get("gltf"), str):
            path = beside(body["gltf"], file, f"{file.name}: agents[{index}].vehicle.body.gltf")
            if path not in known:
                known[path] = vars(read_own_body(path))
            rest = {key: value for key, value in body.items() if key != "gltf"}
            vehicle["body"] = {**rest, "shape": "own", "own": dict(known[path])}  # type: ignore[index]
    return data


def read_own_body(path: Path) -> OwnBody:
    """The body that a TOML file describes.

    Args:
        path: of the TOML file, with ``file`` (a .glb beside or below it, all in one file), ``category``,
            ``license`` and ``origin``; and if wanted ``forward`` and ``up`` (axes of the glTF such as
            ``"+z"``, as its standard has them by default), ``length_m`` (its size is changed to fit),
            ``wheelbase_m``, ``rear_axle_m`` (ahead of the rear end), ``paint_material`` (what takes the
            vehicle's paint) and a table ``wheels`` with the names of the nodes ``front_left`` to
            ``rear_right``.

    Raises:
        UsageError: naming the file, the field, its value and what would be right.
        OSError: a file cannot be read.
    """
    fields = _fields(path)
    glb = beside(fields["file"], path, f"{path.name}: file")
    parts = pieces_of(glb, fields, path.name)
    triangles, wheelbase_m = _placed(parts, fields, path.name)
    body = OwnBody(fields["category"], fields["license"], fields["origin"], wheelbase_m, packed(triangles))
    try:
        size = build_body(VehicleSpec("own", own=body)).size_lwh_m
    except UsageError as error:
        raise UsageError(f"{path.name}: {error}") from None
    for value, most, name in zip(size, (30.0, 4.0, 5.0), ("long", "wide", "high"), strict=True):
        if not 0.2 <= value <= most:
            raise UsageError(
                f"{path.name}: the body is {value:.2f} m {name}, wanted 0.2 to {most:g}; see length_m"
            )
    return body


def _fields(path: Path) -> dict[str, Any]:
    try:
        fields = tomllib.loads(read_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path.name}: no TOML: {error!s:.200}") from None
    known = (*_TEXTS, *_NUMBERS, "wheels")
    for key, value in fields.items():
        if key not in known:
            raise UsageError(f"{path.name}: {near_matches('field', key, known)}")
        if key in _TEXTS and (not isinstance(value, str) or not 0 < len(value) <= 500):
            raise UsageError(f"{path.name}: {key}: {value!r:.60}, wanted a text")
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if key in _NUMBERS and not (number and math.isfinite(value) and 0 <= value <= 30):
            raise UsageError(f"{path.name}: {key}: {value!r:.60}, wanted a number from 0 to 30")
    for key in _WANTED:
        if key not in fields:
            raise UsageError(f"{path.name}: {key}: missing")
    _check_axes(fields, path.name)
    wheels = fields.setdefault("wheels", {})
    if not isinstance(wheels, dict) or (wheels and sorted(wheels) != sorted(WHEELS)):
        raise UsageError(f"{path.name}: wheels: wanted a table with {', '.join(WHEELS)}")
    if not all(isinstance(name, str) for name in wheels.values()) or len(set(wheels.values())) < len(wheels):
        raise UsageError(f"{path.name}: wheels: wanted four different names of nodes")
    return fields


def _check_axes(fields: dict[str, Any], source: str) -> None:
    """Fills in the axes of glTF's standard. Raises UsageError for axes that cannot be."""
    for key, default in (("forward", "+z"), ("up", "+y")):
        if fields.setdefault(key, default) not in _AXES:
            raise UsageError(f"{source}: {key}: {fields[key]!r:.20}, wanted one of {', '.join(_AXES)}")
    if fields["forward"][1] == fields["up"][1]:
        raise UsageError(f"{source}: up: {fields['up']!r} is along forward, wanted another axis")


def _placed(
    parts: list[tuple[int, Any, Floats]], fields: Mapping[str, Any], source: str
) -> tuple[Triangles, float]:
    """The triangles in the body frame, and the wheelbase."""
    ahead, up = (np.eye(3)[_AXES[fields[key]][0]] * _AXES[fields[key]][1] for key in ("forward", "up"))
    turn = np.array([ahead, np.cross(up, ahead), up])
    points, normals, colors, painted, bones, faces = [], [], [], [], [], []
    count = 0
    for bone, mesh, place in parts:
        linear = turn @ place[:3, :3]
        own = np.asarray(mesh.vertices, float) @ linear.T + turn @ place[:3, 3]
        corners = np.asarray(mesh.faces, np.int64)
        if np.linalg.det(linear) < 0:
            corners = corners[:, ::-1]
        rgb, takes_paint = colors_of(mesh, fields.get("paint_material"))
        points.append(own)
        colors.append(rgb)
        painted.append(np.full(len(own), takes_paint, np.uint8))
        bones.append(np.full(len(own), bone, np.uint8))
        faces.append(corners + count)
        normals.append(_normals(own, corners))
        count += len(own)
    if fields.get("paint_material") is not None and not any(p.any() for p in painted):
        raise UsageError(f"{source}: paint_material: no material is called {fields['paint_material']!r:.60}")
    if count > MAX_VERTICES:
        raise UsageError(f"{source}: {count} vertices, wanted at most {MAX_VERTICES}")
    xyz, corner = np.concatenate(points), np.concatenate(faces)
    if not np.isfinite(xyz).all() or np.ptp(xyz, axis=0).min() < 1e-6 or np.abs(xyz).max() > 1e6:
        raise UsageError(f"{source}: the body has no extent, or none that is finite")
    if "length_m" in fields:
        xyz = xyz * (max(fields["length_m"], 1e-3) / float(np.ptp(xyz[:, 0])))
    bone_of = np.concatenate(bones)
    low, high = xyz.min(0), xyz.max(0)
    length = float(high[0] - low[0])
    rear = float(low[0]) + fields.get("rear_axle_m", 0.2 * length)
    wheelbase_m = float(fields.get("wheelbase_m", 0.6 * length))
    if fields["wheels"]:
        axles = [
            float((xyz[bone_of == k][:, 0].min() + xyz[bone_of == k][:, 0].max()) / 2) for k in range(1, 5)
        ]
        rear, wheelbase_m = (axles[2] + axles[3]) / 2, (axles[0] + axles[1] - axles[2] - axles[3]) / 2
    xyz = xyz - [rear, (low[1] + high[1]) / 2, low[2]]
    area = np.linalg.norm(np.cross(*(xyz[corner[:, k]] - xyz[corner[:, 0]] for k in (1, 2))), axis=1)
    corner = corner[area > 1e-10]
    if not len(corner):
        raise UsageError(f"{source}: no triangle of the body has an area")
    return (
        Triangles(
            xyz.astype(np.float32),
            np.concatenate(normals).astype(np.float32),
            np.concatenate(colors),
            np.concatenate(painted),
            bone_of,
            corner.astype(np.int32),
        ),
        round(wheelbase_m, 6),
    )


def _normals(points: Floats, corners: NDArray[np.int64]) -> Floats:
    """(V, 3) area-weighted unit normals; up where a vertex has no face."""
    a, b, c = (points[corners[:, k]] for k in range(3))
    out = np.zeros_like(points)
    for k in range(3):
        np.add.at(out, corners[:, k], np.cross(b - a, c - a))
    size = np.linalg.norm(out, axis=1, keepdims=True)
    return np.where(size > 1e-12, out / np.maximum(size, 1e-12), [0.0, 0.0, 1.0])
