"""What writers of formats that list the whole data set share: a shard for every sequence, joined at last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from sim.agents.state import WorldState
from sim.dataset import SequenceInfo
from sim.dataset.layout import sequence_folder, staging_folder
from sim.writers.coco_join import Parts, Shard, adopt, join
from sim.writers.pool import Encoders
from sim.writers.staging import move_into

__all__ = ["ShardWriter"]


class ShardWriter:
    """Opens, closes and joins shards; subclasses fill them.

    Attributes:
        format: name of the format and of its folder.
        parts: of its shards.
        counted: what its summary counts, in order.
        moved: patterns of what is moved as it is, below the unfinished folder.
        targets: split, None where none was asked for -> path of its file below the format's folder.
    """

    format: ClassVar[str]
    parts: ClassVar[Parts]
    counted: ClassVar[Sequence[str]]
    moved: ClassVar[Sequence[str]]
    targets: ClassVar[Mapping[str | None, str]]

    def __init__(self, encoders: Encoders, folder: Path) -> None:
        self.summary: Counter[str] = Counter(dict.fromkeys(self.counted, 0))
        self._encoders = encoders
        self._folder = staging_folder(folder, self.format)
        self._open_shard: Shard | None = None

    @property
    def _shard(self) -> Shard:
        assert self._open_shard is not None, "open comes first"
        return self._open_shard

    def open(self, info: SequenceInfo) -> None:
        """Begin a shard."""
        self._info = info
        self._folder.mkdir()
        self._open_shard = Shard(self._folder, self.parts)

    def state(self, state: WorldState) -> None:
        """These formats have no use for states."""

    def close(self) -> None:
        """End the shard."""
        self._shard.close()

    def abort(self) -> None:
        """Close the files as they are."""
        if self._open_shard is not None:
            self._open_shard.close()

    @classmethod
    def finish(cls, root: Path, sequences: Sequence[str]) -> None:
        """Move files and shards of new sequences into the format's folder and join the shards of each split.

        Raises:
            UsageError: two sequences lead to the same file.
        """
        home = root / cls.format
        for name in sequences:
            staged = staging_folder(sequence_folder(root, name), cls.format)
            for pattern in cls.moved:
                for path in sorted(staged.glob(pattern)):
                    move_into(path, home / cls.place(path.parent.relative_to(staged)))
            adopt(home, name, staged, cls.parts)
        join(root, home, cls.parts, cls.categories(), cls.targets)

    @staticmethod
    def place(folder: Path) -> Path:
        """Where the files of a folder go: both relative, to the unfinished folder and to the format's."""
        return folder

    @staticmethod
    def categories() -> Sequence[Mapping[str, Any]]:
        """The format's list of categories."""
        raise NotImplementedError
