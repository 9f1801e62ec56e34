"""What comes with Zoufang to teach and ask: complete in both languages, bound to the rules, and passable."""

from __future__ import annotations

from collections import Counter

import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.core.training import Situation, best_points, draw, play
from zoufang.files.policy_packs import shipped_courses, shipped_packs
from zoufang.files.training_files import (
    read_course_content,
    read_scenario,
    shipped_content,
    shipped_scenarios,
)

RULES = {rule.id for pack in shipped_packs() for rule in pack.rules}
CONTENT, SCENARIOS = shipped_content(), shipped_scenarios()


def test_there_are_four_courses_for_every_visit_sixty_questions_and_six_scenarios_at_least():
    assert {"communication", "psychology", "law", "safety"} <= {one.course for one in CONTENT}
    assert sum(len(one.questions) for one in CONTENT) >= 60
    assert {one.situation for one in SCENARIOS} == set(Situation)


def test_every_course_of_the_list_has_content_and_none_else():
    courses = {course.code for course in shipped_courses().courses}
    assert {one.course for one in CONTENT} == courses
    assert {one.course for one in SCENARIOS} <= courses


def test_questions_and_scenarios_name_rules_that_the_packs_have():
    named = {q.rule for one in CONTENT for q in one.questions if q.rule}
    named |= {rule for s in SCENARIOS for scene in s.scenes for a in scene.answers for rule in a.breaks}
    assert named - RULES == set()


@pytest.mark.parametrize("content", CONTENT, ids=lambda one: one.course)
def test_a_paper_can_be_drawn_with_its_red_lines(content):
    paper = draw(content.questions, content.course, content.exam, seed=1)
    assert sum(asked.question.red_line for asked in paper.asked) >= content.exam.red_lines
    codes = Counter(question.code for question in content.questions)
    assert max(codes.values()) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("content", CONTENT, ids=lambda one: one.course)
def test_the_right_answer_is_not_told_by_its_length(content, language):
    """Where the longest answer is mostly the right one, nobody needs to have learnt anything."""
    single = [q for q in content.questions if not q.several]
    told = [q for q in single if max(q.choices, key=lambda c: len(c.text.in_language(language))).right]
    assert len(told) <= 0.6 * len(single)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.code)
def test_a_scenario_can_be_passed_and_failed(scenario):
    picks, scene = [], scenario.by_code[scenario.start]
    while scene.answers:
        best = max(
            (i for i, a in enumerate(scene.answers) if not a.breaks),
            key=lambda i: scene.answers[i].points + (best_points(scenario, scene.answers[i].leads_to) or 0),
        )
        picks.append(best)
        scene = scenario.by_code[scene.answers[best].leads_to]
    assert play(scenario, picks).passed
    assert any(answer.ends_it for one in scenario.scenes for answer in one.answers)


def test_a_field_that_is_missing_is_named_with_its_file():
    with pytest.raises(BadField, match=r"law\.yaml.*exam"):
        read_course_content("{course: law, version: x, material: [], questions: []}", "law.yaml")


def test_a_scenario_that_leads_nowhere_is_named():
    text = """
code: s
course: law
situation: grief
title: [一, one]
start: door
scenes:
  - code: door
    text: [一, one]
    answers:
      - {say: [一, one], to: x, points: 1, why: [一, one]}
      - {say: [二, two], to: x, points: 0, why: [一, one]}
"""
    with pytest.raises(BadInput, match="scene door: no scene 'x'"):
        read_scenario(text, "s.yaml")
