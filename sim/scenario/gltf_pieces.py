"""Bytes of a glTF from anywhere -> its pieces, checked before anything is unpacked, and their colors."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.bodies.own import MAX_FACES
from sim.errors import UsageError, near_matches

__all__ = ["WHEELS", "colors_of", "pieces_of"]

Floats = NDArray[np.float64]

MAX_BYTES = 64_000_000
WHEELS = ("front_left", "front_right", "rear_left", "rear_right")
_MAX_NODES, _MAX_IMAGES, _MAX_IMAGE_PX = 500, 16, 4096
_FARTHEST = 1e5


def pieces_of(glb: Path, fields: Mapping[str, Any], source: str) -> list[tuple[int, Any, Floats]]:
    """(bone, trimesh mesh, (4, 4) its place) of every piece of the glTF."""
    with glb.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    _check_glb(data, glb.name)
    try:
        import trimesh
    except ImportError:
        raise UsageError("bodies from glTF need trimesh: pip install 'roadreel[gltf]'") from None
    try:
        scene = trimesh.load_scene(io.BytesIO(data), file_type="glb", process=False)
        graph, parents = scene.graph, scene.graph.transforms.parents
        places = [(node, *graph[node]) for node in graph.nodes_geometry]
        meshes = {name: piece for name, piece in scene.geometry.items() if isinstance(piece, trimesh.Trimesh)}
    except Exception as error:  # a reader of files from anywhere fails in ways of its own
        raise UsageError(
            f"{glb.name}: no glTF that can be read: {type(error).__name__}: {error!s:.120}"
        ) from None
    names = {name: WHEELS.index(key) + 1 for key, name in fields["wheels"].items()}
    out, found = [], set()
    for node, place, mesh in places:
        above: str | None = node
        while above is not None and above not in names:
            above = parents.get(above)
        if mesh in meshes:
            found.add(above)
            _check_piece(meshes[mesh], place, glb.name)
            out.append((names.get(above or "", 0), meshes[mesh], np.asarray(place, float)))
    for name in names:
        if name not in found:
            raise UsageError(f"{source}: wheels: {near_matches('node', name, [str(n) for n, *_ in places])}")
    if sum(len(mesh.faces) for _, mesh, _ in out) > MAX_FACES or not out:
        count = sum(len(mesh.faces) for _, mesh, _ in out)
        raise UsageError(f"{glb.name}: {count} triangles, wanted 1 to {MAX_FACES}")
    return out


def _check_piece(mesh: Any, place: Any, name: str) -> None:
    """Raises UsageError for numbers that no body has, before anything is computed from them."""
    for values in (mesh.vertices, place):
        numbers = np.asarray(values, float)
        if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0.0) > _FARTHEST:
            raise UsageError(f"{name}: vertices or places of nodes beyond {_FARTHEST:g}, or no numbers")
    faces = np.asarray(mesh.faces)
    if len(faces) and (faces.min() < 0 or faces.max() >= len(mesh.vertices)):
        raise UsageError(f"{name}: triangles of vertices there are not")


def _check_glb(data: bytes, name: str) -> None:
    """Raises UsageError for what is no glTF in one file, or too large, before anything is unpacked."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name}: larger than {MAX_BYTES / 1e6:g} MB, which no body is")
    if len(data) < 20 or data[:4] != b"glTF":
        raise UsageError(f"{name}: no binary glTF, wanted a .glb with everything in one file")
    length, kind = struct.unpack("<I4s", data[12:20])
    try:
        if kind != b"JSON" or length > len(data) - 20:
            raise ValueError("no JSON chunk")
        tree = json.loads(data[20 : 20 + length])
        lists = {key: tree.get(key, []) for key in ("accessors", "nodes", "meshes", "images", "buffers")}
        counts = [int(accessor["count"]) for accessor in lists["accessors"]]
        sparse = any("bufferView" not in accessor for accessor in lists["accessors"])
        outside = any("uri" in entry for key in ("images", "buffers") for entry in lists[key])
        children = [int(child) for node in lists["nodes"] for child in node.get("children", [])]
        needed = list(tree.get("extensionsRequired", []))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{name}: broken glTF: {type(error).__name__}: {error!s:.80}") from None
    if needed:
        raise UsageError(f"{name}: extensionsRequired: {needed[0]!r:.60}, wanted a glTF without such")
    if outside or sparse:
        raise UsageError(f"{name}: data outside of the file, wanted a .glb with everything in one file")
    if max(counts, default=0) > 3 * MAX_FACES or min(counts, default=0) < 0:
        raise UsageError(f"{name}: an accessor of {max(counts)} elements, wanted at most {3 * MAX_FACES}")
    if (
        len(lists["nodes"]) > _MAX_NODES
        or len(lists["meshes"]) > _MAX_NODES
        or len(lists["images"]) > _MAX_IMAGES
    ):
        raise UsageError(f"{name}: wanted at most {_MAX_NODES} nodes and meshes and {_MAX_IMAGES} images")
    if len(set(children)) < len(children):
        raise UsageError(f"{name}: a node with two parents, wanted a tree")


def colors_of(mesh: Any, paint_material: str | None) -> tuple[NDArray[np.uint8], bool]:
    """(V, 3) sRGB of a piece, its texture looked up at the vertices; and whether it takes the paint."""
    visual, count = mesh.visual, len(mesh.vertices)
    material = getattr(visual, "material", None)
    if paint_material is not None and getattr(material, "name", None) == paint_material:
        return np.full((count, 3), 255, np.uint8), True
    if material is None:
        colors = getattr(visual, "vertex_colors", None)
        known = colors is not None and np.shape(colors) == (count, 4)
        return (
            np.asarray(colors)[:, :3].astype(np.uint8) if known else np.full((count, 3), 180, np.uint8)
        ), False
    factor = getattr(material, "baseColorFactor", None)
    linear = np.ones(3) if factor is None else np.asarray(factor, float).ravel()[:3] / 255
    rgb = np.tile(linear, (count, 1))
    image, uv = getattr(material, "baseColorTexture", None), getattr(visual, "uv", None)
    if image is not None and uv is not None and max(image.size) <= _MAX_IMAGE_PX:
        pixels = np.asarray(image.convert("RGB"), float) / 255
        u, v = np.mod(np.nan_to_num(np.asarray(uv, float)), 1.0).T
        rows, columns = (((1 - v) * pixels.shape[0]).astype(int), (u * pixels.shape[1]).astype(int))
        rgb *= pixels[rows.clip(0, pixels.shape[0] - 1), columns.clip(0, pixels.shape[1] - 1)] ** 2.2
    return np.round(255 * np.clip(rgb, 0, 1) ** (1 / 2.2)).astype(np.uint8), False
