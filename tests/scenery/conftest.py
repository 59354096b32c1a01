"""One street with everything in it, built once."""

import pytest
from scenery_street import street

from sim.scenery import Scenery, build_scenery
from sim.world import World


@pytest.fixture(scope="session")
def world() -> World:
    return street()


@pytest.fixture(scope="session")
def scenery(world) -> Scenery:
    return build_scenery(world)
