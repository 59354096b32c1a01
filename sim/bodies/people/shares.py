"""How often people are what they are: the numbers that who draws people may change."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sim.errors import UsageError

__all__ = ["BALANCED", "PersonShares"]


@dataclass(frozen=True)
class PersonShares:
    """How people are drawn; balanced unless told otherwise.

    Attributes:
        child, old: shares of these ages; the rest is young.
        female: share of women and girls.
        skin_light, skin_dark: parameters of the beta distribution of skin tones, 0.05 to 50; the larger one
            has more people on its side.
        heavy: mean of the builds, -1 (slight) to 1 (heavy).
        skirt: of women.
        shorts: of everybody.
        headscarf: of grown women.
        headwear, bag: factors on the shares of hats and bags, 0 to 3.
        beard: of men.
        scarf: of those in jackets and coats.
        vest: high-visibility vests, of grown people.

    Raises:
        UsageError: the share, its value, what would be right.
    """

    child: float = 0.12
    old: float = 0.20
    female: float = 0.5
    skin_light: float = 1.5
    skin_dark: float = 1.2
    heavy: float = 0.05
    skirt: float = 0.22
    shorts: float = 0.14
    headscarf: float = 0.12
    headwear: float = 1.0
    bag: float = 1.0
    beard: float = 0.35
    scarf: float = 0.15
    vest: float = 0.03

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = _SHARE_RANGES.get(field.name, (0.0, 1.0))
            value = getattr(self, field.name)
            if not low <= value <= high:
                raise UsageError(f"people.{field.name} is {value}, wanted {low:g} to {high:g}")
        if self.child + self.old > 1:
            raise UsageError(f"people.child + people.old is {self.child + self.old:g}, wanted at most 1")


_SHARE_RANGES = {
    "skin_light": (0.05, 50.0),
    "skin_dark": (0.05, 50.0),
    "heavy": (-1.0, 1.0),
    "headwear": (0.0, 3.0),
    "bag": (0.0, 3.0),
}
BALANCED = PersonShares()
"""What is drawn unless told otherwise."""
