"""Public: choose one of the hours that a message offered, or another way to be reached. No name, no debt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from zoufang.core.errors import Conflict
from zoufang.core.values import Channel, hhmm
from zoufang.server.borrower.models import Appointment
from zoufang.server.daily import appointments
from zoufang.server.staff.clock import business_date, now

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
WAYS = (Channel.CALL, Channel.SMS, Channel.LETTER)


class AnswerForm(forms.Form):
    number = forms.IntegerField(required=False, min_value=0)
    channel = forms.ChoiceField(required=False, choices=[(way.value, way.value) for way in WAYS])


@never_cache
def appointment(request: HttpRequest, token: str) -> HttpResponse:
    """A link that has lapsed, and one that never was, explain themselves in the same words."""
    refused = None
    if request.method == "POST":
        refused = _answer(token, AnswerForm(request.POST))
    found = appointments.by_token(token)
    context = {"hotline": settings.ZOUFANG_HOTLINE, "refused": refused, "token": token}
    if found is None or _lapsed(found):
        return render(request, "borrower/lapsed.html", context, status=410)
    return render(request, "borrower/appointment.html", context | _shown(found))


def _answer(token: str, form: AnswerForm) -> Any:
    """What the choice set in motion; the reason where nothing did."""
    if not form.is_valid():
        return appointments.LAPSED
    number, channel = form.cleaned_data["number"], form.cleaned_data["channel"]
    try:
        if channel:
            appointments.ask_other_way(token=token, channel=Channel(channel), today=business_date(), at=now())
        else:
            appointments.choose(token=token, number=-1 if number is None else number, at=now())
    except Conflict as error:
        return error.args[0]
    return None


def _lapsed(found: Appointment) -> bool:
    return found.state == Appointment.State.OFFERED and not appointments.is_open(found, now())


def _shown(found: Appointment) -> dict[str, Any]:
    slots = [
        {"day": slot.day, "weekday": WEEKDAYS[slot.day.weekday()], "time": hhmm(slot.minute)}
        for slot in appointments.slots_of(found)
    ]
    chosen = None
    if found.chosen_day is not None and found.chosen_min is not None:
        weekday = WEEKDAYS[found.chosen_day.weekday()]
        chosen = {"day": found.chosen_day, "weekday": weekday, "time": hhmm(found.chosen_min)}
    return {"slots": slots, "chosen": chosen, "state": found.state}
