"""`{{ loan.product|word:"product" }}`: a code of the core in the reader's words."""

from __future__ import annotations

from django import template

from zoufang.server.pages import words

register = template.Library()
register.filter("word", words.word)
register.filter("tone", words.tone)
register.filter("contact_outcome", words.contact_outcome)


@register.filter
def basis_points(rate_bp: int | None) -> str:
    """825 → 8.25%."""
    return "–" if rate_bp is None else f"{rate_bp / 100:.2f}%"
