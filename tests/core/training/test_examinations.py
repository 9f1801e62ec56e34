"""Papers drawn by seed, graded by rule: a red line crossed or a paper too late fails, whatever the score."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.training import Choice, ExamRules, Question, Text, draw, grade

BEGUN = datetime(2026, 11, 25, 9, tzinfo=UTC)
RULES = ExamRules(questions=5, minutes=10, pass_mark=80, red_lines=2)


def question(number: int, *, red_line: bool = False, course: str = "law") -> Question:
    choices = tuple(Choice(Text(f"答{i}", f"answer {i}"), i == 0) for i in range(4))
    return Question(f"Q{number:02}", course, Text("问", "ask"), choices, Text("因", "why"), red_line=red_line)


BANK = (*(question(n, red_line=n < 3) for n in range(12)), question(99, course="safety"))


def right(paper):
    return {asked.question.code: asked.right for asked in paper.asked}


def graded(paper, answers, minutes=5.0):
    return grade(paper, answers, begun=BEGUN, handed_in=BEGUN + timedelta(minutes=minutes))


@given(st.integers(0, 10_000))
def test_a_paper_asks_each_question_once_of_its_course_with_enough_red_lines(seed):
    paper = draw(BANK, "law", RULES, seed)
    codes = [asked.question.code for asked in paper.asked]
    assert len(set(codes)) == RULES.questions
    assert "Q99" not in codes
    assert sum(asked.question.red_line for asked in paper.asked) >= RULES.red_lines


@given(st.integers(0, 10_000))
def test_the_same_seed_gives_the_same_paper_in_whatever_order_the_bank_comes(seed):
    assert draw(BANK, "law", RULES, seed) == draw(BANK[::-1], "law", RULES, seed)


def test_different_seeds_give_different_papers():
    assert len({draw(BANK, "law", RULES, seed).asked for seed in range(20)}) > 15


@given(st.integers(0, 10_000))
def test_all_right_is_a_hundred_wherever_the_answers_stand(seed):
    paper = draw(BANK, "law", RULES, seed)
    result = graded(paper, right(paper))
    assert (result.score, result.passed, result.missed) == (100, True, ())


def wrong_about(paper, *, red_line: bool):
    """Right but for one question."""
    answers = right(paper)
    chosen = next(asked for asked in paper.asked if asked.question.red_line is red_line)
    answers[chosen.question.code] = frozenset(range(4)) - chosen.right
    return answers


def test_one_wrong_of_five_passes_at_eighty():
    paper = draw(BANK, "law", RULES, 1)
    result = graded(paper, wrong_about(paper, red_line=False))
    assert (result.score, result.passed, len(result.missed)) == (80, True, 1)


def test_a_red_line_crossed_fails_at_the_same_score():
    paper = draw(BANK, "law", RULES, 1)
    result = graded(paper, wrong_about(paper, red_line=True))
    assert (result.score, result.passed) == (80, False)
    assert result.crossed == result.missed


def test_a_right_answer_among_wrong_ones_is_wrong():
    paper = draw(BANK, "law", RULES, 1)
    answers = right(paper) | {paper.asked[0].question.code: frozenset(range(4))}
    assert paper.asked[0].question in graded(paper, answers).missed


def test_what_is_not_answered_is_missed():
    paper = draw(BANK, "law", RULES, 1)
    assert graded(paper, {}).score == 0


def test_a_paper_that_comes_late_has_failed_and_half_a_minute_is_let_pass():
    paper = draw(BANK, "law", RULES, 1)
    assert graded(paper, right(paper), minutes=10.4).passed
    late = graded(paper, right(paper), minutes=10.6)
    assert (late.late, late.passed, late.score) == (True, False, 100)


def test_answers_to_another_paper_are_refused_by_name():
    with pytest.raises(BadInput, match="Q77"):
        graded(draw(BANK, "law", RULES, 1), {"Q77": frozenset({0})})


def test_a_course_with_too_few_questions_is_named():
    with pytest.raises(BadInput, match="safety has 1 questions"):
        draw(BANK, "safety", RULES, 1)


def test_a_question_without_a_wrong_answer_is_refused():
    with pytest.raises(BadInput, match="Q1 needs"):
        Question("Q1", "law", Text("问", "ask"), (Choice(Text("是", "yes"), True),), Text("因", "why"))
