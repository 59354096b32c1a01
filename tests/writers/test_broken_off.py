"""`finish` killed before any of its writes, renames and deletions -> the next call gives the same bytes."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from pathlib import Path

import pytest

from sim.dataset import Splits
from sim.errors import RoadreelError
from sim.testing import ToyStreet
from sim.writers import WRITERS, finish

_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR


def test_the_hook_sees_every_kind_of_change(tmp_path: Path) -> None:
    assert changes_made(tmp_path, lambda: (tmp_path / "a").mkdir()) == 1
    assert changes_made(tmp_path, lambda: (tmp_path / "a" / "b").write_text("x")) == 1
    assert changes_made(tmp_path, lambda: (tmp_path / "a" / "b").replace(tmp_path / "c")) == 1
    assert changes_made(tmp_path, lambda: (tmp_path / "c").read_text()) == 0
    assert changes_made(tmp_path, lambda: shutil.rmtree(tmp_path / "a")) >= 2
    assert changes_made(tmp_path, lambda: (tmp_path / "c").unlink()) == 1


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def changes_made(folder: Path, action: object, last: int = 10**9) -> int:
    """Run in a child that is gone, as if killed, before change number `last` -> number of changes made."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            count = 0

            def hook(event: str, arguments: tuple[object, ...]) -> None:
                nonlocal count
                writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
                if not (writes or event in _CHANGES):
                    return
                if count == last:
                    os.write(writer, b"%d" % count)
                    os._exit(0)
                count += 1

            sys.addaudithook(hook)
            action()  # type: ignore[operator]
            os.write(writer, b"%d" % count)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0
    return int(said)


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "native"])
def test_finish_goes_on_wherever_it_was_killed(name: str, tmp_path: Path) -> None:
    staged, whole = tmp_path / "staged", tmp_path / "whole"
    channels = ("rgb", "depth", "instance", "semantic", "panoptic", "flow_forward", "amodal")
    for seed, sequence in enumerate(("a", "b")):
        street = ToyStreet(
            seed, agents=3, ticks=2, width_px=32, height_px=24, channels=channels, splits=Splits((1, 1, 0), 0)
        )
        try:
            street.write(staged, sequence, formats=(name,), last=False)
        except RoadreelError as problem:
            pytest.skip(str(problem))
    shutil.copytree(staged, whole)
    made = changes_made(whole, lambda: finish(whole))
    expected = tree(whole)
    assert any(path.startswith(f"{name}/") for path in expected)
    for last in range(0, made, max(1, made // 12)):
        broken = tmp_path / f"{last}"
        shutil.copytree(staged, broken)
        changes_made(broken, lambda folder=broken: finish(folder), last)
        finish(broken)
        assert tree(broken) == expected, f"killed before change {last} of {made}"
        shutil.rmtree(broken)
