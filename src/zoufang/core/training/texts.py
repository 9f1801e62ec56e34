"""A text of a course in both languages: content of the bank, not of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str

    def __post_init__(self) -> None:
        if not (self.zh.strip() and self.en.strip()):
            raise BadInput(f"A text of a course lacks a language: {self.zh or self.en!r}. Write both.")

    def in_language(self, language: str) -> str:
        """Chinese for any code that begins with zh, else English."""
        return self.zh if language.startswith("zh") else self.en
