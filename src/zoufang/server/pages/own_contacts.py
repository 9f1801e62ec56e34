"""Public: one's own contacts with the bank, after a code to the registered phone. The answer is always alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Purpose
from zoufang.server.borrower import own_history
from zoufang.server.borrower.contacts_shown import contacts_with
from zoufang.server.daily.references import party_of
from zoufang.server.pages.badge import TOO_LATE
from zoufang.server.staff.clock import now

SALT = "own-contacts"
PLAIN = {
    Purpose.FIRST_TALK: _("To talk with you and hear how you are placed"),
    Purpose.PROMISE_FOLLOW_UP: _("To ask about what was agreed"),
    Purpose.SERVE_DEMAND: _("To bring a letter"),
    Purpose.GUARANTOR_DEMAND: _("To bring a letter about a guarantee"),
    Purpose.COLLATERAL_CHECK: _("To look at what secures a loan"),
    Purpose.ADDRESS_CHECK: _("To check an address"),
    Purpose.CARE_VISIT: _("To offer help"),
    Purpose.WRITE_OFF_EVIDENCE: _("To record how things stand"),
}
HOW = {
    Channel.VISIT: _("Visit at your door"),
    Channel.CALL: _("Phone call"),
    Channel.SMS: _("Text message"),
    Channel.LETTER: _("Letter"),
}


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label=_("The number at the top of the bank's letter"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    ask = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("The six digits from the message"),
        max_length=own_history.DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}),
    )


@never_cache
def own_contacts(request: HttpRequest) -> HttpResponse:
    """Ask for a code. Whether a reference exists, and whether a code went out, is told to nobody here."""
    form = ReferenceForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "hotline": settings.ZOUFANG_HOTLINE}
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"].strip().upper()
        asker = own_history.asker_of(request.META.get("REMOTE_ADDR", ""))
        ask = own_history.ask_code(reference=reference, party=party_of(reference), asker=asker, at=now())
        if ask is None:
            return render(request, "borrower/too_many.html", context, status=429)
        context["form"] = CodeForm(initial={"ask": signing.dumps(str(ask), salt=SALT)})
        return render(request, "borrower/own_code.html", context)
    return render(request, "borrower/own_ask.html", context)


@never_cache
@require_POST
def own_contacts_shown(request: HttpRequest) -> HttpResponse:
    """Shown once, in answer to this request alone: nothing about it stands in an address."""
    form = CodeForm(request.POST)
    context: dict[str, Any] = {"form": form, "hotline": settings.ZOUFANG_HOTLINE}
    if not form.is_valid():
        return render(request, "borrower/own_code.html", context)
    ask = _ask(form.cleaned_data["ask"])
    party = own_history.use_code(ask_id=ask, code=form.cleaned_data["code"], at=now())
    if party is None:
        return render(request, "borrower/own_code.html", context | {"refused": True})
    shown = [
        {"at": one.at, "how": HOW[Channel(one.channel)], "who": one.who, "purpose": _plain(one.purpose)}
        for one in contacts_with(party)
    ]
    return render(request, "borrower/own_shown.html", context | {"shown": shown})


def _plain(purpose: str) -> Any:
    return PLAIN[Purpose(purpose)] if purpose else ""


def _ask(passed: str) -> UUID:
    good_for = int(own_history.GOOD_FOR.total_seconds()) * 2  # the code itself lapses first
    try:
        return UUID(signing.loads(passed, salt=SALT, max_age=good_for))
    except signing.BadSignature as error:
        raise BadInput(TOO_LATE) from error
