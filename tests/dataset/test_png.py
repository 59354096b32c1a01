"""PNG files against two independent decoders."""

import io
import threading

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sim.dataset.png import png


@st.composite
def images(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    height, width = draw(st.integers(1, 30)), draw(st.integers(1, 30))
    dtype = draw(st.sampled_from([np.uint8, np.uint16]))
    bands = draw(st.sampled_from([(), (3,)]))
    top = draw(st.sampled_from([2, 256, np.iinfo(dtype).max + 1]))
    return rng.integers(0, min(top, np.iinfo(dtype).max + 1), (height, width, *bands)).astype(dtype)


@settings(max_examples=200, deadline=None)
@given(images())
def test_decoders_give_the_image_back(image):
    data = png(image)
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found.dtype == image.dtype
    assert (found == (image[..., ::-1] if image.ndim == 3 else image)).all()
    if image.dtype == np.uint8 or image.ndim == 2:  # Pillow has no 16-bit RGB
        with Image.open(io.BytesIO(data)) as picture:
            assert (np.asarray(picture) == image).all()


def test_strided_arrays():
    image = np.arange(600).reshape(10, 20, 3) % 251
    image = image.astype(np.uint8)
    assert png(image[::2, ::-1]) == png(np.ascontiguousarray(image[::2, ::-1]))


@pytest.mark.parametrize(
    "image", [np.zeros((2, 2), np.int32), np.zeros((2, 2, 4), np.uint8), np.zeros(4, np.uint8)]
)
def test_what_png_cannot_hold(image):
    with pytest.raises(ValueError, match="PNG cannot hold"):
        png(image)


def test_small_images_give_the_same_bytes_whatever_was_encoded_before():
    rng = np.random.default_rng(3)
    images = [rng.integers(0, 4, (int(rng.integers(1, 40)), 41), dtype=np.uint8) for _ in range(200)]
    first = [png(image) for image in images]
    found: list[bool] = []

    def again(seed: int) -> None:
        for number in np.random.default_rng(seed).permutation(len(images)):
            png(np.random.default_rng(int(number)).integers(0, 256, (64, 997), dtype=np.uint8))
            found.append(png(images[number]) == first[number])

    threads = [threading.Thread(target=again, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800
    assert all(found)
