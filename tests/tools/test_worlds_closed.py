"""Worlds opened and closed again and again leave nothing behind; `tools/endurance.py` does it 200 times."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module")
def endurance() -> ModuleType:
    path = Path(__file__).parents[2] / "tools/endurance.py"
    spec = importlib.util.spec_from_file_location("endurance", path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["endurance"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_states_buffers_textures_and_files_are_gone(endurance: ModuleType) -> None:
    from panda3d.core import EventQueue, RenderAttrib, RenderState, TransformState

    def left() -> dict[str, int]:
        attributes, states = RenderAttrib.get_num_attribs(), RenderState.get_num_states()
        events = int(not EventQueue.get_global_event_queue().is_queue_empty())
        panda = {"attributes": attributes, "states": states, "events": events}
        return endurance.held() | panda | {"transforms": TransformState.get_num_states()}

    counts = []
    for _ in range(4):
        endurance.open_and_close(0)
        counts.append(left())
    # The first may leave what is made once: programs, the states of passes, threads of the rasterizer.
    assert counts[1] == counts[2] == counts[3]
    assert counts[3]["GL buffers"] == 0
    assert counts[3]["GL textures"] <= 2
    assert counts[3]["events"] == 0
