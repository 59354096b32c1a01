"""One body for all people: the tests here are about where they are, not how they look."""

from __future__ import annotations

import pytest

import sim.scenario.casting
from sim.bodies import PersonSpec, build_body


@pytest.fixture(autouse=True, scope="module")
def one_body_for_all_people():
    def build(spec):
        return build_body(PersonSpec() if isinstance(spec, PersonSpec) else spec)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.scenario.casting, "build_body", build)
        patch.setattr(sim.scenario.casting, "sample_rider", lambda rng, shape: PersonSpec())
        yield
