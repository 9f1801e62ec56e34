"""Courses' material, questions and practice scenarios: YAML to values, errors by file and field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoufang.core.errors import BadField
from zoufang.core.training import Answer, Choice, ExamRules, Question, Scenario, Scene, Situation, Text

Pair = tuple[Annotated[str, Field(min_length=1)], Annotated[str, Field(min_length=1)]]
F = TypeVar("F", bound="_Form")


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class CourseContent:
    """What a course teaches and asks."""

    course: str
    version: str
    exam: ExamRules
    material: tuple[Section, ...]
    questions: tuple[Question, ...]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ExamForm(_Form):
    questions: int
    minutes: int
    pass_mark: int
    red_lines: int = 0


class _SectionForm(_Form):
    title: Pair
    body: Pair


class _QuestionForm(_Form):
    id: str
    q: Pair
    right: Annotated[list[Pair], Field(min_length=1)]
    wrong: Annotated[list[Pair], Field(min_length=1)]
    why: Pair
    rule: str = ""
    red_line: bool = False

    def value(self, course: str) -> Question:
        choices = [Choice(Text(*text), True) for text in self.right] + [
            Choice(Text(*text), False) for text in self.wrong
        ]
        return Question(self.id, course, Text(*self.q), tuple(choices), Text(*self.why), self.rule, self.red_line)


class _CourseForm(_Form):
    course: str
    version: str
    exam: _ExamForm
    material: list[_SectionForm]
    questions: list[_QuestionForm]


class _AnswerForm(_Form):
    say: Pair
    to: str
    points: int
    why: Pair
    breaks: tuple[str, ...] = ()
    ends_it: bool = False


class _SceneForm(_Form):
    code: str
    text: Pair
    answers: list[_AnswerForm] = []

    def value(self) -> Scene:
        answers = (Answer(Text(*a.say), a.to, a.points, Text(*a.why), a.breaks, a.ends_it) for a in self.answers)
        return Scene(self.code, Text(*self.text), tuple(answers))


class _ScenarioForm(_Form):
    code: str
    course: str
    situation: Situation
    title: Pair
    start: str
    scenes: list[_SceneForm]
    pass_mark: int = 80


def read_course_content(text: str, name: str) -> CourseContent:
    """BadField names file and field; BadInput names the question."""
    form = _checked(_CourseForm, text, name)
    return CourseContent(
        form.course,
        form.version,
        ExamRules(**form.exam.model_dump()),
        tuple(Section(Text(*one.title), Text(*one.body)) for one in form.material),
        tuple(one.value(form.course) for one in form.questions),
    )


def read_scenario(text: str, name: str) -> Scenario:
    """BadField names file and field; BadInput names scenario and scene."""
    form = _checked(_ScenarioForm, text, name)
    scenes = tuple(scene.value() for scene in form.scenes)
    return Scenario(form.code, form.course, form.situation, Text(*form.title), form.start, scenes, form.pass_mark)


def _checked(form: type[F], text: str, name: str) -> F:
    try:
        return form.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise BadField(f"{name} is no YAML: {error}", field="file", remedy="Correct the file.") from error
    except ValidationError as error:
        first: Any = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise BadField(f"{name}: {first['msg']}", field=field, remedy="Correct the file.") from error


@lru_cache(maxsize=1)
def shipped_content() -> tuple[CourseContent, ...]:
    """What comes with Zoufang, by course."""
    found = (read_course_content(one.read_text("utf-8"), one.name) for one in _yaml(_folder()))
    return tuple(sorted(found, key=lambda content: content.course))


@lru_cache(maxsize=1)
def shipped_scenarios() -> tuple[Scenario, ...]:
    found = (read_scenario(one.read_text("utf-8"), one.name) for one in _yaml(_folder() / "scenarios"))
    return tuple(sorted(found, key=lambda scenario: scenario.code))


def _folder() -> Traversable:
    return files("zoufang") / "policies" / "training"


def _yaml(folder: Traversable) -> Iterator[Traversable]:
    return (one for one in folder.iterdir() if one.name.endswith(".yaml"))
