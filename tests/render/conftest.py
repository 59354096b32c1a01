"""A small scene with real bodies and hand-made scenery, filmed at small sizes."""

import numpy as np
import pytest

from sim.agents.state import Roster, WorldState
from sim.bodies import Lights, PersonSpec, PoseColumns, RiderSpec, VehicleSpec, build_body
from sim.bodies.people import hip_ahead_m
from sim.taxonomy import category
from sim.world import Building, GroundPatch, Marking, Recipe, RoadNetwork, World


@pytest.fixture(scope="session")
def gl():
    """The engine; tests marked `gl` are skipped before they ask where there is none."""
    from sim.render import engine

    return engine()


@pytest.fixture(scope="session")
def street() -> World:
    road = GroundPatch("road", ((-30.0, -5.0), (50.0, -5.0), (50.0, 5.0), (-30.0, 5.0)))
    pavement = GroundPatch("pavement", ((-30.0, 5.0), (50.0, 5.0), (50.0, 9.0), (-30.0, 9.0)), 0.12, (0,))
    dash = Marking("dash", ((2.0, -0.1), (5.0, -0.1), (5.0, 0.1), (2.0, 0.1)))
    house = Building(-20.0, 9.0, 0.0, 14.0, 8.0, 3, 3.8, 3.1, "plaster", (200, 190, 170), "flat", True, 3)
    return World(
        Recipe("test"),
        RoadNetwork(()),
        (road, pavement),
        (dash,),
        (house,),
        (),
        (),
        (),
        5,
        (-30.0, -10.0, 50.0, 20.0),
    )


BICYCLE = VehicleSpec("bicycle", 1, (30, 90, 60), saddle_m=0.93)
SPECS = (
    VehicleSpec("hatchback", 0, (160, 20, 25)),
    VehicleSpec("van", 1, (230, 230, 230)),
    VehicleSpec("suv", 2, (40, 60, 120)),
    PersonSpec(gender=1.0),
    PersonSpec(gender=0.0, bottom="skirt", hair="long"),
    PersonSpec(age="child"),
    BICYCLE,
    RiderSpec(PersonSpec(gender=1.0), BICYCLE),
)
WHERE = (
    (6.0, -2.0, 0.3),
    (14.0, 2.5, 3.1),
    (27.0, -3.0, 0.2),
    (8.0, 6.0, 1.0),
    (10.0, 1.5, -2.0),
    (12.5, 6.3, 0.5),
    (7.5, 2.2, 0.6),
    (7.5, 2.2, 0.6),  # as far ahead as the hips are
)


@pytest.fixture(scope="session")
def state() -> WorldState:
    count = len(SPECS)
    bodies = tuple(build_body(s) for s in SPECS)
    roster = Roster(
        tuple(f"a{i}" for i in range(count)),
        tuple(
            category(
                "human.pedestrian.adult"
                if isinstance(s, PersonSpec)
                else "human.rider.bicyclist"
                if isinstance(s, RiderSpec)
                else {"van": "vehicle.van", "bicycle": "vehicle.bicycle"}.get(s.shape, "vehicle.car")
            )
            for s in SPECS
        ),
        SPECS,
        bodies,
        np.zeros(count, bool),
        {count - 1: count - 2},
    )
    at = np.array([[x, y, 0.12 if y > 5 else 0.0] for x, y, _ in WHERE])
    yaw = np.array([w[2] for w in WHERE])
    ahead = hip_ahead_m(bodies[-1])
    at[-1, :2] += ahead * np.array([np.cos(yaw[-1]), np.sin(yaw[-1])])
    zero = np.zeros(count)
    left = np.stack([-np.sin(yaw), np.cos(yaw), zero], 1)
    feet = np.stack([at + 0.1 * left, at - 0.1 * left], 1)
    lights = np.full(count, int(Lights.BRAKE), np.uint8)
    heading = np.stack([yaw, yaw], 1)
    poses = PoseColumns(
        at, yaw, zero, zero, zero, zero, zero, zero, feet, heading, np.zeros((count, 2)), zero, lights
    )
    return WorldState(
        0,
        20,
        roster,
        poses,
        np.zeros((count, 2)),
        zero,
        zero,
        np.zeros(count, np.uint8),
        (),
        np.zeros(0, np.uint8),
        {},
        activity=np.zeros(count, np.uint8),
    )
