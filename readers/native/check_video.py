"""Videos by PyAV: a picture for every capture, and where nothing is drawn what the camera saw."""

from __future__ import annotations

import av
import numpy as np
from common import dataset, facts, report

import sim

NEAR = 12  # of 255: what H.264 of this quality changes at most half of the pixels by


def main() -> None:
    pictures = 0
    for name, known in facts()["sequences"].items():
        sequence = sim.read(dataset().parent / "native")[name]
        for camera in (sensor["camera"]["name"] for sensor in known["sensors"]):
            filmed = [frame[camera] for frame in sequence if camera in frame.captures]
            with av.open(str(dataset() / "video" / f"{name}-{camera}.mp4")) as file:
                seen = [picture.to_ndarray(format="rgb24") for picture in file.decode(video=0)]
            assert len(seen) == len(filmed), f"{name} {camera}"
            for picture, capture in zip(seen, filmed, strict=True):
                assert picture.shape == capture.rgb.shape
                scenery = capture.instance == 0
                off = np.abs(picture.astype(int) - capture.rgb.astype(int)).max(2)[scenery]
                assert np.median(off) < NEAR, f"{name} {camera}: {np.median(off)}"
            pictures += len(seen)
    report("video", "av", f"{pictures} pictures, where nothing is drawn as filmed")


if __name__ == "__main__":
    main()
