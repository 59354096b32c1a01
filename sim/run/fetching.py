"""A dataset in a store -> a copy in a folder, of all of it or of some sequences: everything reads folders."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sim.dataset.layout import MANIFEST, SEQUENCES
from sim.dataset.manifest import read_manifest
from sim.errors import UsageError
from sim.run.store import Store

__all__ = ["fetched"]


def fetched(url: str, folder: Path, sequences: Collection[int] | None = None) -> None:
    """Download a dataset.

    Args:
        url: of the dataset.
        folder: where to; it exists.
        sequences: numbers of those whose own files are wanted, without those of other formats; None: all
            files. Files that are missing in the store are missing in the copy.

    Raises:
        UsageError: there is no dataset, or its manifest is broken.
        EnvironmentProblem: the store refuses.
    """
    store = Store(url)
    text = store.read([MANIFEST]).get(MANIFEST)
    if text is None:
        raise UsageError(f"{url} is not a data set: it has no {MANIFEST}")
    (folder / MANIFEST).write_bytes(text)
    manifest = read_manifest(folder)
    if sequences is None:
        wanted = store.names()
    else:
        count = len(manifest.sequences)
        folders = [f"{SEQUENCES}/{manifest.sequences[n]}/" for n in sequences if 0 <= n < count]
        wanted = [name for name in manifest.files if name.startswith(tuple(folders))]
    hidden = (name for name in wanted if any(part.startswith(".") for part in name.split("/")))
    store.get({name: folder / name for name in set(wanted) - set(hidden)})
