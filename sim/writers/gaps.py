"""Cameras and agents of a sequence, and what a format has room for -> sentences that name what it has not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sim.dataset import SequenceInfo, read_manifest
from sim.dataset.layout import MANIFEST
from sim.scenario import Camera
from sim.taxonomy import CATEGORIES, TARGETS, Semantic, category

__all__ = [
    "cameras_not_held",
    "categories_not_held",
    "channels_not_held",
    "classes_not_held",
    "lenses_not_held",
    "report",
]


def cameras_not_held(info: SequenceInfo) -> tuple[str, ...]:
    """One sentence per camera without pictures, for formats that are lists of pictures."""
    unseen = [camera.name for camera in info.sensors if "rgb" not in camera.channels]
    return tuple(f"camera {name}: left out, for it records no rgb" for name in unseen)


def channels_not_held(info: SequenceInfo, held: Collection[str]) -> tuple[str, ...]:
    """One sentence per channel that some camera records and the format has no place for.

    Args:
        info: of the sequence.
        held: channels the format holds.
    """
    recorded = {channel: None for camera in info.sensors for channel in camera.channels}
    return tuple(
        f"channel {channel} of {_names([c for c in info.sensors if channel in c.channels])}"
        for channel in recorded
        if channel not in held
    )


def categories_not_held(info: SequenceInfo, target: str, kept: bool = False) -> tuple[str, ...]:
    """One sentence per category of agents that the format has no word, or none of its own, for.

    Args:
        info: of the sequence.
        target: its taxonomy, one of `sim.taxonomy.TARGETS`.
        kept: the format also keeps our own names, so that nothing is lost where two categories share a word.
    """
    words = {name: c.label(target) for name, c in CATEGORIES.items()}
    out = []
    for name in sorted({c.name for c in info.roster.categories}):
        word = words.get(name, category(name).label(target))
        others = [n for n, w in words.items() if w == word and n != name]
        if word is None:
            out.append(f"category {name}: there is no word for it")
        elif others and not kept:
            out.append(f"category {name}: written as {word.name}, as {_listed(others)} would be")
    return tuple(out)


def classes_not_held(target: str) -> tuple[str, ...]:
    """One sentence per class of scenery that becomes void, or shares a word with another.

    Args:
        target: the format's taxonomy, one of `sim.taxonomy.TARGETS`.
    """
    out = []
    classes = TARGETS[target].classes
    for semantic, label in classes.items():
        others = [_spoken(s) for s, other in classes.items() if other == label and s != semantic]
        if semantic == Semantic.VOID or semantic >= Semantic.PERSON:
            continue
        if label is None:
            out.append(f"class {_spoken(semantic)}: void, there is no word for it")
        elif others:
            text = f"written as {label.name}, as {' and '.join(others)} would be"
            out.append(f"class {_spoken(semantic)}: {text}")
    return tuple(out)


def lenses_not_held(info: SequenceInfo, what: str) -> tuple[str, ...]:
    """One sentence per lens model of the sequence's cameras, pinholes apart.

    Args:
        info: of the sequence.
        what: what the format does with a camera that has such a lens.
    """
    cameras: dict[str, list[Camera]] = {}
    for camera in info.sensors:
        if camera.distortion is not None:
            cameras.setdefault(camera.distortion.model, []).append(camera)
    return tuple(f"lens {model} of {_names(found)}: {what}" for model, found in sorted(cameras.items()))


def report(root: Path) -> list[str]:
    """Lines for people: what the formats of a finished data set do not hold, each named once."""
    if not (root / MANIFEST).is_file():
        return []
    gaps: Mapping[str, Sequence[str]] = read_manifest(root).not_held
    return [f"{name} does not hold: {sentence}" for name, sentences in gaps.items() for sentence in sentences]


def _names(cameras: Sequence[Camera]) -> str:
    return f"camera{'s' if len(cameras) > 1 else ''} {', '.join(camera.name for camera in cameras)}"


def _spoken(semantic: Semantic) -> str:
    return semantic.name.lower().replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
