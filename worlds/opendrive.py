"""Streets from OpenDRIVE maps, houses and trees set on the ground they leave free; and maps of streets."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path

import numpy as np

from sim.errors import UsageError
from sim.roads import read_opendrive, write_opendrive
from sim.world import Recipe, World
from worlds._map_world import street_of
from worlds._parameters import Value, checked, sampled_look, with_fixed
from worlds._to_map import map_of

__all__ = ["build", "export", "sample"]


def build(
    *,
    path: str = "",
    sha256: str = "",
    built_up: bool = True,
    floors_min: int = 2,
    floors_max: int = 5,
    facades: str = "mixed",
    gap_share: float = 0.12,
    shop_share: float = 0.4,
    tree_spacing_m: float = 12.0,
    season: str = "summer",
    tree_species: str = "mixed",
    garden_m: float = 0.0,
    signs_per_100m: float = 2.0,
    overhead_wires: bool = False,
    furniture_per_100m: float = 6.0,
    detail_seed: int = 0,
) -> World:
    """The street of a map.

    Heights of the map are not taken over: the ground is flat. Surface, marks, kerbs, crossings, lights and
    signs are the map's; houses, trees and furniture are set on the ground that it leaves free.

    Args:
        path: of the OpenDRIVE file.
        sha256: of the file, in 64 hex digits: another file is refused; empty accepts any.
        built_up: False leaves the free ground bare.
        floors_min: fewest floors of a building, 1 to 8.
        floors_max: most floors of a building, 1 to 8.
        facades: ``mixed``, ``plaster``, ``brick``, ``stone``, ``modern``, ``townhouse``, ``timber`` or
            ``glazed``.
        gap_share: share of the building lines that stays open, 0 to 0.9.
        shop_share: share of the buildings with shops, 0 to 1.
        tree_spacing_m: along each kerb, 0 (no trees) to 60.
        season: ``spring``, ``summer``, ``autumn`` or ``winter``.
        tree_species: ``mixed``, ``lime``, ``plane``, ``birch``, ``poplar``, ``pine`` or ``cherry``.
        garden_m: depth of the gardens between pavements and houses, 0 to 10.
        signs_per_100m: traffic signs along each kerb beside the map's own, 0 to 20.
        overhead_wires: wires on poles along kerbs.
        furniture_per_100m: benches, bins and so on along each kerb, 0 to 40.
        detail_seed: picks textures and details without a parameter of their own.

    Raises:
        UsageError: for a file that is not OpenDRIVE, is broken, is another one or has no lane to drive on; a
            parameter out of its range.
    """
    given = dict(locals())
    named = {name: given.pop(name) for name in ("path", "sha256", "built_up")}
    p = checked("opendrive", given)
    known_sha256 = _sha256(path, sha256)
    network = read_opendrive(path)
    recipe = Recipe("opendrive", {**named, "sha256": known_sha256, **p})
    try:
        return street_of(network, recipe, p, is_built_up=built_up)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def sample(rng: np.random.Generator, **fixed: Value) -> World:
    """The street of a map with everything drawn that is not fixed.

    Args:
        rng: decides.
        fixed: parameters of `build` to keep as they are, `path` among them.

    Raises:
        UsageError: an unknown parameter or one out of its range; a map that cannot be read.
    """
    look = sampled_look(rng)
    drawn: dict[str, Value] = {**look, "signs_per_100m": round(float(look["signs_per_100m"]) / 3, 2)}
    known = inspect.signature(build).parameters
    return build(**with_fixed("opendrive", drawn, fixed, known))  # type: ignore[arg-type]


def export(world: World, path: str) -> None:
    """Write the lanes of any street as an OpenDRIVE map: one road for each, joined as they are.

    Raises:
        UsageError: if the file cannot be written.
    """
    write_opendrive(map_of(world), path)


def _sha256(path: str, wanted: str) -> str:
    """SHA-256 of a map's file. Raises UsageError if there is none or it is another than wanted."""
    if not path:
        raise UsageError("opendrive: path is '', wanted an OpenDRIVE file: --map FILE")
    try:
        with Path(path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    if wanted and found != wanted:
        raise UsageError(f"{path}: its SHA-256 is {found}, wanted {wanted}: it is another map")
    return found
