"""The review form: YAML to values, errors by file and field."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.review import Item, ReviewForm
from zoufang.core.training import Text
from zoufang.files.policy_packs import shipped_courses

Pair = tuple[Annotated[str, Field(min_length=1)], Annotated[str, Field(min_length=1)]]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ItemForm(_Form):
    code: Annotated[str, Field(max_length=20)]
    text: Pair
    hint: Pair
    course: str
    rule: str = ""

    def value(self) -> Item:
        return Item(self.code, Text(*self.text), Text(*self.hint), self.course, self.rule)


class _FileForm(_Form):
    version: str
    items: tuple[_ItemForm, ...]
    complaints: dict[str, str] = {}


def read_review_form(text: str, name: str) -> ReviewForm:
    """BadField names file and field; BadInput: an item given twice, or a course that doesn't exist."""
    try:
        form = _FileForm.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise BadField(f"{name} is no YAML: {error}", field="file", remedy="Correct the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "file"
        raise BadField(f"{name}: {first['msg']}", field=field, remedy="Correct the file.") from error
    made = ReviewForm(form.version, tuple(item.value() for item in form.items), form.complaints)
    known = {course.code for course in shipped_courses().courses}
    asked = {item.course for item in made.items} | set(made.complaints.values())
    if strange := sorted(asked - known):
        raise BadInput(f"{name} asks for courses that do not exist: {', '.join(strange)}. Correct the codes.")
    return made


@lru_cache(maxsize=1)
def shipped_review_form() -> ReviewForm:
    """The form in force; reviews keep the version by which they were scored."""
    return read_review_form(
        (files("zoufang") / "policies" / "review-form.yaml").read_text("utf-8"), "review-form.yaml"
    )
