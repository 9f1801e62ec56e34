"""A timed examination: questions drawn by seed, graded by rule, failed by one wrong answer about a red line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from zoufang.core.errors import BadInput
from zoufang.core.training.texts import Text

GRACE = timedelta(seconds=30)  # for the way of the last answer through a slow network


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose; its text, and whether it is right."""

    text: Text
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """`rule` names the rule of a policy pack that the question is about, where there is one.

    `red_line`: who gets it wrong may not go, whatever else is right.
    """

    code: str
    course: str
    text: Text
    choices: tuple[Choice, ...]
    why: Text
    rule: str = ""
    red_line: bool = False

    def __post_init__(self) -> None:
        right = sum(choice.right for choice in self.choices)
        if not 0 < right < len(self.choices):
            raise BadInput(f"Question {self.code} needs at least one right and one wrong answer. Add it.")
        for language in ("zh", "en"):
            said = [getattr(choice.text, language) for choice in self.choices]
            if len(set(said)) != len(said):
                raise BadInput(f"Question {self.code} offers one answer twice ({language}). Remove one.")

    @property
    def several(self) -> bool:
        return sum(choice.right for choice in self.choices) > 1


@dataclass(frozen=True, slots=True)
class ExamRules:
    """How many questions in how many minutes, and how many in a hundred must be right."""

    questions: int = 10
    minutes: int = 15
    pass_mark: int = 80
    red_lines: int = 3  # at least so many of the questions, where the bank of questions has them

    def __post_init__(self) -> None:
        if not (1 <= self.questions <= 100 and 1 <= self.minutes <= 240 and 1 <= self.pass_mark <= 100):
            raise BadInput("An examination has 1 to 100 questions, 1 to 240 minutes, a pass mark of 1 to 100.")
        if not 0 <= self.red_lines <= self.questions:
            raise BadInput(f"{self.red_lines} questions about red lines of {self.questions} in all. Correct it.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands in one paper: `order` says which choice is shown where."""

    question: Question
    order: tuple[int, ...]

    @property
    def right(self) -> frozenset[int]:
        """Places of the right answers as shown."""
        return frozenset(place for place, i in enumerate(self.order) if self.question.choices[i].right)


@dataclass(frozen=True, slots=True)
class Paper:
    course: str
    rules: ExamRules
    seed: int
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`score` in whole points of 100, rounded down; `missed` in the order of the paper."""

    score: int
    passed: bool
    late: bool
    missed: tuple[Question, ...]

    @property
    def crossed(self) -> tuple[Question, ...]:
        """Missed questions about red lines."""
        return tuple(question for question in self.missed if question.red_line)


def draw(bank: Sequence[Question], course: str, rules: ExamRules, seed: int) -> Paper:
    """A paper of the course; the same bank, rules and seed give the same paper. BadInput: too few questions."""
    mine = sorted((q for q in bank if q.course == course), key=lambda q: q.code)
    if len(mine) < rules.questions:
        raise BadInput(
            f"Course {course} has {len(mine)} questions, its examination asks {rules.questions}. Add some."
        )
    chance = Random(seed)
    red = [question for question in mine if question.red_line]
    first = chance.sample(red, min(rules.red_lines, len(red)))
    rest = [question for question in mine if question not in first]
    chosen = first + chance.sample(rest, rules.questions - len(first))
    chance.shuffle(chosen)
    return Paper(course, rules, seed, tuple(_shown(question, chance) for question in chosen))


def _shown(question: Question, chance: Random) -> Asked:
    order = list(range(len(question.choices)))
    chance.shuffle(order)
    return Asked(question, tuple(order))


def grade(paper: Paper, answers: Mapping[str, frozenset[int]], *, begun: datetime, handed_in: datetime) -> Result:
    """`answers`: by question code the places chosen; only exactly the right ones count, no answer is a wrong one.

    A paper handed in after its minutes (30 seconds' grace) has failed.
    """
    strangers = sorted(set(answers) - {asked.question.code for asked in paper.asked})
    if strangers:
        raise BadInput(f"Answers to {', '.join(strangers)}, which this paper does not ask. Send the paper's own.")
    if handed_in < begun:
        raise BadInput("A paper cannot be handed in before it was begun. Check the clocks.")
    missed = tuple(a.question for a in paper.asked if answers.get(a.question.code, frozenset()) != a.right)
    score = 100 * (len(paper.asked) - len(missed)) // len(paper.asked)
    late = handed_in > begun + timedelta(minutes=paper.rules.minutes) + GRACE
    passed = score >= paper.rules.pass_mark and not late and not any(question.red_line for question in missed)
    return Result(score, passed, late, missed)
