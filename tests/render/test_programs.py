"""Every program compiles and links, with every set of features that light and weather ask for together."""

import itertools

import pytest

pytestmark = pytest.mark.gl

LIGHTS = (frozenset(), frozenset({"LAMPS"}), frozenset({"LAMPS", "NO_SUN"}))
WEATHERS = (frozenset(), frozenset({"WET"}), frozenset({"SNOW"}), frozenset({"WET", "SNOW"}))
SHADOWS = (frozenset(), frozenset({"HARD_SHADOWS"}))


def compiles(engine, stage, kind, features=frozenset()):
    from sim.render.programs import program

    shader = program(stage, kind, features)
    linked = shader.prepare_now(engine.gsg.prepared_objects, engine.gsg)
    return linked is not None and not shader.get_error_flag()


@pytest.mark.parametrize("light", LIGHTS, ids="+".join)
@pytest.mark.parametrize("weather", WEATHERS, ids="+".join)
def test_programs_of_the_color_pass_compile_in_every_light_and_weather(gl, light, weather):
    from sim.render.programs import _PROGRAMS

    kinds = sorted(kind for stage, kind in _PROGRAMS if stage == "rgb")
    assert len(kinds) >= 10
    for kind, shadows in itertools.product(kinds, SHADOWS):
        assert compiles(gl, "rgb", kind, light | weather | shadows), (kind, light, weather, shadows)


def test_programs_of_all_other_passes_compile(gl):
    from sim.render.programs import _PROGRAMS

    others = sorted(key for key in _PROGRAMS if key[0] != "rgb")
    assert others
    for stage, kind in others:
        if stage != "amodal" or gl.has_images:
            assert compiles(gl, stage, kind), (stage, kind)
