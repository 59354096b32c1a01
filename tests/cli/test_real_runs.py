"""Real runs at stamp size: the same bytes by every way, Ctrl-C, and all that can be done with a dataset."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

import sim
from sim.cli import main

pytestmark = pytest.mark.gl

SETTINGS = {"vehicles": 3, "parked": 1, "people": 2, "cyclists": 0, "motorcyclists": 0, "parked_cycles": 0}
SETTINGS |= {
    "arm_length_m": 60,
    "gap_share": 0.5,
    "furniture_per_100m": 0,
    "tree_spacing_m": 40,
    "floors_max": 3,
}
SMALL = ["--width-px=64", "--height-px=36", *(f"--set={name}={value}" for name, value in SETTINGS.items())]


def invoke(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "a"
    formats = [f"--write={name}" for name in ("native", "coco", "kitti", "mot")]
    invoke("run", "crossing", "--seed", "7", "--duration-s", "0.3", *SMALL, *formats, "--out", out)
    return out


def test_a_sampled_file_gives_the_bytes_of_its_seed(dataset: Path, tmp_path: Path) -> None:
    text = invoke("sample", "crossing", "--seed", "7", "--duration-s", "0.3", *SMALL).stdout
    (tmp_path / "s.yaml").write_text(text)
    formats = [f"--write={name}" for name in ("native", "coco", "kitti", "mot")]
    invoke("run", tmp_path / "s.yaml", *formats, "--out", tmp_path / "b")
    assert tree(tmp_path / "b") == tree(dataset)


def test_the_run_is_what_was_asked_for(dataset: Path) -> None:
    (sequence,) = sim.read(dataset)
    assert sequence.name == "crossing-0007"
    assert sequence.info.scenario == json.loads(json.dumps(sequence.info.scenario))
    assert [frame.index for frame in sequence] == [0, 1, 2]
    for frame in sequence:
        assert sorted(frame.captures) == sorted(camera.name for camera in sequence.info.sensors)
        assert {capture.rgb.shape for capture in frame.captures.values()} == {(36, 64, 3)}


def test_check_passes_then_finds_an_altered_pixel(dataset: Path, tmp_path: Path) -> None:
    contents, checks = invoke("check", dataset).stdout.split("\n\n")
    table = [line.split() for line in contents.splitlines()]
    assert table[0] == ["tracks", "annotations", "visible", "hidden", "truncated", "pixels"]
    record = json.loads(invoke("check", dataset, "--json").stdout)
    assert record["findings"] == []
    assert [[name, *map(str, row.values())] for name, row in record["counts"].items()] == table[1:]
    assert [row["check"] for row in record["checks"]] == [line.split()[0] for line in checks.splitlines()[1:]]
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(dataset), str(copy)], check=True)
    victim = next(p for p in sorted(copy.rglob("instance/000001.png")))
    pixels = np.array(Image.open(victim))
    pixels[0, 0] += 1
    Image.fromarray(pixels).save(victim)
    result = invoke("check", copy, code=1)
    listed = result.stdout.split("\n\n")[2].splitlines()
    assert any(str(victim.relative_to(copy)) in line for line in listed)
    findings = json.loads(invoke("check", copy, "--json", code=1).stdout)["findings"]
    assert [f"{f['check']}: {f['where']}: {f['what']}" for f in findings] == listed


def test_show_draws_pictures_videos_and_contact_sheets(dataset: Path, tmp_path: Path) -> None:
    import av

    invoke("show", dataset, "--camera", "front", "--frame", "1", "--overlay", "", "--out", tmp_path / "f.png")
    frame = sim.read(dataset)[0][1]
    assert np.array_equal(np.array(Image.open(tmp_path / "f.png")), frame["front"].rgb)
    invoke("show", dataset, "--overlay", "boxes2d,boxes3d,masks,labels", "--out", tmp_path / "f.mp4")
    with av.open(str(tmp_path / "f.mp4")) as video:
        shapes = [picture.to_ndarray(format="rgb24").shape for picture in video.decode(video=0)]
    assert shapes == [(36, 64, 3)] * 3
    invoke("show", dataset, "--contact-sheet", tmp_path / "s.png")
    height_px, width_px = np.array(Image.open(tmp_path / "s.png")).shape[:2]
    lines = len(frame.captures) * 3
    assert width_px == 5 * (400 + 6) + 6
    assert height_px == (26 + 6) + lines * (26 + 6 + 225 + 6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sequence", "1"], "--sequence 1: "),
        (["--frame", "3"], "--frame 3: sequence 'crossing-0007' has frames 0 to 2"),
        (["--camera", "frnt"], "unknown camera 'frnt': did you mean 'front'?"),
    ],
)
def test_show_names_what_is_not_there(
    dataset: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = invoke("show", dataset, *arguments, "--out", tmp_path / "f.png", code=2)
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_export_gives_what_the_run_wrote(dataset: Path, tmp_path: Path) -> None:
    invoke("export", dataset, "--to", "mot", "--to", "coco", "--out", tmp_path / "b")
    during_run = tree(dataset)
    exported = {name: data for name, data in tree(tmp_path / "b").items() if name.startswith(("mot", "coco"))}
    assert exported == {name: data for name, data in during_run.items() if name.startswith(("mot", "coco"))}
    assert "is not empty" in invoke("export", dataset, "--to", "mot", "--out", tmp_path / "b", code=2).stderr


def test_ctrl_c_keeps_complete_sequences_of_the_same_bytes_as_one_process(tmp_path: Path) -> None:
    file, out = tmp_path / "s.yaml", tmp_path / "a"
    file.write_text(invoke("sample", "crossing", "--seed", "7", "--duration-s", "0.1", *SMALL).stdout)
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "run", file, "--seeds", "0:500", "--jobs", "2", "--out", out],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(sim.__file__).parent.parent)},
    )  # fmt: skip
    deadline = time.monotonic() + 400
    while (
        not list(out.glob("sequences/crossing-*")) and process.poll() is None and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    kept = sorted(path.name for path in (out / "sequences").iterdir())
    assert stderr == (
        f"Interrupted: {len(kept)} complete sequence{'s' if len(kept) > 1 else ''} kept; "
        "the same command with --resume goes on.\n"
    )
    assert (process.returncode, stdout) == (130, "")
    assert kept == [sequence.name for sequence in sim.read(out)]
    assert 1 <= len(kept) < 500
    assert sim.check(out).findings == ()
    for name in kept:
        invoke(
            "run",
            file,
            "--seed",
            int(name[-4:]),
            "--out",
            tmp_path / "b",
            *(["--resume"] * (name != kept[0])),
        )
    assert tree(tmp_path / "b") == tree(out)
