"""The desk that looks after phones: last contact, what is unsent, conflicts with both versions, orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import Message, gettext_noop
from zoufang.files.visit_events import event_to_json
from zoufang.server.field import devices, holding, queries
from zoufang.server.field.inbox import HELD, entry_of
from zoufang.server.field.models import Device, Envelope
from zoufang.server.pages.reader import reader
from zoufang.server.pages.templatetags.zoufang import said
from zoufang.server.pages.visit_lines import SAID
from zoufang.server.pages.words import word
from zoufang.server.staff.clock import now
from zoufang.server.staff.permissions import may, require

QUIET = timedelta(hours=2)
TURNED_MS = 5 * 60_000
NOT_HERE = Message(gettext_noop("There is no such phone or entry in your branch."))


@dataclass(frozen=True, slots=True)
class Version:
    """One telling of a fact: by whom, when, in the reader's words."""

    who: str
    at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhoneLine:
    device: Device
    quiet: bool
    skew_minutes: int
    order: Any


class WhyForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


@login_required
@require_GET
def field_desk(request: HttpRequest) -> HttpResponse:
    user, at = reader(request), now()
    context = {
        "phones": [_phone(one, at) for one in queries.devices(user)],
        "held": queries.held(user)[:200],
        "decided": queries.decided(user)[:20],
        "orders": [one for one in queries.wipe_orders(user)[:20] if one.done_at is not None],
        "files": queries.refused_files(user)[:20],
        "ends": may(user, "end_field_device"),
        "wipes": may(user, "order_field_wipe"),
    }
    return render(request, "field/desk.html", context)


def _phone(device: Device, at: datetime) -> PhoneLine:
    quiet = device.ended_at is None and at - device.last_contact_at > QUIET and device.unsent > 0
    skew = round((device.skew_ms or 0) / 60_000)
    return PhoneLine(device, quiet, skew, device.wipe_orders.filter(done_at=None).first())


@login_required
def field_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What came beside what stands in the record; the supervisor takes one in, or sets it aside."""
    user = reader(request)
    row = queries.entry(user, entry_id)
    if row is None:
        raise NotFound(NOT_HERE)
    form = WhyForm(request.POST or None)
    settles = row.state in HELD and may(user, "settle_field_entry", row.visit or row.device)
    if request.method == "POST":
        require(user, "settle_field_entry", row.visit or row.device)
        if form.is_valid() and _settled(request, form, row):
            return redirect("field_desk")
    context = {"row": row, "form": form, "settles": settles, "came": _came(row), "stands": _stands(row)}
    context["turned"] = abs(row.drift_ms or 0) > TURNED_MS
    return render(request, "field/entry.html", context, status=422 if form.errors else 200)


def _settled(request: HttpRequest, form: WhyForm, row: Envelope) -> bool:
    decide = holding.take if request.POST.get("decision") == "take" else holding.set_aside
    try:
        decide(row=row, by=reader(request), at=now(), why=form.cleaned_data["why"])
    except (BadInput, Conflict, NotPermitted) as error:
        form.add_error(None, said(error))
        return False
    messages.success(request, _("Decided. The crew sees it at the next contact."))
    return True


def _came(row: Envelope) -> Version | None:
    """None: nobody can read it here."""
    try:
        event = entry_of(row)
    except BadInput:
        return None
    return Version(row.device.user.full_name, event.at, _words(event_to_json(event)))


def _stands(row: Envelope) -> list[Version]:
    """The record's entries of the same kind; of a visit that has none, nothing."""
    if row.visit is None:
        return []
    events = row.visit.events.filter(kind=row.kind).select_related("by")
    return [Version(one.by.full_name, one.device_at, _words(one.body)) for one in events]


def _words(body: dict[str, Any]) -> tuple[str, ...]:
    """Free texts stay sealed here: they are read on the record's page, with an audit line."""
    words = [text for name, say in SAID if name in body for text in say(body[name]) if text]
    return (word(body.get("kind", ""), "event"), *words)


@login_required
def field_device_end(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Lost, stolen, handed back."""
    device = _device(request, device_id, "end_field_device")
    return _act(request, device, devices.end_device, "field/end.html")


@login_required
def field_device_wipe(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """The first of two people."""
    device = _device(request, device_id, "order_field_wipe")
    return _act(request, device, devices.ask_wipe, "field/wipe.html")


def _act(request: HttpRequest, device: Device, act: Any, template: str) -> HttpResponse:
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(device=device, by=reader(request), at=now(), why=form.cleaned_data["why"])
            return redirect("field_desk")
        except (BadInput, Conflict) as error:
            form.add_error(None, said(error))
    return render(request, template, {"device": device, "form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def field_wipe_confirm(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = _device(request, device_id, "order_field_wipe")
    order = device.wipe_orders.filter(done_at=None).first()
    if order is None:
        raise NotFound(NOT_HERE)
    try:
        devices.confirm_wipe(order=order, by=reader(request), at=now())
        messages.success(request, _("Confirmed: the phone deletes its outbox at the next contact."))
    except NotPermitted as error:
        messages.error(request, said(error))
    return redirect("field_desk")


def _device(request: HttpRequest, device_id: UUID, action: str) -> Device:
    user = reader(request)
    require(user, action)
    device = queries.device(user, device_id)
    if device is None:
        raise NotFound(NOT_HERE)
    return device
