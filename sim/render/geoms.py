"""NumPy meshes and images -> Panda3D geoms and textures: what knows Panda3D's memory layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    CPTA_uchar,
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    PTA_uchar,
    SamplerState,
    ShaderInput,
    Texture,
)

from sim.geometry import Mesh
from sim.render.mipmaps import mip_levels
from sim.render.quality import Quality

__all__ = [
    "bone_texture",
    "clamp_edges",
    "flat_mesh",
    "geom_node",
    "part_node",
    "sampled",
    "texture_array",
    "to_gamma2",
    "update_float_texture",
    "whole_image",
]

_COLUMNS = [
    ("position", "<f4", 3),
    ("normal", "<f4", 3),
    ("uv", "<f4", 2),
    ("color", "u1", 4),
    ("info", "u1", 4),
]
_SKIN = [("weights", "<f4", 4), ("joints", "u1", 4)]

_SRGB = np.arange(256) / 255.0
_LINEAR = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4)
_GAMMA2 = np.round(np.sqrt(_LINEAR) * 255).astype(np.uint8)
_TABLES = np.stack([_GAMMA2, _GAMMA2, _GAMMA2, np.arange(256, dtype=np.uint8)], -1)[:, None]
# sRGB to the square root of linear light: shaders square what they filter, which is cheaper than pow.


def to_gamma2(srgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """SRGB bytes (..., 3 or 4) to gamma-2 bytes; a fourth band is kept as it is."""
    if not srgb.size:
        return srgb.copy()
    bands = srgb.shape[-1]
    flat = np.ascontiguousarray(srgb).reshape(-1, 1, bands)
    return np.asarray(cv2.LUT(flat, _TABLES[:, :, :bands]), np.uint8).reshape(srgb.shape)


def _vertex_format(skinned: bool) -> GeomVertexFormat:
    array = GeomVertexArrayFormat()
    array.add_column("vertex", 3, GeomEnums.NT_float32, GeomEnums.C_point)
    array.add_column("normal", 3, GeomEnums.NT_float32, GeomEnums.C_normal)
    array.add_column("texcoord", 2, GeomEnums.NT_float32, GeomEnums.C_texcoord)
    array.add_column("tint", 4, GeomEnums.NT_uint8, GeomEnums.C_other)
    array.add_column("info", 4, GeomEnums.NT_uint8, GeomEnums.C_other)
    if skinned:
        array.add_column("weights", 4, GeomEnums.NT_float32, GeomEnums.C_other)
        array.add_column("joints", 4, GeomEnums.NT_uint8, GeomEnums.C_other)
    wanted = GeomVertexFormat()
    wanted.add_array(array)
    return GeomVertexFormat.register_format(wanted)


def _fill(array: Any, content: bytes) -> None:
    memoryview(array).cast("B")[:] = content


def geom_node(name: str, mesh: Mesh, glow: NDArray[np.uint8] | None = None) -> GeomNode:
    """Upload a mesh; `glow` (V,) says how its vertices shine after dark, see `sim.render.night.windows`."""
    skinned = mesh.is_skinned
    rows = np.zeros(len(mesh.positions_m), _COLUMNS + (_SKIN if skinned else []))
    rows["position"], rows["normal"], rows["uv"] = mesh.positions_m, mesh.normals, mesh.uv
    rows["color"] = to_gamma2(mesh.color)
    rows["info"][:, 0], rows["info"][:, 1], rows["info"][:, 2] = mesh.layer, mesh.part, mesh.semantic
    if glow is not None:
        rows["info"][:, 3] = glow
    if skinned:
        rows["weights"], rows["joints"] = mesh.weights, mesh.joints
    data = GeomVertexData(name, _vertex_format(skinned), GeomEnums.UH_static)
    data.unclean_set_num_rows(len(rows))
    _fill(data.modify_array(0), rows.tobytes())
    return _drawn(name, data, mesh.faces)


def part_node(name: str, whole: GeomNode, faces: NDArray[np.int32]) -> GeomNode:
    """Some faces of a mesh that `geom_node` has uploaded; they share its vertices."""
    return _drawn(name, whole.get_geom(0).get_vertex_data(), faces)


def _drawn(name: str, data: GeomVertexData, faces: NDArray[np.int32]) -> GeomNode:
    triangles = GeomTriangles(GeomEnums.UH_static)
    triangles.set_index_type(GeomEnums.NT_uint32)
    indices = triangles.modify_vertices()
    indices.unclean_set_num_rows(faces.size)
    _fill(indices, np.ascontiguousarray(faces, "<u4").tobytes())
    geom = Geom(data)
    geom.add_primitive(triangles)
    node = GeomNode(name)
    node.add_geom(geom)
    return node


def texture_array(
    name: str,
    layers: Sequence[NDArray[np.uint8]] | NDArray[np.uint8],
    *,
    is_color: bool = True,
    clamp: bool = False,
    cutouts: NDArray[np.bool_] | None = None,
) -> Texture:
    """A mip-mapped RGBA8 texture array from layers (S, S, 4), row 0 of each layer at the top.

    `is_color` layers hold sRGB and are stored as gamma 2; others are stored as they are. Where `cutouts` (L,)
    is given, coarser levels are made here, those of cutouts cover as much as the finest.
    """
    count, (height, width, _) = len(layers), layers[0].shape
    texture = Texture(name)
    texture.setup_2d_texture_array(width, height, count, Texture.T_unsigned_byte, Texture.F_rgba8)
    stored = [to_gamma2(layer) if is_color else layer for layer in layers]
    texture.set_ram_image(_bottom_up(stored))
    if cutouts is not None:
        for k, level in enumerate(mip_levels(stored, cutouts), 1):
            texture.set_ram_mipmap_image(k, _bottom_up(level))
    texture.set_minfilter(SamplerState.FT_linear_mipmap_linear)
    texture.set_magfilter(SamplerState.FT_linear)
    if clamp:
        clamp_edges(texture)
    else:
        texture.set_wrap_u(SamplerState.WM_repeat)
        texture.set_wrap_v(SamplerState.WM_repeat)
    return texture


def _bottom_up(layers: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> CPTA_uchar:
    """RGBA layers, row 0 at the top, as OpenGL has them: BGRA, row 0 at the bottom."""
    # Written where Panda3D keeps them: fresh memory for copies of them costs more than all the rest.
    image = PTA_uchar.empty_array(len(layers) * layers[0].size)
    view = memoryview(image)  # type: ignore[arg-type]
    for layer, out in zip(layers, np.asarray(view).reshape(len(layers), *layers[0].shape), strict=True):
        out[:] = cv2.cvtColor(layer, cv2.COLOR_RGBA2BGRA)[::-1]
    return CPTA_uchar(image)


def sampled(name: str, texture: Texture, quality: Quality) -> ShaderInput:
    """A mip-mapped texture as an input of shaders, looked up as finely as a quality says."""
    sampler = SamplerState(texture.default_sampler)
    sampler.set_minfilter(
        SamplerState.FT_linear_mipmap_linear
        if quality.blends_mip_levels
        else SamplerState.FT_linear_mipmap_nearest
    )
    sampler.set_anisotropic_degree(quality.anisotropy)
    return ShaderInput(name, texture, sampler)


def clamp_edges(texture: Texture) -> None:
    """Repeat the border texel outside the texture."""
    texture.set_wrap_u(SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)


def bone_texture(name: str, width: int, rows: int) -> Texture:
    """An RGBA32F table that shaders read with texelFetch."""
    texture = Texture(name)
    texture.setup_2d_texture(width, max(rows, 1), Texture.T_float, Texture.F_rgba32)
    texture.set_minfilter(SamplerState.FT_nearest)
    texture.set_magfilter(SamplerState.FT_nearest)
    texture.set_compression(Texture.CM_off)
    return texture


def update_float_texture(texture: Texture, values: NDArray[np.float32]) -> None:
    """Fill a `bone_texture` from (rows, width, 4) float32, in RGBA order."""
    texture.set_ram_image(np.ascontiguousarray(values[..., [2, 1, 0, 3]], np.float32).tobytes())


def flat_mesh(positions_m: NDArray[np.float32], uv: NDArray[np.float32], faces: NDArray[np.int32]) -> Mesh:
    """A plain white mesh that faces up."""
    count = len(positions_m)
    up = np.tile(np.array([0, 0, 1], np.float32), (count, 1))
    white = np.full((count, 4), 255, np.uint8)
    zero = np.zeros(count, np.uint8)
    return Mesh(positions_m, up, uv, white, zero, zero, zero, faces)


def whole_image() -> GeomNode:
    """One triangle that covers clip space."""
    corners = np.array([[-1, -1, 0], [3, -1, 0], [-1, 3, 0]], np.float32)
    return geom_node(
        "whole-image", flat_mesh(corners, corners[:, :2].copy(), np.array([[0, 1, 2]], np.int32))
    )
