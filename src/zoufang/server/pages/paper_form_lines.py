"""The lines of a keyed form as a second person reads them beside the scan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zoufang.core.values import BANK_ZONE
from zoufang.server.pages.visit_lines import REASONS, SAID
from zoufang.server.pages.words import word
from zoufang.server.visiting.events import TEXTS


@dataclass(frozen=True, slots=True)
class WrittenLine:
    at: str
    title: str
    words: tuple[str, ...]
    amount_fen: int | None
    due: str
    note: str


def written(said: Iterable[dict[str, Any]]) -> list[WrittenLine]:
    """`said`: events as they were keyed in, taken over or not."""
    return [_line(body) for body in said]


def _line(body: dict[str, Any]) -> WrittenLine:
    words = [text for name, say in SAID if name in body for text in say(body[name]) if text]
    code = body.get("reason", "not_stated")
    if code != "not_stated" and body["kind"] in REASONS:
        words.append(word(code, REASONS[body["kind"]]))
    if body.get("paper_no"):
        words.append(str(body["paper_no"]))
    at = datetime.fromisoformat(body["at"]).astimezone(BANK_ZONE)
    notes = " ".join(str(body[name]) for name in TEXTS if body.get(name))
    return WrittenLine(
        f"{at:%H:%M}",
        word(body["kind"], "event"),
        tuple(words),
        body.get("amount_fen"),
        body.get("due", ""),
        notes,
    )
