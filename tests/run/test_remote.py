"""Output to a URL: the bytes of a run into a folder, whatever goes wrong on the way."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from installed import INSTALLED
from toy_recorder import jobs, toy, tree

from sim.dataset import Splits
from sim.dataset.layout import SCHEMA_VERSION
from sim.errors import EnvironmentProblem, UsageError
from sim.run import run
from sim.run.mirror import mirrored
from sim.run.store import Store, is_url
from sim.run.store_lock import LOCK_OBJECT, Pace, locked_store

QUICK = Pace(beat_s=0.02, patience_s=0.3)
SOME = ("native", "coco", "kitti", "webdataset")
"""Images linked and not, files numbered as they come, lists joined from shards, tars."""


@pytest.fixture(params=["file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place in a store of each kind: one that renames, one in which objects appear whole."""
    if request.param == "file":
        yield f"file://{tmp_path}/store"
    else:
        place = f"memory://{secrets.token_hex(4)}"
        yield place
        Store(place).delete(Store(place).names())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process writes into a folder."""
    out = tmp_path_factory.mktemp("whole") / "a"
    run(jobs(0, 1), out, writers=SOME, recorder=toy)
    return tree(out)


def stored(url: str) -> dict[str, bytes]:
    store = Store(url)
    return store.read(store.names())


class Backwards:
    """An engine that takes the last job first and then, like a bad night, gives up."""

    def record(self, todo: Iterator[Any], call: Any, recorder: Any, *rest: Any) -> None:
        from sim.run.engines import Processes

        last = list(todo)[-1]
        Processes().record(iter([last]), call, recorder, *rest)
        raise EnvironmentProblem("the night was bad")


def test_a_url_gets_the_bytes_of_a_folder_in_every_format(tmp_path: Path) -> None:
    options = {"splits": Splits((1, 1, 0))}
    run(jobs(0, 1), tmp_path / "a", writers=INSTALLED, options=options, recorder=toy)
    names = run(jobs(0, 1), f"file://{tmp_path}/b", writers=INSTALLED, options=options, recorder=toy)
    assert names == ("avenue-0000", "avenue-0001")
    assert tree(tmp_path / "b") == tree(tmp_path / "a")


def test_processes_upload_too(whole: dict[str, bytes], tmp_path: Path) -> None:
    run(jobs(0, 1), f"file://{tmp_path}/b", writers=SOME, processes=2, recorder=toy)
    assert tree(tmp_path / "b") == whole


def test_resume_gives_one_run_and_records_nothing_twice(url: str, whole: dict[str, bytes]) -> None:
    recorded: list[str] = []

    def counted(job: Any, *rest: Any) -> None:
        recorded.append(job.sequence)
        toy(job, *rest)

    run(jobs(0), url, writers=SOME, recorder=counted)
    run(jobs(0, 1), url, writers=SOME, resume=True, recorder=counted)
    assert recorded == ["avenue-0000", "avenue-0001"]
    assert stored(url) == whole
    run(jobs(0, 1), url, writers=SOME, resume=True, recorder=counted)
    assert len(recorded) == 2
    assert stored(url) == whole


def test_what_comes_after_a_gap_waits_until_it_is_closed(
    url: str, whole: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentProblem, match="the night was bad"):
        run(jobs(0, 1), url, writers=SOME, engine=Backwards(), recorder=toy)
    with pytest.raises(EnvironmentProblem, match="the night was bad"):
        run(jobs(0, 1), tmp_path / "b", writers=SOME, engine=Backwards(), recorder=toy)
    hidden = {name for name in tree(tmp_path / "b") if "/." in name}
    assert {n: b for n, b in stored(url).items() if not n.startswith(".run/")} == {
        n: b for n, b in tree(tmp_path / "b").items() if n not in hidden
    }
    run(jobs(0, 1), url, writers=SOME, resume=True, recorder=toy)
    assert stored(url) == whole


class Killed(BaseException):
    """The process is gone."""


class Doomed:
    """Makes the store's changes fail from one number on, as after a kill -9: nothing more is done to it."""

    changes = ("write", "create", "put", "copy", "delete")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, last: int) -> None:
        self.count, self.last = itertools.count(), last
        self.dead = False
        for name in self.changes:
            monkeypatch.setattr(Store, name, self.doomed(getattr(Store, name)))

    def doomed(self, change: Any) -> Any:
        def wrapped(store: Store, *arguments: Any) -> Any:
            if threading.current_thread() is not threading.main_thread():
                return change(store, *arguments)
            if self.dead or next(self.count) >= self.last:
                self.dead = True
                raise Killed
            return change(store, *arguments)

        return wrapped


def test_a_run_killed_before_any_change_of_the_store_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for job in jobs(0, 1):
        toy(job, tmp_path / "filmed", ("native", "kitti"), {}, lambda: None)

    def small(job: Any, out: Path, *rest: Any) -> None:
        """As `toy`, filmed once."""
        filmed = tmp_path / "filmed/sequences" / job.sequence
        shutil.copytree(filmed, out / "sequences" / job.sequence, copy_function=os.link)

    whole = tmp_path / "whole"
    run(jobs(0, 1), whole, writers=("native", "kitti"), recorder=small)
    for number in itertools.count():
        url = f"file://{tmp_path}/{number}"
        with monkeypatch.context() as patch:
            doomed = Doomed(patch, number)
            try:
                run(jobs(0, 1), url, writers=("native", "kitti"), recorder=small)
            except Killed:
                pass
            else:
                break
            assert doomed.dead
        Store(url).delete([LOCK_OBJECT])
        # Whatever the manifest lists is there.
        listed = {n for n in tree(tmp_path / str(number)) if not n.startswith(".run/")}
        if "manifest.json" in listed:
            assert listed == set(tree(whole))
        run(jobs(0, 1), url, writers=("native", "kitti"), resume=True, recorder=small)
        assert tree(tmp_path / str(number)) == tree(whole)
    assert number > 12


@pytest.mark.parametrize("how", [{"overwrite": True}, {"resume": True}, {}])
def test_what_is_no_dataset_is_never_touched(url: str, how: dict[str, bool]) -> None:
    Store(url).write("thesis/chapter.tex", b"a year of work")
    with pytest.raises(UsageError, match="holds no roadreel dataset"):
        run(jobs(0), url, recorder=toy, **how)  # type: ignore[arg-type]
    assert stored(url) == {"thesis/chapter.tex": b"a year of work"}


def test_a_dataset_that_is_there_is_refused_or_overwritten(url: str, tmp_path: Path) -> None:
    run(jobs(0, 1), url, writers=SOME, recorder=toy)
    before = stored(url)
    with pytest.raises(UsageError, match=r"is not empty: .* --resume .* --overwrite"):
        run(jobs(1), url, recorder=toy)
    with pytest.raises(UsageError, match=rf"^{url}: sequence 'avenue-0000' was written as coco, "):
        run(jobs(0, 2), url, resume=True, recorder=toy)
    assert stored(url) == before
    run(jobs(1), url, overwrite=True, recorder=toy)
    run(jobs(1), tmp_path / "a", recorder=toy)
    assert stored(url) == tree(tmp_path / "a")


def test_emptying_that_was_broken_off_is_gone_on_with(url: str, tmp_path: Path) -> None:
    run(jobs(0, 1), url, writers=SOME, recorder=toy)
    Store(url).write(".emptying", b"")
    Store(url).delete(["manifest.json"])
    run(jobs(1), url, resume=True, recorder=toy)
    run(jobs(1), tmp_path / "a", recorder=toy)
    assert stored(url) == tree(tmp_path / "a")


def test_a_sequence_somebody_deleted_is_recorded_again(url: str) -> None:
    run(jobs(0, 1), url, recorder=toy)
    before = stored(url)
    Store(url).delete(Store(url).names("sequences/avenue-0001"))
    run(jobs(0, 1), url, resume=True, recorder=toy)
    assert stored(url) == before


def test_a_manifest_of_another_schema_is_refused(url: str) -> None:
    run(jobs(0), url, recorder=toy)
    store = Store(url)
    old, other = (f'"schema_version": {version}'.encode() for version in (SCHEMA_VERSION, SCHEMA_VERSION - 1))
    before = stored(url)
    assert old in before["manifest.json"]
    store.write("manifest.json", before["manifest.json"].replace(old, other))
    before = stored(url)
    with pytest.raises(UsageError, match=rf"^{url}/manifest.json: schema_version is {SCHEMA_VERSION - 1}"):
        run(jobs(0, 1), url, resume=True, recorder=toy)
    assert stored(url) == before


def test_verify_is_for_folders(url: str) -> None:
    with pytest.raises(UsageError, match="--verify is for folders"):
        run(jobs(0), url, resume=True, verify=True, recorder=toy)


def test_a_store_that_is_being_written_to_is_refused(url: str) -> None:
    with locked_store(Store(url), QUICK):
        with pytest.raises(UsageError, match=r"another run is writing there \(process \d+ on "):
            locked_store(Store(url), QUICK).__enter__()
        with pytest.raises(UsageError, match="another run is writing there"):
            run(jobs(0), url, recorder=toy)
    assert stored(url) == {}


def test_the_lock_of_a_run_that_is_gone_is_taken(url: str) -> None:
    Store(url).write(LOCK_OBJECT, b'{"token": "x", "host": "gone", "process": 1, "beat": 7}')
    with locked_store(Store(url), QUICK) as lock:
        lock.require()
        assert b"gone" not in stored(url)[LOCK_OBJECT]
    assert stored(url) == {}


def test_a_run_that_lost_its_lock_writes_no_manifest(url: str) -> None:
    def write_until_robbed() -> None:
        with mirrored(url, resume=False, overwrite=False, pace=QUICK) as mirror:
            run(jobs(0), mirror.folder, resume=True, recorder=toy)
            Store(url).write(LOCK_OBJECT, b'{"token": "x", "host": "thief", "process": 1, "beat": 7}')
            while True:
                mirror.lock.require()

    with pytest.raises(EnvironmentProblem, match="another run has taken over"):
        write_until_robbed()
    assert set(stored(url)) == {LOCK_OBJECT}


@pytest.mark.parametrize(
    ("text", "answer"),
    [("s3://b/c", True), ("file:///a", True), ("a/b", False), ("c:/x", False), ("./a://b", False)],
)  # fmt: skip
def test_what_a_url_is(text: str, answer: bool) -> None:
    assert is_url(text) is answer
    assert not is_url(Path(text))


def test_a_store_nobody_knows_is_named() -> None:
    with pytest.raises(UsageError, match="nonsense://b: Protocol not known"):
        run(jobs(0), "nonsense://b", recorder=toy)
