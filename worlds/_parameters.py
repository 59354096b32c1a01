"""A world's parameters -> the same, checked; and the look that both worlds draw in the same way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.errors import UsageError, near_matches
from worlds._trees import SEASONS, SPECIES_CHOICES

__all__ = ["Value", "checked", "sampled_look", "with_fixed"]

Value = int | float | str | bool

_STYLES = ("mixed", "plaster", "brick", "stone", "modern", "townhouse", "timber", "glazed")
_RANGES: dict[str, tuple[float, float]] = {
    "length_m": (80.0, 600.0),
    "arm_length_m": (60.0, 300.0),
    "lanes": (1, 3),
    "lane_width_m": (2.75, 4.0),
    "pavement_width_m": (3.0, 6.0),
    "corner_radius_m": (5.0, 12.0),
    "speed_limit_kph": (10.0, 70.0),
    "zebras": (0, 3),
    "crosswalk_length_m": (2.5, 6.0),
    "green_s": (6.0, 60.0),
    "floors_min": (1, 8),
    "floors_max": (1, 8),
    "gap_share": (0.0, 0.9),
    "garden_m": (0.0, 10.0),
    "shop_share": (0.0, 1.0),
    "tree_spacing_m": (0.0, 60.0),
    "signs_per_100m": (0.0, 20.0),
    "furniture_per_100m": (0.0, 40.0),
    "arms": (3, 5),
    "radius_m": (15.0, 20.0),
    "blocks_x": (1, 4),
    "blocks_y": (1, 4),
    "block_length_m": (60.0, 160.0),
    "block_depth_m": (55.0, 120.0),
    "footway_width_m": (1.8, 4.0),
    "open_share": (0.0, 0.6),
    "winding": (0.0, 1.0),
    "shoulder_width_m": (0.5, 3.5),
    "median_width_m": (2.0, 8.0),
    "guard_rail_share": (0.0, 1.0),
    "noise_wall_share": (0.0, 1.0),
    "embankment_share": (0.0, 1.0),
    "wood_share": (0.0, 1.0),
    "gantries_per_km": (0.0, 6.0),
    "squares_x": (3, 12),
    "squares_y": (3, 12),
    "ring_share": (0.0, 1.0),
    "street_length_m": (180.0, 400.0),
    "school_width_m": (50.0, 90.0),
    "yard_depth_m": (16.0, 36.0),
    "school_floors": (1, 4),
    "aisles": (2, 5),
    "aisle_length_m": (56.0, 110.0),
    "island_width_m": (6.0, 9.0),
    "shops": (1, 4),
    "occupancy": (0.0, 1.0),
    "detail_seed": (0, 2**31 - 1),
}
_OWN_RANGES: dict[tuple[str, str], tuple[float, float]] = {
    ("highway", "lanes"): (2, 4),
    ("highway", "speed_limit_kph"): (80.0, 130.0),
    ("school_gate", "speed_limit_kph"): (10.0, 50.0),
}
"""Ranges of single worlds, (world, parameter) -> range, where they are not those of all."""
_CHOICES: dict[str, tuple[Value, ...]] = {
    "facades": _STYLES,
    "season": SEASONS,
    "tree_species": SPECIES_CHOICES,
    "parking": (True, False),
    "overhead_wires": (True, False),
    "median": ("rails", "concrete", "planted"),
    "rest_areas": (True, False),
    "fence": ("fence", "fence_mesh", "fence_rails", "garden_wall"),
    "boundary": ("hedge", "fence_mesh", "fence_rails", "garden_wall"),
}


def checked(world: str, parameters: Mapping[str, Value]) -> dict[str, Value]:
    """The parameters as plain values of the declared types.

    Raises:
        UsageError: names the parameter, its value and the range that would be right.
    """
    out: dict[str, Value] = {}
    for name, value in parameters.items():
        if name in _CHOICES:
            if value not in _CHOICES[name]:
                wanted = ", ".join(map(repr, _CHOICES[name]))
                raise UsageError(f"{world}: {name} is {value!r}, wanted one of {wanted}")
            out[name] = bool(value) if _CHOICES[name] == (True, False) else value
            continue
        low, high = _OWN_RANGES.get((world, name)) or _RANGES[name]
        whole = isinstance(low, int)
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if not number or (whole and value != int(value)) or not low <= float(value) <= high:
            kind = "a whole number" if whole else "a number"
            raise UsageError(f"{world}: {name} is {value!r}, wanted {kind} from {low} to {high}")
        out[name] = int(value) if whole else float(value)
    if out.get("floors_min", 0) > out.get("floors_max", 0):  # type: ignore[operator]
        raise UsageError(
            f"{world}: floors_min is {out['floors_min']}, wanted at most floors_max ({out['floors_max']})"
        )
    return out


def with_fixed(
    world: str, drawn: Mapping[str, Value], fixed: Mapping[str, Value], known: Mapping[str, object]
) -> dict[str, Value]:
    """The drawn parameters, those in `fixed` replaced.

    Raises:
        UsageError: a fixed name is no parameter of the world; the message lists near matches.
    """
    for name in fixed:
        if name not in known:
            raise UsageError(near_matches(f"parameter of {world}", name, known))
    out = {**drawn, **fixed}
    # One end of the pair may be fixed: the drawn one gives way.
    if "floors_min" in fixed and "floors_max" not in fixed:
        out["floors_max"] = max(int(out["floors_max"]), int(out["floors_min"]))
    elif "floors_max" in fixed and "floors_min" not in fixed:
        out["floors_min"] = min(int(out["floors_min"]), int(out["floors_max"]))
    return out


def sampled_look(rng: np.random.Generator) -> dict[str, Value]:
    """Buildings, gardens and trees of one street; low open streets as often as canyons."""
    is_open = bool(rng.random() < 0.45)
    floors_min = int(rng.choice([1, 2, 2])) if is_open else int(rng.integers(2, 5))
    floors_max = floors_min + int(rng.integers(0, 2 if is_open else 3))
    gap_share = float(rng.uniform(0.1, 0.4) if is_open else rng.choice([0.0, rng.uniform(0.03, 0.2)]))
    has_gardens = bool(rng.random() < (0.75 if is_open else 0.25))
    garden_m = float(rng.uniform(2.0, 6.0) if is_open else rng.uniform(1.5, 4.0)) if has_gardens else 0.0
    shop_share = rng.uniform(0.0, 0.3) if is_open else rng.uniform(0.2, 0.9)
    season = str(rng.choice(SEASONS, p=[0.2, 0.35, 0.2, 0.25]))
    return {
        "floors_min": floors_min,
        "floors_max": floors_max,
        "gap_share": round(gap_share, 3),
        "garden_m": round(garden_m, 2),
        "shop_share": 0.0 if has_gardens else round(float(shop_share), 3),
        "facades": str(rng.choice(_STYLES, p=[0.65, 0.06, 0.06, 0.06, 0.06, 0.06, 0.03, 0.02])),
        "tree_spacing_m": round(float(rng.choice([0.0, rng.uniform(5.5, 12.5)], p=[0.06, 0.94])), 2),
        "season": season,
        "tree_species": "mixed",
        "signs_per_100m": round(float(rng.uniform(8.0, 16.0)), 2),
        "overhead_wires": bool(rng.random() < (0.4 if is_open else 0.08)),
        "furniture_per_100m": round(float(rng.uniform(2.0, 14.0)), 2),
        "detail_seed": int(rng.integers(2**31)),
    }
