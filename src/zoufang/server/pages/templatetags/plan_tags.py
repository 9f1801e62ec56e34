"""What only the plans' pages need: distances and times in the units of a crew, and membership."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.dates import WEEKDAYS

from zoufang.core.values import hhmm

register = template.Library()


@register.filter
def kilometres(metres: int) -> str:
    """12345 → 12.3."""
    return f"{metres / 1000:.1f}"


@register.filter
def hours_of(seconds: int) -> str:
    """5400 → 01:30."""
    return hhmm(int(seconds) // 60)


@register.filter
def whole_minutes(seconds: int) -> int:
    """Never more than there is: 119 → 1."""
    return seconds // 60


@register.filter
def in_set(key: Any, found: Collection[str] | None) -> bool:
    """Whether an id is among those that a change names; no change names nobody."""
    return str(key) in (found or ())


@register.filter
def has_order(orders: Mapping[Any, Any], party_id: Any) -> bool:
    return party_id in orders


@register.filter
def weekday(number: int) -> str:
    """The name of an ISO weekday: 1 is Monday."""
    return str(WEEKDAYS[number - 1])


@register.filter
def bound(form: BaseForm, name: str) -> BoundField:
    """A field of a form by its name, for forms that lay out some of their fields themselves."""
    return form[name]
