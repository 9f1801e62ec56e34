"""The form by which a visit is scored: items of conduct, each with the course that teaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.training import Text


class Mark(StrEnum):
    """What a reviewer saw. YES: as it should be; NOT_SEEN: it did not arise, or nothing shows it."""

    YES = "yes"
    NO = "no"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a good visit does; `rule`: the rule behind it, `course`: what a finding asks for again."""

    code: str
    text: Text
    hint: Text
    course: str
    rule: str = ""

    def __post_init__(self) -> None:
        if not (self.code and self.course):
            raise BadInput(
                f"Item {self.code or '(no code)'} of the review form needs a code and a course. Add it."
            )


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The items of one version, and by subject of a complaint the course that an upheld one asks for again."""

    version: str
    items: tuple[Item, ...]
    complaints: Mapping[str, str]

    def __post_init__(self) -> None:
        codes = [item.code for item in self.items]
        if not codes or len(codes) != len(set(codes)):
            raise BadInput(f"Review form {self.version} is empty or names an item twice. Give each item once.")

    @property
    def by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    def taught_by(self, course: str) -> frozenset[str]:
        """Codes of the items that this course teaches."""
        return frozenset(item.code for item in self.items if item.course == course)
