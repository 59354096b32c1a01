"""`roadreel show` on a data set of toys: channels, overlays, contact sheets, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import click.testing
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sim.cli import main
from sim.dataset import read
from sim.frame import CHANNELS
from sim.scenario import CAMERA_CHANNELS
from sim.testing.toys import ToyStreet
from sim.writers import draw_overlay
from sim.writers.coloring import channel_colors

Show = Callable[..., click.testing.Result]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("show")
    ToyStreet(seed=3, ticks=4, channels=CAMERA_CHANNELS).write(root)
    return root


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.fixture
def show(dataset: Path) -> Show:
    def call(*arguments: str, code: int = 0) -> click.testing.Result:
        result = click.testing.CliRunner().invoke(main, ["show", str(dataset), *arguments])
        assert result.exit_code == code, result.output
        return result

    return call


@pytest.mark.parametrize("channel", list(CHANNELS))
def test_a_channel_is_shown_in_its_colors(show: Show, dataset: Path, tmp_path: Path, channel: str) -> None:
    out = tmp_path / "x.png"
    show("--channel", channel, "--frame", "2", "--camera", "pole", "--out", str(out))
    array = read(dataset)[0][2]["pole"].channels[channel]
    assert np.array_equal(pixels(out), channel_colors(channel, array))


def test_all_overlays_at_once(show: Show, dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    show("--overlay", "masks,amodal,boxes2d,boxes3d,keypoints,labels", "--frame", "1", "--out", str(out))
    frame = read(dataset)[0][1]
    kinds = ("mask", "amodal", "box2d", "box3d", "keypoints", "label")
    assert np.array_equal(pixels(out), draw_overlay(frame, "front", kinds))


def test_a_channel_as_a_video(show: Show, tmp_path: Path) -> None:
    show("--channel", "instance", "--out", str(tmp_path / "x.mp4"))
    with av.open(str(tmp_path / "x.mp4")) as file:
        pictures = [picture.to_ndarray(format="rgb24") for picture in file.decode(video=0)]
    assert len(pictures) == 4
    assert np.abs(np.median(pictures[0].reshape(-1, 3), axis=0) - 40).max() <= 3


def test_the_contact_sheet_has_a_column_for_each_channel(show: Show, dataset: Path, tmp_path: Path) -> None:
    show("--contact-sheet", str(tmp_path / "all.png"))
    assert pixels(tmp_path / "all.png").shape[1] == (len(CHANNELS) + 1) * (400 + 6) + 6
    ToyStreet(seed=3, ticks=1, channels=("rgb", "normal")).write(tmp_path / "few")
    arguments = ["show", str(tmp_path / "few"), "--contact-sheet", str(tmp_path / "few.png")]
    assert click.testing.CliRunner().invoke(main, arguments).exit_code == 0
    assert pixels(tmp_path / "few.png").shape[1] == 3 * (400 + 6) + 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--channel", "flow"], "camera 'front': unknown channel 'flow': "),
        (["--channel", "amodal"], "camera 'front': unknown channel 'amodal': "),
        (["--channel", "depth", "--overlay", "masks"], "--overlay and --channel exclude each other"),
        (["--overlay", "keypoint"], "unknown overlay 'keypoint': did you mean 'keypoints'?"),
    ],
)
def test_what_cannot_be_shown_is_said(show: Show, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = show(*arguments, "--out", str(tmp_path / "x.png"), code=2)
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []
