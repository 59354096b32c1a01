"""A world and a seed -> who is in it and which cameras film it: the default scenario of a street."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.bodies import VehicleSpec, build_body
from sim.bodies.vehicles import TRACTOR_HITCH_X_M, wheelbase_m
from sim.environment import Environment
from sim.errors import UsageError, near_matches
from sim.randomization import Look
from sim.randomness import stream
from sim.scenario._bodies import BodyDraws
from sim.scenario._company import CompanyShares, accompanied
from sim.scenario._habits import DENSITIES, Habits, people_on_foot
from sim.scenario._places import VehiclePlaces
from sim.scenario._racks import cycles_at_racks, rack_discs
from sim.scenario.looks import drawn_environment, with_look
from sim.scenario.responses import RESPONSES
from sim.scenario.scenario import Agent, Scenario, Vehicle
from sim.scenario.sensors import DEFAULT_CHANNELS, Camera
from sim.scenario.weather_settings import LookSettings
from sim.scenario.windscreen import PITCH_DEG, behind_windscreen
from sim.world import World

__all__ = ["default_scenario", "default_sensors", "populate"]

_MOST = 500


def populate(
    world: World,
    seed: int,
    *,
    vehicles: int = 22,
    cyclists: int = 14,
    motorcyclists: int = 1,
    articulated: int = 0,
    parked: int = 14,
    parked_cycles: int = 8,
    people: int = 32,
    density: str = "usual",
    habits: Habits | None = None,
    company: CompanyShares | None = None,
    look: Look | None = None,
) -> tuple[Agent, ...]:
    """Everybody in the street.

    "ego" is first, then "car1".., "lorry1".., "bike1".., "moto1".., "parked1"..,
    "rack1".. and "p1"..

    Args:
        world: the street.
        seed: decides who is where and looks how.
        vehicles: driving, "ego" among them, 0 to 500.
        cyclists: on bicycles, cargo bikes and kick scooters, 0 to 500.
        motorcyclists: on motorcycles and motor scooters, 0 to 500.
        articulated: tractors with semitrailers, 0 to 500. Turning circles are too tight for them: their
            trailers cut across the island.
        parked: in bays, 0 to 500; where there are fewer bays there are fewer.
        parked_cycles: bicycles at racks, 0 to 500; where racks have fewer places there are fewer.
        people: on foot, 0 to 500.
        density: how many of them there are, and how near to the middle of the street: ``empty`` (nobody),
            ``quiet`` (0.4 times as many), ``usual``, ``busy`` (2.5 times), ``crowd`` (8 times, 500 at most).
        habits: who is with whom, stands, waits, runs and crosses anywhere.
        company: how many of them have a pram, a dog, a wheelchair, a cane or an umbrella.
        look: distributions that fields of bodies are drawn from before those of their samplers.

    Returns:
        Agents that do not overlap.

    Raises:
        UsageError: a number out of range, or more than the street has room for.
    """
    asked = {
        "vehicles": vehicles,
        "cyclists": cyclists,
        "motorcyclists": motorcyclists,
        "articulated": articulated,
        "parked": parked,
        "parked_cycles": parked_cycles,
        "people": people,
    }
    for name, value in asked.items():
        if not 0 <= value <= _MOST:
            raise UsageError(f"{name} is {value}, wanted 0 to {_MOST}")
    if density not in DENSITIES:
        raise UsageError(near_matches("density", density, DENSITIES))
    places, bodies = VehiclePlaces(world, seed), BodyDraws(look, seed, world.people)
    driving = _driving(world, seed, vehicles, places, bodies)
    articulated_lorries = _articulated(seed, articulated, places, vehicles, bodies)
    riding = _riding(seed, cyclists, motorcyclists, places, vehicles, bodies)
    in_bays = _parked(world, seed, parked, bodies)
    crowd, racks = DENSITIES[density], rack_discs(world)
    on_foot = people_on_foot(
        world,
        seed,
        min(round(people * crowd.share), _MOST),
        bodies,
        habits or Habits(),
        racks,
        crowd.spread_m,
    )
    return (
        *driving,
        *articulated_lorries,
        *riding,
        *in_bays,
        *cycles_at_racks(world, seed, parked_cycles, in_bays, bodies),
        *accompanied(world, seed, on_foot, company or CompanyShares(), racks),
    )


def default_sensors(
    world: World,
    *,
    width_px: int = 1280,
    height_px: int = 720,
    rate_hz: int = 10,
    channels: tuple[str, ...] = DEFAULT_CHANNELS,
    ego: VehicleSpec | None = None,
) -> tuple[Camera, ...]:
    """Camera "front" on the ego vehicle, behind its windscreen, and "overview" fixed in the street.

    They see as cameras of their kind do, a dashcam and a surveillance camera: pictures for models that are to
    work on photographs.

    Args:
        world: the street.
        width_px: image width.
        height_px: image height.
        rate_hz: frames a second.
        channels: what to record.
        ego: body of the vehicle called "ego", a hatchback by default; "front" sits behind its windscreen.
    """
    common: dict[str, Any] = {
        "width_px": width_px,
        "height_px": height_px,
        "rate_hz": rate_hz,
        "channels": channels,
    }
    dashcam, surveillance = RESPONSES["dashcam"], RESPONSES["surveillance"]
    x_m, z_m = behind_windscreen(ego or VehicleSpec())
    out = [
        Camera("front", "ego", x_m, 0.0, z_m, pitch_deg=PITCH_DEG, hfov_deg=72.0, response=dashcam, **common)
    ]
    for name, (x_m, y_m, z_m, yaw_rad, pitch_rad) in sorted(world.cameras.items()):
        yaw_deg, pitch_deg = float(np.rad2deg(yaw_rad)), float(np.rad2deg(pitch_rad))
        out.append(
            Camera(
                name, "", x_m, y_m, z_m, yaw_deg, pitch_deg, hfov_deg=68.0, response=surveillance, **common
            )
        )
    return tuple(out)


def default_scenario(
    world: World,
    seed: int,
    *,
    duration_s: float = 8.0,
    tick_hz: int = 20,
    warmup_s: float = 5.0,
    vehicles: int = 22,
    cyclists: int = 14,
    motorcyclists: int = 1,
    articulated: int = 0,
    parked: int = 14,
    parked_cycles: int = 8,
    people: int = 32,
    density: str = "usual",
    together_share: float = 0.56,
    standing_share: float = 0.2,
    waiting_share: float = 0.06,
    anywhere_share: float = 0.25,
    joggers_share: float = 0.06,
    playing_share: float = 0.4,
    prams_share: float = 0.04,
    dogs_share: float = 0.05,
    wheelchairs_share: float = 0.02,
    canes_share: float = 0.18,
    umbrellas_share: float = 0.75,
    width_px: int = 1280,
    height_px: int = 720,
    rate_hz: int = 10,
    quality: str = "standard",
    environment: Environment | None = None,
    look: Look | None = None,
) -> Scenario:
    """A street full of people and traffic, filmed by the default cameras.

    Args:
        world: the street.
        seed: of everything drawn.
        duration_s: simulated seconds.
        tick_hz: simulation ticks a second.
        warmup_s: simulated before the first frame.
        vehicles: driving vehicles, the ego vehicle among them.
        cyclists: people on bicycles, cargo bikes and kick scooters.
        motorcyclists: people on motorcycles and motor scooters.
        articulated: tractors with semitrailers; trailers cut across the islands of turning circles.
        parked: parked vehicles.
        parked_cycles: bicycles at racks.
        people: people on foot.
        density: ``empty``, ``quiet``, ``usual``, ``busy`` or ``crowd``: 0 to 8 times as many.
        together_share: share of people walking who do so beside others, 0 to 0.9.
        standing_share: share of people who stand and talk, or pause.
        waiting_share: share of people who wait at a stop, where there is one.
        anywhere_share: share of people walking who cross roads also where no crossing is marked.
        joggers_share: share of young people walking alone who run.
        playing_share: share of children walking who run about.
        prams_share: share of walking adults who push a pram, 0 to 1.
        dogs_share: share of walking adults who walk a dog.
        wheelchairs_share: share of walking adults who are in a wheelchair instead.
        canes_share: share of old people who walk with a cane.
        umbrellas_share: share of people with free hands who hold an umbrella, when it rains.
        width_px: image width.
        height_px: image height.
        rate_hz: frames a second.
        quality: how finely colors are drawn: ``draft``, ``standard`` or ``high``.
        environment: light and weather; drawn from the seed if left out, as are responses of the cameras.
        look: distributions that fields of bodies are drawn from before those of their samplers.

    Raises:
        UsageError: a value out of range.
    """
    light = environment or drawn_environment(LookSettings(), seed)[1]
    agents = populate(
        world,
        seed,
        vehicles=vehicles,
        cyclists=cyclists,
        motorcyclists=motorcyclists,
        articulated=articulated,
        parked=parked,
        parked_cycles=parked_cycles,
        people=people,
        density=density,
        habits=Habits(
            together_share, standing_share, waiting_share, anywhere_share, joggers_share, playing_share
        ),
        look=look,
        company=CompanyShares(
            prams_share,
            dogs_share,
            wheelchairs_share,
            canes_share,
            umbrellas_share if light.rain_mm_per_h > 0 else 0.0,
        ),
    )
    ego = next((a.body for a in agents if isinstance(a, Vehicle) and a.name == "ego"), None)
    sensors = default_sensors(world, width_px=width_px, height_px=height_px, rate_hz=rate_hz, ego=ego)
    if ego is None:
        sensors = tuple(camera for camera in sensors if not camera.mount)
    scenario = Scenario(world, agents, sensors, duration_s, tick_hz, seed, warmup_s, quality, light)
    return scenario if environment else with_look(scenario, LookSettings(), {})


def _driving(world: World, seed: int, count: int, places: VehiclePlaces, bodies: BodyDraws) -> list[Vehicle]:
    out = []
    for k in range(count):
        name = "ego" if k == 0 else f"car{k}"
        rng = stream(seed, f"population/{name}")
        # The ego vehicle is a car: its camera sees further from behind a bonnet than from a van.
        body = bodies.vehicle(name, rng, **({"shape": "hatchback"} if k == 0 else {}))
        heavy = bodies.heavy(name) if k else None
        ways = None
        if heavy is not None:
            built = build_body(heavy)
            ways = places.long_ways(built.footprint_m, wheelbase_m(built))
            body = body if ways is None else heavy
        lane, s_m, speed_mps = places.take(k, build_body(body).footprint_m, rng, ways)
        route = _straight_on(world, lane) if k == 0 else ()
        out.append(Vehicle(name, lane, s_m, "follow_lane", speed_mps, route, body))
    return out


def _articulated(
    seed: int, count: int, places: VehiclePlaces, before: int, bodies: BodyDraws
) -> list[Vehicle]:
    """Tractors with semitrailers, placed after `before` others."""
    out = []
    for k in range(count):
        rng = stream(seed, f"population/lorry{k + 1}")
        body, trailer = bodies.articulated(f"lorry{k + 1}", rng)
        behind_m = TRACTOR_HITCH_X_M - wheelbase_m(build_body(trailer))
        _, nose_m, half_m = build_body(body).footprint_m
        footprint_m = (behind_m + build_body(trailer).footprint_m[0], nose_m, half_m)
        lane, s_m, speed_mps = places.take(before + k, footprint_m, rng)
        out.append(Vehicle(f"lorry{k + 1}", lane, s_m, "follow_lane", speed_mps, (), body, trailer=trailer))
    return out


def _riding(
    seed: int, cyclists: int, motorcyclists: int, places: VehiclePlaces, before: int, bodies: BodyDraws
) -> list[Vehicle]:
    """Two-wheelers, placed after `before` others; riders the look says nothing of are drawn in casting."""
    names = [f"bike{k + 1}" for k in range(cyclists)] + [f"moto{k + 1}" for k in range(motorcyclists)]
    out = []
    for k, name in enumerate(names):
        rng = stream(seed, f"population/{name}")
        body = bodies.cycle(name, rng, motor=k >= cyclists)
        rider = bodies.rider(name, body.shape)
        lane, s_m, speed_mps = places.take(before + k, build_body(body).footprint_m, rng)
        out.append(Vehicle(name, lane, s_m, "follow_lane", speed_mps, (), body, rider=rider))
    return out


def _straight_on(world: World, lane: str) -> tuple[str, ...]:
    """The lanes that lead on without a turn, as far as the next choice is plain."""
    lanes = {one.id: one for one in world.network.lanes}
    ahead = [n for n in lanes[lane].successors if lanes[n].turn == "straight"]
    return tuple(ahead[:1])


def _parked(world: World, seed: int, count: int, bodies: BodyDraws) -> list[Vehicle]:
    rng = stream(seed, "population/bays")
    bays = VehiclePlaces.bays(world)
    chosen = rng.permutation(len(bays))[:count]
    out = []
    for k, bay in enumerate(chosen.tolist()):
        own = stream(seed, f"population/parked{k + 1}")
        body = bodies.vehicle(f"parked{k + 1}", own)
        lane, middle_m = bays[bay]
        x_min, x_max, _ = build_body(body).footprint_m
        s_m = middle_m - (x_min + x_max) / 2 + float(own.uniform(-0.2, 0.2))
        out.append(
            Vehicle(
                f"parked{k + 1}",
                lane,
                s_m,
                "parked",
                body=body,
                lateral_m=round(float(own.uniform(-0.08, 0.02)), 3),
                heading_offset_rad=round(float(own.uniform(-0.012, 0.012)), 4),
            )
        )
    return out
