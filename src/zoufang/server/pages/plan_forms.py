"""What a planner may ask for: a day's plan, a pin or a drop, the next study."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.server.pages.day_input import DayInput
from zoufang.server.visiting.models import Crew

PLANNED_AHEAD = timedelta(days=14)
FEWEST_DAYS, MOST_DAYS = 2, 10
PIN, DROP, UNDO = "pin", "drop", "undo"


class DayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day"))

    def __init__(self, data: Any, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + PLANNED_AHEAD:
            raise forms.ValidationError(_("Choose a day from today on, at most two weeks ahead."))
        return day


class DaysForm(forms.Form):
    """Several working days at once, from today or later on."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    days = forms.IntegerField(
        label=gettext_lazy("Working days"), min_value=FEWEST_DAYS, max_value=MOST_DAYS, initial=5
    )

    def __init__(self, data: Any, today: date, **more: Any) -> None:
        super().__init__(data, **more)
        self.today = today

    def clean_first(self) -> date:
        day: date = self.cleaned_data["first"]
        if not self.today <= day <= self.today + PLANNED_AHEAD:
            raise forms.ValidationError(_("Choose a day from today on, at most two weeks ahead."))
        return day


class OrderForm(forms.Form):
    """Pin to a crew (another crew is a move), drop, or let the planner decide again."""

    party = forms.UUIDField()
    act = forms.ChoiceField(choices=[(act, act) for act in (PIN, DROP, UNDO)])
    crew = forms.CharField(required=False, max_length=20, label=gettext_lazy("Crew"))

    def __init__(self, data: Any, crews: list[Crew]) -> None:
        super().__init__(data)
        self.crews = {crew.code: crew for crew in crews}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["crew"] = self.crews.get(given.get("crew", ""))
        if given.get("act") == PIN and given["crew"] is None:
            raise forms.ValidationError(_("Choose the crew that is to go."))
        return given


class CycleForm(forms.Form):
    """The next study: how much the crews can do, and how many customers chance holds out."""

    capacity = forms.IntegerField(
        label=gettext_lazy("Visits that the crews can make within the window"),
        min_value=10,
        max_value=200_000,
        help_text=gettext_lazy("The shortlist is a quarter longer, so that the planner has a choice."),
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Window in days"),
        min_value=7,
        max_value=90,
        help_text=gettext_lazy("Money received from the draw to the end of the window counts."),
    )
    hold_out_percent = forms.IntegerField(
        label=gettext_lazy("Held out by chance, in percent"),
        min_value=5,
        max_value=50,
        help_text=gettext_lazy("They are not visited within the window; more of them measure the effect better."),
    )
    must_visit_percent = forms.IntegerField(
        label=gettext_lazy("Must be visited, in percent"),
        min_value=0,
        max_value=20,
        help_text=gettext_lazy("Drawn too, so that also customers whom the planner would pass over are seen."),
    )
