"""What the pages of the door need: what a step's button says, minutes as a clock, a form by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.utils.translation import gettext_lazy as _

from zoufang.core.values import Instalment, format_yuan, hhmm
from zoufang.server.pages.words import word

register = template.Library()
BUTTONS = {
    "checked_in": _("Check in here"),
    "checked_out": _("Check out"),
    "person_identified": _("Record the check"),
    "disclosure_made": _("All of it was said"),
    "recording_started": _("The recording runs"),
    "recording_refused": _("Sign together"),
    "evidence_added": _("Seal and add"),
    "left_for_safety": _("I am leaving now"),
    "outcome_recorded": _("Record the outcome"),
    "called_off": _("Call this visit off"),
    "closed": _("Close the visit"),
}
OTHERWISE = {
    "recording_refused": _("There is no recording"),
    "recording_started": _("There is a recording"),
}


@register.filter
def step_button(kind: str) -> str:
    return str(BUTTONS.get(kind, _("Record")))


@register.filter
def step_other(kind: str) -> str:
    """An alternative of the step that is due."""
    return str(OTHERWISE.get(kind, word(kind, "event")))


@register.filter
def clock(minute: int) -> str:
    """570 → 09:30."""
    return hhmm(minute)


@register.filter
def at(by_kind: Mapping[str, Any], kind: str) -> Any:
    return by_kind[kind]


@register.filter
def is_many(bound: forms.BoundField) -> bool:
    """Drawn as big touch targets: several, or one, of a short list."""
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def charges(part: Instalment) -> str:
    """Interest and fees of an instalment, in yuan."""
    return format_yuan(part.interest_fen + part.fees_fen)


@register.filter
def minutes_there(visit: Any) -> str:
    """From the first check-in to the last check-out."""
    if visit.started_at is None or visit.ended_at is None:
        return "–"
    return str(round((visit.ended_at - visit.started_at).total_seconds() / 60))
