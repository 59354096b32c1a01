"""The quality of a scenario: in its file, among the settings, refused where it is none."""

import dataclasses
import itertools

import pytest

import sim
from sim.errors import UsageError
from sim.render.quality import quality_of
from sim.scenario import QUALITIES
from sim.scenario.files import dump, from_dict, load, to_dict
from sim.scenario.sampling import with_settings


def scenario(**settings):
    return sim.sample("avenue", seed=3, vehicles=1, parked=0, people=0, **settings)


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_file_holds_it(tmp_path, quality):
    wanted = scenario(quality=quality)
    (tmp_path / "s.yaml").write_text(dump(wanted))
    assert load(tmp_path / "s.yaml") == wanted
    assert wanted.quality == quality == to_dict(wanted)["quality"]


def test_a_file_without_it_means_standard():
    record = to_dict(scenario(quality="draft"))
    del record["quality"]
    assert from_dict(record).quality == "standard" == scenario().quality


def test_it_changes_nothing_else():
    assert dataclasses.replace(scenario(quality="high"), quality="standard") == scenario()
    assert with_settings(scenario(), {"quality": "draft"}) == scenario(quality="draft")


@pytest.mark.parametrize("wrong", ["best", "", "Draft"])
def test_another_name_is_refused(wrong):
    with pytest.raises(UsageError, match=f"quality is '{wrong}', wanted one of draft, standard, high"):
        scenario(quality=wrong)
    with pytest.raises(UsageError, match=f"s.yaml: quality is '{wrong}'"):
        from_dict({**to_dict(scenario()), "quality": wrong}, "s.yaml")


def test_another_type_is_refused():
    with pytest.raises(UsageError, match="quality: 2 is not a text"):
        from_dict({**to_dict(scenario()), "quality": 2}, "s.yaml")


def test_finer_is_never_coarser_in_anything():
    for coarse, fine in itertools.pairwise(QUALITIES):
        few, many = dataclasses.astuple(quality_of(coarse)), dataclasses.astuple(quality_of(fine))
        assert few != many
        assert all(a <= b for a, b in zip(few, many, strict=True))
