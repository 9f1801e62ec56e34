"""Practice at an imagined door: points, broken rules, and what no visitor may do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.training import Answer, Scenario, Scene, Situation, Text, best_points, play


def text(words: str) -> Text:
    return Text(words, words)


def answer(to: str, points: int, *, breaks: tuple[str, ...] = (), ends_it: bool = False) -> Answer:
    return Answer(text("say"), to, points, text("why"), breaks, ends_it)


DOOR = Scene("door", text("A neighbour opens."), (
    answer("talk", 2),
    answer("talk", 0),
    answer("end", -2, breaks=("CN-P2",), ends_it=True),
))  # fmt: skip
TALK = Scene("talk", text("He listens."), (answer("end", 2), answer("end", 1, breaks=("CN-V6",))))
END = Scene("end", text("You leave."))
SCENARIO = Scenario("s1", "law", Situation.THIRD_PARTY, text("t"), "door", (DOOR, TALK, END))


def test_the_best_clean_way_is_a_hundred_points():
    assert best_points(SCENARIO) == 4
    played = play(SCENARIO, [0, 0])
    assert (played.score, played.passed, played.over, played.broken) == (100, True, True, ())


def test_a_broken_rule_is_named_once():
    played = play(SCENARIO, [0, 1])
    assert (played.broken, played.score, played.passed) == (("CN-V6",), 75, False)


def test_what_nobody_may_do_fails_whatever_the_points():
    generous = replace(SCENARIO, pass_mark=1, scenes=(
        replace(DOOR, answers=(answer("end", 2, breaks=("CN-P2",), ends_it=True), answer("talk", 0))), TALK, END
    ))  # fmt: skip
    played = play(generous, [0])
    assert played.score == 100
    assert not played.passed


def test_a_talk_that_goes_on_has_not_passed_yet():
    played = play(SCENARIO, [0])
    assert (played.scene, played.over, played.passed) == (TALK, False, False)


def test_a_choice_that_the_scene_lacks_is_named():
    with pytest.raises(BadInput, match="step 2: scene talk has no answer 7"):
        play(SCENARIO, [0, 7])


@pytest.mark.parametrize(
    ("scenes", "told"),
    [
        ((DOOR, TALK), "no scene 'end'"),
        ((DOOR, TALK, END, Scene("lost", text("x"))), "nothing leads to lost"),
        ((DOOR, replace(TALK, answers=(answer("door", 1), answer("end", 1))), END), "leads back to door"),
        ((DOOR, replace(TALK, answers=TALK.answers[:1]), END), "one answer is no choice"),
        ((replace(DOOR, answers=tuple(replace(a, breaks=("CN-V6",)) for a in DOOR.answers)), TALK, END), "no way"),
        ((DOOR, DOOR, TALK, END), "two scenes of one name"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused_with_the_scene(scenes, told):
    with pytest.raises(BadInput, match=told):
        replace(SCENARIO, scenes=scenes)
