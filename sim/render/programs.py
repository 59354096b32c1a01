"""Shader sources -> programs, one for each (pass, kind of surface). Sources lie in shaders/."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from panda3d.core import ColorWriteAttrib, NodePath, RenderState, Shader

from sim.bodies import MAX_BONES
from sim.render.drawing import FIRST_INSTANCE_CODE
from sim.render.panes import BLIND
from sim.scenery import SURFACE_NAMES
from sim.taxonomy import Semantic

__all__ = [
    "AGENT_ROWS",
    "BLUR_TILE",
    "BLUR_TOUCHED",
    "BONE_ROWS",
    "NIGHT_HEAD",
    "PASS_KINDS",
    "STEP_ROWS",
    "pass_state",
    "program",
]

PASS_KINDS = ("static", "cutout", "vehicle", "person")
"""Kinds of surface the label and shadow passes tell apart; nodes carry theirs as the tag `kind`."""

BLUR_TILE = 32
"""Side of the tiles of motion blur, pixels: half a streak is shorter."""

BONE_ROWS = 4
"""Rows of an agent's table before its bones: lamps 0 to 3, lamps 4 to 7, position, heading."""

BLUR_TOUCHED = 3.0
"""Class of the tiles in which an agent that moves may be seen, see `sim.render.moving_tiles`."""

NIGHT_HEAD = 25.0
"""Brightness of a car's head lamps after dark, where other lamps have 1."""

AGENT_ROWS = {"vehicle": BONE_ROWS + 3 * 8, "person": BONE_ROWS + 3 * MAX_BONES}
"""Rows of the table each kind of agent gives its shaders; vehicles have eight bones at most."""

_POSED = ("common.vert.glsl",)
_LIT = ("facet.frag.glsl", "light.frag.glsl", "lamps.frag.glsl", "ground.glsl", "weather.frag.glsl")
_LABEL = ("facet.frag.glsl", "label.frag.glsl")
STEP_ROWS = {kind: rows - BONE_ROWS for kind, rows in AGENT_ROWS.items()}
"""Rows of the tables that say how each kind of agent's bones move to another frame."""

_VEHICLE, _PERSON = (
    ("AGENT", *names, f"AGENT_ROWS {AGENT_ROWS[kind]}", f"STEP_ROWS {STEP_ROWS[kind]}")
    for kind, names in (("vehicle", ("ONE_BONE",)), ("person", ("PERSON",)))
)
_SIGN_LAYERS = ", ".join(str(float(SURFACE_NAMES.index(name))) for name in ("signs", "signs_more", "boards"))
_WHOLE = ("whole.vert.glsl",)
_TILES = ("tile.vert.glsl",)
_WAY = ("optics.glsl", "way.glsl")
_PROGRAMS: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # (pass, kind): defines, vertex sources, fragment sources
    ("rgb", "solid"): ((), (*_POSED, "lit.vert.glsl"), (*_LIT, "scenery.frag.glsl")),
    ("rgb", "glass"): (("GLASS",), (*_POSED, "lit.vert.glsl"), (*_LIT, "scenery.frag.glsl")),
    ("rgb", "lens"): (("LENS", "GLASS"), (*_POSED, "lit.vert.glsl"), (*_LIT, "scenery.frag.glsl")),
    ("rgb", "decal"): (("GROUND",), (*_POSED, "lit.vert.glsl"), (*_LIT, "scenery.frag.glsl")),
    ("rgb", "ground"): (("GROUND",), (*_POSED, "lit.vert.glsl"), (*_LIT, "scenery.frag.glsl")),
    ("rgb", "cutout"): (("CUTOUT",), (*_POSED, "lit.vert.glsl"), (*_LIT, "scenery.frag.glsl")),
    ("rgb", "vehicle"): (_VEHICLE, (*_POSED, "lit.vert.glsl"), (*_LIT, "vehicle.frag.glsl")),
    ("rgb", "pane"): (
        ("PANE", *_VEHICLE),
        (*_POSED, "lit.vert.glsl"),
        (*_LIT, "cabin.glsl", "behind_glass.glsl", "vehicle.frag.glsl"),
    ),
    ("rgb", "saloon-pane"): (
        ("PANE", "SALOON", *_VEHICLE),
        (*_POSED, "lit.vert.glsl"),
        (*_LIT, "cabin.glsl", "saloon.glsl", "behind_glass.glsl", "vehicle.frag.glsl"),
    ),
    ("rgb", "person"): (_PERSON, (*_POSED, "lit.vert.glsl"), (*_LIT, "person.frag.glsl")),
    ("rgb", "contact"): (_VEHICLE, ("contact.vert.glsl",), ("contact.frag.glsl",)),
    ("rgb", "lamp-shadow"): (_PERSON, ("lamp_shadow.vert.glsl",), ("lamp_shadow.frag.glsl",)),
    ("rgb", "sky"): (("SKY",), ("sky.vert.glsl",), ("facet.frag.glsl", "light.frag.glsl", "sky.frag.glsl")),
    ("whole", "shadow-edges"): (("FIND",), _WHOLE, ("shadow_edges.frag.glsl",)),
    ("whole", "shadow-edges-around"): ((), _WHOLE, ("shadow_edges.frag.glsl",)),
    ("beam", "vehicle"): (_VEHICLE, ("beam.vert.glsl",), ("beam.frag.glsl",)),
    ("label", "static"): (("FACETS",), (*_POSED, "label.vert.glsl"), _LABEL),
    ("label", "cutout"): (("FACETS", "CUTOUT"), (*_POSED, "label.vert.glsl"), _LABEL),
    ("label", "vehicle"): (("FACETS", *_VEHICLE), (*_POSED, "label.vert.glsl"), _LABEL),
    ("label", "person"): (("FACETS", *_PERSON), (*_POSED, "label.vert.glsl"), _LABEL),
    ("amodal", "vehicle"): (_VEHICLE, (*_POSED, "amodal.vert.glsl"), ("amodal.frag.glsl",)),
    ("amodal", "person"): (_PERSON, (*_POSED, "amodal.vert.glsl"), ("amodal.frag.glsl",)),
    ("motion", "vehicle"): (_VEHICLE, (*_POSED, "motion.vert.glsl"), ("motion.frag.glsl",)),
    ("motion", "person"): (_PERSON, (*_POSED, "motion.vert.glsl"), ("motion.frag.glsl",)),
    ("shadow", "static"): ((), (*_POSED, "shadow.vert.glsl"), ("shadow.frag.glsl",)),
    ("shadow", "cutout"): (("CUTOUT",), (*_POSED, "shadow.vert.glsl"), ("shadow.frag.glsl",)),
    ("shadow", "vehicle"): (_VEHICLE, (*_POSED, "shadow.vert.glsl"), ("shadow.frag.glsl",)),
    ("shadow", "person"): (_PERSON, (*_POSED, "shadow.vert.glsl"), ("shadow.frag.glsl",)),
    ("whole", "smooth"): ((), ("smooth.vert.glsl",), ("tone.glsl", "smooth.frag.glsl")),
    ("whole", "smooth-develop"): (("DEVELOP",), ("smooth.vert.glsl",), ("tone.glsl", "smooth.frag.glsl")),
    ("whole", "develop"): ((), _WHOLE, ("tone.glsl", "develop.frag.glsl")),
    ("whole", "reflect"): (("WET",), _WHOLE, ("ground.glsl", "mirror.glsl", "reflect.frag.glsl")),
    ("whole", "stretch"): ((), _WHOLE, ("stretch.frag.glsl",)),
    ("whole", "wet"): (("WET",), _WHOLE, ("ground.glsl", "mirror.glsl", "wet.frag.glsl")),
    ("whole", "fastest-of-tile"): (("TILES",), _WHOLE, ("fastest.frag.glsl",)),
    ("whole", "fastest-around"): ((), _WHOLE, ("fastest.frag.glsl",)),
    ("tiles", "velocity"): ((), _TILES, (*_WAY, "velocity.frag.glsl")),
    ("tiles", "lens-velocity"): (("LENS_RAYS",), _TILES, (*_WAY, "velocity.frag.glsl")),
    ("tiles", "blur-nothing"): ((), _TILES, ("blur.frag.glsl",)),
    ("tiles", "blur-standing"): (("STANDING",), _TILES, (*_WAY, "blur.frag.glsl")),
    ("tiles", "lens-blur-standing"): (("STANDING", "LENS_RAYS"), _TILES, (*_WAY, "blur.frag.glsl")),
    ("tiles", "blur-agents"): (("AGENTS",), _TILES, ("blur.frag.glsl",)),
    ("whole", "meter"): ((), _WHOLE, ("meter.frag.glsl",)),
    ("whole", "sensor"): ((), _WHOLE, ("tone.glsl", "sensor.frag.glsl")),
    ("whole", "small"): ((), _WHOLE, ("small.frag.glsl",)),
    ("whole", "smooth-mask"): (("MASK",), ("smooth.vert.glsl",), ("tone.glsl", "smooth.frag.glsl")),
    ("whole", "mask-bytes"): ((), _WHOLE, ("mask.frag.glsl",)),
    ("drops", "film"): ((), ("drop.vert.glsl",), ("drop.frag.glsl",)),
    ("drops", "mask"): (("MASK",), ("drop.vert.glsl",), ("drop.frag.glsl",)),
    ("specks", "film"): ((), ("lamps.frag.glsl", "capsule.vert.glsl"), ("capsule.frag.glsl",)),
    ("specks", "mask"): (("MASK",), ("capsule.vert.glsl",), ("capsule.frag.glsl",)),
    ("whole", "keep"): ((), _WHOLE, ("keep.frag.glsl",)),
    ("whole", "normal"): ((), _WHOLE, ("surface.glsl", "normal.frag.glsl")),
    ("whole", "flow"): ((), _WHOLE, ("surface.glsl", "optics.glsl", "flow.frag.glsl")),
    ("whole", "lens-flow"): (("LENS_RAYS",), _WHOLE, ("surface.glsl", "optics.glsl", "flow.frag.glsl")),
    ("whole", "lens"): ((), _WHOLE, ("surface.glsl", "lens.frag.glsl")),
    ("whole", "lens-color"): (("COLOR",), _WHOLE, ("surface.glsl", "lens.frag.glsl")),
    ("whole", "lens-motion"): ((), _WHOLE, ("lens_motion.frag.glsl",)),
}


def _source(version: int, defines: tuple[str, ...], names: tuple[str, ...]) -> str:
    folder = files("sim.render") / "shaders"
    values = (
        f"BONE_ROWS {BONE_ROWS}",
        f"SKY_CODE {float(Semantic.SKY)}",
        f"TERRAIN_CODE {float(Semantic.TERRAIN)}",
        f"SIGN_LAYERS {_SIGN_LAYERS}",
        f"FIRST_INSTANCE_CODE {float(FIRST_INSTANCE_CODE)}",
        f"NIGHT_HEAD {NIGHT_HEAD}",
        f"BLUR_TILE {float(BLUR_TILE)}",
        f"TOUCHED {BLUR_TOUCHED}",
        f"BLIND {BLIND}",
        *defines,
    )
    head = [f"#version {version}", *(f"#define {value}" for value in values)]
    return "\n".join(head + [(folder / name).read_text() for name in names])


@cache
def program(stage: str, kind: str, features: frozenset[str] = frozenset()) -> Shader:
    """The program of a pass (`rgb`, `label`, ...) for a kind of surface, compiled once a process.

    Args:
        stage: the pass.
        kind: what is drawn.
        features: what the program does beyond the least, as names the sources ask for with ``#ifdef``:
            what is left out costs nothing.

    Raises:
        RuntimeError: the driver does not compile it.
    """
    defines, vertex, fragment = _PROGRAMS[stage, kind]
    defines = (*sorted(features), *defines)
    version = 430 if stage == "amodal" else 330  # images need OpenGL 4.2
    shader = Shader.make(
        Shader.SL_GLSL, _source(version, defines, vertex), _source(version, defines, fragment)
    )
    if shader is None or shader.get_error_flag():
        raise RuntimeError(f"the {stage} shader for {kind} does not compile")
    return shader


def pass_state(stage: str, kind: str) -> RenderState:
    """The state that makes a pass draw a kind of surface with its own program."""
    made = NodePath(kind)
    made.set_shader(program(stage, kind), 100)
    if stage == "amodal":
        made.set_depth_test(False, 100)
        made.set_depth_write(False, 100)
        made.set_attrib(ColorWriteAttrib.make(ColorWriteAttrib.C_off), 100)
    return made.get_state()
