"""Sequence names -> training, validation or test, by a hash: more sequences move none of the others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.dataset.layout import SEQUENCE, sequence_folder
from sim.errors import UsageError

__all__ = ["SPLITS", "Splits", "grouped", "split_of", "splits_from_json", "splits_to_json"]

SPLITS = ("train", "val", "test")
"""Names of the splits, in the order of the shares."""

_HASH_BYTES = 8


def split_of(sequence_name: str, seed: int, shares: tuple[int, int, int]) -> str:
    """The split a sequence belongs to, whatever other sequences there are.

    The first 64 bits of the SHA-256 of seed and name are a fraction in [0, 1), drawn alike for every name;
    the shares cut that range in their order. A larger part for training only adds sequences to it.

    Args:
        sequence_name: as in the data set.
        seed: another one draws other splits.
        shares: of train, val and test, whole numbers in any unit.

    Returns:
        One of `SPLITS`.
    """
    digest = hashlib.sha256(f"{seed}/{sequence_name}".encode()).digest()
    # In whole numbers, so that no rounding decides.
    place = int.from_bytes(digest[:_HASH_BYTES]) * sum(shares) >> 8 * _HASH_BYTES
    train, val, _ = shares
    return "train" if place < train else "val" if place < train + val else "test"


@dataclass(frozen=True)
class Splits:
    """How the sequences of a data set are dealt out.

    Attributes:
        shares: of train, val and test, whole numbers >= 0 in any unit, one of them positive.
        seed: of the hash.
    """

    shares: tuple[int, int, int]
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.shares) != len(SPLITS) or min(self.shares) < 0 or not any(self.shares):
            raise UsageError(
                f"split {','.join(map(str, self.shares))!r}: wanted three whole numbers, the shares of "
                f"{', '.join(SPLITS)}, none negative and not all 0, for example 80,10,10"
            )

    def of(self, sequence_name: str) -> str:
        """The split of a sequence, one of `SPLITS`."""
        return split_of(sequence_name, self.seed, self.shares)

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that have a share."""
        return tuple(name for name, share in zip(SPLITS, self.shares, strict=True) if share)


def splits_from_json(data: Mapping[str, Any] | None) -> Splits | None:
    """The field ``splits`` of ``sequence.json``, None where no split was asked for.

    Raises:
        KeyError, TypeError, ValueError, UsageError: it is not what was written.
    """
    if data is None:
        return None
    train, val, test = data["shares"]
    return Splits((train, val, test), data["seed"])


def splits_to_json(splits: Splits | None) -> dict[str, Any] | None:
    """The field ``splits`` of ``sequence.json``."""
    return None if splits is None else {"shares": list(splits.shares), "seed": splits.seed}


def grouped(root: Path, sequences: Iterable[str]) -> dict[str | None, list[str]]:
    """Complete sequences by the split they were written for.

    Args:
        root: of the data set.
        sequences: names, all complete.

    Returns:
        Names in the order given: under None those for which no split was asked, under a split those that
        belong to it. A split that has a share is there even if no sequence belongs to it.
    """
    groups: dict[str | None, list[str]] = {}
    for name in sequences:
        data = json.loads((sequence_folder(root, name) / SEQUENCE).read_text("utf-8"))
        splits = splits_from_json(data.get("splits"))
        for split in splits.names if splits else (None,):
            groups.setdefault(split, [])
        groups[splits.of(name) if splits else None].append(name)
    order = (None, *SPLITS)
    return {split: groups[split] for split in order if split in groups}
