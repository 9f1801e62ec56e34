"""`{{ loan.product|word:"product" }}`: a code of the core in the reader's words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from zoufang.core.compliance import FACT_NAMES
from zoufang.core.values import hhmm
from zoufang.server.pages import words

register = template.Library()
register.filter("word", words.word)
register.filter("tone", words.tone)
register.filter("contact_outcome", words.contact_outcome)


@register.filter
def basis_points(rate_bp: int | None) -> str:
    """825 → 8.25%."""
    return "–" if rate_bp is None else f"{rate_bp / 100:.2f}%"


@register.filter
def clock(minute: int) -> str:
    """Minutes after local midnight as 08:30."""
    return hhmm(int(minute))


@register.filter
def fact_name(fact: str) -> str:
    """What the gate calls a fact, in the reader's words."""
    return gettext(FACT_NAMES[fact]) if fact in FACT_NAMES else words.word(fact, "fact")


@register.filter
def brief(value: Any) -> str:
    """A stored fact in one line: lists by their length, the rest as it stands."""
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, dict):
        named = {words.word(name, "fact_part"): words.word(part, "fact_value") for name, part in value.items()}
        return " · ".join(f"{name}: {part}" for name, part in named.items() if part)
    return words.word(value, "fact_value")
