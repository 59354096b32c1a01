"""Responses of cameras: presets, limits, files."""

import dataclasses
import re

import pytest

import sim
from sim.errors import UsageError
from sim.scenario import PLAIN, RESPONSES, Camera, CameraResponse, camera_from_json, camera_to_json
from sim.scenario.files import from_dict, to_dict


@pytest.fixture(scope="module")
def document():
    return to_dict(
        sim.sample("crossing", seed=1, people=0, vehicles=1, parked=0, cyclists=0, motorcyclists=0)
    )


def with_response(document, response):
    first, *rest = document["sensors"]
    return {**document, "sensors": [{**first, "response": response}, *rest]}


def test_default_cameras_see_as_their_kind_does(document):
    front, *others = from_dict(document).sensors
    assert front.response == RESPONSES["dashcam"]
    assert others
    assert all(camera.response == RESPONSES["surveillance"] for camera in others)
    assert Camera("c").response == PLAIN == CameraResponse()
    assert [name for name, response in RESPONSES.items() if response.is_plain] == ["plain"]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_files_name_presets_and_spell_them_out(document, name):
    scenario = from_dict(with_response(document, name))
    assert scenario.sensors[0].response == RESPONSES[name]
    assert from_dict(to_dict(scenario)) == scenario
    camera = scenario.sensors[0]
    assert camera_from_json(camera_to_json(camera)) == camera


def test_a_preset_can_be_changed_in_a_file(document):
    scenario = from_dict(with_response(document, {"preset": "phone", "jpeg_quality": 40, "key": 0.3}))
    wanted = dataclasses.replace(RESPONSES["phone"], jpeg_quality=40, key=0.3)
    assert scenario.sensors[0].response == wanted
    alone = from_dict(with_response(document, {"sharpening": 2.0})).sensors[0].response
    assert alone == CameraResponse(sharpening=2.0)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ("dashcm", "sensors[0].response: unknown preset 'dashcm': did you mean 'dashcam'?"),
        ({"preset": "dash"}, "sensors[0].response: unknown preset 'dash'"),
        ({"kye": 0.2}, "sensors[0].response.kye: unknown key 'kye': did you mean 'key'?"),
        ({"key": "bright"}, "sensors[0].response.key: 'bright' is not a number"),
        ({"jpeg_quality": 90.5}, "sensors[0].response.jpeg_quality: 90.5 is not a whole number"),
        ({"metering": "spot"}, "sensors[0].response.metering: 'spot': input should be 'average'"),
        ({"key": 5.0}, "sensors[0]: response: key is 5.0, wanted 0.01 to 1"),
        ({"preset": ["x"]}, "sensors[0].response: unknown preset \"['x']\""),
        ([], "sensors[0].response: [] is not a mapping"),
    ],
)
def test_bad_responses_are_named(document, response, message):
    with pytest.raises(UsageError, match=re.escape(f"scenario: {message}")):
        from_dict(with_response(document, response))


@pytest.mark.parametrize(
    ("field", "value"),
    [("bloom", 0.6), ("vignetting", -0.1), ("read_noise_e", float("nan")), ("jpeg_quality", 101)],
)
def test_numbers_have_limits(field, value):
    with pytest.raises(UsageError, match=f"response: {field} is {value}"):
        CameraResponse(**{field: value})


def test_limits_are_in_order():
    with pytest.raises(UsageError, match=r"shortest_s is 0\.1, above longest_s"):
        CameraResponse(shortest_s=0.1, longest_s=0.05)
    with pytest.raises(UsageError, match="lowest_iso is 800, above highest_iso"):
        CameraResponse(lowest_iso=800, highest_iso=400)
    with pytest.raises(UsageError, match="tone is 'log'"):
        CameraResponse(tone="log")  # type: ignore[arg-type]


def test_old_records_of_cameras_are_plain():
    record = camera_to_json(Camera("c"))
    del record["response"]
    assert camera_from_json(record).response == PLAIN
