"""Who is in a street as a table of distributions asks: shares, riders, heavy vehicles, two-wheelers."""

from __future__ import annotations

import pytest
from scipy import stats

from sim.errors import UsageError
from sim.randomization import look_of
from sim.randomness import stream
from sim.scenario._bodies import BodyDraws
from sim.scenario.sampling import sample
from sim.scenario.scenario import Pedestrian, Vehicle

SMALL = {
    "vehicles": 3,
    "cyclists": 3,
    "motorcyclists": 1,
    "parked": 1,
    "people": 6,
    "width_px": 64,
    "height_px": 48,
}


def drawn_people(own, count=1500, level="default"):
    draws = BodyDraws(look_of(level, own), 7)
    return [draws.person(f"p{k}", stream(7, f"p{k}")) for k in range(count)]


def is_woman(person):
    return person.gender < 0.5 and person.age != "child"


@pytest.mark.parametrize(
    ("name", "share", "is_one", "of"),
    [
        ("child", 0.3, lambda s: s.age == "child", lambda s: True),
        ("old", 0.45, lambda s: s.age == "old", lambda s: True),
        ("female", 0.8, lambda s: s.gender < 0.5, lambda s: True),
        ("shorts", 0.4, lambda s: s.bottom == "shorts", lambda s: True),
        ("skirt", 0.5, lambda s: s.bottom == "skirt", lambda s: s.gender < 0.5),
        ("vest", 0.25, lambda s: s.vest, lambda s: s.age != "child"),
        ("beard", 0.7, lambda s: s.beard != "none", lambda s: s.gender > 0.5 and s.age != "child"),
        (
            "headscarf",
            0.35,
            lambda s: s.headwear == "headscarf",
            lambda s: s.gender < 0.5 and s.age != "child",
        ),
        ("scarf", 0.6, lambda s: s.scarf, lambda s: s.top in ("jacket", "coat")),
    ],
)
def test_shares_drawn_are_the_shares_asked_for(name, share, is_one, of):
    people = [s for s in drawn_people({f"people.{name}": share}) if of(s)]
    assert stats.binomtest(sum(map(is_one, people)), len(people), share).pvalue > 0.01


def test_numbers_are_shares_and_anything_else_is_worn_by_all():
    assert {s.headwear for s in drawn_people({"people.headwear": 0, "people.headscarf": 0}, 200)} == {"none"}
    assert {s.headwear for s in drawn_people({"people.headwear": "cap"}, 50)} == {"cap"}
    assert {s.headwear for s in drawn_people({"people.headwear": {"cap": 1, "hat": 1}}, 50)} == {"cap", "hat"}
    assert all(s.vest for s in drawn_people({"people.vest": True}, 50))


def test_a_share_with_a_distribution_is_drawn_once_for_a_street_and_noted():
    settings = {"randomize.people.child": "0.2..0.6", **SMALL}
    drawn = [sample("crossing", seed=seed, **settings) for seed in (1, 2)]
    shares = [scenario.drawn["people.child"] for scenario in drawn]
    assert shares[0] != shares[1]
    assert all(0.2 <= share <= 0.6 for share in shares)
    assert drawn[0] == sample("crossing", seed=1, **settings)


def test_what_the_table_says_holds_for_riders_heavy_vehicles_and_two_wheelers():
    own = {"people.skin_srgb": "90 60 40", "people.age": "child", "vehicles.paint_srgb": "1 2 3"}
    scenario = sample(
        "crossing",
        seed=4,
        **SMALL,
        articulated=1,
        parked_cycles=2,
        **{f"randomize.{k}": v for k, v in own.items()},
    )
    people = [a.body for a in scenario.agents if isinstance(a, Pedestrian)]
    vehicles = [a for a in scenario.agents if isinstance(a, Vehicle)]
    assert {s.age for s in people} == {"child"}
    riders = [a.rider for a in vehicles if a.rider is not None]
    assert len(riders) == 4
    assert {s.skin_srgb for s in (*people, *riders)} == {(90, 60, 40)}
    assert "child" not in {s.age for s in riders}, "machines are for adults"
    assert {a.body.paint_srgb for a in vehicles} == {(1, 2, 3)}
    heavy = [BodyDraws(look_of("default", own), 1).heavy(f"car{k}") for k in range(200)]
    assert {s.paint_srgb for s in heavy if s is not None} == {(1, 2, 3)}


def test_shapes_the_table_gives_are_not_replaced_by_heavy_ones():
    draws = BodyDraws(look_of("default", {"vehicles.shape": "van"}), 1)
    assert [draws.heavy(f"car{k}") for k in range(200)] == [None] * 200


def test_without_a_word_on_people_riders_are_left_to_the_casting():
    scenario = sample("crossing", seed=4, **SMALL)
    assert all(a.rider is None for a in scenario.agents if isinstance(a, Vehicle))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"people.child": 1.2}, r"people\.child is 1\.2, wanted 0 to 1"),
        ({"people.child": 0.7, "people.old": 0.6}, r"people\.child \+ people\.old is 1\.3"),
        ({"people.childs": 0.2}, r"field of a person 'childs'"),
    ],
)
def test_shares_that_cannot_be_are_refused(own, told):
    with pytest.raises(UsageError, match=told):
        drawn_people(own, 1)


def test_every_level_draws_shares_that_can_be():
    for level in ("none", "default", "wide"):
        for seed in range(60):
            BodyDraws(look_of(level), seed)
