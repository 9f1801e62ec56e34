"""Which courses a visitor must have passed for which purpose."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput
from zoufang.core.values import Purpose


@dataclass(frozen=True, slots=True)
class Course:
    """A course as data; no `purposes` means that every visit needs it; certificates last `valid_days`."""

    code: str
    zh: str
    en: str
    valid_days: int
    purposes: tuple[Purpose, ...] = ()

    def __post_init__(self) -> None:
        if not (self.code and self.zh and self.en) or self.valid_days <= 0:
            raise BadInput(f"Course {self.code or '(no code)'} needs a code, both names and a life in days.")


@dataclass(frozen=True, slots=True)
class CourseList:
    """All courses of one version."""

    version: str
    courses: tuple[Course, ...]

    def __post_init__(self) -> None:
        codes = [course.code for course in self.courses]
        if not codes or len(codes) != len(set(codes)):
            raise BadInput(f"Course list {self.version} is empty or names a course twice. Give each course once.")

    def needed_for(self, purpose: Purpose) -> tuple[Course, ...]:
        return tuple(c for c in self.courses if not c.purposes or purpose in c.purposes)
