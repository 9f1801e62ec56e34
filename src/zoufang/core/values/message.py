"""Texts that the core gives to people: an English template, translated by the shell's catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any


def gettext_noop(template: str) -> str:
    """Mark a template for the translation catalogue (the name is what xgettext looks for)."""
    return template


@dataclass(frozen=True, slots=True)
class Message:
    """`template` has %(name)s places for `params`; plain values only, so that it can be stored as JSON."""

    template: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text()

    def text(self, translate: Callable[[str], str] = str) -> str:
        """In English, or in whatever `translate` (gettext) makes of the template.

        A parameter may be a Message itself, or a template marked for translation.
        """
        return translate(self.template) % {k: _shown(v, translate) for k, v in self.params.items()}

    @classmethod
    def joined(cls, messages: Iterable[Message]) -> Message:
        """Several in one, each in its own words."""
        pair = gettext_noop("%(one)s; %(other)s")
        return reduce(lambda one, other: cls(pair, {"one": one, "other": other}), messages)

    def as_json(self) -> dict[str, Any]:
        params = {k: v.as_json() if isinstance(v, Message) else _plain(v) for k, v in self.params.items()}
        return {"template": self.template, "params": params}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Message:
        params = {k: cls.from_json(v) if isinstance(v, dict) else v for k, v in stored["params"].items()}
        return cls(stored["template"], params)


def _shown(value: Any, translate: Callable[[str], str]) -> Any:
    if isinstance(value, Message):
        return value.text(translate)
    return translate(value) if isinstance(value, str) and value else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
