"""TrackEval reads MOTChallenge and KITTI files; ground truth scores 100 against itself, swapped ids less."""

import configparser
import shutil

import numpy as np
import pytest
from track_scores import evaluate

from sim.dataset import read
from sim.testing.toys import ToyStreet

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

STREET = ToyStreet(seed=3, agents=8, ticks=6, width_px=192, height_px=120)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("tracks")
    STREET.write(root, "s", ("native", "mot", "kitti"))
    return root


def swap_ids(path, column, separator, first, second, after):
    """Exchange two tracks' ids from a frame on."""
    rows = [row.split(separator) for row in path.read_text().splitlines()]
    for row in rows:
        if int(row[0]) >= after and row[column] in (first, second):
            row[column] = second if row[column] == first else first
    path.write_text("".join(separator.join(row) + "\n" for row in rows))


def longest(rows, column):
    ids = [row[column] for row in rows]
    first, second = sorted(set(ids), key=lambda i: (-ids.count(i), i))[:2]
    return first, second


def mot_dataset(root, work, tracker):
    import trackeval

    for folder in (root / "mot").iterdir():
        target = work / "gt" / folder.name
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns("img1"))
        results = work / "trackers" / tracker / "data"
        results.mkdir(parents=True, exist_ok=True)
        rows = [r for r in (folder / "gt/gt.txt").read_text().splitlines() if r.split(",")[6:8] == ["1", "1"]]
        lines = [",".join([*r.split(",")[:6], "1", "-1", "-1", "-1"]) for r in rows]
        (results / f"{folder.name}.txt").write_text("".join(line + "\n" for line in lines))

    def make():
        return trackeval.datasets.MotChallenge2DBox(
            {
                "GT_FOLDER": str(work / "gt"),
                "TRACKERS_FOLDER": str(work / "trackers"),
                "TRACKERS_TO_EVAL": [tracker],
                "SKIP_SPLIT_FOL": True,
                "DO_PREPROC": True,
                "SEQ_INFO": {folder.name: None for folder in sorted((work / "gt").iterdir())},
                "PRINT_CONFIG": False,
            }
        )

    return make


def test_mot(root, tmp_path, capsys):
    make = mot_dataset(root, tmp_path, "me")
    hota, mota, idf1, matched = evaluate(make(), "me")["pedestrian"]
    assert (hota, mota, idf1) == (pytest.approx(1), 1, 1)
    truth = (root / "mot/s-front/gt/gt.txt").read_text() + (root / "mot/s-pole/gt/gt.txt").read_text()
    rows = [r.split(",") for r in truth.splitlines()]
    assert matched == sum(r[6] == "1" and r[7] == "1" for r in rows) > 20
    path = tmp_path / "trackers/me/data/s-front.txt"
    people = [r.split(",") for r in (root / "mot/s-front/gt/gt.txt").read_text().splitlines()]
    first, second = longest([r for r in people if r[6] == "1" and r[7] == "1"], 1)
    swap_ids(path, 1, ",", first, second, after=4)
    hota, mota, idf1, _ = evaluate(make(), "me")["pedestrian"]
    assert hota < 0.99
    assert mota < 1
    assert idf1 < 1


def test_kitti(root, tmp_path, capsys):
    import trackeval

    results = tmp_path / "me/data"
    results.mkdir(parents=True)
    for path in (root / "kitti/training/label_02").iterdir():
        rows = [r for r in path.read_text().splitlines() if r.split()[1] != "-1"]
        (results / path.name).write_text("".join(r + " 1\n" for r in rows))

    def make():
        return trackeval.datasets.Kitti2DBox(
            {
                "GT_FOLDER": str(root / "kitti/training"),
                "TRACKERS_FOLDER": str(tmp_path),
                "TRACKERS_TO_EVAL": ["me"],
                "PRINT_CONFIG": False,
            }
        )

    scores = evaluate(make(), "me")
    for kind in ("car", "pedestrian"):
        hota, mota, idf1, matched = scores[kind]
        assert (hota, mota, idf1) == (pytest.approx(1), 1, 1)
        assert matched > 5
    rows = [r.split() for r in (results / "0000.txt").read_text().splitlines()]
    first, second = longest([r for r in rows if r[2] == "Pedestrian"], 1)
    swap_ids(results / "0000.txt", 1, " ", first, second, after=3)
    hota, mota, idf1, _ = evaluate(make(), "me")["pedestrian"]
    assert hota < 0.99
    assert idf1 < 1


def test_mot_rows_are_one_based_and_complete(root):
    sequence = read(root)[0]
    for camera in ("front", "pole"):
        folder = root / f"mot/s-{camera}"
        info = configparser.ConfigParser()
        info.read(folder / "seqinfo.ini")
        frames = [f for f in sequence if camera in f.captures]
        assert info["Sequence"]["seqLength"] == str(len(frames))
        assert info["Sequence"]["frameRate"] == {"front": "10", "pole": "5"}[camera]
        assert sorted(p.name for p in (folder / "img1").iterdir()) == [
            f"{i + 1:06d}.png" for i in range(len(frames))
        ]
        rows = np.loadtxt(folder / "gt/gt.txt", delimiter=",", ndmin=2)
        expected = [
            (
                i,
                a.instance_id,
                a.box2d_amodal[0] + 1,
                a.box2d_amodal[1] + 1,
                a.box2d_amodal[2] - a.box2d_amodal[0],
                a.box2d_amodal[3] - a.box2d_amodal[1],
                a.visible_px >= 4,
                3 if "vehicle" in a.category else 1,
                a.visibility,
            )
            for i, frame in enumerate(frames, 1)
            for a in frame.annotations[camera]
        ]
        np.testing.assert_allclose(rows, expected, atol=1e-6)
